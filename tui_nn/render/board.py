"""The board: points that are being drawn, over what the network says everywhere."""

from __future__ import annotations

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets.drawn import Drawing
from tui_nn.datasets.extent import Extent
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, fitted, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.plane import area, blank, framed, mark, places
from tui_nn.render.shades import CERTAINTIES, SHADES, ground_cells, point_cell

LEGEND = 1  # lines below the picture
_CHOSEN = Style(reverse=True)


def class_cell(label: int, several: bool, look: Look) -> Segment:
    """A point of a class, whose mark is the same however many there are; several: in the colours of
    more than two, or else of two."""
    glyph = glyphs_of(look).classes[0][label]
    if several:
        return point_cell(glyph, label * CERTAINTIES + CERTAINTIES - 1, "multiclass", look)
    return point_cell(glyph, label * (SHADES - 1), "binary", look)


def board_cells(
    title: str,
    drawing: Drawing,
    extent: Extent,
    chosen: int,
    cursor: tuple[int, int],
    width: int,
    height: int,
    look: Look,
    ground: tuple[str, Array] | None = None,
) -> Cells:
    """`height` lines of `width` cells: a titled map, and the classes with how many each has.

    chosen: the class that is put next. cursor: row and column of the map. ground: a task, and the
    shades of what a network for it says, as `maps.surface_shades` finds them.
    """
    height -= LEGEND
    (rows, columns), inside = area(width, height), blank(width, height)
    if ground is not None:
        grounds, shades = ground_cells(ground[0], look), ground[1]
        inside = [
            [grounds[u][w] for u, w in zip(upper, lower, strict=True)]
            for upper, lower in zip(shades[::2].tolist(), shades[1::2].tolist(), strict=True)
        ]
    several = max(drawing.classes, chosen + 1) > 2
    x, y = drawing.points.T
    row, column = places(x, y, extent, rows, columns)
    for r, c, label in zip(row.tolist(), column.tolist(), drawing.labels.tolist(), strict=True):
        inside[r][c] = class_cell(label, several, look)  # the last one is on top
    mark(inside, *cursor)
    return [*framed(title, inside, extent, look), legend_cells(drawing, chosen, width, look)]


def legend_cells(drawing: Drawing, chosen: int, width: int, look: Look) -> list[Segment]:
    """Every class and how many points it has, the chosen one marked; more tersely where there is
    little room."""
    classes = max(drawing.classes, chosen + 1)
    counts = np.bincount(drawing.labels, minlength=classes).tolist()
    line: list[Segment] = []
    for form in (" class {}: {} ", " {}: {} ", "{}:{}"):
        line = text_cells(" ")
        for label, count in enumerate(counts):
            style = _CHOSEN if label == chosen else None
            said = text_cells(form.format(label, count), style)
            line += [class_cell(label, classes > 2, look), *said, *text_cells(" ")]
        if len(line) <= width:
            break
    return fitted(line, width)

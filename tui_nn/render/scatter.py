"""Predicted against true values: good predictions lie on the diagonal."""

from __future__ import annotations

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, first_fitting
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.judgement import kinds, standing_for, verdict, wrong
from tui_nn.render.look import Look
from tui_nn.render.plane import area, blank, framed, places
from tui_nn.render.shades import curve_cell, point_cell, shades_of, wrong_cell

MARGIN = 0.1  # of the range of the truth, that is shown around it


def scatter_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """The first output of a regression: the truth to the right, the prediction up. of: which points
    these are, if there are others."""
    (rows, columns), inside = area(width, height), blank(width, height)
    low, high = points.value_range
    margin = MARGIN * ((high - low) or 1.0)
    extent = (low - margin, high + margin) * 2
    glyphs = glyphs_of(look)
    for c in range(columns):
        r = rows - 1 - int((c + 0.5) / columns * rows)
        inside[r][c] = curve_cell(glyphs.diagonal, look)
    true, said = points.targets[:, 0], outputs[:, 0]
    row, column = places(true, said, extent, rows, columns)
    own, is_wrong, kind = shades_of(points, points.targets), wrong(points, outputs), kinds(points)
    train, test = glyphs.points(points)
    for i in standing_for(row * columns + column, is_wrong)[0]:
        r, c = int(row[i]), int(column[i])
        if is_wrong[i]:
            inside[r][c] = wrong_cell(glyphs.wrong, look)
        else:
            glyph = (train if points.train[i] else test)[int(kind[i])]
            inside[r][c] = point_cell(glyph, int(own[i]), points.task, look)
    named = of and f", {of}"
    how_good = verdict(points, outputs, look.ascii)[-1]
    short = f"Predicted ↑ true →{named}"
    title = first_fitting(
        [f"Predicted against true{named}: {how_good}", f"{short}: {how_good}", short], width
    )
    if look.ascii:
        title = title.replace("↑", "^").replace("→", ">")
    return framed(title, inside, extent, look)

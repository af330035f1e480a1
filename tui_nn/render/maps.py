"""Ground truth and predictions over the plane of two coordinates: points on a surface."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import inks
from tui_nn.render.judgement import kinds, standing_for, wrong
from tui_nn.render.levels import sample
from tui_nn.render.look import Look
from tui_nn.render.plane import Frame, area, blank, frame_of, framed, mark, places
from tui_nn.render.shades import ground_cells, inked, point_cell, shades_of, wrong_cell


def surface_shape(width: int, height: int) -> tuple[int, int]:
    """Rows and columns of the surface that a map of this size shows, two rows a line, where its
    axes take as little as they can."""
    rows, columns = area(width, height)
    return 2 * rows, columns


def surface_shades(
    points: Dataset,
    surface: Array | None,
    width: int,
    height: int,
    *,
    before: Array | None = None,
    discrete: bool = False,
    frame: Frame | None = None,
) -> Array | None:
    """The shades of a surface (rows, columns, outputs) of the map's `surface_shape`, in what its
    frame leaves of it; or None. frame: another one than the map has.

    before, discrete: as in `shades.shades_of`.
    """
    if surface is None or surface.shape[:2] != surface_shape(width, height):
        return None
    rows, columns = area(width, height, frame or frame_of(points, width, height))
    if surface.shape[:2] != (2 * rows, columns):
        surface = np.moveaxis(sample(np.moveaxis(surface, 2, 0), 2 * rows, columns), 0, 2)
    if before is not None and before.shape != surface.shape[:2]:
        before = None
    return shades_of(points, surface, before, discrete)


def map_cells(
    title: str,
    points: Dataset,
    outputs: Array,
    shades: Array | None,
    width: int,
    height: int,
    look: Look,
    picked: int | None = None,
) -> Cells:
    """A titled map with axes, `height` lines of `width` cells.

    outputs: (N, outputs), the truth or the predictions; a point's glyph is that of its truth, or
    says that most of the points in its cell are predicted wrongly; it stands on a faint fault
    where fewer are, but many for these points. shades: those of the surface; None: each point has
    its own. picked: the point that is marked.
    """
    frame = frame_of(points, width, height)
    (rows, columns), inside = area(width, height, frame), blank(width, height, frame)
    if shades is not None:
        grounds = ground_cells(points.task, look)
        inside = [
            [grounds[u][w] for u, w in zip(upper, lower, strict=True)]
            for upper, lower in zip(shades[::2].tolist(), shades[1::2].tolist(), strict=True)
        ]
    own, glyphs = shades_of(points, outputs), glyphs_of(look)
    is_wrong, kind, (train, test) = wrong(points, outputs), kinds(points), glyphs.points(points)
    x, y = points.places.T
    row, column = places(x, y, points.extent, rows, columns)
    shown, doubtful = standing_for(row * columns + column, is_wrong)
    if picked is not None:
        shown, doubtful = np.append(shown, picked), np.append(doubtful, False)
    for i, is_doubtful in zip(shown.tolist(), doubtful.tolist(), strict=True):
        r, c = int(row[i]), int(column[i])
        if is_wrong[i]:
            inside[r][c] = wrong_cell(glyphs.wrong, look)
        else:
            glyph = (train if points.train[i] else test)[int(kind[i])]
            shade = own[i] if shades is None else shades[2 * r, c]
            if is_doubtful and look.colour:
                inside[r][c] = inked(glyph, inks(look).faint_fault, look)
            else:
                inside[r][c] = point_cell(glyph, int(shade), points.task, look)
    if picked is not None:
        mark(inside, row[picked], column[picked])
    names = points.axis_names if len(points.coordinates) > 2 else ("", "")
    return framed(title, inside, points.extent, look, names, frame)

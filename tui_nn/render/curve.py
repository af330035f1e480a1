"""Truth and prediction of one coordinate: the points, and the prediction's curve over them."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.braille import BITS, character
from tui_nn.render.cells import Cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.judgement import classes, kinds, wrong
from tui_nn.render.look import Look
from tui_nn.render.plane import area, blank, frame_of, framed, mark, places
from tui_nn.render.shades import curve_cell, point_cell, shades_of, wrong_cell


def curve_cells(
    title: str,
    points: Dataset,
    outputs: Array,
    surface: Array | None,
    width: int,
    height: int,
    look: Look,
    picked: int | None = None,
) -> Cells:
    """The points at their true values; those whose outputs (N, outputs) are wrong are marked.

    surface: (1, n, outputs), from which the curve is drawn, or None. picked: the point that is
    marked.
    """
    frame = frame_of(points, width, height)
    (rows, columns), inside = area(width, height, frame), blank(width, height, frame)
    own, glyphs = shades_of(points, points.targets), glyphs_of(look)
    is_wrong, kind, (train, test) = wrong(points, outputs), kinds(points), glyphs.points(points)
    x, y = points.inputs[:, 0], _heights(points.targets)
    row, column = places(x, y, points.extent, rows, columns)
    for i in np.argsort(is_wrong, kind="stable"):
        if not is_wrong[i]:
            glyph = (train if points.train[i] else test)[int(kind[i])]
            inside[row[i]][column[i]] = point_cell(glyph, int(own[i]), points.task, look)
    if surface is not None and len(surface) == 1:
        _draw(inside, _heights(surface[0]), points.extent[2:], look)
    for i in np.flatnonzero(is_wrong):
        inside[row[i]][column[i]] = wrong_cell(glyphs.wrong, look)
    if picked is not None:
        mark(inside, row[picked], column[picked])
    return framed(title, inside, points.extent, look, frame=frame)


def _heights(outputs: Array) -> Array:
    """Where on the y axis outputs (N, outputs) are: their value, or their class's number."""
    return outputs[:, 0] if outputs.shape[1] == 1 else classes(outputs)


def _draw(inside: Cells, values: Array, bounds: tuple[float, float], look: Look) -> None:
    """A line through values that are evenly spread over the width: in dots, or whole cells."""
    finer = (1, 1) if look.ascii else BITS.shape
    rows, columns = len(inside) * finer[0], len(inside[0]) * finer[1]
    bottom, top = bounds
    at = (np.arange(columns) + 0.5) / columns * len(values) - 0.5
    height = np.interp(at, np.arange(len(values)), values)
    row = np.floor((top - height) / (top - bottom) * (rows - 1e-9))
    row = np.clip(np.nan_to_num(row, nan=-1), -1, rows)  # −1 and `rows` are beyond the edges
    dots = np.zeros((rows, columns), bool)
    for x in range(columns):
        # Up or down half the way to both neighbours, so that the line has no holes.
        beside = [(row[x] + row[n]) / 2 for n in (x - 1, x + 1) if 0 <= n < columns]
        low, high = min([row[x], *beside]), max([row[x], *beside])
        dots[max(0, int(np.ceil(low))) : min(rows, int(high) + 1), x] = True
    for r, line in enumerate(inside):
        for c in range(len(line)):
            part = dots[r * finer[0] : (r + 1) * finer[0], c * finer[1] : (c + 1) * finer[1]]
            if part.any():
                text = "*" if look.ascii else character(int(BITS[part].sum()))
                line[c] = curve_cell(text, look)

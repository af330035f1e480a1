"""How well a score tells two classes apart, and how far it can be taken at its word: the ROC curve
and the reliability diagram."""

from __future__ import annotations

import numpy as np
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.classification import reliability, roc
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, cell, filled, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.plane import area, blank, draw_line, framed, places
from tui_nn.render.shades import curve_cell

UNIT = (0.0, 1.0, 0.0, 1.0)
_BOLD = Style(bold=True)
MANY = 0.05  # of the points: a bin with fewer has a hollow mark


def scores(outputs: Array) -> Array:
    """How likely class 1 is, (N,) from 0 to 1, by outputs (N, 1) as the maps show them."""
    found: Array = np.clip(np.nan_to_num(outputs[:, 0], nan=0.5), 0, 1)
    return found


def roc_cells(points: Dataset, outputs: Array, width: int, height: int, look: Look) -> Cells:
    """`height` lines of `width` cells; a mark where class 1 is said from ½ on."""
    truth = points.targets[:, 0] >= 0.5
    if truth.all() or not truth.any():
        return filled([text_cells("ROC: needs points of both classes"[:width])], width, height)
    said = scores(outputs)
    found = roc(said, truth)
    inside = _diagonal(width, height, look)
    draw_line(inside, found.false, found.true, UNIT, look)
    here = said >= 0.5
    row, column = places(
        np.array([here[~truth].mean()]), np.array([here[truth].mean()]), UNIT, *area(width, height)
    )
    inside[int(row[0])][int(column[0])] = cell("o" if look.ascii else "●", _BOLD)
    names = ("false positives", "true positives")
    return framed(f"ROC: AUC {found.auc:.3f}", inside, UNIT, look, names)


def reliability_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look
) -> Cells:
    """`height` lines of `width` cells; a mark a bin, hollow where it has few points."""
    found = reliability(scores(outputs), points.targets[:, 0])
    inside = _diagonal(width, height, look)
    draw_line(inside, found.said, found.true, UNIT, look)
    row, column = places(found.said, found.true, UNIT, *area(width, height))
    full, hollow = "Oo" if look.ascii else "●○"
    for r, c, share in zip(row, column, found.counts / found.counts.sum(), strict=True):
        inside[int(r)][int(c)] = curve_cell(full if share >= MANY else hollow, look)
    names = (f"said {points.classes[1]}", "true")
    return framed(f"Calibration: error {found.error:.3f}", inside, UNIT, look, names)


def _diagonal(width: int, height: int, look: Look) -> Cells:
    (rows, columns), inside = area(width, height), blank(width, height)
    for c in range(columns):
        r = rows - 1 - int((c + 0.5) / columns * rows)
        inside[r][c] = cell(glyphs_of(look).diagonal)
    return inside

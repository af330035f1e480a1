"""How well an output tells two classes apart, and how far it can be taken at its word: the ROC
curve and the reliability diagram."""

from __future__ import annotations

from textwrap import wrap

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


def scored(outputs: Array, targets: Array) -> tuple[Array, Array]:
    """What is said of the points and what is true of them, (N,) each, by outputs and targets
    (points, 1); N: those of which a number is said."""
    known = ~np.isnan(outputs[:, 0])
    return outputs[known, 0], targets[known, 0]


def roc_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """`height` lines of `width` cells; a mark where class 1 is said from ½ on. of: which points
    these are, if there are others."""
    said, targets = scored(outputs, points.targets)
    truth = targets >= 0.5
    if truth.all() or not truth.any():
        lacking = f"ROC{of and f', {of}'}: needs points of both classes"
        return filled([text_cells(lacking[:width])], width, height)
    found = roc(said, truth)
    inside = _diagonal(width, height, look)
    draw_line(inside, found.false, found.true, UNIT, look)
    here = said >= 0.5
    row, column = places(
        np.array([here[~truth].mean()]), np.array([here[truth].mean()]), UNIT, *area(width, height)
    )
    inside[int(row[0])][int(column[0])] = cell("o" if look.ascii else "●", _BOLD)
    names = ("false positives", "true positives")
    return framed(f"ROC{of and f', {of}'}: AUC {found.auc:.3f}", inside, UNIT, look, names)


def reliability_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """`height` lines of `width` cells; a mark a bin, hollow where it has few points. The outputs
    are probabilities. of: which points these are, if there are others."""
    said, truth = scored(outputs, points.targets)
    if not len(said):
        return filled([text_cells("Calibration: no outputs"[:width])], width, height)
    found = reliability(said, truth)
    inside = _diagonal(width, height, look)
    draw_line(inside, found.said, found.true, UNIT, look)
    row, column = places(found.said, found.true, UNIT, *area(width, height))
    full, hollow = "Oo" if look.ascii else "●○"
    for r, c, share in zip(row, column, found.counts / found.counts.sum(), strict=True):
        inside[int(r)][int(c)] = curve_cell(full if share >= MANY else hollow, look)
    names = (f"said {points.classes[1]}", "true")
    return framed(
        f"Calibration{of and f', {of}'}: error {found.error:.3f}", inside, UNIT, look, names
    )


def no_reliability_cells(output_activation: str, width: int, height: int) -> Cells:
    """Why outputs that are no probabilities have no such diagram."""
    why = f"{output_activation} outputs are no probabilities; sigmoid ones are"
    title = text_cells("Calibration"[:width].center(width), _BOLD)
    return filled([title, *map(text_cells, wrap(why, width))], width, height)


def _diagonal(width: int, height: int, look: Look) -> Cells:
    (rows, columns), inside = area(width, height), blank(width, height)
    for c in range(columns):
        r = rows - 1 - int((c + 0.5) / columns * rows)
        inside[r][c] = cell(glyphs_of(look).diagonal)
    return inside

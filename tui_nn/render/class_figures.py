"""Precision, recall and F1 of each class, beside the confusion matrix."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.classification import class_figures
from tui_nn.engine.metrics import confusion
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, filled, fitted_text, text_cells, too_small
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look

HEADS = ("precision", "recall", "F1", "support")
SHORT = ("prec", "rec", "F1", "n")
NAME = 5  # cells of a class's name, at least
_BOLD, _DIM = Style(bold=True), Style(dim=True)


def class_figures_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """`height` lines of `width` cells; where there is no room for all classes, the worst by F1.
    of: which points these are, if there are others."""
    found = class_figures(confusion(outputs.T, points.targets.T))
    glyphs = glyphs_of(look)
    train = glyphs.points(points)[0]
    names = [f"{train[i]} {name}" for i, name in enumerate(points.classes)]
    digits = len(str(int(found.support.sum())))
    heads, each = HEADS, [9, 6, 5, max(7, digits)]
    if width < sum(each) + 4 + NAME + 4:
        heads, each = SHORT, [5, 5, 5, max(4, digits)]
    room_for_name = width - sum(each) - 4
    name = min(max(NAME, *map(cell_len, names)), room_for_name)
    if name < NAME or height < 5:
        return filled(too_small(sum(each) + 4 + NAME, 5, width), width, height)

    def line(label: str, values: list[float], count: int) -> str:
        texts = [*(f"{value:.3f}" for value in values), str(count)]
        columns = (f" {text:>{cells}}" for text, cells in zip(texts, each, strict=True))
        return f"{fitted_text(label, name, more=glyphs.cut)}{''.join(columns)}"

    title = " ".join(f"{head:>{cells}}" for head, cells in zip(heads, each, strict=True))
    lines: Cells = [
        text_cells(f"Each class{of and f', {of}'}".center(name + sum(each) + len(each)), _BOLD),
        text_cells(f"{'class':<{name}} {title}", _DIM),
    ]
    order, room = list(range(len(names))), height - 3
    if len(names) > room:
        worst_first = np.argsort(np.where(found.there, found.f1, np.inf), kind="stable")
        order = worst_first[: room - 1].tolist()
    for i in order:
        own = [float(values[i]) for values in found[:3]]
        lines.append(text_cells(line(names[i], own, int(found.support[i]))))
    if left := len(names) - len(order):
        lines.append(text_cells(f"and {left} classes of a higher F1", _DIM))
    lines.append(text_cells(line("mean", found.means, int(found.support.sum())), _BOLD))
    return filled(lines, width, height)

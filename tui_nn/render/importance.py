"""The importance of each input as a bar, the largest first."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset, features
from tui_nn.datasets.plain import counted
from tui_nn.render.cells import Cells, filled, first_fitting, fitted_text, text_cells, too_small
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.shades import curve_cell
from tui_nn.render.sparks import number

FIGURE = 8  # cells of a number
LEAST_BAR = 6
BAR, HALF = "━", "╸"
_BOLD, _DIM = Style(bold=True), Style(dim=True)


def importance_cells(
    found: dict[str, Any] | None, points: Dataset, width: int, height: int, look: Look
) -> Cells:
    """`height` lines of `width` cells. found: as `session.importance` gives it; None: not yet."""
    names = [name for name, _ in points.input_groups]
    if found is None or len(found["increase"]) != len(names):
        return filled([text_cells("measuring")], width, height)
    if found["rows"] < 2:
        return filled([text_cells("too few points to shuffle"[:width])], width, height)
    name = min(max(map(cell_len, names)), width // 3)
    room = width - name - FIGURE - 2
    if room < LEAST_BAR or height < 3:
        return filled(too_small(3 * LEAST_BAR + FIGURE, 3, width), width, height)
    increase = found["increase"]
    order = np.argsort(-np.nan_to_num(increase, nan=-np.inf), kind="stable")
    shown = order[: height - 1 if len(order) < height else height - 2].tolist()
    largest = max(float(np.nanmax(increase, initial=0)), 1e-300)
    lines: Cells = [text_cells(_title(found, points, width), _BOLD)]
    for i in shown:
        cut = fitted_text(names[i], name, right=True, more=glyphs_of(look).cut)
        bar = _bar(increase[i] / largest * room, look)
        lines.append([*text_cells(f"{cut} "), *bar, *text_cells(f" {number(increase[i])}")])
    if left := len(order) - len(shown):
        unknown = int(np.isnan(increase).sum())
        said = f", {unknown} not measured yet" if unknown else ""
        lines.append(text_cells(f"and {left} of less importance{said}", _DIM))
    return filled(lines, width, height)


def _title(found: dict[str, Any], points: Dataset, width: int) -> str:
    rows = counted(found["rows"], "test point" if found["test"] else "training point")
    one = "an input" if points.features == (features.INPUTS,) else "a feature"
    titles = (
        f"How much the loss grows where {one} is shuffled, over {rows}",
        f"Loss grows with {one} shuffled: {rows}",
        f"Loss with {one} shuffled",
    )
    return first_fitting(titles, width)[:width].center(width)


def _bar(length: float, look: Look) -> list[Segment]:
    """A bar of so many cells; none of what is not above 0."""
    if not length > 0:
        return []
    if look.ascii:
        return [curve_cell("=", look)] * max(1, round(length))
    whole, half = divmod(max(1, round(2 * length)), 2)
    return [curve_cell(c, look) for c in BAR * whole + HALF * half]

"""Ground truth and prediction as maps: points over the decision surface, on the same axes.

Lines of `Segment`s serve both Rich and a Textual widget's `render_line`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array

GLYPHS = ("○", "●")  # class 0, class 1
WRONG = "✗"
LEGEND = f"{GLYPHS[0]} class 0   {GLYPHS[1]} class 1   {WRONG} misclassified"
AXIS = 5  # columns that the y axis takes
FRAME = 3  # lines that title and x axis take
SHADES = 33
_LOW, _MIDDLE, _HIGH = (245, 147, 34), (232, 234, 235), (8, 119, 189)
_DARK_MIDDLE = (38, 40, 44)


@cache
def _shade(level: int, dark: bool) -> str:
    """The colour of an output, from orange (0) over grey to blue (1)."""
    share = level / (SHADES - 1) * 2 - 1
    end, middle = (_HIGH if share > 0 else _LOW), (_DARK_MIDDLE if dark else _MIDDLE)
    mixed = (round(m + (e - m) * abs(share) * 0.75) for m, e in zip(middle, end, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@cache
def _cell(upper: int, lower: int, dark: bool) -> Segment:
    if upper == lower:
        return Segment(" ", Style(bgcolor=_shade(upper, dark)))
    return Segment("▀", Style(color=_shade(upper, dark), bgcolor=_shade(lower, dark)))


@cache
def _point(glyph: str, level: int | None, dark: bool) -> Segment:
    ink = "#ff3b3b" if glyph == WRONG else "#ffffff" if dark else "#000000"
    ground = None if level is None else _shade(level, dark)
    return Segment(glyph, Style(color=ink, bgcolor=ground, bold=True))


def surface_shape(width: int, height: int) -> tuple[int, int]:
    """Rows and columns of the decision surface that a map of this size shows."""
    return 2 * max(1, height - FRAME), max(1, width - AXIS)


def map_lines(
    title: str,
    dataset: Dataset,
    outputs: Array,
    surface: Array | None,
    width: int,
    height: int,
    *,
    dark: bool = True,
) -> list[list[Segment]]:
    """A titled map with axes, `height` lines of `width` cells.

    outputs: (N, 1), the truth or the predictions; a point is marked as misclassified where its
    class is not the true one. surface: `surface_shape(width, height)`, or None for no surface.
    """
    rows, columns = surface_shape(width, height)
    rows //= 2
    left, right, bottom, top = dataset.extent
    cells = [[Segment(" ")] * columns for _ in range(rows)]
    levels = None
    if surface is not None and surface.shape == (2 * rows, columns):
        finite = np.nan_to_num(np.clip(surface, 0, 1), nan=0.5)
        levels = np.rint(finite * (SHADES - 1)).astype(int).tolist()
        cells = [
            [_cell(u, w, dark) for u, w in zip(levels[2 * r], levels[2 * r + 1], strict=True)]
            for r in range(rows)
        ]
    predicted, true = outputs[:, 0] >= 0.5, dataset.targets[:, 0] >= 0.5
    column = np.clip((dataset.inputs[:, 0] - left) / (right - left) * columns, 0, columns - 1)
    row = np.clip((top - dataset.inputs[:, 1]) / (top - bottom) * rows, 0, rows - 1)
    # The misclassified come last, so that no right one hides them.
    for i in np.argsort(predicted != true, kind="stable"):
        r, c = int(row[i]), int(column[i])
        glyph = WRONG if predicted[i] != true[i] else GLYPHS[int(true[i])]
        cells[r][c] = _point(glyph, None if levels is None else levels[2 * r][c], dark)
    lines = [[Segment(title[:width].center(width), Style(bold=True))]]
    for r, line in enumerate(cells):
        tick = f"{top:g}" if r == 0 else f"{bottom:g}" if r == rows - 1 else ""
        lines.append([Segment(f"{tick:>{AXIS - 1}}│"), *line])
    lines.append([Segment(" " * (AXIS - 1) + "└" + "─" * columns)])
    ends = f"{left:g}", f"{right:g}"
    gap = max(1, columns - len(ends[0]) - len(ends[1]))
    lines.append([Segment(" " * AXIS + ends[0] + " " * gap + ends[1])])
    return lines


def prediction_title(dataset: Dataset, predictions: Array) -> str:
    wrong = int(np.sum((predictions >= 0.5) != (dataset.targets >= 0.5)))
    return f"Prediction · {wrong} wrong"


class TruthAndPrediction:
    """The two maps side by side, for Rich."""

    def __init__(
        self, dataset: Dataset, predictions: Array, surface: Array | None, width: int, height: int
    ) -> None:
        self.truth = map_lines("Ground truth", dataset, dataset.targets, None, width, height)
        title = prediction_title(dataset, predictions)
        self.prediction = map_lines(title, dataset, predictions, surface, width, height)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for truth, prediction in zip(self.truth, self.prediction, strict=True):
            yield from [*truth, Segment("  "), *prediction, Segment.line()]
        yield Segment(LEGEND)
        yield Segment.line()

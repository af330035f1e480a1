"""The loss chart. Everything that the project asks of plotext is in this file."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import plotext
from rich.style import Style
from rich.text import Text

from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, Picture, ansi_cells
from tui_nn.render.tables import format_loss

Colour = tuple[int, int, int]


class Series(NamedTuple):
    """A curve of the chart: its column in the history and how it is drawn."""

    name: str
    column: int
    colour: Colour


TRAIN = Series("train", 1, (64, 156, 222))
TEST = Series("test", 3, (235, 140, 40))
TARGET: Colour = (90, 170, 90)
BEST: Colour = (205, 75, 165)
FRAME = 3  # lines that the frame and the ticks take
BEST_MARK, ASCII_BEST_MARK = "◆", "@"


def envelope(x: Array, y: Array, points: int) -> tuple[Array, Array]:
    """At most so many points that keep every stretch's smallest and largest value."""
    if len(x) <= points:
        return x, y
    kept = [0, len(x) - 1]
    bounds = np.linspace(0, len(x), max(2, points // 2)).astype(int)
    for start, end in pairwise(bounds):
        kept += [start + int(np.argmin(y[start:end])), start + int(np.argmax(y[start:end]))]
    indices = np.unique(kept)
    return x[indices], y[indices]


def round_up(value: float) -> float:
    """The next number that reads well on an axis."""
    scale = 10.0 ** math.floor(math.log10(value))
    return scale * next(m for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 20) if m * scale >= value)


def ticks(end: float, wanted: int) -> list[float]:
    """At most about so many round numbers from 0 to `end`."""
    step = end / max(1, wanted)
    scale = 10.0 ** math.floor(math.log10(step))
    step = scale * next(m for m in (1, 2, 5, 10, 20) if m * scale >= step * 0.999)
    return [i * step for i in range(int(end / step * 1.0001) + 1)]


def short(value: float) -> str:
    """A tick's label: 1500 is 1.5k."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


class Axes:
    """Limits and ticks of both axes, and where on them a value is drawn.

    columns, rows: the cells that the curves have. end: the last step on the axis.
    """

    def __init__(self, end: float, heights: Array, columns: int, rows: int, log: bool) -> None:
        self._rows, self._log = max(2, rows), log
        if log:
            first = math.floor(math.log10(heights.min()))
            last = max(math.ceil(math.log10(heights.max())), first + 1)
            every = math.ceil((last - first) / max(1, rows // 2))
            up = {float(decade): f"1e{decade}" for decade in range(first, last + 1, every)}
            low, high = float(first), float(last)
        else:
            low, high = 0.0, round_up(float(heights.max()) or 1.0)
            up = {value: f"{value:g}" for value in ticks(high, max(1, min(8, rows // 2)))}
        self._low, self._high = low, high
        across = ticks(end, max(1, min(10, columns // 11)))
        plotext.xlim(0, end)
        plotext.xticks(across, [short(value) for value in across])
        plotext.ylim(low, high)
        plotext.yticks(list(up), list(up.values()))

    def height(self, values: Array) -> Array:
        """Where a curve of losses runs."""
        return np.log10(values) if self._log else values

    def cell(self, value: float) -> float:
        """Where a mark lies that takes a whole cell: in the cell through which a curve runs.

        plotext puts both on the nearest point of a grid, and a curve's is four times as fine.
        """
        share = (float(self.height(np.array(value))) - self._low) / (self._high - self._low)
        row = round(share * (4 * self._rows - 1)) // 4
        return self._low + row / (self._rows - 1) * (self._high - self._low)


def chart_cells(
    history: Array,
    width: int,
    height: int,
    *,
    log: bool = False,
    target: float | None = None,
    ascii: bool = False,
) -> Cells:
    """The chart of training and test loss, `height` lines of `width` cells.

    history: rows of HISTORY_COLUMNS. What is not finite (or, on a log axis, not above 0) is left
    out. The target is a line across, the lowest training loss a mark. The axis of steps ends at a
    round number beyond the last one, so that a growing curve moves only now and then.
    """
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)  # the size is ours, not that of a terminal
    plotext.plot_size(width, height)
    curve, level = ("*", "-") if ascii else ("braille", "╌")
    end = round_up(max(1.0, history[-1, 0] if len(history) else 1.0))
    lines = []
    for series in (TEST, TRAIN):
        x, y = _finite(history, series.column, log)
        if len(y):
            lines.append((*envelope(x, y, 2 * width), series.colour))
    heights = np.concatenate([y for _, y, _ in lines] or [np.array([1.0])])
    if target is not None and (target > 0 or not log):
        heights = np.append(heights, target)
    axes = Axes(end, heights, width - 8, height - FRAME, log)
    if target is not None and (target > 0 or not log):
        plotext.plot([0, end], [axes.cell(target)] * 2, color=TARGET, marker=level)
    for x, y, colour in lines:
        plotext.plot(x.tolist(), axes.height(y).tolist(), color=colour, marker=curve)
    if best := best_point(history):
        step, value = best
        if value > 0 or not log:
            mark = ASCII_BEST_MARK if ascii else BEST_MARK
            plotext.scatter([step], [axes.cell(value)], color=BEST, marker=mark)
    text = plotext.build()
    plotext.clear_figure()
    return ansi_cells(_plain_frame(text) if ascii else text)[:height]


def _finite(history: Array, column: int, log: bool) -> tuple[Array, Array]:
    x, y = history[:, 0], history[:, column]
    keep = np.isfinite(y) & (y > 0 if log else True)
    return x[keep], y[keep]


def _plain_frame(text: str) -> str:
    return text.translate(str.maketrans("┌┐└┘┬┤├┴┼─│", "+++++++++-|"))


def best_point(history: Array) -> tuple[float, float] | None:
    """Step and value of the lowest training loss so far."""
    x, y = _finite(history, TRAIN.column, log=False)
    return (float(x[y.argmin()]), float(y.min())) if len(y) else None


def chart_legend(history: Array, target: float | None, *, ascii: bool = False) -> Text:
    """What the curves and marks of `chart_cells` are, in its colours."""
    curve, mark = ("*", ASCII_BEST_MARK) if ascii else ("⠒", BEST_MARK)
    parts = []
    for series in (TRAIN, TEST):
        if np.isfinite(history[:, series.column]).any():
            parts.append((f"{curve}{curve} {series.name}", series.colour))
    if target is not None:
        parts.append((f"-- target {target:g}" if ascii else f"╌╌ target {target:g}", TARGET))
    if best := best_point(history):
        parts.append((f"{mark} best {format_loss(best[1])} at {best[0]:.0f}", BEST))
    return Text("   ").join(Text(words, _ink(colour)) for words, colour in parts)


def _ink(colour: Colour) -> Style:
    return Style(color="#{:02x}{:02x}{:02x}".format(*colour))


def loss_chart(
    history: Array,
    width: int,
    height: int,
    *,
    log: bool = False,
    target: float | None = None,
    ascii: bool = False,
) -> Picture:
    """The chart for Rich."""
    return Picture(chart_cells(history, width, height, log=log, target=target, ascii=ascii))

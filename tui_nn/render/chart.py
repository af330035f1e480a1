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
from tui_nn.render.cells import Cells, Picture, ansi_cells, cell
from tui_nn.render.tables import format_loss
from tui_nn.settings import as_text

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
CEILING = 100.0  # times the first loss: what a linear axis shows of an explosion
RAW: Colour = (130, 130, 130)
RATE_CEILING = 2.0  # times the first loss: what the chart of a range test shows of an explosion
RATE_GLYPHS = {False: ("·", "⠒", BEST_MARK), True: (".", "*", ASCII_BEST_MARK)}
_BRAILLE, _DOTS = 0x2800, (0x40, 0x04, 0x02, 0x01)  # left dots of a cell, from below


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

    columns, rows: the cells that the curves have. end: the last step on the axis. The ticks of the
    losses are a whole number of rows apart, so that none of them lies.
    """

    def __init__(self, end: float, heights: Array, columns: int, rows: int, log: bool) -> None:
        self._rows, self._log = max(2, rows), log
        self._low = math.floor(math.log10(heights.min())) if log else 0.0
        top = math.log10(heights.max()) if log else float(heights.max()) or 1.0
        step, apart = tick_step(max(top - self._low, 1.0 if log else 0.0), self._rows - 1, log)
        self._high = self._low + step * (self._rows - 1) / apart
        up = [self._low + i * step for i in range((self._rows - 1) // apart + 1)]
        across = ticks(end, max(1, min(10, columns // 11)))
        plotext.xlim(0, end)
        plotext.xticks(across, [short(value) for value in across])
        plotext.ylim(self._low, self._high)
        plotext.yticks(up, [f"1e{value:.0f}" if log else f"{value:g}" for value in up])

    def height(self, values: Array) -> Array:
        """Where a curve of losses runs; what is too high for the axis runs along its top."""
        return np.minimum(np.log10(values) if self._log else values, self._high)

    def dot(self, value: float) -> tuple[int, int]:
        """Row of cells, from below, and dot in it, where a curve of this loss runs."""
        share = (float(self.height(np.array(value))) - self._low) / (self._high - self._low)
        return divmod(round(share * (4 * self._rows - 1)), 4)


def tick_step(top: float, rows: int, log: bool) -> tuple[float, int]:
    """The round distance of ticks and the rows it takes, for an axis from 0 to just above `top`."""
    best = (math.inf, 0.0, 1)
    for apart in range(2 if rows >= 2 else 1, max(3, rows // 2 + 1)):
        needed = top * apart / rows
        if log:
            step = float(max(1, math.ceil(needed)))
        else:
            scale = 10.0 ** math.floor(math.log10(needed))
            step = scale * next(m for m in (1, 2, 2.5, 5, 10, 20) if m * scale >= needed * 0.9999)
        # As little room above as can be, but rather more ticks.
        best = min(best, (step * rows / apart * (1 + 0.12 * apart), step, apart))
    return best[1], best[2]


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
    out. The target is a dotted line, the lowest training loss a mark. The axis of steps ends at a
    round number beyond the last one, so that a growing curve moves only now and then.
    """
    end = round_up(max(1.0, history[-1, 0] if len(history) else 1.0))
    curves = {
        series: envelope(*_finite(history, series.column, log), 2 * width)
        for series in (TRAIN, TEST)
    }
    heights = _heights([y for _, y in curves.values()], log)
    if target is not None and log and target <= 0:
        target = None
    if target is not None:
        heights = np.append(heights, target)
    pictures = []
    for series, (x, y) in curves.items():
        if len(y) or series is TRAIN:
            _begin_figure(width, height)
            axes = Axes(end, heights, width - 8, height - FRAME, log)
            marker = "*" if ascii else "braille"
            if not len(y):  # plotext draws no axes without a point; this one is outside of them
                x, y = np.array([-end]), heights[:1]
            y = axes.height(y)
            plotext.plot(x.tolist(), y.tolist(), color=series.colour, marker=marker)
            text = plotext.build()
            pictures.append(ansi_cells(_plain_frame(text) if ascii else text)[:height])
    plotext.clear_figure()
    chart = pictures[0] if len(pictures) == 1 else _overlaid(*pictures)
    area = _Area(chart, width, height)
    if target is not None:
        area.draw_across(*axes.dot(target), "-" if ascii else None)
    if (best := best_point(history)) and (best[1] > 0 or not log):
        area.draw_mark(best[0] / end, axes.dot(best[1])[0], ASCII_BEST_MARK if ascii else BEST_MARK)
    return chart


def _begin_figure(width: int, height: int) -> None:
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)  # the size is ours, not that of a terminal
    plotext.plot_size(width, height)


def _heights(curves: list[Array], log: bool) -> Array:
    """The losses that the axis has room for."""
    finite = np.concatenate([y for y in curves if len(y)] or [np.array([1.0])])
    if not log and finite[0] > 0:
        finite = np.minimum(finite, CEILING * finite[0])
    return finite


def _finite(history: Array, column: int, log: bool) -> tuple[Array, Array]:
    x, y = history[:, 0], history[:, column]
    keep = np.isfinite(y) & (y > 0 if log else True)
    return x[keep], y[keep]


def _overlaid(train: Cells, test: Cells) -> Cells:
    """Both curves: a cell that they share has the dots of both, and by turns the colour of one."""
    lines = []
    for below, above in zip(train, test, strict=True):
        line = list(below)
        for x, (a, b) in enumerate(zip(below, above, strict=True)):
            if b.style is not None:  # only a curve has a colour
                dots = _dots(a.text) | _dots(b.text)
                text = chr(_BRAILLE + dots) if dots else b.text
                line[x] = cell(text, b.style if a.style is None or x % 2 else a.style)
        lines.append(line)
    return lines


def _dots(character: str) -> int:
    """The dots of a braille character; other characters have none."""
    return ord(character) - _BRAILLE if _BRAILLE <= ord(character) < _BRAILLE + 256 else 0


class _Area:
    """The part of a chart that is within its frame, for what is drawn over the curves."""

    def __init__(self, chart: Cells, width: int, height: int) -> None:
        self._chart = chart
        top = chart[0]
        self._left = next((x for x, c in enumerate(top) if c.text in "┌+"), 0) + 1
        self._columns = max(1, width - self._left - 1)
        self._bottom = height - FRAME

    def draw_across(self, row: int, dot: int, character: str | None) -> None:
        """A line across: of dots, added to those of the curves, or of a character."""
        line = self._chart[self._bottom - row]
        ink = _ink(TARGET)
        for x in range(self._left, self._left + self._columns):
            if character is None:
                dots = _dots(line[x].text) | _DOTS[dot]
                line[x] = cell(chr(_BRAILLE + dots), line[x].style or ink)
            elif line[x].text == " ":
                line[x] = cell(character, ink)

    def draw_mark(self, share: float, row: int, character: str) -> None:
        x = self._left + round(share * (self._columns - 1))
        self._chart[self._bottom - row][x] = cell(character, _ink(BEST))


def _plain_frame(text: str) -> str:
    return text.translate(str.maketrans("┌┐└┘┬┤├┴┼─│", "+++++++++-|"))


def best_point(history: Array) -> tuple[float, float] | None:
    """Step and value of the lowest training loss so far."""
    x, y = _finite(history, TRAIN.column, log=False)
    return (float(x[y.argmin()]), float(y.min())) if len(y) else None


def chart_legend(
    history: Array, target: float | None, *, log: bool = False, ascii: bool = False
) -> Text:
    """What the curves and marks of `chart_cells` are, in its colours, and where it is cut off."""
    curve, mark = ("*", ASCII_BEST_MARK) if ascii else ("⠒", BEST_MARK)
    parts = []
    for series in (TRAIN, TEST):
        if np.isfinite(history[:, series.column]).any():
            parts.append((f"{curve}{curve} {series.name}", series.colour))
    if target is not None:
        parts.append((f"-- target {target:g}" if ascii else f"⠄⠄ target {target:g}", TARGET))
    if best := best_point(history):
        parts.append((f"{mark} best {format_loss(best[1])} at {best[0]:.0f}", BEST))
    losses = _finite(history, TRAIN.column, log=False)[1]
    if not log and len(losses) and losses.max() > (limit := CEILING * losses[0]) > 0:
        parts.append((f"cut off at {limit:.3g}: see the log axis", TEST.colour))
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


def rate_chart(
    rates: Array,
    losses: Array,
    smoothed: Array,
    suggestion: float | None,
    width: int,
    height: int,
    *,
    ascii: bool = False,
) -> Picture:
    """A learning-rate range test: the losses as dots, smoothed as a curve, over log rate.

    rates, losses, smoothed: (n,), at least 2. The suggestion is a mark on the curve. Losses above
    RATE_CEILING times the first run along the top.
    """
    _begin_figure(width, height)
    heights = np.minimum(np.concatenate([losses, smoothed]), RATE_CEILING * losses[0])
    axes = Axes(1.0, heights, width - 8, height - FRAME, log=False)
    x, across = np.log10(rates), rate_ticks(rates[0], rates[-1], (width - 8) // 9)
    plotext.xlim(x[0], x[-1])
    plotext.xticks(np.log10(across).tolist(), [as_text(float(f"{rate:.3g}")) for rate in across])
    dot, curve, mark = RATE_GLYPHS[ascii]
    plotext.scatter(x.tolist(), axes.height(losses).tolist(), color=RAW, marker=dot)
    marker = curve if ascii else "braille"
    plotext.plot(x.tolist(), axes.height(smoothed).tolist(), color=TRAIN.colour, marker=marker)
    text = plotext.build()
    plotext.clear_figure()
    chart = ansi_cells(_plain_frame(text) if ascii else text)[:height]
    if suggestion is not None:
        place = math.log10(suggestion)
        share = (place - x[0]) / (x[-1] - x[0])
        row, _ = axes.dot(float(np.interp(place, x, smoothed)))
        _Area(chart, width, height).draw_mark(share, row, mark)
    return Picture(chart)


def rate_ticks(lowest: float, highest: float, wanted: int) -> list[float]:
    """At most about so many powers of ten, or both ends where there is hardly one between them."""
    first, last = math.ceil(math.log10(lowest) - 1e-9), math.floor(math.log10(highest) + 1e-9)
    if last <= first:
        return [lowest, highest]
    return [10.0**i for i in range(first, last + 1, math.ceil((last - first) / max(1, wanted)))]


def rate_legend(suggestion: float | None, *, ascii: bool = False) -> Text:
    """What the dots, the curve and the mark of `rate_chart` are."""
    dot, curve, mark = RATE_GLYPHS[ascii]
    parts = [(f"{dot} loss after a step", RAW), (f"{curve}{curve} smoothed", TRAIN.colour)]
    if suggestion is not None:
        parts.append((f"{mark} suggestion", BEST))
    return Text("   ").join(Text(words, _ink(colour)) for words, colour in parts)

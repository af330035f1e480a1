"""Axes: limits, ticks and the frame of a chart. All that the project asks of plotext is here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import plotext
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, ansi_cells, cell

FRAME = 3  # lines that the frame and the ticks take
LABEL = 5  # cells that the labels on the left have at least, so that charts stand below each other
Ticks = tuple[tuple[float, str], ...]  # place and label


def round_up(value: float) -> float:
    """The next number that reads well on an axis."""
    scale = 10.0 ** math.floor(math.log10(value))
    return scale * next(m for m in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 20) if m * scale >= value)


def ticks(start: float, end: float, wanted: int) -> list[float]:
    """At most about so many round numbers from `start` to `end`."""
    step = (end - start) / max(1, wanted)
    scale = 10.0 ** math.floor(math.log10(step))
    step = scale * next(m for m in (1, 2, 5, 10, 20) if m * scale >= step * 0.999)
    first, last = math.ceil(start / step - 1e-4), math.floor(end / step + 1e-4)
    return [i * step for i in range(first, last + 1)]


def short(value: float) -> str:
    """A tick's label: 1500 is 1.5k."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.10g}{letter}"
    return f"{value:.10g}"


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


@dataclass(frozen=True)
class Axes:
    """What both axes show, and where on them a value is drawn, in the dots of braille: two columns
    and four rows a cell, counted from below on the left.

    columns, rows: the cells within the frame.
    """

    columns: int
    rows: int
    start: float
    end: float
    low: float
    high: float
    across: Ticks
    up: Ticks
    log: bool = False  # low and high are powers of ten, then

    @property
    def dot_width(self) -> float:
        """What a column of dots is on the x axis."""
        return (self.end - self.start) / (2 * self.columns - 1)

    def across_dots(self, values: Array) -> Array:
        return (values - self.start) / self.dot_width

    def position(self, value: float) -> float:
        """A value as low and high are counted; not finite where it has no place."""
        if not self.log:
            return value
        return math.log10(value) if value > 0 else -math.inf

    def up_dots(self, values: Array) -> Array:
        """Low and high are in the middle of a row of cells, as their ticks are. What is beyond the
        axis runs along its edge; NaN where there is no place for it."""
        if self.log:
            values = np.log10(np.where(values > 0, values, np.nan))
        share = (np.clip(values, self.low, self.high) - self.low) / (self.high - self.low)
        return share * 4 * (self.rows - 1) + 1.5

    def column(self, value: float) -> int | None:
        """The column of cells that a value is in, if it is on the axis."""
        if not self.start <= value <= self.end:
            return None
        return round((value - self.start) / (self.end - self.start) * (self.columns - 1))

    def value(self, column: float) -> float:
        """The value in the middle of a column of cells."""
        return self.start + (self.end - self.start) * column / max(1, self.columns - 1)


def inner_size(width: int, height: int, label: int = LABEL) -> tuple[int, int]:
    """Columns and rows of cells within the frame of a chart of this size."""
    return max(2, width - label - 2), max(2, height - FRAME)


def value_axes(
    limits: tuple[float, float],
    heights: Array,
    size: tuple[int, int],
    *,
    log: bool = False,
    from_zero: bool = True,
    most: float = math.inf,
) -> Axes:
    """Axes for values of these heights, on an x axis with these limits.

    size: columns and rows of cells within the frame. The ticks on the left are a whole number of
    rows apart, so that none of them lies. from_zero: the axis begins at 0, also if that leaves
    little room for the heights. most: what no value can exceed; the axis ends there if it can.
    """
    (columns, rows), (start, end) = size, limits
    lowest, highest = float(heights.min()), float(heights.max())
    if log:
        low = float(math.floor(math.log10(lowest)))
        top = max(math.log10(highest) - low, 1.0)
    else:
        low = 0.0
        if lowest < 0 or not from_zero:
            step, _ = tick_step((highest - lowest) or abs(highest) or 1.0, rows - 1, False)
            low = math.floor(lowest / step) * step
        top = (highest - low) or 1.0
    step, apart = tick_step(top, rows - 1, log)
    length, spaces = step * (rows - 1) / apart, (rows - 1) // apart
    first = low
    if low + length > most:
        low, first = most - length, most - spaces * step
        if low < 0 <= lowest:
            low = first = 0.0
    up = [first + i * step for i in range(spaces + 1)]
    across = ticks(start, end, max(1, min(10, columns // (11 if end < 1e6 else 14))))
    return Axes(
        columns,
        rows,
        start,
        end,
        low,
        low + length,
        tuple((value, short(value)) for value in across),
        tuple((value, f"1e{value:.0f}" if log else f"{_clean(value, step):g}") for value in up),
        log,
    )


def _clean(value: float, step: float) -> float:
    """0 where a sum of steps only nearly is."""
    return 0.0 if abs(value) < step / 1000 else value


def label_width(*axes: Axes) -> int:
    """Cells that the labels on the left take."""
    return max(LABEL, *(len(label) for one in axes for _, label in one.up))


@lru_cache(maxsize=32)
def frame(
    axes: Axes,
    width: int,
    height: int,
    *,
    label: int = LABEL,
    guides: Style | None = None,
    ascii: bool = False,
) -> Cells:
    """An empty chart, `height` lines of `width` cells, which its user copies.

    plotext takes milliseconds for it, so it is kept; it changes with the axes only. label: cells
    for the labels on the left. guides: how the lines through the ticks are drawn, if at all.
    """
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.limit_size(False, False)  # the size is ours, not that of a terminal
    plotext.plot_size(width, height)
    plotext.xlim(axes.start, axes.end)
    plotext.ylim(axes.low, axes.high)
    plotext.xticks([place for place, _ in axes.across], [text for _, text in axes.across])
    plotext.yticks([place for place, _ in axes.up], [f"{text:>{label}}" for _, text in axes.up])
    plotext.grid(guides is not None, guides is not None)
    # plotext draws no axes without a point; this one is outside of them.
    plotext.plot([2 * axes.start - axes.end - 1], [axes.low], marker=" ")
    text = plotext.build()
    plotext.clear_figure()
    if ascii:
        text = text.translate(str.maketrans("┌┐└┘┬┤├┴┼─│", "+++++++++-|"))
    lines = [(line + [cell(" ")] * width)[:width] for line in ansi_cells(text)[:height]]
    if guides is not None:
        for line in lines[1 : height - 2]:
            for x in range(label + 1, width - 1):
                if line[x].text != " ":
                    line[x] = cell(_guide(line[x].text, x in (label + 1, width - 2)), guides)
    return lines


def _guide(character: str, at_the_edge: bool) -> str:
    """A guide along the frame would only double it."""
    if at_the_edge:
        return {"│": " ", "|": " ", "┼": "─", "+": "-"}.get(character, character)
    return character

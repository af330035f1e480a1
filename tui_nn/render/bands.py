"""Learning curves over each other: of each row the median, and a band from quartile to quartile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rich.style import Style
from rich.text import Text

from tui_nn.engine.types import Array
from tui_nn.render.axes import frame, inner_size, label_width, round_up, value_axes
from tui_nn.render.canvas import Canvas, trace
from tui_nn.render.cells import Picture
from tui_nn.render.chart import ASCII_PIN_MARKS, PIN_MARKS, glyphs, ink
from tui_nn.render.inks import inks
from tui_nn.render.look import Look

MOST = 6  # curves that can be told apart
APART = 12  # cells from one mark on a curve to the next


class Band(NamedTuple):
    """A curve: its name, steps (n,), and (3, n) low quartile, median and high quartile."""

    name: str
    steps: Array
    values: Array


def bands_chart(
    bands: Sequence[Band],
    width: int,
    height: int,
    look: Look,
    target: float | None = None,
    *,
    log: bool = True,
) -> Picture:
    """At most MOST curves; the first is drawn above the others."""
    last = max(float(band.steps[-1]) for band in bands)
    heights = np.concatenate([band.values.ravel() for band in bands])
    heights = heights[np.isfinite(heights) & ((heights > 0) | (not log))]
    if target:
        heights = np.append(heights, target)
    heights = heights if len(heights) else np.ones(1)
    limits = (0.0, round_up(max(1.0, last)))
    axes = value_axes(limits, heights, inner_size(width, height), log=log)
    label = label_width(axes)
    axes = value_axes(limits, heights, inner_size(width, height, label), log=log)
    canvas = Canvas(axes, frame(axes, width, height, label=label, ascii=look.ascii), label)
    up, across = np.indices((4 * axes.rows, 2 * axes.columns))
    sparse = (across % 2 == 0) & ((up + across // 2) % 2 == 0)
    lines = []
    for i, band in reversed(list(enumerate(bands))):
        x = axes.across_dots(band.steps)
        low, middle, high = band.values
        inside = trace(axes, x, low, high) & sparse
        canvas.draw_dots(inside, _faint(i, look), character="." if look.ascii else None, faint=True)
        lines.append((i, trace(axes, x, middle, middle)))
    if target and axes.low <= axes.position(target) <= axes.high:
        dots = np.zeros((4 * axes.rows, 2 * axes.columns), bool)
        dots[round(axes.up_dots(np.array([target]))[0]), ::2] = True
        canvas.draw_dots(dots, ink("target", look), character=glyphs(look).target)
    for i, dots in lines:
        canvas.draw_dots(
            dots, curve_ink(i, look), character=curve_mark(i, look) if look.ascii else None
        )
        if not look.ascii:
            _draw_marks(canvas, i, dots, look)
    return Picture(canvas.cells)


def bands_legend(bands: Sequence[Band], look: Look, target: float | None = None) -> Text:
    """Which curve is whose."""
    parts = [
        Text(f"{curve_mark(i, look)} {b.name}", curve_ink(i, look)) for i, b in enumerate(bands)
    ]
    if target:
        dots = "--" if look.ascii else "⠄"
        parts.append(Text(f"{dots} target {target:g}", ink("target", look)))
    return Text("   ").join(parts)


def curve_ink(i: int, look: Look) -> Style:
    """The style of a curve, by its place."""
    if not look.colour:
        return Style(bold=i == 0)
    found = inks(look)
    colours = (found.high.full, found.low.full, found.other, found.best, found.event, found.pins[0])
    return Style(color=colours[i % MOST])


def _faint(i: int, look: Look) -> Style:
    return curve_ink(i, look) + Style(dim=True)


def curve_mark(i: int, look: Look) -> str:
    """The glyph of a curve, by its place."""
    return (ASCII_PIN_MARKS if look.ascii else PIN_MARKS)[i % MOST]


def _draw_marks(canvas: Canvas, i: int, dots: Array, look: Look) -> None:
    """Marks on a curve, by which it is known without its colour."""
    rows, columns = canvas.axes.rows, canvas.axes.columns
    tops = np.where(dots.any(axis=0), 4 * rows - 1 - dots[::-1].argmax(axis=0), -1)
    for column in range(2 + 2 * i, columns, APART):
        if (top := int(tops[2 * column])) >= 0:
            canvas.draw_mark(column, top // 4, curve_mark(i, look), curve_ink(i, look))

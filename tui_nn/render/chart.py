"""The chart of a run: its losses or its accuracy over the steps, beside those of other runs."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.axes import LABEL, Axes, frame, inner_size, label_width, value_axes
from tui_nn.render.canvas import Canvas, trace
from tui_nn.render.cells import Cells, Picture
from tui_nn.render.envelope import Envelope
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.window import Window

CEILING = 100.0  # times the first loss: what a linear axis shows of an explosion
R2_FLOOR = -1.0  # what an axis of R² shows of one
PIN_MARKS, ASCII_PIN_MARKS = "△□○◇▽☆", "abcdef"
APART = 12  # cells from one mark on a pinned curve to the next

_FAINT = ("cursor", "guide", "raw", "pin")  # dimmer than the rest where there are no colours


@lru_cache(maxsize=128)
def ink(name: str, look: Look) -> Style:
    """The style of a part of the chart."""
    if look.colour:
        low, high, greys, pins = (found := inks(look)).low, found.high, found.greys, found.pins
        colours = {
            "train": high.full,
            "raw train": high.faint,
            "test": low.full,
            "raw test": low.faint,
            "target": found.other,
            "best": found.best,
            "event": found.event,
            "cursor": greys.faint,
            "guide": greys.dim,
        }
        return Style(color=colours.get(name) or pins[int(name.removeprefix("pin "))])
    return Style(dim=True) if name.startswith(_FAINT) else Style(bold=name == "best")


class Glyphs(NamedTuple):
    """What the parts of a chart are drawn with; None: in dots."""

    train: str | None
    test: str | None
    target: str | None
    best: str
    event: str
    cursor: str
    pins: str


UNICODE = Glyphs(None, None, None, "◆", "▴", "┊", PIN_MARKS)
ASCII = Glyphs("*", "o", "-", "@", "^", ":", ASCII_PIN_MARKS)


def glyphs(look: Look) -> Glyphs:
    return ASCII if look.ascii else UNICODE


class Series(NamedTuple):
    """A curve: what it is called, whose it is, its column in the history, and its style."""

    name: str
    run: Envelope
    column: int
    ink: Style
    glyph: str | None  # in ASCII, or the mark on a pinned curve
    pinned: bool = False


@dataclass(frozen=True)
class Chart:
    """What a chart shows, and how.

    metric: the name of the accuracy, which is R² where values are learned. log: the axis of the
    loss. smoothing: the weight of the moving average, 0 for none. pins: names and runs. events: the
    steps of changes. cursor: the step that is looked at. alike: the places of the pins with the
    run's own settings, which are named last.
    """

    run: Envelope
    look: Look = field(default_factory=Look)
    window: Window = field(default_factory=Window)
    metric: str = "accuracy"
    target: float | None = None
    log: bool = False
    smoothing: float = 0.0
    guides: bool = False
    pins: Sequence[tuple[str, Envelope]] = ()
    events: Sequence[int] = ()
    cursor: float | None = None
    alike: Collection[int] = ()

    @property
    def best(self) -> tuple[float, float] | None:
        """Step and value of the lowest loss. The first point is no achievement."""
        return self.run.best if len(self.run.rows) > 1 else None

    @property
    def limits(self) -> tuple[float, float]:
        """The ends of the x axis."""
        return self.window.limits(max([self.run.last, *(run.last for _, run in self.pins)]))

    def series(self, accuracy: bool = False) -> list[Series]:
        """The curves, those first over which the others are drawn."""
        train, test = (2, 4) if accuracy else (1, 3)
        glyph = glyphs(self.look)
        found = []
        for i, (name, run) in enumerate(self.pins):
            mark, style = glyph.pins[i % len(glyph.pins)], ink(f"pin {i % 3}", self.look)
            found.append(Series(name, run, train, style, mark, pinned=True))
        if self.run.has_test:
            style = ink("test", self.look)
            found.append(Series("test", self.run, test, style, glyph.test))
        return [*found, Series("train", self.run, train, ink("train", self.look), glyph.train)]


class Curve(NamedTuple):
    """A series where it is known: places in columns of dots, lows and highs; raw: unsmoothed."""

    series: Series
    x: Array
    low: Array
    high: Array
    raw: bool = False


def curves(chart: Chart, accuracy: bool, columns: int) -> list[Curve]:
    """The series in so many columns of cells; those that are smoothed also as they are."""
    start, end = chart.limits
    count = 2 * columns
    width = (end - start) / (count - 1)
    raw, drawn = [], []
    for series in chart.series(accuracy):
        run, column = series.run, series.column
        low, high, _, filled = run.columns(column, start, width, count)
        x, low, high = np.flatnonzero(filled).astype(float), low[filled], high[filled]
        if chart.smoothing:
            if not series.pinned:
                raw.append(Curve(series, x, low, high, raw=True))
            low = high = run.smoothed(column, start, width, count, chart.smoothing)[filled]
        else:
            for step, value in run.around(column, start - width / 2, end + width / 2):
                at = 0 if step < start else len(x)
                x = np.insert(x, at, (step - start) / width)
                low, high = np.insert(low, at, value), np.insert(high, at, value)
        if accuracy:
            low, high = np.maximum(low, R2_FLOOR), np.maximum(high, R2_FLOOR)
        drawn.append(Curve(series, x, low, high))
    return raw + drawn


class Fit(NamedTuple):
    """What there is room for in a chart; label: cells for the labels on the left."""

    curves: list[Curve]
    axes: Axes
    label: int


def fitted(
    chart: Chart, width: int, height: int, *, accuracy: bool = False, label: int = LABEL
) -> Fit:
    """A chart in `height` lines of `width` cells. label: what its labels have at least."""
    while True:
        size = inner_size(width, height, label)
        found = curves(chart, accuracy, size[0])
        axes = _axes(chart, found, accuracy, size)
        if (needed := label_width(axes)) <= label:
            return Fit(found, axes, label)
        label = needed


def chart_cells(
    chart: Chart,
    width: int,
    height: int,
    *,
    accuracy: bool = False,
    caption: Sequence[tuple[str, Style | None]] = (),
    fit: Fit | None = None,
) -> Cells:
    """The chart of the losses or of the accuracy, `height` lines of `width` cells.

    What is not finite (or, on a log axis, not above 0) is a gap. caption: words in the top line.
    fit: as it is fitted into this size, if that is known.
    """
    found, axes, label = fit or fitted(chart, width, height, accuracy=accuracy)
    look, glyph = chart.look, glyphs(chart.look)
    guides = ink("guide", look) if chart.guides else None
    empty = frame(axes, width, height, label=label, guides=guides, ascii=look.ascii)
    canvas = Canvas(axes, empty, label)
    if chart.cursor is not None and (column := axes.column(chart.cursor)) is not None:
        canvas.draw_line(column, glyph.cursor, ink("cursor", look))
    for curve in found:
        if curve.series.pinned or curve.raw:
            _draw_faint(canvas, curve, look)
    if not accuracy and chart.target is not None:
        target = axes.up_dots(np.array([chart.target]))[0]
        if axes.low <= axes.position(chart.target) <= axes.high:
            dots = np.zeros((4 * axes.rows, 2 * axes.columns), bool)
            dots[round(target), ::2] = True
            style = ink("target", look)  # which a curve in the same cell would not leave it
            canvas.draw_dots(dots, style, character=glyph.target, faint=True)
    strong = [curve for curve in found if not (curve.series.pinned or curve.raw)]
    _draw_strong(canvas, strong)
    for step in chart.events:
        if (column := axes.column(step)) is not None:
            canvas.draw_mark(column, -1, glyph.event, ink("event", look))
    if not accuracy and (best := chart.best) and (best[1] > 0 or not chart.log):
        train = next(c for c in found if c.series.name == "train" and not c.series.pinned)
        if (place := _place_on(axes, train, *best)) is not None:
            canvas.draw_mark(*place, glyph.best, ink("best", look))
    canvas.draw_caption(caption)
    return canvas.cells


def _place_on(axes: Axes, curve: Curve, step: float, value: float) -> tuple[int, int] | None:
    """The cell, column and row, in which a curve has a point, if that is on the axis: one that the
    curve's dots are in, as columns of cells are not rounded as those of dots are."""
    if not axes.start <= step <= axes.end:
        return None
    last = 2 * axes.columns - 1
    column = round((step - axes.start) / (axes.end - axes.start) * last) // 2
    dots = trace(axes, curve.x, curve.low, curve.high)[:, 2 * column : 2 * column + 2]
    rows, wanted = np.flatnonzero(dots.any(axis=1)), axes.up_dots(np.array([value]))[0]
    row = rows[np.abs(rows - wanted).argmin()] if len(rows) else round(wanted)
    return column, int(row) // 4


def _draw_faint(canvas: Canvas, curve: Curve, look: Look) -> None:
    """A curve behind those of the run: of another run, with marks on it, or an unsmoothed one."""
    dots = trace(canvas.axes, curve.x, curve.low, curve.high)
    series = curve.series
    style = ink(f"raw {series.name}", look) if curve.raw else series.ink
    ascii_glyph = ("." if curve.raw else series.glyph) if look.ascii else None
    canvas.draw_dots(dots, style, character=ascii_glyph, faint=True)
    if series.pinned and series.glyph and not look.ascii:
        tops = np.where(dots.any(axis=0), 4 * canvas.axes.rows - 1 - dots[::-1].argmax(axis=0), -1)
        first = APART // 2 + 3 * PIN_MARKS.index(series.glyph)
        for column in range(first, canvas.axes.columns, APART):
            if (top := int(tops[2 * column])) >= 0:
                canvas.draw_mark(column, top // 4, series.glyph, style)


def _draw_strong(canvas: Canvas, found: list[Curve]) -> None:
    """The curves of the run: training in full, testing dashed where it is flat. In cells that they
    share the colours take turns."""
    places = np.arange(2 * canvas.axes.columns) // 2
    before = None
    for curve in found:
        dots = trace(canvas.axes, curve.x, curve.low, curve.high)
        if curve.series.name == "test":
            dots[:, (dots.sum(axis=0) < 4) & (places % 3 == 2)] = False
            before = curve.series, dots & (places % 3 == 0)
        canvas.draw_dots(dots, curve.series.ink, character=curve.series.glyph)
        if before is not None and curve.series.name == "train":
            canvas.draw_dots(before[1], before[0].ink, character=before[0].glyph)


def _axes(chart: Chart, found: list[Curve], accuracy: bool, size: tuple[int, int]) -> Axes:
    """Axes with room for what is shown of the curves."""
    whole = chart.window.span is None
    log = chart.log and not accuracy
    shown = [np.empty(0)]
    for curve in found:
        inside = (curve.x >= 0) & (curve.x <= 2 * size[0] - 1)
        shown += [curve.low[inside], curve.high[inside]]
    heights = np.concatenate(shown)
    heights = heights[np.isfinite(heights) & (heights > 0 if log else True)]
    if accuracy and whole:
        heights = np.append(heights, [0.0, 1.0])
    if not accuracy and not log and chart.run.first:
        heights = np.minimum(heights, CEILING * chart.run.first)
    if not accuracy and whole and chart.target is not None and (chart.target > 0 or not log):
        heights = np.append(heights, chart.target)
    if not len(heights):
        heights = np.ones(1)
    most = 1.0 if accuracy else math.inf
    return value_axes(chart.limits, heights, size, log=log, from_zero=whole, most=most)


def loss_chart(
    history: Array,
    width: int,
    height: int,
    *,
    log: bool = False,
    target: float | None = None,
    look: Look | None = None,
) -> Picture:
    """The losses of a whole run, for Rich. history: rows of HISTORY_COLUMNS."""
    chart = Chart(Envelope(history), look or Look(), log=log, target=target)
    return Picture(chart_cells(chart, width, height))

"""Curves over steps: losses and other figures of one run or of several."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.render.svg.element import drawing, element, label, text
from tui_nn.render.svg.plane import Limits, Plane, linear_ticks, log_ticks

COLOURS = 8  # of curves; from then on they are dashed, too
MARGINS = (64.0, 34.0, 16.0, 40.0)  # left, top, right, bottom
LEGEND = 18.0  # pixels of a line of the legend
AXIS_NAME = 60.0  # beside it
NAME = 60  # characters of a name in it
LARGEST = 1e300  # that an axis shows: room above must be finite, too
MOST = 400  # stretches of steps of which means and extremes are drawn


@dataclass(frozen=True)
class Series:
    """A curve. steps, values: (N,), steps rising; values that are not finite have no place.

    band: (low, high), (N,) each, drawn around it. colour: 0 … 7; None: by its place.
    """

    name: str
    steps: Array
    values: Array
    band: tuple[Array, Array] | None = None
    colour: int | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """Something that happened at a step."""

    step: float
    text: str


def svg_curves(
    series: Sequence[Series],
    *,
    title: str,
    y: str = "",
    x: str = "step",
    log: bool = False,
    target: float | None = None,
    limits: Limits | None = None,
    marks: Sequence[Mark] = (),
    size: tuple[float, float] = (760, 300),
) -> str:
    """A chart of one or several curves, as SVG.

    Of long ones means are drawn, and the extremes paler behind them: none is missing. log: the y
    axis is logarithmic. target: a value that a line is drawn at. limits: of the y axis; None: all
    that is there. size: in pixels; a legend of several lines adds to it. Where a page has its
    script, the values under the pointer are shown.
    """
    series = [
        replace(one, steps=np.asarray(one.steps, float), values=np.asarray(one.values, float))
        for one in series
    ]
    last = max((float(one.steps[-1]) for one in series if len(one.steps)), default=1.0)
    first = min((float(one.steps[0]) for one in series if len(one.steps)), default=0.0)
    left, top, right, bottom = MARGINS
    width = size[0] - left - right
    legend = _legend_lines(series, width - AXIS_NAME)
    height = size[1] - top - bottom
    top += LEGEND * max(0, len(legend) - 1)
    plane = Plane(
        left,
        top,
        width,
        height,
        (min(0.0, first), last or 1.0),
        limits or _limits(series, target, log),
        log,
    )
    rows = max(2, int(plane.height // 34))
    up = log_ticks(plane.y, rows) if log else linear_ticks(plane.y, rows)
    parts = [plane.frame(linear_ticks(plane.x, max(2, int(plane.width // 90))), up, (x, y))]
    parts += [_mark(plane, mark) for mark in marks]
    if target is not None and plane.y[0] <= target <= plane.y[1]:
        at = float(plane.up(target))
        parts.append(element("path", class_="target", d=f"M{left} {at:.2f}h{plane.width}"))
        said = f"target {target:g}"
        parts.append(label(said, plane.right - 4, at - 5, "target-name", text_anchor="end"))
    parts += [_curve(plane, i, one) for i, one in enumerate(series)]
    parts += [_legend(plane, series, legend), _hover(plane)]
    data = [[one.name, *map(_plain, _line(one))] for one in series]
    return drawing(
        size[0],
        top + height + bottom,
        title,
        *parts,
        class_="curves",
        data_plane=json.dumps([plane.left, plane.right, *plane.x]),
        data_series=json.dumps(data, separators=(",", ":")),
    )


def _limits(series: Sequence[Series], target: float | None, log: bool) -> Limits:
    """Those of all that is drawn, with round ends."""
    values = [np.array([target if target is not None else np.nan])]
    for one in series:
        values += [one.values, *(one.band or ())]
    every = np.concatenate(values)
    every = every[np.isfinite(every) & ((every > 0) | (not log))]
    if not len(every):
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(every.min()), float(every.max())
    if log:
        room = max(0.05, 0.04 * (math.log10(high) - math.log10(low)))
        return 10 ** max(-307, math.log10(low) - room), 10 ** min(308, math.log10(high) + room)
    if high - low > LARGEST:
        return max(low, -LARGEST), min(high, LARGEST)
    if 0 <= low < high / 2:
        low = 0.0
    room = (high - low) * 0.04 or abs(high) * 0.1 or 1.0
    return (low if low == 0 else low - room), high + room


def _curve(plane: Plane, i: int, one: Series) -> str:
    kind, parts = _kind(i, one), list[str]()
    if one.band is not None:
        parts.append(element("path", class_=f"band {kind}", d=_around(plane, one.steps, *one.band)))
    if _is_long(one):
        raw = extremes(one.values)
        d = plane.path(one.steps[raw], one.values[raw])
        parts.append(element("path", class_=f"curve raw {kind}", d=d))
    d = plane.path(*_line(one))
    parts.append(element("path", element("title", text(one.name)), class_=f"curve {kind}", d=d))
    return "".join(parts)


def _is_long(one: Series) -> bool:
    return len(one.steps) > 2 * MOST


def _line(one: Series) -> tuple[Array, Array]:
    """Steps and values of the line that is drawn."""
    return (means(one.steps), means(one.values)) if _is_long(one) else (one.steps, one.values)


def _around(plane: Plane, steps: Array, low: Array, high: Array) -> str:
    """The outline of a band, thinned like its curve."""
    there = np.isfinite(plane.up(low)) & np.isfinite(plane.up(high))
    steps, low, high = (means(part[there]) for part in (steps, low, high))
    return plane.path(np.append(steps, steps[::-1]), np.append(low, high[::-1]))


def stretches(count: int) -> Array:
    """The beginnings of about MOST equal stretches of so many rows, or of all rows."""
    return np.unique(np.linspace(0, count, min(count, MOST), endpoint=False).astype(int))


def means(values: Array) -> Array:
    """The mean of each stretch, of what is finite in it; of few values, the values."""
    starts, finite = stretches(len(values)), np.isfinite(values)
    if not len(starts):
        return values
    sums = np.add.reduceat(np.where(finite, values, 0.0), starts)
    counts = np.add.reduceat(finite.astype(float), starts)
    return np.asarray(np.divide(sums, counts, where=counts > 0, out=np.full(len(starts), np.nan)))


def extremes(values: Array) -> Array:
    """The places of each stretch's lowest and highest value, and of both ends: nothing that stands
    out is missing."""
    finite = np.where(np.isfinite(values), values, np.nan)
    chosen = {0, len(values) - 1}
    for start, part in zip(
        stretches(len(values)), np.split(finite, stretches(len(values))[1:]), strict=True
    ):
        if not np.isnan(part).all():
            chosen |= {start + int(np.nanargmin(part)), start + int(np.nanargmax(part))}
        if np.isnan(part).any():
            chosen.add(start + int(np.isnan(part).argmax()))
    return np.array(sorted(chosen))


def _kind(i: int, one: Series) -> str:
    number = i if one.colour is None else one.colour
    return f"c{number % COLOURS}" + (" dashed" if one.dashed or number >= COLOURS else "")


def _legend_lines(series: Sequence[Series], width: float) -> list[list[int]]:
    """Which names stand beside each other, line by line, where there is so much room."""
    lines, room = list[list[int]](), 0.0
    for i, one in enumerate(series):
        needed = _legend_width(one)
        if needed > room:
            lines.append([])
            room = width
        lines[-1].append(i)
        room -= needed
    return lines


def _legend_width(one: Series) -> float:
    return 7.0 * len(_legend_name(one)) + 34


def _legend_name(one: Series) -> str:
    """As much of it as there is room for in the narrowest picture."""
    return one.name if len(one.name) <= NAME else f"{one.name[: NAME - 1]}…"


def _legend(plane: Plane, series: Sequence[Series], lines: list[list[int]]) -> str:
    """Lines and names, the last line just above the curves, each to the right."""
    parts = []
    for line, members in enumerate(reversed(lines)):
        x, y = plane.right, plane.top - 12 - LEGEND * line
        for i in reversed(members):
            x -= _legend_width(series[i])
            d = f"M{x:.2f} {y}h20"
            parts.append(element("path", class_=f"curve {_kind(i, series[i])}", d=d))
            parts.append(label(_legend_name(series[i]), x + 26, y + 4, "legend"))
    return "".join(parts)


def _mark(plane: Plane, mark: Mark) -> str:
    x = float(plane.across(mark.step))
    return element(
        "g",
        element("title", text(f"step {mark.step:.0f}: {mark.text}")),
        element("path", class_="mark", d=f"M{x:.2f} {plane.top}v{plane.height}"),
        element("path", class_="flag", d=f"M{x:.2f} {plane.top}l5 -8h-10z"),
    )


def _hover(plane: Plane) -> str:
    """What the page's script moves to the pointer."""
    rule = element("path", class_="rule", d=f"M0 {plane.top}v{plane.height}")
    return element("g", rule, label("", 0.0, plane.top + 12, "tip"), class_="hover")


def _plain(values: Array) -> list[float | None]:
    """Four digits say enough; None is no number."""
    return [_short(value) for value in values.tolist()]


def _short(value: float) -> float | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.4g}")

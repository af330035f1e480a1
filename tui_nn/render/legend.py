"""The words of a chart: what its curves and marks are, and what they are at a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from rich.style import Style
from rich.text import Text

from tui_nn.engine.types import Array
from tui_nn.render.chart import CEILING, R2_FLOOR, Chart, glyphs, ink
from tui_nn.render.envelope import Envelope
from tui_nn.render.look import Look
from tui_nn.render.tables import format_loss, format_score

Words = tuple[str, Style]
Part = tuple[int, str, Style]  # the higher the number, the sooner it is left out
READ_NAME = 24  # cells for a pin's beside its value
PIN_NAMES = (80, 40, 32, 24, 20, 16, 13, 10, 8, 6, 5)  # cells for each name


def chart_title(chart: Chart, shown: str, *, looks_back: bool) -> str:
    """How a chart is to be read. shown: "loss", "accuracy" or "both". looks_back: whether its
    cursor stands at a step."""
    score = chart.metric.capitalize()
    parts = [score if shown == "accuracy" else f"Loss on a {'log' if chart.log else 'linear'} axis"]
    if shown == "both":
        parts.append(chart.metric)
    if chart.smoothing:
        parts.append(f"smoothed {chart.smoothing:g}")
    if chart.window.span is not None:
        follows = "last " if chart.window.start is None else ""
        parts.append(f"{follows}{chart.window.span:.6g} steps")
    if looks_back:
        parts.append("esc leaves the cursor")
    return ", ".join(parts)


def legend(chart: Chart, width: int | None = None, *, accuracy: bool = False) -> list[Words]:
    """What there is in the chart, in its colours: as much as fits, the least important left out."""
    look, glyph = chart.look, glyphs(chart.look)
    line = {"train": "* train" if look.ascii else "⠒⠒ train"}
    if chart.run.has_test:
        line["test"] = "o test" if look.ascii else "⠒ ⠒ test"
    parts = [(0, words, ink(name, look)) for name, words in line.items()]
    bests: list[list[Part]] = [[]]  # the ways to say it
    rest: list[Part] = []
    run, strange = chart.run, ink("test", look)
    if run.diverged is not None:
        parts.append((1, f"diverged at {run.diverged:.0f}", strange))
    if accuracy:
        if _falls_below(run, R2_FLOOR):
            parts.append((2, "below -1 drawn at -1", strange))
    else:
        if chart.best:
            said, style = f"{glyph.best} best {format_loss(chart.best[1])}", ink("best", look)
            bests = [[(2, f"{said} at {chart.best[0]:.0f}", style)], [(2, said, style)]]
        if not chart.log and run.first and run.highest > (limit := CEILING * run.first):
            rest.append((3, f"cut off at {limit:.3g}: see the log axis", strange))
        if chart.target is not None:
            dots = "--" if look.ascii else "⠄"
            rest.append((4, f"{dots} target {chart.target:g}", ink("target", look)))
    changes = [(5, f"{glyph.event} change", ink("event", look))] if chart.events else []
    for named, best in ((named, best) for named in _named_pins(chart) for best in bests):
        words = fitting([*parts, *best, *rest, *named, *changes], width)
        if all((said, style) in words for _, said, style in [*best, *named]):
            break
    return words


def _named_pins(chart: Chart) -> Iterator[list[Part]]:
    """Names of the pins, always shorter, each of which tells them apart; then fewer of them, the
    latest, and how many more there are; in the end none. Those with the run's own settings stand
    last, and are left out first."""
    pins = [s for s in chart.series() if s.pinned]
    alike = set(chart.alike)
    leaving = sorted(range(len(pins)), key=lambda i: i not in alike)
    for left_out in range(len(pins)):
        more = [(3, f"+{left_out}", Style())] if left_out else []
        kept = [pins[i] for i in sorted(leaving[left_out:], key=lambda i: (i in alike, i))]
        for room in PIN_NAMES:
            if _told_apart({s.name for s in pins}, room):
                cut = [(3, f"{s.glyph} {_cut(s.name, room, chart.look)}", s.ink) for s in kept]
                yield [*cut, *more]
    if pins:
        yield [(3, f"{len(pins)} pinned", Style())]
    yield []


def _told_apart(names: set[str], room: int) -> bool:
    """Whether no name that is cut could be another one."""
    cut = [_start(name, room) for name in names if len(name) > room]
    return all(sum(name.startswith(start) for name in names) == 1 for start in cut)


def readout(
    chart: Chart,
    events: Sequence[tuple[int, str]],
    width: int | None = None,
    *,
    accuracy: bool = False,
) -> list[Words]:
    """What every series is at the cursor, and what happened there."""
    look, at = chart.look, chart.cursor or 0.0
    parts = [(0, f"at {at:.0f}", ink("cursor", look))]
    for i, series in enumerate(reversed(chart.series(accuracy))):
        row = series.run.at(at)
        if row is not None and at <= series.run.last:
            value = float(row[series.column])
            said = format_score(value, chart.metric) if accuracy else format_loss(value)
            pin = f"{series.glyph} {_cut(series.name, READ_NAME, look)}"
            parts.append((1 + i, f"{pin if series.pinned else series.name} {said}", series.ink))
    near = [(abs(step - at), step, text) for step, text in events]
    if near and (nearest := min(near))[0] <= (chart.limits[1] - chart.limits[0]) / 100:
        parts.append((3, nearest[2], ink("event", look)))
    return fitting(parts, width)


def fitting(parts: list[Part], width: int | None) -> list[Words]:
    """The words that fit, three cells apart: those of the highest number go first."""
    parts = list(parts)
    while width is not None and parts and sum(len(words) + 3 for _, words, _ in parts) > width:
        parts.remove(max(reversed(parts), key=lambda part: part[0]))
    return [(words, style) for _, words, style in parts]


def chart_legend(
    history: Array,
    target: float | None,
    *,
    log: bool = False,
    look: Look | None = None,
    width: int | None = None,
) -> Text:
    """The legend of `loss_chart`, for Rich."""
    parts = legend(Chart(Envelope(history), look or Look(), log=log, target=target), width)
    return Text("   ").join(Text(words, style) for words, style in parts)


def _cut(name: str, room: int, look: Look) -> str:
    """The name in so many cells."""
    return name if len(name) <= room else _start(name, room) + ("~" if look.ascii else "…")


def _start(name: str, room: int) -> str:
    """Of a name that is too long what is left of it: whole words, if there is room for one."""
    left = name[: room - 1]
    if name[room - 1] != " ":
        left = left.rpartition(" ")[0] or left
    return left.rstrip(" ,")


def _falls_below(run: Envelope, floor: float) -> bool:
    start, end = 0.0, max(1.0, run.last)
    return any(np.nanmin(run.columns(c, start, end, 2).low, initial=0.0) < floor for c in (2, 4))

"""The ranking of a comparison's rows while they are trained: its columns and its lines of cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.compare import Plan, Standing
from tui_nn.compare.standing import CURVE
from tui_nn.render.bands import curve_ink, curve_mark
from tui_nn.render.cells import cell, text_cells
from tui_nn.render.columns import GAP, in_columns, line_width
from tui_nn.render.comparison import value_text
from tui_nn.render.look import Look
from tui_nn.render.sparks import curve
from tui_nn.render.tables import format_loss, format_score, metric_name
from tui_nn.settings import label

MARK = 4  # cells before a line: whether it is marked, and the glyph of its curve
BAR = 6  # cells of a bar of progress
LEAST, MOST = 5, 16  # cells of a value
_PICKED = Style(reverse=True)


class Column(NamedTuple):
    """rank: the higher, the sooner it is left out where there is no room. key: what it is sorted
    by, the best first."""

    name: str
    width: int
    rank: int
    key: Callable[[Standing], Any]
    text: Callable[[Standing, Look], str]
    right: bool = True


def columns_of(plan: Plan, standings: Sequence[Standing], width: int) -> list[Column]:
    """Those that say something of these rows, as far as there is room for them."""
    columns = [*_values(plan, standings), *_figures(plan, standings)]
    while len(columns) > 1 and line_width(columns) > width:
        columns.remove(max(columns, key=lambda column: column.rank))
    return columns


def _values(plan: Plan, standings: Sequence[Standing]) -> list[Column]:
    columns = []
    for i, name in enumerate(plan.names):
        texts = [value_text(one.values[i]) for one in standings]
        width = min(MOST, max(LEAST, len(label(name)), *map(cell_len, texts)))
        columns.append(
            Column(
                label(name).lower(),
                width,
                i,  # of two settings the first stays longer
                lambda one, i=i: _ordered(one.values[i]),  # type: ignore[misc]
                lambda one, look, i=i: value_text(one.values[i]),  # type: ignore[misc]
                right=False,
            )
        )
    return columns


def _ordered(value: object) -> list[tuple[bool, Any]]:
    """Numbers before words, and lists by their numbers."""
    parts = value if isinstance(value, tuple) else (value,)
    return [
        (isinstance(part, str), str(part) if isinstance(part, str) else part or 0) for part in parts
    ]


def _figures(plan: Plan, standings: Sequence[Standing]) -> list[Column]:
    metric = metric_name(plan.base)
    say = partial(format_score, metric=metric)
    test = "test R²" if metric == "R²" else "test acc"
    has_test = any(np.isfinite(one.test_loss) for one in standings)
    target = "target_loss" in plan.names or plan.base.target_loss is not None
    found = [
        Column("curve", CURVE, 22, lambda one: _last(one.loss), _curve, right=False),
        Column("reached", 7, 23, lambda one: one.rank, _reached),
        Column("steps", 7, 20, lambda one: _last(one.steps), _steps),
        Column("loss", 8, 21, lambda one: _last(one.loss), _text(format_loss, "loss")),
        Column(
            *("test loss", 9, 24, lambda one: _last(one.test_loss)),
            _text(format_loss, "test_loss"),
        ),
        Column(*(metric, 8, 26, lambda one: _last(-one.accuracy)), _text(say, "accuracy")),
        Column(
            *(test, 8, 27, lambda one: _last(-one.test_accuracy)),
            _text(say, "test_accuracy"),
        ),
        Column("lost", 4, 25, lambda one: one.lost, lambda one, look: str(one.lost or "")),
        Column("trained", BAR + 1, 28, lambda one: -one.share, _bar),
    ]
    shown = {"curve", "loss", metric, "trained"}
    shown |= {"reached", "steps"} if target else set()
    shown |= {"test loss", test} if has_test else set()
    shown |= {"lost"} if any(one.lost for one in standings) else set()
    return [column for column in found if column.name in shown]


def _last(value: float) -> float:
    return value if np.isfinite(value) else np.inf


def _text(say: Callable[[float], str], name: str) -> Callable[[Standing, Look], str]:
    return lambda one, look: say(getattr(one, name))


def _curve(one: Standing, look: Look) -> str:
    return curve(one.curve[:, 0], one.curve[:, 1], CURVE, log=True, ascii=look.ascii)


def _reached(one: Standing, look: Look) -> str:
    return f"{one.reached}/{one.runs}"


def _steps(one: Standing, look: Look) -> str:
    return f"{one.steps:.0f}" if np.isfinite(one.steps) else "-"


def _bar(one: Standing, look: Look) -> str:
    if one.done == one.runs:
        return "done"
    return bar(one.share, BAR + 1, look)


def bar(share: float, width: int, look: Look) -> str:
    """A bar that is so full."""
    full, empty = "#." if look.ascii else "━┄"
    done = int(share * width)
    return full * done + empty * (width - done)


def in_order(
    standings: Sequence[Standing], columns: Sequence[Column], by: str, reverse: bool
) -> list[Standing]:
    """Sorted by a column; by none of them: the best first, as they are given."""
    found = [column for column in columns if column.name == by]
    ordered = sorted(standings, key=found[0].key) if found else list(standings)
    return ordered[::-1] if reverse else ordered


def line_cells(
    one: Standing,
    columns: Sequence[Column],
    place: int | None,
    *,
    marked: bool,
    picked: bool,
    look: Look,
) -> list[Segment]:
    """A row's line. place: that of its curve, or None."""
    glyph = " " if place is None else curve_mark(place, look)
    ink = None if place is None else curve_ink(place, look)
    cells = [cell("*" if look.ascii else "•") if marked else cell(" "), cell(glyph, ink), cell(" ")]
    words = in_columns([column.text(one, look) for column in columns], columns)
    line = text_cells(f" {words}", _PICKED if picked else None)
    if picked:
        return [*cells, *line]
    start = 1
    for column in columns:
        if column.name == "curve" and ink is not None:
            part = slice(start, start + column.width)
            line[part] = [cell(c.text, ink) for c in line[part]]
        start += column.width + GAP
    return [*cells, *line]

"""What the pictures of a comparison show, in the terminal and on a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tui_nn.compare import Plan, Result, Summary, band
from tui_nn.compare.summary import last_point
from tui_nn.render.bands import Band
from tui_nn.render.comparison import row_name, row_values, value_text
from tui_nn.render.heat import Heat
from tui_nn.render.tables import format_loss


def started(summaries: Sequence[Summary]) -> list[Summary]:
    """The rows of which something is known."""
    return [one for one in summaries if any(len(result.history) for result in one.results)]


def curves(plan: Plan, rows: Sequence[Summary], most: int, points: int) -> list[Band]:
    """The learning curves of at most so many rows, the best ones, each of about so many points."""
    best = sorted(rows, key=lambda summary: summary.rank)[:most]
    return [
        curve_of(row_name(plan, row), row.results, points)
        for row in rows
        if any(row is one for one in best)
    ]


def curve_of(name: str, results: Sequence[Result], points: int) -> Band:
    """That of a row, by the results of its seeds."""
    last = last_point(results)
    steps = np.unique(np.linspace(0, max(1, last), points).round())
    return Band(name, steps, band(results, steps))


def target(plan: Plan) -> float | None:
    """The loss that all runs are to reach."""
    return None if "target_loss" in plan.names else plan.base.target_loss


def typical_runs(plan: Plan, rows: Sequence[Summary]) -> list[tuple[str, Result]]:
    """Of each row its name, and the run whose loss is the median one."""
    named = [(row_name(plan, row), row.typical) for row in rows]
    return [(name, result) for name, result in named if result is not None]


def heat(plan: Plan, summaries: Sequence[Summary]) -> Heat | None:
    """The median steps to the target, or the losses where most rows never reach it, over the two
    numbers that vary; None where it is not these."""
    pairs = [row_values(plan, summary) for summary in summaries]
    numbers = all(type(value) in (int, float) for pair in pairs for value in pair)
    if len(plan.names) != 2 or plan.random or plan.sought or not numbers:
        return None
    rows, columns = (list(dict.fromkeys(pair[i] for pair in pairs)) for i in (0, 1))
    if len(rows) < 2 or len(columns) < 2:
        return None
    by_steps = 2 * sum(summary.steps is not None for summary in summaries) >= len(summaries)
    values = np.full((len(rows), len(columns)), math.nan)
    for (row, column), summary in zip(pairs, summaries, strict=True):
        found = summary.steps if by_steps else summary.loss
        if found is not None:
            values[rows.index(row), columns.index(column)] = found.median
    title = "median steps to the target" if by_steps else "median loss"
    say = _whole if by_steps else format_loss
    return Heat(values, [*map(value_text, rows)], [*map(value_text, columns)], title, say)


def _whole(value: float) -> str:
    return f"{value:.0f}"

"""Summaries: what the seeds of a row say together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tui_nn.compare.plan import Row
from tui_nn.compare.results import Result
from tui_nn.engine.types import Array


class Spread(NamedTuple):
    """The median of some numbers and their quartiles."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Summary:
    """One row of a plan, over its seeds.

    values: of the settings that vary. results: of each seed. The spreads are of runs that ended
    with finite numbers; `steps` of those that reached the target. None: of no run.
    """

    values: Row
    results: tuple[Result, ...]
    steps: Spread | None
    loss: Spread | None
    accuracy: Spread | None
    test_loss: Spread | None
    test_accuracy: Spread | None

    def count(self, reason: str) -> int:
        """How many ended so."""
        return sum(result.reason == reason for result in self.results)

    @property
    def done(self) -> int:
        return sum(result.reason is not None for result in self.results)

    @property
    def rank(self) -> tuple[float, float, float]:
        """Sorts the best first, by the loss of the test points, if there are any."""
        steps, loss = (
            one.median if one else np.nan for one in (self.steps, self.test_loss or self.loss)
        )
        return rank(self.count("target_loss"), len(self.results), steps, loss)

    @property
    def typical(self) -> Result | None:
        """The run whose loss is the median one."""
        return typical(self.results)


def typical(results: Iterable[Result]) -> Result | None:
    """The run whose loss is the median one, of those that have a finite one."""
    found = sorted(
        (r for r in results if r.state is not None and np.isfinite(r.last["train_loss"])),
        key=lambda r: r.last["train_loss"],
    )
    return found[(len(found) - 1) // 2] if found else None


def summarise(rows: Sequence[Row], results: Iterable[Result]) -> list[Summary]:
    """A summary of each row, in their order."""
    members: list[list[Result]] = [[] for _ in rows]
    for result in results:
        members[result.cell.row].append(result)
    return [_summary(row, tuple(own)) for row, own in zip(rows, members, strict=True)]


def _summary(row: Row, results: tuple[Result, ...]) -> Summary:
    ended = [result for result in results if result.reason not in (None, "diverged", "failed")]
    last = [result.last for result in ended]
    return Summary(
        row,
        results,
        spread([result.step for result in ended if result.reason == "target_loss"]),
        spread([point["train_loss"] for point in last]),
        spread([point["train_accuracy"] for point in last]),
        spread([point["test_loss"] for point in last]),
        spread([point["test_accuracy"] for point in last]),
    )


def rank(reached: int, runs: int, steps: float, loss: float) -> tuple[float, float, float]:
    """Sorts the best first: of whom more of all runs reach the target, then sooner, then whose loss
    is lower. NaN: there is none."""
    steps, loss = (np.inf if np.isnan(one) else one for one in (steps, loss))
    return -reached / runs, steps, loss


def spread(values: Iterable[float]) -> Spread | None:
    """Of the finite ones; None if there are none."""
    found = [value for value in values if np.isfinite(value)]
    return quartiles(found) if found else None


def quartiles(values: Iterable[float]) -> Spread:
    """Of numbers, some of which may be infinite; between two of them in proportion."""
    ordered = sorted(values)

    def at(share: float) -> float:
        place = share * (len(ordered) - 1)
        low, high = ordered[math.floor(place)], ordered[math.ceil(place)]
        return low if low == high else low + (place - math.floor(place)) * (high - low)

    return Spread(at(0.5), at(0.25), at(0.75))


def last_point(results: Iterable[Result]) -> float:
    """The last step at which a history has a point; some may have come a little further."""
    return max((float(r.history[-1, 0]) for r in results if len(r.history)), default=0.0)


def band(results: Sequence[Result], steps: Array, column: int = 1) -> Array:
    """Low quartile, median and high quartile at each of the steps: (3, steps).

    column: of the HISTORY_COLUMNS. A run that has ended stays as it ended, one that still goes on
    is missing beyond its last point, and so is one that diverged. NaN where there is no run.
    """
    curves = []
    for result in results:
        history = result.history
        if not len(history):
            continue
        at = np.searchsorted(history[:, 0], steps, side="right") - 1
        values = history[np.maximum(at, 0), column]
        goes_on = result.reason in (None, "diverged", "failed")
        curves.append(np.where(goes_on & (steps > history[-1, 0]), np.nan, values))
    if not curves:
        return np.full((3, len(steps)), np.nan)
    table = np.array(curves)
    found: Array = np.full((3, len(steps)), np.nan)
    there = np.isfinite(table).any(axis=0)
    table = np.where(np.isfinite(table), table, np.nan)
    found[:, there] = np.nanquantile(table[:, there], (0.25, 0.5, 0.75), axis=0)
    return found

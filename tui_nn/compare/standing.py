"""How the rows of a comparison stand while they are trained: the best first, at any time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.compare.comparison import Comparison
from tui_nn.compare.results import Result
from tui_nn.compare.summary import band, last_point, rank, spread
from tui_nn.engine.types import Array

CURVE = 10  # points of a small curve
_FIGURES = {
    "loss": "train_loss",
    "accuracy": "train_accuracy",
    "test_loss": "test_loss",
    "test_accuracy": "test_accuracy",
}  # by the columns of a history


@dataclass(frozen=True)
class Standing:
    """A row of a comparison over its seeds, by the last figures of each.

    row: its number. values: of the settings that vary. reached, lost, done: how many runs reached
    the target; diverged or failed; have ended. steps: the median number of those that reached it.
    The other figures are medians of the runs that are not lost; NaN where there are none. curve:
    (CURVE, 2), steps and median losses. share: of its training, from 0 to 1.
    """

    row: int
    values: tuple[Any, ...]
    runs: int
    reached: int
    lost: int
    done: int
    share: float
    steps: float
    loss: float
    accuracy: float
    test_loss: float
    test_accuracy: float
    curve: Array

    @property
    def rank(self) -> tuple[float, float, float]:
        """Sorts the best first, by the loss of the test points, if there are any."""
        loss = self.loss if np.isnan(self.test_loss) else self.test_loss
        return rank(self.reached, self.runs, self.steps, loss)


class Standings:
    """Those of a comparison, of which only rows that have news are looked at again."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._known: dict[int, tuple[tuple[Any, ...], Standing]] = {}
        self.members: dict[int, list[Result]] = {}  # of each row, its results
        for result in comparison.results:
            self.members.setdefault(result.cell.row, []).append(result)

    def now(self) -> list[Standing]:
        """Of all rows, the best first."""
        return sorted(map(self._of, self.members), key=lambda standing: standing.rank)

    def _of(self, row: int) -> Standing:
        members = self.members[row]
        seen = tuple((result.seconds, result.reason) for result in members)
        if row not in self._known or self._known[row][0] != seen:
            self._known[row] = seen, self._look(row, members)
        return self._known[row][1]

    def _look(self, row: int, members: Sequence[Result]) -> Standing:
        names, settings = self._comparison.plan.names, members[0].cell.settings
        kept = [one for one in members if one.reason not in ("diverged", "failed")]
        last = [result.last for result in kept]
        reached = [result.step for result in kept if result.reason == "target_loss"]
        steps = np.linspace(0, last_point(members), CURVE)
        return Standing(
            row=row,
            values=tuple(getattr(settings, name) for name in names),
            runs=len(members),
            reached=len(reached),
            lost=len(members) - len(kept),
            done=sum(result.reason is not None for result in members),
            share=sum(result.share_done for result in members) / len(members),
            steps=_median(reached),
            **{name: _median(one[column] for one in last) for name, column in _FIGURES.items()},
            curve=np.column_stack([steps, band(members, steps)[1]]),
        )


def _median(values: Iterable[float]) -> float:
    found = spread(values)
    return found.median if found else np.nan

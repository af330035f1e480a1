"""Judged rows: what the runs of each row of a comparison cost, and how that is put in words.

Rows are judged by the steps to the target, of which a run that does not come there needs infinitely
many; where no row comes there with half of its runs, by the loss at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui_nn.compare.plan import Plan
from tui_nn.compare.results import Result
from tui_nn.compare.summary import Spread, Summary, quartiles
from tui_nn.settings import as_text
from tui_nn.settings.text import format_loss


@dataclass(frozen=True)
class Judged:
    """A row, what it is called, and what each of its runs cost: steps or losses, infinite ones
    too."""

    name: str
    summary: Summary
    costs: tuple[float, ...]

    @property
    def cost(self) -> Spread:
        return quartiles(self.costs)


class JudgedRows:
    """The rows of a comparison side by side: judged, and put in words."""

    def __init__(self, plan: Plan, summaries: Sequence[Summary]) -> None:
        self.plan = plan
        self.by_steps = any(2 * one.count("target_loss") >= one.done for one in summaries)
        self.rows = [
            Judged(_name(plan, summary), summary, self._costs(summary)) for summary in summaries
        ]

    def _costs(self, summary: Summary) -> tuple[float, ...]:
        if not self.by_steps:
            return tuple(map(_loss, summary.results))
        return tuple(r.step if r.reason == "target_loss" else math.inf for r in summary.results)

    def said(self, row: Judged) -> str:
        """What a row costs: "4,000 steps (3,000–5,000)"."""
        cost, runs = row.cost, len(row.summary.results)
        if self.by_steps:
            if math.isinf(cost.median):
                return f"never (reached by {row.summary.count('target_loss')} of {runs} runs)"
            around = f" ({_steps(cost.low)}–{_steps(cost.high)})" if runs > 1 else ""
            return f"{_steps(cost.median)} steps{around}"
        around = f" ({_loss_text(cost.low)}–{_loss_text(cost.high)})" if runs > 1 else ""
        return f"a loss of {_loss_text(cost.median)}{around}"

    def best(self) -> dict[str, Judged]:
        """Of each value of the first setting that varies, the best row."""
        found: dict[str, Judged] = {}
        for row in self.rows:
            value = row.summary.values[0]
            if value not in found or _order(row) < _order(found[value]):
                found[value] = row
        return found

    def named(self, row: Judged) -> tuple[str, str]:
        """The row's first value, and where the others are: " at learning rate 1"."""
        first, *others = row.name.split(" ")
        names = [name.replace("_", " ") for name in self.plan.names[1:]]
        place = " and ".join(f"{name} {value}" for name, value in zip(names, others, strict=True))
        return first, f" at {place}" if place else ""

    @property
    def less(self) -> str:
        return "needs fewer steps" if self.by_steps else "ends at a lower loss"

    @property
    def more(self) -> str:
        return "needs more steps" if self.by_steps else "ends at a higher loss"


def _name(plan: Plan, summary: Summary) -> str:
    """The row's value, or its values."""
    settings = summary.results[0].cell.settings
    return " ".join(as_text(getattr(settings, name)) for name in plan.names)


def _order(row: Judged) -> tuple[Any, ...]:
    return row.cost.median, row.summary.rank


def _loss(result: Result) -> float:
    loss = result.last["train_loss"]
    finite = result.reason not in ("diverged", "failed") and math.isfinite(loss)
    return loss if finite else math.inf


def _steps(count: float) -> str:
    return "never" if math.isinf(count) else f"{count:,.0f}"


def _loss_text(loss: float) -> str:
    return "none" if math.isinf(loss) else format_loss(loss)

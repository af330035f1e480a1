"""Findings: what the numbers of a comparison say of what a textbook has one expect.

Rows are judged by the steps to the target, of which a run that does not come there needs infinitely
many; where no row comes there with half of its runs, by the loss at the end. A difference is clear
if the quartiles of the two rows do not overlap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from tui_nn.compare.plan import Plan
from tui_nn.compare.results import Result
from tui_nn.compare.summary import Spread, Summary
from tui_nn.settings import as_text

FEWEST = 4  # seeds of each row: of three, a rank test takes any difference for chance (p = 0.1)


class Finding(NamedTuple):
    """A sentence, and whether it is what was expected; None: the numbers leave it open."""

    text: str
    expected: bool | None = None


Judge = Callable[[Plan, Sequence[Summary]], list[Finding]]


@dataclass(frozen=True)
class Judged:
    """A row, what it is called, and what its runs cost: steps or losses, infinite ones too."""

    name: str
    summary: Summary
    cost: Spread

    def beats(self, other: Judged) -> bool:
        """Whether it is clearly better."""
        runs = min(len(one.summary.results) for one in (self, other))
        return runs >= FEWEST and self.cost.high < other.cost.low


class JudgedRows:
    """The rows of a comparison side by side: judged, and put in words."""

    def __init__(self, plan: Plan, summaries: Sequence[Summary]) -> None:
        self.plan = plan
        self.by_steps = any(2 * one.count("target_loss") >= one.done for one in summaries)
        self.rows = [
            Judged(_name(plan, summary), summary, self._cost(summary)) for summary in summaries
        ]

    def _cost(self, summary: Summary) -> Spread:
        if self.by_steps:
            costs = [r.step if r.reason == "target_loss" else math.inf for r in summary.results]
        else:
            costs = [_loss(result) for result in summary.results]
        low, median, high = (_quantile(sorted(costs), share) for share in (0.25, 0.5, 0.75))
        return Spread(median, low, high)

    def said(self, row: Judged) -> str:
        """What a row costs: "4,000 steps (3,000–5,000)"."""
        cost, runs = row.cost, len(row.summary.results)
        if self.by_steps:
            if math.isinf(cost.median):
                return f"never (reached by {row.summary.count('target_loss')} of {runs} runs)"
            around = f" ({_steps(cost.low)}–{_steps(cost.high)})" if runs > 1 else ""
            return f"{_steps(cost.median)} steps{around}"
        around = f" ({_short(cost.low)}–{_short(cost.high)})" if runs > 1 else ""
        return f"a loss of {_short(cost.median)}{around}"

    def best(self) -> dict[str, Judged]:
        """Of each value of the first setting that varies, the best row."""
        found: dict[str, Judged] = {}
        for row in self.rows:
            value = row.summary.values[0]
            if value not in found or _order(row) < _order(found[value]):
                found[value] = row
        return found

    @property
    def less(self) -> str:
        return "needs fewer steps" if self.by_steps else "ends at a lower loss"

    @property
    def more(self) -> str:
        return "needs more steps" if self.by_steps else "ends at a higher loss"


def findings(plan: Plan, summaries: Sequence[Summary], judge: Judge) -> list[Finding]:
    """What a judge finds in the rows whose runs have all ended, and what else there is to know."""
    whole = [one for one in summaries if one.done == len(one.results)]
    found = []
    if missing := len(summaries) - len(whole):
        said = f"Unfinished: {missing} of {len(summaries)} rows are missing"
        found.append(Finding(f"{said}; what follows is of the others." if whole else f"{said}."))
    if whole:
        found += judge(plan, whole) + _lost(plan, whole)
    return found


def goal(accuracy: float, loss: float) -> Judge:
    """Does every run come to this accuracy and this loss?"""

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        last = [result.last for summary in summaries for result in summary.results]
        good = sum(one["train_accuracy"] >= accuracy and one["train_loss"] <= loss for one in last)
        said = f"{good} of {len(last)} runs end with an accuracy of at least {100 * accuracy:g} % "
        said += f"and a loss of at most {loss:g}."
        if good == len(last):
            return [Finding(f"As expected, {said}", True)]
        return [Finding(f"Contrary to the expectation, only {said}", False)]

    return judge


def trend(subject: str, at: str) -> Judge:
    """Does more of what varies need fewer steps? subject: "a higher learning rate"; at: how a row
    is named in a sentence, "at {}"."""

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        judged = JudgedRows(plan, summaries)
        rows = judged.rows
        if len(rows) < 2:
            return []

        def said(row: Judged) -> str:
            return f"{judged.said(row)} {at.format(row.name)}"

        pairs = list(combinations(rows, 2))
        better = [(first, second) for first, second in pairs if second.beats(first)]
        worse = [(first, second) for first, second in pairs if first.beats(second)]
        if worse:
            first, second = _widest(worse)
            how = f"{judged.less} only up to a point" if better else judged.more
            text = f"Contrary to the expectation, {subject} {how}: "
            return [Finding(f"{text}{said(first)}, but {said(second)}.", False)]
        if better:
            first, second = _widest(better)
            text = f"As expected, {subject} {judged.less}: {said(second)}, against {said(first)}."
            return [Finding(f"{text}{_level(rows)}", True)]
        text = f"No clear difference: {said(rows[0])}, and {said(rows[-1])}"
        return [Finding(f"{text}{_why(rows)}.")]

    return judge


def versus(usual: str, *others: str) -> Judge:
    """Does each of the others need fewer steps than the usual value of the first setting that
    varies? Each is taken at its best value of the second."""

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        judged = JudgedRows(plan, summaries)
        best, found = judged.best(), list[Finding]()
        base = best.get(usual)
        for row in (best.get(other) for other in others):
            if row is None or base is None:
                continue
            (name, place), (other, there) = _named(plan, row), _named(plan, base)
            costs = f"{judged.said(row)}{place}, against {judged.said(base)}{there}"
            if row.beats(base):
                found.append(
                    Finding(f"As expected, {name} {judged.less} than {other}: {costs}.", True)
                )
            elif base.beats(row):
                text = f"Contrary to the expectation, {name} {judged.more} than {other}: {costs}."
                found.append(Finding(text, False))
            else:
                text = f"No clear difference between {name} and {other}: {costs}"
                found.append(Finding(f"{text}{_why([row, base])}."))
        return found

    return judge


def linear_layers(accuracy: float, *, enough: bool) -> Judge:
    """Does a network that is linear up to its output come to this accuracy? Of activation and
    output activation, which vary, the first row's are the usual ones. enough: what is expected; of
    it half of the runs are proof, of the contrary a single one."""

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        usual, found = summaries[0], list[Finding]()
        for one in summaries:
            hidden, output = one.values
            if hidden != "linear":
                continue
            where = "but at the output" if output != "linear" else "anywhere"
            there = sum(
                result.reason != "diverged" and result.last["train_accuracy"] >= accuracy
                for result in one.results
            )
            learnt = 2 * there > len(one.results) if enough else there > 0
            said = f"with no activation {where} it is {'' if learnt else 'not '}learnt: "
            said += f"{there} of {len(one.results)} runs are at {100 * accuracy:g} % accuracy "
            said += (
                f"or better; the median is {_share(one)}, with {usual.values[0]} {_share(usual)}."
            )
            start = "As expected" if learnt == enough else "Contrary to the expectation"
            found.append(Finding(f"{start}, {said}", learnt == enough))
        return found

    return judge


def _lost(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
    """Which rows have runs that diverged, or failed."""
    said = []
    for reason in ("diverged", "failed"):
        named = [(one, one.count(reason)) for one in summaries if one.count(reason)]
        said += [
            f"{count} of {len(one.results)} runs {reason} with {plan.label(one.values)}"
            for one, count in named
        ]
    return [Finding(f"{'; '.join(said)}.")] if said else []


def _name(plan: Plan, summary: Summary) -> str:
    """The row's value, or its values."""
    settings = summary.results[0].cell.settings
    return " ".join(as_text(getattr(settings, name)) for name in plan.names)


def _named(plan: Plan, row: Judged) -> tuple[str, str]:
    """The row's first value, and where the others are."""
    first, *others = row.name.split(" ")
    names = [name.replace("_", " ") for name in plan.names[1:]]
    place = " and ".join(f"{name} {value}" for name, value in zip(names, others, strict=True))
    return first, f" at {place}" if place else ""


def _order(row: Judged) -> tuple[Any, ...]:
    return row.cost.median, row.summary.rank


def _widest(pairs: Sequence[tuple[Judged, Judged]]) -> tuple[Judged, Judged]:
    """The pair of which one costs most times what the other does; of several the cheapest."""

    def key(pair: tuple[Judged, Judged]) -> tuple[float, float]:
        low, high = sorted(max(row.cost.median, 1e-300) for row in pair)
        return high / low, -low

    return max(pairs, key=key)


def _level(rows: Sequence[Judged]) -> str:
    """From where on nothing is clearly better or worse than the last row."""
    last, start = rows[-1], len(rows) - 1
    while start and not (rows[start - 1].beats(last) or last.beats(rows[start - 1])):
        start -= 1
    if start == len(rows) - 1:
        return ""
    return f" Between {rows[start].name} and {last.name} there is no clear difference."


def _why(rows: Sequence[Judged]) -> str:
    """Why a difference can't be clear, if it is for want of seeds."""
    fewest = min(len(row.summary.results) for row in rows)
    return f", with fewer than {FEWEST} seeds" if fewest < FEWEST else ""


def _loss(result: Result) -> float:
    loss = result.last["train_loss"]
    finite = result.reason not in ("diverged", "failed") and math.isfinite(loss)
    return loss if finite else math.inf


def _quantile(values: Sequence[float], share: float) -> float:
    """Of sorted values, some of which may be infinite; between two of them in proportion."""
    place = share * (len(values) - 1)
    low, high = values[math.floor(place)], values[math.ceil(place)]
    return low if low == high else low + (place - math.floor(place)) * (high - low)


def _steps(count: float) -> str:
    return "never" if math.isinf(count) else f"{count:,.0f}"


def _short(loss: float) -> str:
    return "none" if math.isinf(loss) else f"{loss:.3g}"


def _share(summary: Summary) -> str:
    accuracy = summary.accuracy
    return "-" if accuracy is None else f"{100 * accuracy.median:.1f} %"

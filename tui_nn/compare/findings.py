"""Findings: what the numbers of a comparison say of what a textbook has one expect.

A difference is clear if a rank test says so: where rows are alike, all the tests of a question
together find one by chance in at most LEVEL of all cases.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations, product
from typing import NamedTuple

from tui_nn.compare.judged import Judged, JudgedRows
from tui_nn.compare.plan import Plan
from tui_nn.compare.ranks import FEWEST, clear, fewest, tendency
from tui_nn.compare.summary import Summary


class Finding(NamedTuple):
    """A sentence, and whether it is what was expected; None: the numbers leave it open."""

    text: str
    expected: bool | None = None


Judge = Callable[[Plan, Sequence[Summary]], list[Finding]]


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
    is named in a sentence, "at {}".

    Tests the order of all rows, and, for where it ends or turns, that of the first ones and that of
    the last ones, however many they are.
    """

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        judged = JudgedRows(plan, summaries)
        rows = judged.rows
        if len(rows) < 2:
            return []

        def said(row: Judged) -> str:
            return f"{judged.said(row)} {at.format(row.name)}"

        parts = sorted({(0, end) for end in range(2, len(rows) + 1)} | set(_last_parts(rows)))
        clearly = _tested([rows[slice(*part)] for part in parts])
        found = {part: rise for part, rise in zip(parts, clearly, strict=True) if rise}
        better = _longest(part for part, rise in found.items() if rise < 0)
        worse = _longest(part for part, rise in found.items() if rise > 0)
        if worse:
            turns = "only up to a point" if better and better < worse else "only from a point on"
            how = f"{judged.less} {turns}" if better else judged.more
            low, high = _widest(rows[slice(*worse)])
            text = f"Contrary to the expectation, {subject} {how}: {said(low)}, but {said(high)}."
            return [Finding(text, False)]
        if better:
            part = rows[slice(*better)]
            low, high = _widest(part[::-1])
            text = f"{subject} {judged.less}: {said(low)}, against {said(high)}"
            if len(part) < len(rows):
                where = f"From {part[0].name} to {part[-1].name}"
                return [Finding(f"{where} {text}; over all there is no clear difference.")]
            return [Finding(f"As expected, {text}.{_level(rows, found)}", True)]
        text = f"No clear difference: {said(rows[0])}, and {said(rows[-1])}"
        return [Finding(f"{text}{_why(rows, len(parts))}.")]

    return judge


def versus(usual: str, *others: str) -> Judge:
    """Does each of the others need fewer steps than the usual value of the first setting that
    varies? Each is taken at its best value of the second.

    The same runs say which is best. So that this choice is no finding, all pairs out of which it
    could have been made are tested together.
    """

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        judged = JudgedRows(plan, summaries)
        best, found = judged.best(), list[Finding]()
        base = best.get(usual)
        pairs = list(
            product(
                [row for row in judged.rows if row.summary.values[0] == usual],
                [row for row in judged.rows if row.summary.values[0] in others],
            )
        )
        clearly = {
            (first.name, second.name): rise
            for (first, second), rise in zip(pairs, _tested(pairs), strict=True)
        }
        for row in (best.get(other) for other in others):
            if row is None or base is None:
                continue
            (name, place), (other, there) = judged.named(row), judged.named(base)
            costs = f"{judged.said(row)}{place}, against {judged.said(base)}{there}"
            rise = clearly[base.name, row.name]
            if rise < 0:
                text = f"As expected, {name} {judged.less} than {other}: {costs}."
                found.append(Finding(text, True))
            elif rise > 0:
                text = f"Contrary to the expectation, {name} {judged.more} than {other}: {costs}."
                found.append(Finding(text, False))
            else:
                text = f"No clear difference between {name} and {other}: {costs}"
                found.append(Finding(f"{text}{_why([row, base], len(pairs))}."))
        return found

    return judge


def linear_layers(accuracy: float, *, enough: bool) -> Judge:
    """Does a network that is linear up to its output come to this accuracy? Activation and output
    activation vary; the usual ones, with which it is compared, are the plan's first. enough: what
    is expected; of it more than half of the runs are proof, of the contrary a single one."""

    def judge(plan: Plan, summaries: Sequence[Summary]) -> list[Finding]:
        first, found = tuple(one.values[0] for one in plan.variations), list[Finding]()
        usual = next((one for one in summaries if one.values == first), None)
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
            said += f"or better; the median is {_share(one)}"
            said += f", with {first[0]} {_share(usual)}." if usual else "."
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


Part = tuple[int, int]  # of the rows: from where to where


def _last_parts(rows: Sequence[Judged]) -> list[Part]:
    """The last rows, however many, but at least two; all of them first."""
    return [(start, len(rows)) for start in range(len(rows) - 1)]


def _longest(parts: Iterable[Part]) -> Part | None:
    return max(parts, key=lambda part: part[1] - part[0], default=None)


def _tested(groups: Sequence[Sequence[Judged]]) -> list[int]:
    """Of each group of rows whether costs rise (> 0) or fall (< 0) from row to row, or 0 where that
    is not clear; all groups are tested together."""
    if any(len(row.costs) < FEWEST for rows in groups for row in rows):
        return [0] * len(groups)
    found = [tendency([row.costs for row in rows]) for rows in groups]
    holds = clear([one.p for one in found])
    return [one.rise if true else 0 for one, true in zip(found, holds, strict=True)]


def _widest(rows: Sequence[Judged]) -> tuple[Judged, Judged]:
    """Of the pairs whose second row costs more, that in which it costs most times what the first
    does; of several the cheapest. The first and the last row, if there is none."""

    def key(pair: tuple[Judged, Judged]) -> tuple[float, float]:
        low, high = (max(row.cost.median, 1e-300) for row in pair)
        return high / low, -low

    pairs = [pair for pair in combinations(rows, 2) if pair[0].cost.median < pair[1].cost.median]
    return max(pairs, key=key, default=(rows[0], rows[-1]))


def _level(rows: Sequence[Judged], found: Collection[Part]) -> str:
    """From where on nothing clear is found of the last rows."""
    level = next((part for part in _last_parts(rows) if part not in found), None)
    if level is None:
        return ""
    return f" Between {rows[level[0]].name} and {rows[-1].name} there is no clear difference."


def _why(rows: Sequence[Judged], tests: int) -> str:
    """Why a difference can't be clear, if it is for want of seeds."""
    needed = fewest(len(rows), tests)
    few = min(len(row.costs) for row in rows) < needed
    return f", with fewer than {needed} seeds" if few else ""


def _share(summary: Summary) -> str:
    accuracy = summary.accuracy
    return "-" if accuracy is None else f"{100 * accuracy.median:.1f} %"

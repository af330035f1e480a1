"""A comparison under way: its plan, its results, and where they are recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from tui_nn.compare.execution import execute
from tui_nn.compare.plan import Cell, Plan, Row
from tui_nn.compare.pools import Pool
from tui_nn.compare.record import Group
from tui_nn.compare.results import Result, Results
from tui_nn.compare.summary import Summary, summarise
from tui_nn.runs.store import StoreError


class Comparison:
    """Plan → results as they come → summaries.

        comparison = Comparison(Plan(Settings(), (Variation.parse("learning_rate=0.1,1"),), 5))
        for changed in comparison.run(Cores(2)):
            ...  # `changed` are the Results that have news; `comparison.results` are all
        comparison.summaries()

    `group`: where it is recorded, see `record`. `notice`: why it is not recorded any more, or "".
    Raises PlanError: the plan can't be made, or settings of a cell are not allowed.
    """

    def __init__(self, plan: Plan, cells: Iterable[Cell] | None = None) -> None:
        """cells: the plan's, where somebody watches while they are made."""
        plan.check()
        self.plan, self.notice = plan, ""
        self.group: Group | None = None
        self.results = Results(plan.cells() if cells is None else cells)
        self.rows = list(plan.rows())

    def record(self, group: Group) -> None:
        """Keep it in a store, and take over what that knows already. StoreError: it is being
        trained elsewhere."""
        group.recall(self.results)
        self.group = group

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows that a search has found. Raises PlanError."""
        given = (*self.plan.given, *rows)
        plan = dataclasses.replace(self.plan, given=given)
        new = Results(c for c in plan.cells() if c.number not in self.results.by_number)
        if self.group is not None:
            self.group.recall(new)
        self.plan, self.rows = plan, list(given)
        self.results.by_number |= new.by_number

    def run(self, pool: Pool, stopping: Callable[[], bool] = bool) -> Iterator[list[Result]]:
        """Train what has not ended; yields the results that have news, at least ten times a second.

        stopping: whether to stop at the next good place. What is known then is kept.
        """
        todo = [result for result in self.results if result.reason is None]
        states = {r.cell.number: r.state for r in todo if r.state is not None}
        try:
            cells = [result.cell for result in todo]
            for news in execute(cells, pool, states=states, stopping=stopping):
                changed = self.results.absorb(news)
                self._save(changed)
                yield changed
        finally:
            self._save([], interrupted=True)

    def summaries(self) -> list[Summary]:
        """Of each row, in the plan's order."""
        return summarise(self.rows, self.results)

    def _save(self, changed: list[Result], *, interrupted: bool = False) -> None:
        if self.group is None:
            return
        try:
            self.group.save(changed, interrupted=interrupted)
        except StoreError as error:
            self.group, self.notice = None, f"not recorded: {error}"

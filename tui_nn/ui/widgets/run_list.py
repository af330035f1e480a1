"""The list of recorded runs: sorted, filtered, marked; only the rows in sight have their curves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from rich.segment import Segment
from textual.binding import Binding
from textual.message import Message

from tui_nn.datasets.plain import counted
from tui_nn.engine.types import Array
from tui_nn.render.comparison_line import comparison_cells, comparison_line
from tui_nn.render.look import Look
from tui_nn.render.run_list import (
    CHARTED,
    MARK,
    Column,
    fitting,
    in_order,
    line_cells,
)
from tui_nn.render.varying import varying
from tui_nn.runs.filters import Test, ended, missing, parse_filter
from tui_nn.runs.records import Record
from tui_nn.ui.widgets.column_table import ColumnTable

TOLD = ("diverged", "failed", "training")  # how runs of a comparison ended, or go on


class RunList(ColumnTable[Column]):
    """A row a run; its number is that of the run in the store. The runs of a comparison are folded
    into one row, of a number below zero, until it is unfolded or the list filtered.

    `marked`: the numbers of those that are, in the order in which they were. `curves`: by number,
    at which step the run was then, and steps and losses; what is missing in sight, or has become
    old, is asked for.
    """

    mark = MARK
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "open", "open"),
        Binding("space", "mark", "mark"),
        Binding("a", "mark_all", "mark all", show=False),
        Binding("right", "fold(False)", "Unfold", show=False),
        Binding("left", "fold(True)", "Fold", show=False),
    ]

    class Picked(Message):
        """The cursor is in another row, or none is left."""

    class Marked(Message):
        """Other runs are marked than before."""

    @dataclass
    class Opened(Message):
        run: Record

    class Wants(Message):
        """There are runs in sight whose curves are not known: see `uncharted`."""

    def __init__(self) -> None:
        super().__init__("age")
        self.runs: dict[int, Record] = {}
        self.curves: dict[int, tuple[int, Array]] = {}
        self.text = ""
        self._listed: list[Record] = []  # which the filter lets pass
        self._varying: list[Column] = []  # of the settings that differ among those in rows
        self._lines: dict[str, int] = {}  # the numbers that comparisons have as rows
        self._folded: dict[int, list[Record]] = {}  # their listed runs, the latest first
        self._unfolded: set[int] = set()
        self._hidden = 0
        self.message = ""  # stands in the place of rows, where there are none
        self._test: Test = parse_filter("")

    def show(self, runs: list[Record], hidden: Collection[int], look: Look) -> None:
        """Take over the store as it is, but for the runs that are hidden."""
        self.runs = {run.number: run for run in runs if run.number not in hidden}
        self._hidden = len(hidden)
        self.marked = [number for number in self.marked if number in self.runs]
        self.look = look
        self._rearrange()

    def filter(self, text: str) -> None:
        """Only runs for which the words hold. ValueError: they can't."""
        self._test, self.text = parse_filter(text), text
        self._rearrange()

    def filter_as_typed(self, text: str) -> None:
        """Likewise, as it is being typed: a list that would be empty stays as it was. ValueError:
        what is missing."""
        if self.runs and not any(map(parse_filter(text), self.runs.values())):
            raise ValueError(missing(text, self.runs.values()))
        self.filter(text)

    @property
    def run(self) -> Record | None:
        """The one at the cursor."""
        return self.runs.get(self.picked) if self.picked is not None else None

    @property
    def comparison(self) -> list[Record]:
        """The runs of the one at the cursor, the best first; none if it is at a run."""
        members = self._folded.get(self.picked, []) if self.picked is not None else []
        return in_order(members, (), "loss", False)

    @property
    def chosen(self) -> list[Record]:
        """The marked runs that are listed, or else the one at the cursor, or those of the
        comparison there."""
        listed = {run.number for run in self._listed}
        marked = [self.runs[number] for number in self.marked if number in listed]
        return marked or self.comparison or ([self.run] if self.run else [])

    @property
    def charted(self) -> list[Record]:
        """What a chart shows: the run at the cursor, and those that are marked; of a comparison its
        best run, and, where nothing is marked, the next best, the better the later."""
        found = [self.run] if self.run else self.comparison
        marked = [self.runs[number] for number in self.marked]
        others = marked[:CHARTED] or found[CHARTED:0:-1]  # a legend names the last ones first
        return found[:1] + others if found else []

    def on_resize(self) -> None:
        self._fit()
        super().on_resize()

    def _fit(self) -> None:
        """Choose the columns, for the runs that have rows."""
        hidden = self._folded.keys() - self._unfolded
        runs = [run for run in self._listed if self._lines.get(run.group) not in hidden]
        self._varying = varying(runs)
        self.columns = fitting(self.size.width - MARK, runs, self._varying)

    def _rearrange(self) -> None:
        """Sort, filter and fold anew. Where the picked run has gone, its comparison is picked, or
        the one in its place."""
        self._listed = [run for run in self.runs.values() if self._test(run)]
        self._fold()
        self._fit()
        place, run = self._place or 0, self.run
        self.reorder()
        if len(self.order) and self.picked not in self.order:
            line = self._lines.get(run.group) if run else None
            if line in self.order:
                place = self.order.tolist().index(line)
            self.pick(place)
        elif not len(self.order) and self.picked is not None:
            self.picked = None
            self.post_message(self.Picked())
        self.draw()

    def _fold(self) -> None:
        """Find the comparisons among the listed runs; who filters means each run."""
        found = defaultdict[int, list[Record]](list)
        for run in self._listed:
            if run.group and not self.text:
                found[self._lines.setdefault(run.group, -1 - len(self._lines))].append(run)
        self._folded = dict(found)

    def action_mark(self) -> None:
        """Mark the run, or those of the comparison, or not any more, and go to the next."""
        if self.picked is None:
            return
        if self.comparison:
            self._mark([run.number for run in self.comparison])
        else:
            self.toggle_mark()
        self.post_message(self.Marked())
        self.action_pick(1)
        self.draw()

    def action_mark_all(self) -> None:
        """Mark all that are listed, or, if they are, none."""
        runs = in_order(self._listed, self._varying, self.sort_by, self.reversed)
        self._mark([run.number for run in runs])
        self.post_message(self.Marked())
        self.draw()

    def _mark(self, numbers: list[int]) -> None:
        """Mark all of these, or, if they are, none."""
        others = [number for number in numbers if number not in self.marked]
        kept = self.marked if others else [n for n in self.marked if n not in numbers]
        self.marked = [*kept, *others]

    def action_open(self) -> None:
        if self.run is not None:
            self.post_message(self.Opened(self.run))
        else:
            self.action_fold(self.picked in self._unfolded)

    def action_fold(self, fold: bool) -> None:
        """Fold the comparison at the cursor, or in which it is, or unfold it."""
        line = self._lines.get(self.run.group) if self.run else self.picked
        if line not in self._folded:
            return
        (self._unfolded.discard if fold else self._unfolded.add)(line)
        self._rearrange()

    # The table's rows

    def ordered(self) -> Array:
        return np.array(list(self._rows()), int)

    def _rows(self) -> Iterator[int]:
        """A comparison stands where the first of its runs would."""
        seen = set()
        for run in in_order(self._listed, self._varying, self.sort_by, self.reversed):
            line = self._lines.get(run.group)
            if line not in self._folded:
                yield run.number
            elif line not in seen:
                seen.add(line)
                yield line
                if line in self._unfolded:
                    runs = self._folded[line]
                    runs = in_order(runs, self._varying, self.sort_by, self.reversed)
                    yield from (one.number for one in runs)

    def row(self, number: int) -> list[Segment]:
        picked = number == self.picked
        if number in self._folded:
            return self._comparison_row(number, picked)
        run = self.runs[number]
        _, points = self.curves.get(number, (0, None))
        place = self.marked.index(number) if number in self.marked else None
        branch = self._lines.get(run.group) in self._folded
        return line_cells(run, self.columns, points, place, picked, self.look, branch=branch)

    def _comparison_row(self, line: int, picked: bool) -> list[Segment]:
        runs = self._folded[line]
        losses = [run.train_loss for run in runs if run.train_loss is not None]
        ends = list(map(ended, runs))
        more = "".join(f", {ends.count(end)} {end}" for end in TOLD if end in ends)
        text = comparison_line(
            *(runs[0].group, len(runs), max(run.started for run in runs)),
            *(min(losses, default=None), self.columns),
            ascii=self.look.ascii,
            more=more,
        )
        marked = {run.number for run in runs} <= set(self.marked)
        return comparison_cells(text, line in self._unfolded, marked, picked, self.look)

    def was_picked(self, number: int) -> None:
        self.post_message(self.Picked())

    def draw(self) -> None:
        super().draw()
        if self.uncharted:
            self.post_message(self.Wants())

    @property
    def uncharted(self) -> list[Record]:
        """The runs in sight whose curves are not known as they are now."""
        runs = [self.runs[number] for number in self.in_sight if number in self.runs]
        return [run for run in runs if self.curves.get(run.number, (None,))[0] != run.step]

    @property
    def summary(self) -> str:
        if not self.runs and not self._hidden:
            return self.message
        shown = f"{len(self._listed)} of " if len(self._listed) < len(self.runs) else ""
        parts = [f"{shown}{counted(len(self.runs), 'run')}"]
        if folded := len(self._folded.keys() - self._unfolded):
            parts.append(f"{counted(folded, 'comparison')} folded: enter unfolds")
        if marks := len(self.marked):
            drawn = f", {CHARTED} of {marks} drawn" if marks > CHARTED else ""
            parts.append(f"{marks} marked{drawn}")
        parts += [f"{self._hidden} deleted: u brings them back"] if self._hidden else []
        parts += [f"/{self.text}"] if self.text else []
        return "  ".join(parts)

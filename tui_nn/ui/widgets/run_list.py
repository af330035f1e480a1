"""The list of recorded runs: sorted, filtered, marked; only the rows in sight have their curves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from rich.segment import Segment
from textual.binding import Binding
from textual.message import Message

from tui_nn.datasets.plain import counted
from tui_nn.engine.types import Array
from tui_nn.render.look import Look
from tui_nn.render.run_list import CHARTED, MARK, Column, fitting, in_order, line_cells
from tui_nn.render.varying import varying
from tui_nn.runs.filters import Test, missing, parse_filter
from tui_nn.runs.records import Record
from tui_nn.ui.widgets.column_table import ColumnTable


class RunList(ColumnTable[Column]):
    """A row a run; its number is that of the run in the store.

    `marked`: the numbers of those that are, in the order in which they were. `curves`: by number,
    at which step the run was then, and steps and losses; what is missing in sight, or has become
    old, is asked for.
    """

    mark = MARK
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "open", "open"),
        Binding("space", "mark", "mark"),
        Binding("a", "mark_all", "mark all", show=False),
    ]

    @dataclass
    class Picked(Message):
        """The cursor is at another run, or none is left (None)."""

        run: Record | None

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
        self._varying: list[Column] = []  # of the settings that differ among these
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
    def chosen(self) -> list[Record]:
        """The marked runs that are listed, or else the one at the cursor."""
        listed = set(self.order.tolist())
        marked = [self.runs[number] for number in self.marked if number in listed]
        return marked or ([self.run] if self.run else [])

    def on_resize(self) -> None:
        self._fit()
        super().on_resize()

    def _fit(self) -> None:
        """Choose the columns, for the runs that are listed."""
        self._varying = varying(self._listed)
        self.columns = fitting(self.size.width - MARK, self._listed, self._varying)

    def _rearrange(self) -> None:
        """Sort and filter anew. Where the picked run has gone, the one in its place is picked."""
        self._listed = [run for run in self.runs.values() if self._test(run)]
        self._fit()
        place = self._place or 0
        self.reorder()
        if len(self.order) and self.picked not in self.order:
            self.pick(place)
        elif not len(self.order) and self.picked is not None:
            self.picked = None
            self.post_message(self.Picked(None))
        self.draw()

    def action_mark(self) -> None:
        """Mark the run, or not any more, and go to the next."""
        if self.picked is None:
            return
        self.toggle_mark()
        self.post_message(self.Marked())
        self.action_pick(1)
        self.draw()

    def action_mark_all(self) -> None:
        """Mark all that are listed, or, if they are, none."""
        others = np.setdiff1d(self.order, self.marked).tolist()
        self.marked = [*self.marked, *others] if others else []
        self.post_message(self.Marked())
        self.draw()

    def action_open(self) -> None:
        if self.run is not None:
            self.post_message(self.Opened(self.run))

    # The table's rows

    def ordered(self) -> Array:
        runs = in_order(self._listed, self._varying, self.sort_by, self.reversed)
        return np.array([run.number for run in runs], int)

    def row(self, number: int) -> list[Segment]:
        run = self.runs[number]
        _, points = self.curves.get(number, (0, None))
        place = self.marked.index(number) if number in self.marked else None
        picked = number == self.picked
        return line_cells(run, self.columns, points, place, picked, self.look)

    def was_picked(self, number: int) -> None:
        self.post_message(self.Picked(self.runs[number]))

    def draw(self) -> None:
        super().draw()
        if self.uncharted:
            self.post_message(self.Wants())

    @property
    def uncharted(self) -> list[Record]:
        """The runs in sight whose curves are not known as they are now."""
        runs = [self.runs[number] for number in self.in_sight]
        return [run for run in runs if self.curves.get(run.number, (None,))[0] != run.step]

    @property
    def summary(self) -> str:
        if not self.runs and not self._hidden:
            return self.message
        shown = f"{len(self.order)} of " if len(self.order) < len(self.runs) else ""
        parts = [f"{shown}{counted(len(self.runs), 'run')}"]
        if marks := len(self.marked):
            drawn = f", {CHARTED} of {marks} drawn" if marks > CHARTED else ""
            parts.append(f"{marks} marked{drawn}")
        parts += [f"{self._hidden} deleted: u brings them back"] if self._hidden else []
        parts += [f"/{self.text}"] if self.text else []
        return "  ".join(parts)

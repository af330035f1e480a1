"""The ranking of a comparison: a row of it a line, the best first, and marks for the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from rich.segment import Segment
from textual.binding import Binding
from textual.message import Message

from tui_nn.compare import Plan, Standing
from tui_nn.datasets.plain import counted
from tui_nn.engine.types import Array
from tui_nn.render.look import Look
from tui_nn.render.standings import (
    MARK,
    Column,
    columns_of,
    in_order,
    line_cells,
)
from tui_nn.ui.scoreboard import Scoreboard
from tui_nn.ui.widgets.column_table import ColumnTable


class StandingsTable(ColumnTable[Column]):
    """`marked`: the rows whose curves are shown, in the order in which they were; none of them: the
    best."""

    mark = MARK
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "open", "open"),
        Binding("space", "mark", "mark"),
        Binding("a", "mark_none", "the best", show=False),
    ]

    class Changed(Message):
        """Other rows are marked, or another one is picked."""

    @dataclass
    class Opened(Message):
        row: int

    def __init__(self, plan: Plan) -> None:
        super().__init__("best")
        self._plan = plan
        self._standings: Sequence[Standing] = []
        self._by_row: dict[int, Standing] = {}
        self._places: tuple[int, ...] = ()
        self._at_the_best = True  # where the cursor stays until somebody moves it

    def show(self, board: Scoreboard, look: Look) -> None:
        """Take over how the rows stand."""
        self._standings, self._places, self.look = board.standings, board.places, look
        self._by_row = {one.row: one for one in board.standings}
        self._rearrange()

    def _rearrange(self) -> None:
        self.columns = columns_of(self._plan, self._standings, self.size.width - MARK)
        before = self.picked
        if self._at_the_best:
            self.picked = None  # what is no longer the best is not followed to where it is now
        self.reorder()
        if self._at_the_best and len(self.order):
            self.picked = int(self.order[0])
        if self.picked != before:
            self.post_message(self.Changed())
        self.draw()

    def on_resize(self) -> None:
        if self._standings:
            self._rearrange()

    def action_mark(self) -> None:
        """Mark the row, or not any more, and go to the next."""
        if self.picked is None:
            return
        self.toggle_mark()
        self.action_pick(1)
        self.post_message(self.Changed())

    def action_mark_none(self) -> None:
        self.marked = []
        self.post_message(self.Changed())
        self.draw()

    def action_open(self) -> None:
        if self.picked is not None:
            self.post_message(self.Opened(self.picked))

    # The table's rows

    def ordered(self) -> Array:
        found = in_order(self._standings, self.columns, self.sort_by, self.reversed)
        return np.array([one.row for one in found], int)

    def row(self, number: int) -> list[Segment]:
        return line_cells(
            self._by_row[number],
            self.columns,
            self._places.index(number) if number in self._places else None,
            marked=number in self.marked,
            picked=number == self.picked,
            look=self.look,
        )

    def was_picked(self, number: int) -> None:
        self._at_the_best = False
        self.post_message(self.Changed())

    @property
    def summary(self) -> str:
        shown = len(self._places)
        curves = f"{len(self.marked)} marked" if self.marked else f"curves of the best {shown}"
        every = shown in (0, len(self._standings))
        return counted(len(self._standings), "row") + ("" if every else f"  {curves}")

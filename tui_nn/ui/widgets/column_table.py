"""A table whose columns are left out where there is no room for them: none is ever cut off."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from rich.segment import Segment

from tui_nn.render.columns import Column, heading_cells, starts_of
from tui_nn.render.look import Look
from tui_nn.ui.widgets.row_table import RowTable

C = TypeVar("C", bound=Column)


class ColumnTable(RowTable, Generic[C]):
    """mark: cells before a line. columns: those that are shown; none before there are rows.
    marked: numbers of rows, in the order in which they were marked."""

    mark: ClassVar[int]

    def __init__(self, sort_by: str) -> None:
        super().__init__(sort_by)
        self.columns: list[C] = []
        self.marked: list[int] = []
        self.look = Look()

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def starts(self) -> list[int]:
        return starts_of(self.columns, self.mark)

    def toggle_mark(self) -> None:
        """Mark the picked row, or not any more."""
        if self.picked in self.marked:
            self.marked.remove(self.picked)
        elif self.picked is not None:
            self.marked.append(self.picked)

    def heading(self) -> list[Segment]:
        return heading_cells(self.columns, self.mark, self.sort_by, self.reversed, self.look)

"""A table of many rows: sorted, scrolled, picked from; only what is in sight is drawn."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from typing import Any, ClassVar

import numpy as np
from rich.segment import Segment
from textual.binding import Binding
from textual.events import Click
from textual.geometry import Size
from textual.scroll_view import ScrollView

from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, filled, shifted, text_cells
from tui_nn.ui.widgets.cell_view import CellView

FRAME = 2  # lines of the heading and of the summary below


class RowTable(CellView, ScrollView, can_focus=True):
    """`order`: the numbers of the rows, from the top; `picked`: that of the picked one, or None.

    A heading stands above the rows and a summary below. The first column stays where the others
    are shifted.
    """

    DEFAULT_CSS = """
    RowTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("h", "sort(-1)", "sort", key_display="h j x"),
        Binding("j", "sort(1)", "sort by the right", show=False),
        Binding("x", "reverse", "reverse", show=False),
        Binding("up", "pick(-1)", "Row up", show=False),
        Binding("down", "pick(1)", "Row down", show=False),
        Binding("pageup", "pick_page(-1)", "Page up", show=False),
        Binding("pagedown", "pick_page(1)", "Page down", show=False),
        Binding("home", "pick_end(0)", "First row", show=False),
        Binding("end", "pick_end(-1)", "Last row", show=False),
    ]

    def __init__(self, sort_by: str) -> None:
        super().__init__()
        self.order: Array = np.zeros(0, int)
        self.sort_by, self.reversed = sort_by, False
        self.picked: int | None = None

    # What a subclass has to say of its rows

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """Those of the columns; none before there is anything to show."""

    @property
    @abstractmethod
    def starts(self) -> list[int]:
        """Where each column begins, and where the last one ends."""

    @abstractmethod
    def ordered(self) -> Array:
        """The rows' numbers in the order that is wanted."""

    @abstractmethod
    def heading(self) -> list[Segment]: ...

    @abstractmethod
    def row(self, number: int) -> list[Segment]: ...

    @property
    @abstractmethod
    def summary(self) -> str: ...

    @abstractmethod
    def was_picked(self, number: int) -> None:
        """Tell others."""

    # The rows in sight

    @property
    def _rows_in_sight(self) -> int:
        return max(1, self.size.height - FRAME)

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    @property
    def in_sight(self) -> list[int]:
        """The numbers of the rows that are."""
        numbers: list[int] = self.order[self._top : self._top + self._rows_in_sight].tolist()
        return numbers

    @property
    def _place(self) -> int | None:
        """The row that is picked."""
        rows = np.flatnonzero(self.order == self.picked)
        return int(rows[0]) if len(rows) else None

    def reorder(self) -> None:
        """Sort and filter anew; the picked row stays in sight if it was."""
        if not self.names:
            return
        before = self._place
        in_sight = before is not None and 0 <= before - self._top < self._rows_in_sight
        self.order = self.ordered()
        self.virtual_size = Size(self.starts[-1], len(self.order) + FRAME)
        self.scroll_to(y=self._top, animate=False)  # there may be fewer
        if in_sight:
            self._bring_in_sight()

    def _bring_in_sight(self) -> None:
        place, rows = self._place, self._rows_in_sight
        if place is not None and not self._top <= place < self._top + rows:
            top = place if place < self._top else place - rows + 1
            self.scroll_to(y=top, animate=False)

    def on_resize(self) -> None:
        self.reorder()
        self.draw()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_x(old_value, new_value)
        self.draw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.draw()

    def draw(self) -> None:
        if not self.names or self.size.height < FRAME + 1:
            self.show_cells([])
            return
        lines: Cells = [self.heading(), *map(self.row, self.in_sight)]
        lines += [[] for _ in range(self._rows_in_sight + 1 - len(lines))]
        fixed, left = self.starts[1], round(self.scroll_x)
        lines = [line[:fixed] + shifted(line[fixed:], left) for line in lines]
        lines.append(text_cells(self.summary))
        self.show_cells(filled(lines, self.size.width, len(lines)))

    # Keys and mouse

    def pick(self, row: int) -> None:
        """Pick a row by its place; beyond the ends, the one there."""
        if not len(self.order):
            return
        self.picked = int(self.order[max(0, min(row, len(self.order) - 1))])
        self._bring_in_sight()
        self.draw()
        self.was_picked(self.picked)

    def action_pick(self, rows: int) -> None:
        place = self._place
        self.pick(self._top if place is None else place + rows)

    def action_pick_page(self, pages: int) -> None:
        self.action_pick(pages * self._rows_in_sight)

    def action_pick_end(self, row: int) -> None:
        self.pick(row % max(1, len(self.order)))

    def action_sort(self, columns: int) -> None:
        if names := self.names:
            at = names.index(self.sort_by) if self.sort_by in names else 0
            self.sort(names[(at + columns) % len(names)])

    def action_reverse(self) -> None:
        self.reversed = not self.reversed
        self.reorder()
        self.draw()

    def sort(self, name: str) -> None:
        """By a column, which is brought in sight."""
        self.sort_by = name
        self.reorder()
        place, starts = self.names.index(name), self.starts
        start, end = starts[place : place + 2]
        left = round(self.scroll_x)
        if place and not left + starts[1] <= start < end <= left + self.size.width:
            first = bisect_left(starts, end - self.size.width + starts[1], 1)
            self.shift(starts[min(first, place)] - starts[1] - left)
        self.draw()

    def shift(self, cells: int) -> None:
        """Shift the columns but the first."""
        self.scroll_to(x=round(self.scroll_x) + cells, animate=False, force=True)

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not self.names:
            return
        if offset.y == 0:
            x = offset.x + (round(self.scroll_x) if offset.x >= self.starts[1] else 0)
            place = bisect_right(self.starts, x) - 1
            if place < len(self.names):
                name = self.names[place]
                if name == self.sort_by:
                    self.action_reverse()
                else:
                    self.sort(name)
        elif 0 < offset.y <= self._rows_in_sight and self._top + offset.y <= len(self.order):
            self.pick(self._top + offset.y - 1)

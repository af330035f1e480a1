"""The pane of the points: a table that is sorted, filtered, and live."""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.actions import SkipAction
from textual.binding import Binding
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView

from tui_nn.render.cells import Cells, filled, text_cells
from tui_nn.render.look import Look
from tui_nn.render.points import Points, column_starts, heading_cells, row_cells
from tui_nn.ui.view import View
from tui_nn.ui.widgets.cell_view import CellView

FRAME = 2  # lines of the heading and of the summary below
REDRAW = 0.4  # seconds at least between two drawings, and orders of the rows, while it runs


class PointsTable(CellView, ScrollView, can_focus=True):
    """Draws the rows that are in sight, whatever their number."""

    DEFAULT_CSS = """
    PointsTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[Any]] = [
        Binding("h", "sort(-1)", "Sort by the left"),
        Binding("j", "sort(1)", "by the right"),
        Binding("x", "reverse", "Reverse"),
        Binding("f", "errors_only", "Errors only"),
        Binding("up", "pick(-1)", "Point up", show=False),
        Binding("down", "pick(1)", "Point down", show=False),
        Binding("pageup", "pick_page(-1)", "Page up", show=False),
        Binding("pagedown", "pick_page(1)", "Page down", show=False),
        Binding("home", "pick_end(0)", "First point", show=False),
        Binding("end", "pick_end(-1)", "Last point", show=False),
        Binding("escape", "unpick", "No point", show=False),
        Binding("left", "shift(-8)", "Columns to the left", show=False),
        Binding("right", "shift(8)", "Columns to the right", show=False),
    ]

    @dataclass
    class PointPicked(Message):
        """A row was picked: that of a point of View.points; None: none is any more."""

        index: int | None

    def __init__(self) -> None:
        super().__init__()
        self.points: Points | None = None
        self.order = np.zeros(0, int)  # the points of the rows
        self.sort_by, self.reversed, self.errors_only, self.text = "point", False, False, ""
        self.picked: int | None = None  # a point
        self._look, self._drawn = Look(), 0.0

    def wanted(self) -> dict[str, Any]:
        return {"predictions": True} if self.is_on_screen else {}

    def show(self, view: View) -> None:
        predictions = view.snapshot.predictions
        if predictions is None or predictions.shape != view.points.targets.shape:
            return
        fresh = self.points is None or self.points.dataset is not view.points
        if self.points is None or fresh:
            self.points = Points(view.points)
            if self.points.column(self.sort_by) is None:
                self.sort_by = "point"
            if self.picked is not None and self.picked >= len(predictions):
                self._unpick()
        now = time.monotonic()
        if fresh or view.snapshot.status != "running" or now - self._drawn >= REDRAW:
            self._look, self._drawn = view.look, now
            self.points.update(predictions)
            self._reorder()
            self._draw()

    def filter(self, text: str) -> None:
        """Only rows with this text in a column, or for which `error > 0.3 and class = 1` holds."""
        self.text = text
        self._reorder()
        self._draw()

    def on_resize(self) -> None:
        self._reorder()
        self._draw()

    @property
    def _rows_in_sight(self) -> int:
        return max(1, self.size.height - FRAME)

    def _reorder(self) -> None:
        """Sort and filter anew; the row of the picked point stays in sight if it was."""
        if self.points is None:
            return
        before = self._place
        in_sight = before is not None and 0 <= before - self._top < self._rows_in_sight
        self.order = self.points.ordered(self.sort_by, self.reversed, self.errors_only, self.text)
        self.virtual_size = Size(column_starts(self.points)[-1], len(self.order) + FRAME)
        self.scroll_to(y=self._top, animate=False)  # there may be fewer
        if in_sight:
            self._bring_in_sight()

    @property
    def _fixed(self) -> int:
        """Cells of the first column and its mark, which stay where the others are shifted."""
        return column_starts(self.points)[1] if self.points else 0

    @property
    def _top(self) -> int:
        return round(self.scroll_y)

    @property
    def _place(self) -> int | None:
        """The row of the picked point."""
        rows = np.flatnonzero(self.order == self.picked)
        return int(rows[0]) if len(rows) else None

    def _bring_in_sight(self) -> None:
        place, rows = self._place, self._rows_in_sight
        if place is not None and not self._top <= place < self._top + rows:
            top = place if place < self._top else place - rows + 1
            self.scroll_to(y=top, animate=False)

    def _pick(self, row: int) -> None:
        if not len(self.order):
            return
        self.picked = int(self.order[max(0, min(row, len(self.order) - 1))])
        self._bring_in_sight()
        self._draw()
        self.post_message(self.PointPicked(self.picked))

    def action_pick(self, rows: int) -> None:
        place = self._place
        self._pick(self._top if place is None else place + rows)

    def action_pick_page(self, pages: int) -> None:
        self.action_pick(pages * self._rows_in_sight)

    def action_pick_end(self, row: int) -> None:
        self._pick(row % max(1, len(self.order)))

    def action_unpick(self) -> None:
        if self.picked is None:
            raise SkipAction
        self._unpick()
        self._draw()

    def _unpick(self) -> None:
        self.picked = None
        self.post_message(self.PointPicked(None))

    def action_sort(self, columns: int) -> None:
        if self.points is not None:
            names = [column.name for column in self.points.columns]
            self._sort(names[(names.index(self.sort_by) + columns) % len(names)])

    def action_shift(self, cells: int) -> None:
        self.scroll_to(x=round(self.scroll_x) + cells, animate=False, force=True)

    def action_reverse(self) -> None:
        self.reversed = not self.reversed
        self._reorder()
        self._draw()

    def action_errors_only(self) -> None:
        self.errors_only = not self.errors_only
        self._reorder()
        self._draw()

    def _sort(self, name: str) -> None:
        assert self.points is not None
        self.sort_by = name
        self._reorder()
        place = [column.name for column in self.points.columns].index(name)
        start, end = column_starts(self.points)[place : place + 2]
        left = round(self.scroll_x)
        if place and not left + self._fixed <= start < end <= left + self.size.width:
            self.action_shift(max(0, end - self.size.width) - left)
        self._draw()

    def on_click(self, event: Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or self.points is None:
            return
        if offset.y == 0:
            x = offset.x + (round(self.scroll_x) if offset.x >= self._fixed else 0)
            place = bisect_right(column_starts(self.points), x) - 1
            if place < len(self.points.columns):
                name = self.points.columns[place].name
                if name == self.sort_by:
                    self.action_reverse()
                else:
                    self._sort(name)
        elif 0 < offset.y <= self._rows_in_sight and self._top + offset.y <= len(self.order):
            self._pick(self._top + offset.y - 1)

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_x(old_value, new_value)
        self._draw()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._draw()

    def _draw(self) -> None:
        if self.points is None or self.size.height < FRAME + 1:
            self.show_cells([])
            return
        points, look, top = self.points, self._look, self._top
        lines: Cells = [heading_cells(points, self.sort_by, self.reversed, look)]
        for i in self.order[top : top + self._rows_in_sight].tolist():
            lines.append(row_cells(points, i, i == self.picked, look))
        lines += [[] for _ in range(self._rows_in_sight + 1 - len(lines))]
        fixed, left = self._fixed, round(self.scroll_x)
        lines = [line[:fixed] + line[fixed + left :] for line in lines]
        lines.append(text_cells(self._summary))
        self.show_cells(filled(lines, self.size.width, len(lines)))

    @property
    def _summary(self) -> str:
        assert self.points is not None
        wrong, count = int(self.points.wrong.sum()), len(self.points.wrong)
        shown = f"{len(self.order)} of " if len(self.order) < count else ""
        parts = [f"{shown}{count} points, {wrong} wrong"]
        parts += ["errors only"] if self.errors_only else []
        parts += [f"/{self.text}"] if self.text else []
        return "  ".join(parts)

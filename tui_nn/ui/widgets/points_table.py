"""The pane of the points: a table that is sorted, filtered, and live."""

from __future__ import annotations

import time
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from textual.actions import SkipAction
from textual.binding import Binding
from textual.message import Message

from tui_nn.datasets.plain import counted
from tui_nn.engine.types import Array
from tui_nn.render.look import Look
from tui_nn.render.points import Points, columns_in_sight, heading_cells, row_cells
from tui_nn.ui.view import View
from tui_nn.ui.widgets.row_table import RowTable

REDRAW = 0.4  # seconds at least between two drawings, and orders of the rows, while it runs


class PointsTable(RowTable):
    """A row a point of the data set; its number is the point's place there."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("f", "errors_only", "errors only"),
        Binding("escape", "show_all", "all points"),
        Binding("escape", "unpick", "No point", show=False),
        Binding("left", "shift(-1)", "Columns to the left", show=False),
        Binding("right", "shift(1)", "Columns to the right", show=False),
    ]

    @dataclass
    class PointPicked(Message):
        """A row was picked: that of a point of View.points; None: none is any more."""

        index: int | None

    def __init__(self) -> None:
        super().__init__("point")
        self.points: Points | None = None
        self.errors_only, self.text = False, ""
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
            self.points.fit(self.size.width)
            self._keep_filter()
            if self.points.column(self.sort_by) is None:
                self.sort_by = "point"
            if self.picked is not None and self.picked >= len(predictions):
                self._unpick()
        now = time.monotonic()
        if fresh or view.snapshot.status != "running" or now - self._drawn >= REDRAW:
            self._look, self._drawn = view.look, now
            self.points.update(predictions)
            self.reorder()
            self.draw()

    def filter(self, text: str) -> None:
        """Only rows with this text in a column, or for which `error > 0.3 and class = 1` holds;
        ValueError says what is allowed."""
        if self.points is not None and text:
            self.points.matching(text)
        self.text = text
        self.reorder()
        self.draw()

    def _keep_filter(self) -> None:
        """Unless it is on columns that these points have not."""
        try:
            self.filter(self.text)
        except ValueError:
            self.filter("")

    def on_resize(self) -> None:
        if self.points is not None:
            self.points.fit(self.size.width)

    def action_show_all(self) -> None:
        self.filter("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape ends a filter first."""
        return action != "show_all" or bool(self.text)

    def action_errors_only(self) -> None:
        self.errors_only = not self.errors_only
        self.reorder()
        self.draw()

    def action_shift(self, direction: int) -> None:
        """By half of what is in sight, to the beginning of a column."""
        if self.points is None:
            return
        starts, left = self.points.starts, round(self.scroll_x)
        room = (self.size.width - starts[1]) // 2
        beside = bisect_right(starts, starts[1] + left) - 1 + direction
        there = bisect_right(starts, starts[1] + left + direction * room) - 1
        place = max(there, beside) if direction > 0 else min(there, beside)
        place = max(1, min(place, len(starts) - 2))
        self.shift(starts[place] - starts[1] - left)

    def action_unpick(self) -> None:
        if self.picked is None:
            raise SkipAction
        self._unpick()
        self.draw()

    def _unpick(self) -> None:
        self.picked = None
        self.post_message(self.PointPicked(None))

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.points.columns] if self.points else []

    @property
    def starts(self) -> list[int]:
        assert self.points is not None
        return self.points.starts

    def ordered(self) -> Array:
        assert self.points is not None
        return self.points.ordered(self.sort_by, self.reversed, self.errors_only, self.text)

    def heading(self) -> list[Segment]:
        assert self.points is not None
        shown = self.points, self.sort_by, self.reversed, self._look
        return heading_cells(*shown, round(self.scroll_x), self.size.width)

    def row(self, number: int) -> list[Segment]:
        assert self.points is not None
        shown = self.points, number, number == self.picked, self._look
        return row_cells(*shown, round(self.scroll_x), self.size.width)

    def was_picked(self, number: int) -> None:
        self.post_message(self.PointPicked(number))

    @property
    def summary(self) -> str:
        assert self.points is not None
        wrong, count = int(self.points.wrong.sum()), len(self.points.wrong)
        shown = f"{len(self.order)} of " if len(self.order) < count else ""
        parts = [f"{shown}{counted(count, 'point')}, {wrong} wrong"]
        parts += ["errors only"] if self.errors_only else []
        parts += [f"/{self.text}, esc clears it"] if self.text else []
        sight = columns_in_sight(self.points, round(self.scroll_x), self.size.width)
        if more := len(self.points.columns) - 1 - (sight.stop - sight.start):
            parts += [f"{counted(more, 'more column')}: ← →"]
        return "  ".join(parts)

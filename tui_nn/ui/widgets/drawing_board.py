"""The board on which points are drawn, while the network learns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from textual.actions import SkipAction
from textual.binding import Binding
from textual.events import MouseDown, MouseEvent, MouseMove, MouseUp
from textual.message import Message

from tui_nn.datasets.drawn import CLASSES, MOST, Drawing, rounded
from tui_nn.engine.types import Array
from tui_nn.render.board import LEGEND, board_cells
from tui_nn.render.cells import too_small
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.maps import surface_shades, surface_shape
from tui_nn.render.plane import AXIS, PLAIN, SMALLEST, area, places, tick
from tui_nn.settings import shown_text
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.sheet import Sheet
from tui_nn.ui.view import View
from tui_nn.ui.widgets.cell_view import CellView

FAR = 5  # cells that the cursor goes with shift
REACH = 1.5  # cells around the cursor in which a point is removed
# How many points at once, and how far around the cursor, as shares of the plane.
BRUSHES = ((1, 0.0), (5, 0.03), (20, 0.08))
LEFT, RIGHT = 1, 3  # buttons of a mouse


class DrawingBoard(CellView, can_focus=True):
    """Draws at once, and says that there is something new on its sheet."""

    title = "Draw"

    BINDINGS: ClassVar[list[Any]] = [
        *(
            Binding(f"{shift}{key}", f"move({x * step}, {y * step})", "cursor", show=False)
            for key, x, y in (("left", -1, 0), ("right", 1, 0), ("up", 0, -1), ("down", 0, 1))
            for shift, step in (("", 1), ("shift+", FAR))
        ),
        *(
            Binding(f"{label}", f"put({label})", "put", key_display="0-9", show=not label)
            for label in range(CLASSES)
        ),
        Binding("enter", "put", "put again", show=False),
        Binding("x,delete,backspace", "remove", "remove", key_display="x"),
        Binding("c", "choose", "class"),
        Binding("g", "brush", "brush"),
        Binding("X", "clear", "clear"),
        Binding("w", "save", "save"),
        Binding("u", "undo", "undo"),
        Binding("escape", "leave", "leave"),
    ]

    @dataclass
    class Drawn(Message):
        """There is something to `take`."""

        sheet: Sheet

    @dataclass
    class Left(Message):
        """Nobody draws any more; what has come of it, for the log, or ""."""

        event: str

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet()
        self._chosen, self._brush = 0, 0
        self._place = (0.0, 0.0)  # of the cursor
        self._is_left = False
        self._view: View | None = None
        self._surface: Array | None = None
        self._shades: Array | None = None  # as they were drawn last

    # What it shows.

    def wanted(self) -> dict[str, Any]:
        if not (self.display and self._fits and self.sheet.is_plane_of_run):
            return {}
        return {"surface": surface_shape(*self._map_size)}

    def show(self, view: View) -> None:
        if self._view is None or self._view.points is not view.points:
            self._surface = self._shades = None
        first, self._view = self._view is None, view
        self.sheet.follow(view)
        (x, y), (left, right, bottom, top) = self._place, self.sheet.extent
        if first or not (left <= x <= right and bottom <= y <= top):
            self._place = (left + right) / 2, (bottom + top) / 2
        if view.snapshot.surface is not None:
            self._surface = view.snapshot.surface
        self._draw()

    @property
    def _map_size(self) -> tuple[int, int]:
        """Columns and lines of the map."""
        return self.content_size.width, self.content_size.height - LEGEND

    @property
    def _fits(self) -> bool:
        width, height = self._map_size
        return width >= SMALLEST[0] and height >= SMALLEST[1]

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        if self._view is None or not width:
            return
        if not self._fits:
            columns, lines = SMALLEST
            self.show_cells(too_small(columns, lines + LEGEND, width))
            return
        points, look, ground = self._view.points, self._view.look, None
        if self.sheet.is_plane_of_run:
            before = self._shades if self._view.snapshot.status == "running" else None
            of_map = points, self._surface, *self._map_size
            self._shades = surface_shades(*of_map, before=before, frame=PLAIN)
            ground = None if self._shades is None else (points.task, self._shades)
        chosen, cursor = self._chosen, self._cell
        shown = self.sheet.drawing, self.sheet.extent, chosen, cursor, width, height, look, ground
        self.show_cells(board_cells(self._title, *shown))

    @property
    def _title(self) -> str:
        """What is done next, and where."""
        count, (x, y) = BRUSHES[self._brush][0], self._place
        what = f"{count} of class {self._chosen}" if count > 1 else f"class {self._chosen}"
        parts = [f"{what} at {tick(x)}, {tick(y)}"]
        parts += ["new: enter puts it, in a new run"] * self.sheet.is_new(self._chosen)
        if self.sheet.is_empty:
            waits = self.sheet.waits
            parts.append("no points: paused" if waits else "no points yet")
        if self.sheet.note:
            parts.append(self.sheet.note)
        assert self._view is not None
        return f" {glyphs_of(self._view.look).diagonal} ".join(parts)

    # The cursor.

    @property
    def _cell(self) -> tuple[int, int]:
        """Row and column of the cursor."""
        x, y = (np.array([value]) for value in self._place)
        row, column = places(x, y, self.sheet.extent, *area(*self._map_size))
        return int(row[0]), int(column[0])

    @property
    def _cell_size(self) -> tuple[float, float]:
        """Width and height of a cell on the plane."""
        left, right, bottom, top = self.sheet.extent
        rows, columns = area(*self._map_size)
        return (right - left) / columns, (top - bottom) / rows

    def _place_of(self, column: float, row: float) -> tuple[float, float]:
        """What lies at so many columns and rows from the top left corner of the map."""
        (width, height), (left, _, _, top) = self._cell_size, self.sheet.extent
        return left + column * width, top - row * height

    def action_move(self, x: int, y: int) -> None:
        (rows, columns), (row, column) = area(*self._map_size), self._cell
        row, column = min(max(row + y, 0), rows - 1), min(max(column + x, 0), columns - 1)
        self._place = self._place_of(column + 0.5, row + 0.5)
        self._draw()

    # What is drawn.

    def action_put(self, label: int | None = None) -> None:
        """Of a new class, for which the run begins anew, the first digit only chooses it."""
        before, self._chosen = self._chosen, self._chosen if label is None else label
        if self.sheet.is_new(self._chosen) and self._chosen != before:
            self._draw()
        else:
            self.sheet.stroke = object()
            self._put()

    def _put(self) -> None:
        """Points of the chosen class, by the brush, at the cursor."""
        if len(self.sheet.drawing.labels) >= MOST:
            self.notify(f"there are {MOST:,} points, which is the most", severity="warning")
            return
        count, share = BRUSHES[self._brush]
        left, right, bottom, top = self.sheet.extent
        # The same strokes put the same points.
        rng = np.random.default_rng(len(self.sheet.drawing.labels))
        spread = share * np.array([right - left, top - bottom]) * rng.normal(0, 1, (count, 2))
        points = np.clip(self._place + spread, (left, bottom), (right, top))
        self._change(self.sheet.drawing.added(rounded(points, self.sheet.extent), self._chosen))

    def action_remove(self) -> None:
        self.sheet.stroke = object()
        self._remove()

    def _remove(self) -> None:
        """The point nearest to the cursor, or, with a larger brush, all that are near."""
        share = BRUSHES[self._brush][1]
        left, right, bottom, top = self.sheet.extent
        width, height = self._cell_size
        reach = (
            max(REACH * width, share * (right - left)),
            max(REACH * height, share * (top - bottom)),
        )
        found = self.sheet.drawing.near(*self._place, reach)
        drawing = self.sheet.drawing
        for index in sorted(found.tolist() if share else found[:1].tolist(), reverse=True):
            drawing = drawing.without(index)
        if drawing is not self.sheet.drawing:
            self._change(drawing)

    def action_clear(self) -> None:
        self.sheet.stroke = object()
        self._change(Drawing.parse(""))

    def _change(self, drawing: Drawing) -> None:
        if self._view is not None:  # else nobody knows what it is drawn on
            self.sheet.change(drawing)
            self._drawn()

    def _drawn(self) -> None:
        self._draw()
        self.post_message(self.Drawn(self.sheet))

    # Other keys.

    def action_choose(self) -> None:
        """The next class; behind those that there are stands one more."""
        self._chosen = (self._chosen + 1) % min(self.sheet.drawing.classes + 1, CLASSES)
        self._draw()

    def action_brush(self) -> None:
        self._brush = (self._brush + 1) % len(BRUSHES)
        self._draw()

    def action_undo(self) -> None:
        if not self.sheet.fill_again():
            raise SkipAction
        self._drawn()

    def action_leave(self) -> None:
        if self._is_left:  # the key was pressed again before it had gone
            return
        self._is_left, event = True, ""
        if self.sheet.stroke is not None:
            event = f"drawn: {shown_text('points', self.sheet.drawing.text)}"
            if self.sheet.is_empty:
                event = "nothing is drawn: the points before stay"
        self.post_message(self.Left(event))

    def action_save(self) -> None:
        if self.sheet.is_empty:
            self.notify("there are no points to save", severity="warning")
            return
        title = "Save the points as CSV"
        self.app.push_screen(Prompt(title, "drawn.csv", check=self._save))

    def _save(self, name: str) -> None:
        self.notify(f"saved: {self.sheet.save(name)}", markup=False)

    # The mouse.

    def on_mouse_down(self, event: MouseDown) -> None:
        if event.get_content_offset(self) is None or event.button not in (LEFT, RIGHT):
            return  # a border is dragged by others
        event.stop()
        self.sheet.stroke = object()
        self.capture_mouse()
        self._paint(event)

    def on_mouse_move(self, event: MouseMove) -> None:
        if self.app.mouse_captured is self:
            before = self._cell
            self._go_to(event)
            if self._cell != before:
                self._paint(event)

    def on_mouse_up(self, event: MouseUp) -> None:
        self.release_mouse()

    def _go_to(self, event: MouseEvent) -> None:
        """Where the mouse is: as exactly as the terminal says, or the middle of the cell."""
        offset = event.get_content_offset_capture(self)
        x, y = event.pointer_x % 1 or 0.5, event.pointer_y % 1 or 0.5
        rows, columns = area(*self._map_size)
        column = min(max(offset.x - AXIS + x, 0.0), columns - 1e-9)
        row = min(max(offset.y - 1 + y, 0.0), rows - 1e-9)  # below the title
        self._place = self._place_of(column, row)

    def _paint(self, event: MouseEvent) -> None:
        self._go_to(event)
        if event.button == RIGHT:
            self._remove()
        else:
            self._put()

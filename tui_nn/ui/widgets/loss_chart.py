"""The pane with the chart of a run: zoomed, panned, smoothed, read at a cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.reactive import var

from tui_nn.render.axes import LABEL, inner_size
from tui_nn.render.cells import Cells, text_cells
from tui_nn.render.chart import Chart, Fit, chart_cells, fitted
from tui_nn.render.envelope import Envelope
from tui_nn.render.legend import chart_title, legend, readout
from tui_nn.render.tables import format_loss, metric_name
from tui_nn.render.window import Window
from tui_nn.ui.view import Course, Pin
from tui_nn.ui.widgets.cell_view import CellView

SMOOTHING = (0.0, 0.6, 0.9, 0.97)  # weights of the moving average
SMALLEST = (28, 6)  # cells
BOTH = 20  # lines from which loss and accuracy have room below each other


class LossChart(CellView, can_focus=True):
    """Draws the course of the run it is given; `log_axis` switches the axis of the loss."""

    ALLOW_SELECT = False  # dragging moves the chart
    BINDINGS: ClassVar[list[Any]] = [
        Binding("left", "cursor(-1)", "cursor", key_display="←→"),
        Binding("right", "cursor(1)", "cursor right", show=False),
        Binding("up,i", "zoom(0.5)", "zoom", key_display="↑↓"),
        Binding("down,k", "zoom(2)", "zoom out", show=False),
        Binding("h", "pan(-0.25)", "pan", key_display="h j"),
        Binding("j", "pan(0.25)", "pan right", show=False),
        Binding("home", "start", "start", show=False),
        Binding("end", "newest", "newest", show=False),
        Binding("escape", "leave_cursor", "leave cursor", show=False),
        Binding("z", "whole", "whole run"),
        Binding("f", "smooth", "smooth"),
        Binding("g", "guides", "guides"),
        Binding("v", "quantity", "accuracy"),
    ]

    log_axis = var(True)
    title = var("")  # how the chart is to be read

    @dataclass
    class CursorMoved(Message):
        """The user looks at a step, or, with None, at the newest one again."""

        step: int | None

    def __init__(self) -> None:
        super().__init__()
        self.window = Window()
        self.smoothing = 0.0
        self.guides = False
        self.shown = "loss"  # or "accuracy" or "both"
        self.cursor: float | None = None
        self._hovered: float | None = None
        self._course: Course | None = None
        self._run = Envelope()
        self._pins: list[tuple[Pin, Envelope]] = []
        self._dragged: tuple[int, Window] | None = None
        self._label = LABEL  # cells of the labels on the left, as drawn last

    def wanted(self) -> dict[str, Any]:
        return {}

    def show(self, course: Course) -> None:
        before, self._course = self._course, course
        if not self._run.follow(course.history, course.snapshot.data_changed):
            self.cursor = self._hovered = None
            if self.window.start is not None:
                self.window = Window()
        known = {id(pin): run for pin, run in self._pins}
        self._pins = [(pin, known.get(id(pin)) or Envelope(pin.history)) for pin in course.pins]
        if course.moment != (before.moment if before else None):
            self.cursor = course.moment
        self._draw()

    def watch_log_axis(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    # Keys

    def action_cursor(self, direction: int) -> None:
        """To the next row that is at least a cell away."""
        rows = self._run.rows
        if not len(rows):
            return
        at = self._run.index(self._run.last if self.cursor is None else self.cursor)
        start, end = self._limits
        beyond = self._run.index(rows[at, 0] + direction * (end - start) / self._columns)
        at = max(beyond, at + 1) if direction > 0 else min(beyond, at - 1)
        at = min(max(at, 0), len(rows) - 1)
        self._look_at(float(rows[at, 0]))

    def action_zoom(self, factor: float) -> None:
        anchor = self.cursor
        if anchor is not None and not self._limits[0] <= anchor <= self._limits[1]:
            anchor = None
        self._show(self.window.zoomed(factor, anchor, self._last))

    def action_pan(self, share: float) -> None:
        self._show(self.window.panned(share, self._last))

    def action_start(self) -> None:
        self._look_at(float(self._run.rows[0, 0]) if len(self._run.rows) else None)

    def action_newest(self) -> None:
        self.window = Window(self.window.span)
        self._look_at(None)

    def action_leave_cursor(self) -> None:
        self._look_at(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a cursor, escape is the screen's."""
        return action != "leave_cursor" or self.cursor is not None

    def action_whole(self) -> None:
        self._show(Window())

    def action_smooth(self) -> None:
        self.smoothing = SMOOTHING[(SMOOTHING.index(self.smoothing) + 1) % len(SMOOTHING)]
        self._draw()

    def action_guides(self) -> None:
        self.guides = not self.guides
        self._draw()

    def action_quantity(self) -> None:
        shown = ["loss", "accuracy"]
        if self.content_size.height >= BOTH:
            shown.append("both")
        at = shown.index(self.shown) if self.shown in shown else -1
        self.shown = shown[(at + 1) % len(shown)]
        self._draw()

    # The mouse

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged is not None:
            x, window = self._dragged
            self._show(window.panned((x - event.x) / self._columns, self._last))
        elif (step := self._step_at(event)) != self._hovered:
            self._hovered = step
            self._draw()

    def on_leave(self) -> None:
        if self._hovered is not None:
            self._hovered = None
            self._draw()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if event.get_content_offset(self) is not None:  # a border is dragged by others
            self._dragged = event.x, self.window
            self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        dragged, self._dragged = self._dragged, None
        self.release_mouse()
        if dragged is not None and dragged[0] == event.x:
            step = self._step_at(event)
            if step is not None:
                self._look_at(step)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, 0.5)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 2)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self.action_pan(-0.125)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self.action_pan(0.125)

    def _wheel(self, event: events.MouseEvent, factor: float) -> None:
        event.stop()
        self._show(self.window.zoomed(factor, self._step_at(event), self._last))

    def _step_at(self, event: events.MouseEvent) -> float | None:
        """The step of the row that the pointer is nearest to, if it is within the frame."""
        offset = event.get_content_offset(self)
        if offset is None or not len(self._run.rows):
            return None
        start, end = self._limits
        share = (offset.x - self._label - 1) / (self._columns - 1)
        step = start + share * (end - start)
        if not (0 <= share <= 1 and step <= self._last + (end - start) / self._columns):
            return None
        return float(self._run.rows[self._run.index(step), 0])

    # What follows from both

    @property
    def _last(self) -> float:
        return max([self._run.last, *(run.last for _, run in self._pins)])

    @property
    def _limits(self) -> tuple[float, float]:
        return self.window.limits(self._last)

    @property
    def _columns(self) -> int:
        return inner_size(*self.content_size, self._label)[0]

    def _show(self, window: Window) -> None:
        if window != self.window:
            self.window = window
            self._draw()

    def _look_at(self, step: float | None) -> None:
        self.cursor = step
        if step is not None:
            self.window = self.window.showing(step, self._last)
        self._draw()
        self.post_message(self.CursorMoved(None if step is None else int(step)))

    @property
    def chart(self) -> Chart | None:
        """What is drawn."""
        course = self._course
        if course is None:
            return None
        return Chart(
            self._run,
            course.look,
            self.window,
            metric_name(course.settings),
            course.settings.target_loss,
            self.log_axis,
            self.smoothing,
            self.guides,
            [(name, run) for name, (_, run) in zip(course.pin_names, self._pins, strict=True)],
            [step for step, _ in course.events[1:]],
            self.cursor if self._hovered is None else self._hovered,
            course.alike,
        )

    def _draw(self) -> None:
        width, height = self.content_size
        if (chart := self.chart) is None or self._course is None:
            self.show_cells([])
            return
        self.title = chart_title(chart, self.shown, looks_back=self.cursor is not None)
        if width < SMALLEST[0] or height < SMALLEST[1]:
            loss = format_loss(self._course.snapshot.train_loss)
            self.show_cells([text_cells(f"loss {loss}"[:width])])
        else:
            upper = height * 3 // 5
            parts = [(height, self.shown == "accuracy")]
            if self.shown == "both" and height >= BOTH:
                parts = [(upper, False), (height - upper, True)]
            fits = [fitted(chart, width, lines, accuracy=part) for lines, part in parts]
            self._label = max(fit.label for fit in fits)
            cells: Cells = []
            for (lines, part), fit in zip(parts, fits, strict=True):
                if fit.label != self._label:  # they stand below each other
                    fit = fitted(chart, width, lines, accuracy=part, label=self._label)
                cells += self._part(chart, width, lines, part, fit)
            self.show_cells(cells)

    def _part(self, chart: Chart, width: int, height: int, accuracy: bool, fit: Fit) -> Cells:
        room = fit.axes.columns
        if chart.cursor is None:
            words = legend(chart, room, accuracy=accuracy)
        else:
            assert self._course is not None
            words = readout(chart, self._course.events[1:], room, accuracy=accuracy)
        return chart_cells(chart, width, height, accuracy=accuracy, caption=words, fit=fit)

"""The main screen: snapshots go down to the panes, keys and messages go up to the session."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import MouseDown, Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_nn.render.tables import format_loss
from tui_nn.session import Session, Snapshot, Wanted
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.drawing import Drawing
from tui_nn.ui.feedback import Feedback
from tui_nn.ui.layout import Layout, size_class
from tui_nn.ui.logbook import Logbook
from tui_nn.ui.overlays import Overlays
from tui_nn.ui.pins import Pins
from tui_nn.ui.sharing import copy_command_line, save_log
from tui_nn.ui.steering import Steering
from tui_nn.ui.time_travel import TimeTravel
from tui_nn.ui.view import Pane, Planes, View
from tui_nn.ui.watch import FPS, Watcher
from tui_nn.ui.widgets.drawing_board import DrawingBoard
from tui_nn.ui.widgets.event_log import EventLog
from tui_nn.ui.widgets.key_line import KeyLine
from tui_nn.ui.widgets.layer_health import LayerHealth
from tui_nn.ui.widgets.loss_chart import LossChart
from tui_nn.ui.widgets.network_graph import NetworkGraph
from tui_nn.ui.widgets.pane_grid import PaneGrid
from tui_nn.ui.widgets.points_table import PointsTable
from tui_nn.ui.widgets.prediction_maps import PredictionMaps
from tui_nn.ui.widgets.settings_form import SettingsForm
from tui_nn.ui.widgets.status_line import StatusLine
from tui_nn.ui.widgets.time_slider import TimeSlider

if TYPE_CHECKING:
    from tui_nn.runs.recorder import Recorder


class MainScreen(Screen[None]):
    """The panes of one session."""

    AUTO_FOCUS = ""  # the keys are for the run until someone goes into a pane
    BINDINGS: ClassVar[list[Any]] = [
        *(action.binding for action in ACTIONS),
        Binding("escape", "leave_field", show=False),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]

    class Complete(Message):
        """All is there, the form too."""

    def __init__(
        self,
        session: Session,
        log: Path,
        *,
        play: bool = True,
        events: list[tuple[int, str]] | None = None,
        layout: Path | None = None,
        fps: float = FPS,
        store: Path | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.store, self.recorder = store, recorder
        self.logbook, self.planes = Logbook(session, log, events), Planes()
        self.latest: Snapshot | None = None
        self.view: View | None = None
        self.feedback, self.overlays = Feedback(self), Overlays(self)
        self.steering = Steering(session, self.feedback, play=play)
        self.watcher = Watcher(session, self, fps)
        self.pins = Pins(changed=self.watcher.wake)
        self.travel = TimeTravel(session, self.steering, self.watcher)
        self.shares = Layout(layout)
        self.status, self.slider = StatusLine("starting …"), TimeSlider()
        self.chart, self.maps = LossChart(), PredictionMaps()
        self.form, self.events = SettingsForm(session.settings), EventLog()
        self.panes: dict[str, Widget] = {
            "loss": self.chart,
            "maps": self.maps,
            "network": NetworkGraph(),
            "layers": LayerHealth(),
            "points": PointsTable(),
            "settings": self.form,
            "log": self.events,
        }
        self.grid = PaneGrid(self.panes, self.shares)
        self.drawing = Drawing(self.grid)
        self.footer = KeyLine({"quit": "leave"} if session.hosted else None)
        self._pictured = asyncio.Event()

    def compose(self) -> ComposeResult:
        yield Static("tui-nn needs a window of 60×20.\nTraining goes on; q quits.", id="too-small")
        yield self.status
        yield self.slider
        yield self.grid
        yield self.footer

    def on_mount(self) -> None:
        self.feedback.begin()
        self.watch(self.chart, "title", self.grid.show_titles, init=False)  # in the same picture
        self.app.theme_changed_signal.subscribe(self, lambda _: self.watcher.wake())
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.run_worker(self.watcher.run())
        self.run_worker(self.steering.run())
        self.run_worker(self._fill_form())

    async def _fill_form(self) -> None:
        """What would hold up the first picture comes after it."""
        await self._pictured.wait()
        await self.form.fill()
        self.post_message(self.Complete())

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        self.shares.size = size_class(width, height)
        small = self.shares.size == "small"
        self.set_class(small, "small")
        self.set_class(width < 60 or height < 20, "tiny")
        self.footer.show_command_palette = not small
        self.grid.show_layout()
        self._arranged()

    @on(PaneGrid.Arranged)
    def _arranged(self) -> None:
        """Ask for what the panes want when they have their new sizes, and not before."""
        self.call_after_refresh(self.watcher.wake)

    @property
    def dead(self) -> bool:
        return self.steering.dead

    def wanted(self) -> Wanted:
        """What the panes that are shown want of a snapshot."""
        fields: dict[str, Any] = {"predictions": False, "axes": self.maps.axes}
        for pane in self._drawing_panes():
            fields |= pane.wanted()
        return Wanted(**fields)

    @property
    def is_covered(self) -> bool:
        """Whether another screen hides all of this one: then nothing is drawn."""
        stack = self.app.screen_stack
        return any(screen.styles.background.a == 1 for screen in stack[stack.index(self) + 1 :])

    def on_screen_resume(self) -> None:
        self.watcher.wake()

    def _drawing_panes(self) -> list[Pane]:
        """The panes that are shown and draw snapshots."""
        if self.is_covered:
            return []
        there = (self.panes[name] for name in self.shares.visible)
        return [cast(Pane, pane) for pane in there if hasattr(pane, "wanted")]

    def show(self, snapshot: Snapshot) -> None:
        """Take over a snapshot, and draw it if it can be seen."""
        if not self.app.is_running:  # the widgets are being taken away
            return
        if snapshot.version != self.session.version:  # asked before a change
            self.watcher.wake()
            return
        if snapshot.moment is None:
            self.latest = snapshot
        self.feedback.follow(snapshot)
        if not self.is_covered:
            self._draw(snapshot)
        self.call_after_refresh(self._pictured.set)
        self.steering.begin()  # once the first picture is there

    def _draw(self, snapshot: Snapshot) -> None:
        session = self.session
        self.view = View(
            snapshot=snapshot,
            settings=session.settings,
            points=self.planes.points(session.shown, snapshot.plane),
            history=session.history,
            layers=session.layers,
            events=self.logbook.marks,
            pins=self.pins.kept,
            moment=snapshot.moment,
            look=self.app.look,  # type: ignore[attr-defined]
            name=self.recorder.run.label.name if self.recorder else "",
        )
        ill, comparing = self.feedback.illness, self.overlays.progress
        self.status.show(self.view, role=session.role, comparing=comparing, ill=ill)
        self.slider.show(snapshot.moments, snapshot.moment)
        for pane in self._drawing_panes():
            pane.show(self.view)

    def waiting(self) -> None:
        self.status.show_waiting()

    def probe(self) -> asyncio.Event | None:
        return None if self.is_covered else self.app.probe()  # type: ignore[attr-defined]

    def refused(self, reason: str) -> None:
        self._pictured.set()
        self.status.show_error(reason, "what was drawn stays; the run goes on")

    def died(self, reason: str) -> None:
        self._pictured.set()
        self.feedback.died(reason)

    def steer(self, command: str, *values: Any) -> None:
        """Have a command of `Steering` carried out, on the run as it is now."""
        self.travel.end()
        self.steering.enqueue(command, *values)

    def action_steer(self, command: str, values: tuple[Any, ...] = ()) -> None:
        if command in ("step", "epoch") and self.watcher.moment is not None:
            self.notify("looking back: b trains on from here, > goes forward")
            return
        self.steer(command, *values)

    @on(SettingsForm.Changed)
    def _form_changed(self, event: SettingsForm.Changed) -> None:
        self.steer("change", event.name, event.value)

    @on(NetworkGraph.SettingChanged)
    def _setting_changed(self, event: NetworkGraph.SettingChanged) -> None:
        self.steer("change_all", {event.name: event.value, **event.also})

    @on(NetworkGraph.WeightEdited)
    def _weight_edited(self, event: NetworkGraph.WeightEdited) -> None:
        self.steer("edit", event.layer, event.row, event.unit, event.value, event.called)

    @on(LossChart.CursorMoved)
    def _cursor_moved(self, event: LossChart.CursorMoved) -> None:
        self.travel.follow(event.step)

    @on(PointsTable.PointPicked)
    def _point_picked(self, event: PointsTable.PointPicked) -> None:
        self.maps.picked = event.index

    @on(PredictionMaps.WantsOther)
    def _wants_other(self) -> None:
        self.watcher.wake()

    async def action_draw(self) -> None:
        await self.drawing.begin_or_leave(self.view)

    @on(DrawingBoard.Drawn)
    def _drawn(self, event: DrawingBoard.Drawn) -> None:
        self.steer("draw", event.sheet)

    @on(DrawingBoard.Left)
    async def _drawing_left(self, event: DrawingBoard.Left) -> None:
        await self.drawing.end()
        if event.event:
            self.feedback.note(event.event)

    def action_open(self, what: str) -> None:
        getattr(self.overlays, what)()

    async def on_unmount(self) -> None:
        await self.overlays.close()

    def action_travel(self, direction: int) -> None:
        self.travel.move(direction, self.latest)

    @on(TimeSlider.Chosen)
    def _moment_chosen(self, event: TimeSlider.Chosen) -> None:
        self.travel.look_back(event.step)

    def action_back(self) -> None:
        if not self.travel.train_on(self.latest):
            self.notify("b goes on from a moment: look back with < first")

    def action_pin(self) -> None:
        if self.latest is not None:
            self.pins.add(self.session, self.latest, self.recorder)
            loss = format_loss(self.latest.train_loss)
            self.notify(f"pinned at step {self.latest.step}, loss {loss}")

    def action_unpin(self) -> None:
        self.pins.clear()

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    def action_grid(self, method: str, values: tuple[Any, ...] = ()) -> None:
        getattr(self.grid, method)(*values)

    def action_palette(self) -> None:
        self.shares.next_palette()
        self.shares.save()
        self.notify(f"palette: {self.shares.palette}")
        self.watcher.wake()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Textual does not know that a field takes the "+" that somebody types.
        types = isinstance(self.focused, Input)
        return not (types and action == "steer" and parameters[0] == "pace")

    def action_leave_field(self) -> None:
        self.form.forget()
        self.set_focus(None)
        if self.shares.solo:
            self.grid.maximise()

    def on_mouse_down(self, event: MouseDown) -> None:
        """A click beside the panes, which keep theirs, leaves the form; what was typed is
        committed."""
        self.set_focus(None)

    async def action_save_log(self) -> None:
        await save_log(self)

    def action_share(self) -> None:
        copy_command_line(self)

    async def action_quit(self) -> None:
        await self.app.action_quit("q")  # type: ignore[call-arg]

    def leave(self, exit_code: int = 0) -> None:
        """End the dashboard, when the form is whole."""

        async def exit_when_complete() -> None:
            await self.form.settled()
            self.app.exit(return_code=exit_code)

        self.run_worker(exit_when_complete())

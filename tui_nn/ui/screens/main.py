"""The main screen: snapshots go down to the panes, keys and messages go up to the session."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import suppress
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

from tui_nn.datasets.plain import brief
from tui_nn.render.tables import format_loss
from tui_nn.session import SessionError, Snapshot, TrainingSession, Wanted
from tui_nn.session.diagnosis import diagnose
from tui_nn.settings import label
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.data_names import data_name
from tui_nn.ui.explain import explain
from tui_nn.ui.goals import parse_goal
from tui_nn.ui.layout import PANES, Layout, size_class
from tui_nn.ui.logbook import Logbook
from tui_nn.ui.pins import Pins
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.recipes import RecipesScreen
from tui_nn.ui.screens.text import TextScreen
from tui_nn.ui.steering import Steering
from tui_nn.ui.view import Pane, Pin, Planes, View
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
from tui_nn.ui.widgets.time_slider import TimeSlider, moment_beside

if TYPE_CHECKING:
    from tui_nn.runs.recorder import Recorder
    from tui_nn.runs.records import Resumption
    from tui_nn.ui.comparing import Comparing

NOTICE = 300  # characters of a command line that is copied whole
ROLES = {
    "attached": "q leaves; the run goes on",
    "watching": "another dashboard steers: T takes over; q leaves",
}


class MainScreen(Screen[None]):
    """The panes of one session."""

    AUTO_FOCUS = ""  # the keys are for the run until someone goes into a pane
    BINDINGS: ClassVar[list[Any]] = [
        *(action.binding for action in ACTIONS),
        Binding("escape", "leave_field", show=False),
        Binding("ctrl+c", "quit", show=False),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]

    class Complete(Message):
        """All is there, the form too."""

    def __init__(
        self,
        session: TrainingSession,
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
        self._play = play  # once the first picture is there
        self.logbook, self.pins, self.planes = Logbook(session, log, events), Pins(), Planes()
        self.latest: Snapshot | None = None
        self.view: View | None = None
        self.moment: int | None = None
        self.steering = Steering(session, self)
        self.watcher = Watcher(session, self, fps)
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
        self.footer = KeyLine({"quit": "leave"} if session.hosted else None)
        self.comparing: Comparing | None = None  # what it needs is imported when it is
        self._notes: list[str] = []  # on a file, that were entered last
        self._cause = ""  # of the death that was noted last
        self._version = 0  # of the settings in the form, where others change them too
        self._pictured, self._complete = asyncio.Event(), asyncio.Event()
        self._complete.set()

    def compose(self) -> ComposeResult:
        yield Static("tui-nn needs a window of 60×20.\nTraining goes on; q quits.", id="too-small")
        yield self.status
        yield self.slider
        yield self.grid
        yield self.footer

    def on_mount(self) -> None:
        if self.session.hosted:
            self.notify(ROLES[self.session.role])
        else:
            self.note("resumed" if self.session.origin else "started")
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
        self._complete.clear()
        await self.form.fill()
        self._complete.set()
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
        for pane in self._drawing():
            fields |= pane.wanted()
        return Wanted(**fields)

    @property
    def is_covered(self) -> bool:
        """Whether another screen hides all of this one: then nothing is drawn."""
        stack = self.app.screen_stack
        return any(screen.styles.background.a == 1 for screen in stack[stack.index(self) + 1 :])

    def on_screen_resume(self) -> None:
        self.watcher.wake()

    def _drawing(self) -> list[Pane]:
        """The panes that are shown and draw snapshots."""
        if self.is_covered:
            return []
        there = (self.panes[name] for name in self.shares.visible)
        return [cast(Pane, pane) for pane in there if hasattr(pane, "wanted")]

    def show(self, snapshot: Snapshot) -> None:
        """Take over a snapshot, and draw it if it can be seen."""
        session = self.session
        if snapshot.version != session.version:  # asked before a change
            self.watcher.wake()
            return
        if snapshot.moment is None:
            self.latest = snapshot
        if session.notes is not self._notes:
            self._notes = session.notes
            for note in session.notes:
                self.note(note)
        if (end := self.logbook.follow(snapshot)) is not None:
            self.note(end)
            if snapshot.reason == "diverged":
                self.run_worker(self._say_why())
        for event in self.logbook.received():
            self.events.add(*event)
        if session.hosted and self._version != session.version:  # perhaps by another dashboard
            self._version = session.version
            self.form.show(session.settings)
        if not self.is_covered:
            self._draw(snapshot)
        self.call_after_refresh(self._pictured.set)
        if self._play:
            self._play = False
            self.steering.enqueue("play_pause")

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
        )
        looks_back = snapshot.moment is not None
        comparing = self.comparing.brief if self.comparing else ""
        self.status.show(
            snapshot,
            session.settings,
            looks_back=looks_back,
            role=session.role,
            comparing=comparing,
        )
        self.slider.show(snapshot.moments, snapshot.moment)
        for pane in self._drawing():
            pane.show(self.view)

    async def _say_why(self) -> None:
        """What made the run diverge, in the log."""
        with suppress(SessionError):
            session = self.session
            await session.snapshot(Wanted(layers=True))
            found = diagnose(session.history, session.layers, session.settings)
            self.note(found[0].text)
            self.notify(found[0].text, title="Diverged", severity="warning", markup=False)

    def waiting(self) -> None:
        self.status.show_waiting()

    def probe(self) -> asyncio.Event | None:
        return None if self.is_covered else self.app.probe()  # type: ignore[attr-defined]

    def note(self, event: str) -> None:
        """Enter an event into the log, with the step at which it happened."""
        if self.session.role == "attached" and not self.dead:
            self.steering.enqueue("note", event)  # it comes back, to all who watch
        else:
            self.events.add(self.logbook.add(event), event)

    def done(self, event: str) -> None:
        """A command was carried out."""
        if event:
            self.note(event)
        self._cause = ""
        self.form.show(self.session.settings)
        self.watcher.wake()

    def refused(self, reason: str, field: str = "") -> None:
        """A command was impossible: say so, at the field if one is to blame."""
        if not (field and self.form.mark(field, reason)):
            self.form.show(self.session.settings)
            message = f"{label(field)}: {reason}" if field else reason
            self.notify(message, severity="error", markup=False)
        self.watcher.wake()

    def died(self, reason: str) -> None:
        """Say that the worker is gone; what was drawn stays."""
        self._pictured.set()
        self.steering.dead = True
        self.form.show(self.session.settings)
        advice = "q leaves" if self.session.hosted else "r goes on from the last checkpoint"
        self.status.show_error(reason, f"what was drawn stays; {advice}")
        if reason != self._cause:
            self._cause = reason
            self.note(reason)

    def action_steer(self, command: str, values: tuple[Any, ...] = ()) -> None:
        self.moment = None  # what is done is done now
        self.steering.enqueue(command, *values)

    def action_play_pause(self) -> None:
        self.action_steer("play_pause")

    @on(SettingsForm.Changed)
    def _form_changed(self, event: SettingsForm.Changed) -> None:
        self.action_steer("change", (event.name, event.value))

    @on(NetworkGraph.SettingChanged)
    def _setting_changed(self, event: NetworkGraph.SettingChanged) -> None:
        self.action_steer("change_all", ({event.name: event.value, **event.also},))

    @on(NetworkGraph.WeightEdited)
    def _weight_edited(self, event: NetworkGraph.WeightEdited) -> None:
        self.action_steer("edit", (event.layer, event.row, event.unit, event.value))

    @on(LossChart.CursorMoved)
    def _cursor_moved(self, event: LossChart.CursorMoved) -> None:
        if self.moment is not None:
            self.look_back(event.step)

    @on(PointsTable.PointPicked)
    def _point_picked(self, event: PointsTable.PointPicked) -> None:
        self.maps.picked = event.index

    @on(PredictionMaps.WantsOther)
    def _wants_other(self) -> None:
        self.watcher.wake()

    def action_open_data(self) -> None:
        def begin(text: str | None) -> None:
            if text is not None:
                self.action_steer("change", ("dataset", data_name(text)))

        title = "Data to learn: a file, or a function as f(x, y) = x*y > 0"
        self.app.push_screen(Prompt(title, check=data_name), begin)

    async def action_draw(self) -> None:
        """Onto the board, or off it again."""
        if not self.grid.is_lent("maps"):
            board = DrawingBoard()
            await self.grid.lend("maps", board)
            if self.view is not None:
                board.show(self.view)
        elif self.grid.is_inside("maps"):
            cast(DrawingBoard, self.panes["maps"]).action_leave()
        else:
            self.grid.go_to("maps")

    @on(DrawingBoard.Drawn)
    def _drawn(self, event: DrawingBoard.Drawn) -> None:
        self.action_steer("draw", (event.sheet,))

    @on(DrawingBoard.Left)
    async def _drawing_left(self, event: DrawingBoard.Left) -> None:
        await self.grid.give_back("maps")
        if event.event:
            self.note(event.event)

    def action_until(self) -> None:
        def go(text: str | None) -> None:
            if text is not None:
                what, value = parse_goal(text)
                if what == "steps":
                    self.action_steer("step", (int(value),))
                else:
                    self.action_steer("run_until", (what, value))

        title = "Run until: loss 0.01, accuracy 99%, epoch 20, time 30s; or 100 steps"
        self.app.push_screen(Prompt(title, check=parse_goal), go)

    def action_travel(self, direction: int) -> None:
        if self.latest is not None:
            self.look_back(moment_beside(self.latest, self.moment, direction))

    @on(TimeSlider.Chosen)
    def _moment_chosen(self, event: TimeSlider.Chosen) -> None:
        self.look_back(event.step)

    def look_back(self, step: int | None) -> None:
        """Show the run as it was at a step, and rest there, unless another dashboard steers it;
        None: as it is now."""
        self.moment = step
        if step is not None and self.session.steers:
            self.steering.enqueue("pause")
        self.watcher.wake()

    def action_back(self) -> None:
        if self.moment is not None:
            self.action_steer("branch", (self.moment,))
        elif self.latest and self.latest.reason == "diverged":
            self.action_steer("recover")
        else:
            self.notify("b goes on from a moment: look back with < first")

    def action_recipes(self) -> None:
        def start(values: dict[str, Any] | None) -> None:
            if values is not None:
                self.action_steer("start_from", (values,))

        self.app.push_screen(RecipesScreen(self.session.settings.dataset), start)

    def action_runs(self) -> None:
        from tui_nn.ui.screens.runs import RunsScreen

        def go_on(found: Resumption | None) -> None:
            if found is not None:
                self.action_steer("go_on", (found,))

        def current() -> int | None:
            return self.recorder.number if self.recorder else None

        def pin(run: Pin) -> None:
            self.pins.keep(run)
            self.watcher.wake()

        self.app.push_screen(RunsScreen(self.store, current, pin), go_on)

    def action_compare(self) -> None:
        from tui_nn.ui.comparing import Comparing

        self.comparing = self.comparing or Comparing(self)
        self.comparing.show()

    async def on_unmount(self) -> None:
        if self.comparing is not None:
            await self.comparing.close()

    def action_pin(self) -> None:
        if self.latest is not None:
            pin = self.pins.add(self.session, self.latest)
            loss = format_loss(self.latest.train_loss)
            self.notify(f"pinned {pin.name}, loss {loss}", markup=False)
            self.watcher.wake()

    def action_unpin(self) -> None:
        self.pins.clear()
        self.watcher.wake()

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    def action_grid(self, method: str, values: tuple[Any, ...] = ()) -> None:
        getattr(self.grid, method)(*values)

    def action_palette(self) -> None:
        self.shares.next_palette()
        self.shares.save()
        self.notify(f"palette: {self.shares.palette}")
        self.watcher.wake()

    def action_filter(self) -> None:
        name = self.grid.current
        pane = self.panes[name]
        if not hasattr(pane, "filter"):
            name = "settings" if "settings" in self.shares.visible else "log"
            pane = self.panes[name]
        self.app.push_screen(Prompt(f"Filter {PANES[name].lower()}", live=cast(Any, pane).filter))

    def action_explain(self) -> None:
        if self.view is not None:
            pane = self.grid.current
            pane, title = ("draw", "Draw") if self.grid.is_lent(pane) else (pane, PANES[pane])
            shown = self.maps.shown, self.maps.part
            self.app.push_screen(TextScreen(title, explain(pane, self.view, *shown)))

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
        """A click beside the panes leaves the form; what was typed is committed."""
        place = event.screen_x, event.screen_y
        if not any(pane.display and pane.region.contains(*place) for pane in self.panes.values()):
            self.set_focus(None)

    async def action_save_log(self) -> None:
        try:
            paths = await self.logbook.save(self.latest)
        except OSError as error:
            self.notify(f"log not saved: {error}", severity="error", markup=False)
            return
        if not paths:
            self.notify("nothing to save yet")
            return
        saved = f"log saved: {paths[0]}" + "".join(f", {path.suffix}" for path in paths[1:])
        self.note(saved)
        self.notify(saved, markup=False)

    def action_share(self) -> None:
        line = shlex.join(["tui-nn", *self.session.settings.to_flags()])
        self.app.copy_to_clipboard(line)
        self.notify(brief(line, NOTICE), title="Copied", markup=False)

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen())

    def action_quit(self) -> None:
        self.leave()

    def leave(self, exit_code: int = 0) -> None:
        """End the dashboard, when the form is whole."""

        async def exit_when_complete() -> None:
            await self._complete.wait()
            await self.form.settled()
            self.app.exit(return_code=exit_code)

        self.run_worker(exit_when_complete())

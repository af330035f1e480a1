"""The app: wires the session to the widgets. Snapshots go down, commands go up."""

from __future__ import annotations

import asyncio
import shlex
import signal
import time
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any, ClassVar

import platformdirs
from textual import on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Input, RichLog, Static

from tui_nn.render.log import RunLog
from tui_nn.render.maps import surface_shape
from tui_nn.render.tables import REASONS
from tui_nn.session import CommandError, SessionError, Snapshot, TrainingSession, WorkerDied
from tui_nn.settings import Settings, SettingsError, as_text, field_info
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.widgets.loss_chart import LossChart
from tui_nn.ui.widgets.prediction_maps import PredictionMaps
from tui_nn.ui.widgets.settings_form import SettingsForm
from tui_nn.ui.widgets.status_line import StatusLine, pace_text

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, None)
RATES = tuple(round(m * 10.0**e, 12) for e in range(-6, 3) for m in (1, 2, 5))
FRAME, CHART_FRAME = 1 / 12, 1 / 4  # seconds between drawings at least
PANES = ("maps", "form", "log")


class Dashboard(App[int]):
    """The dashboard on one session. log: where ctrl+s saves, or None for the data directory."""

    CSS_PATH = "app.tcss"
    TITLE = "tui-nn"
    AUTO_FOCUS = ""  # the keys are for the run until someone goes into the form
    BINDINGS: ClassVar[list[Any]] = [
        Binding(action.keys, action.method, action.title, show=False) for action in ACTIONS
    ] + [Binding("escape", "leave_field", show=False)]

    def __init__(self, session: TrainingSession, log: Path | None = None) -> None:
        super().__init__()
        self.session = session
        self.run_log = RunLog()
        self.log_path = log
        self.latest: Snapshot | None = None
        self.dead = False
        self.chart, self.maps, self.status = LossChart(), PredictionMaps(), StatusLine()
        self.events, self.form = RichLog(max_lines=500, wrap=True), SettingsForm(session.settings)
        self._wake = asyncio.Event()
        self._charted = 0.0
        self._pane = 0

    def compose(self) -> ComposeResult:
        yield Static("tui-nn needs a window of 60×20; training goes on", id="too-small")
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield self.chart
                yield self.maps
                yield self.events
            yield self.form
        yield self.status
        keys = " ".join(f"{a.shown} {a.footer} " for a in ACTIONS if a.footer)
        yield Static(keys, id="keys", markup=False)

    def on_mount(self) -> None:
        self.events.border_title = "Log"
        self.events.can_focus = False
        self.screen.add_class("show-maps")
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, 0)
        self.note("started")
        self.set_focus(None)
        self.run_worker(self.watch_session(), exit_on_error=True)

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        for screen in self.screen_stack:
            screen.set_class(width < 100 or height < 34, "-small")
            screen.set_class(width < 60 or height < 20, "-tiny")
        self._wake.set()

    async def watch_session(self) -> None:
        """Ask for a snapshot, draw it, again: while it runs, or when something has happened."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            try:
                self.show(await self.session.snapshot(surface=self.maps.wanted_surface))
            except WorkerDied as error:
                self.died(str(error))
            if self.dead or (self.latest and self.latest.status != "running"):
                await self._wake.wait()
            await asyncio.sleep(max(0.01, FRAME - (time.monotonic() - began)))

    def show(self, snapshot: Snapshot) -> None:
        before, self.latest = self.latest, snapshot
        session, now = self.session, time.monotonic()
        if snapshot.reason and (before is None or before.reason != snapshot.reason):
            self.note(REASONS[snapshot.reason])
        self.status.show(snapshot, session.settings)
        if snapshot.predictions is not None:
            self.maps.show(session.dataset, snapshot.predictions, snapshot.surface)
        if now - self._charted >= CHART_FRAME or snapshot.status != "running":
            self._charted = now
            self.chart.show(session.history, session.settings.target_loss)

    def died(self, message: str) -> None:
        self.dead = True
        self.note(message)
        self.status.show_error(message, "r restarts it; what was drawn stays")

    def note(self, event: str) -> None:
        """Enter an event into the log, with the step at which it happened."""
        step = self.latest.step if self.latest else 0
        self.run_log.add(step, event)
        self.events.write(f"{step:>8}  {event}")

    async def command(self, command: Coroutine[Any, Any, None], event: str = "") -> bool:
        """Carry out a session's command; the app's edge, where errors become text."""
        try:
            await command
        except WorkerDied as error:
            self.died(str(error))
            return False
        except CommandError as error:
            self.notify(str(error), severity="error", markup=False)
            return False
        if event:
            self.note(event)
        self._wake.set()
        return True

    async def apply(self, **values: Any) -> None:
        """Change settings: live where all of them are, else with a new network."""
        try:
            settings = self.session.settings.changed(**values)
        except SettingsError as error:
            self.form.mark(error.field, str(error))
            return
        names = self.session.settings.differences(settings)
        event = ", ".join(f"{n} = {as_text(getattr(settings, n))}" for n in names)
        live = all(field_info(name)["live"] for name in names)
        change = self.session.set(**values) if live else self.session.rebuild(settings)
        if await self.command(change, event):
            self.form.show(settings)
            for name in values:
                self.form.mark(name, "")

    @on(SettingsForm.Changed)
    async def _form_changed(self, event: SettingsForm.Changed) -> None:
        await self.apply(**{event.name: event.value})

    async def action_play_pause(self) -> None:
        running = self.latest is not None and self.latest.status == "running"
        await self.command(self.session.pause() if running else self.session.play())

    async def action_step(self) -> None:
        await self.command(self.session.step(1))

    async def action_epoch(self) -> None:
        await self.command(self.session.step(self.session.settings.steps_per_epoch))

    async def action_reset(self) -> None:
        if self.dead:
            try:
                await self.session.restart()
            except SessionError as error:
                self.died(str(error))
                return
            self.dead = False
            self.note("restarted")
            self._wake.set()
        else:
            await self.command(self.session.reset(), "reset")

    async def action_new_seed(self) -> None:
        await self.apply(seed=(self.session.settings.seed + 1) % 2**32)

    async def action_cycle(self, name: str, direction: int) -> None:
        choices = field_info(name)["choices"]
        here = choices.index(getattr(self.session.settings, name))
        await self.apply(**{name: choices[(here + direction) % len(choices)]})

    async def action_rate(self, direction: int) -> None:
        rate = self.session.settings.learning_rate
        if direction > 0:
            new = next((r for r in RATES if r > rate * 1.0001), rate)
        else:
            new = next((r for r in reversed(RATES) if r < rate * 0.9999), rate)
        await self.apply(learning_rate=new)

    async def action_faster(self) -> None:
        await self._change_pace(1)

    async def action_slower(self) -> None:
        await self._change_pace(-1)

    async def _change_pace(self, direction: int) -> None:
        pace = self.session.pace
        steps = [float("inf") if p is None else p for p in PACES]
        now = float("inf") if pace is None else pace
        further = [i for i, s in enumerate(steps) if (s > now if direction > 0 else s < now)]
        if further:
            new = PACES[further[0] if direction > 0 else further[-1]]
            await self.command(self.session.set_pace(new), f"pace {pace_text(new)}")

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    def action_next_pane(self) -> None:
        self._pane = (self._pane + 1) % len(PANES)
        for i, pane in enumerate(PANES):
            self.screen.set_class(i == self._pane, f"show-{pane}")
        self._wake.set()

    def action_form(self) -> None:
        while "-small" in self.screen.classes and PANES[self._pane] != "form":
            self.action_next_pane()
        self.query_one(f"#{next(iter(Settings.model_fields))}").focus()

    def action_leave_field(self) -> None:
        self.set_focus(None)

    async def action_save_log(self) -> None:
        path = self.log_path
        if path is None:
            folder = Path(platformdirs.user_data_dir("tui-nn", appauthor=False)) / "logs"
            path = folder / time.strftime("%Y%m%d-%H%M%S")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            snapshot = await self.session.snapshot(surface=surface_shape(46, 20))
            settings, history = self.session.settings, self.session.history
            paths = self.run_log.save(path, settings, snapshot, history, self.session.dataset)
        except (OSError, SessionError) as error:
            self.notify(f"log not saved: {error}", severity="error", markup=False)
            return
        self._wake.set()
        saved = ", ".join(map(str, paths))
        self.note(f"log saved: {saved}")
        self.notify(f"Log saved: {saved}", markup=False)

    def action_share(self) -> None:
        line = shlex.join(["tui-nn", *self.session.settings.to_flags()])
        self.copy_to_clipboard(line)
        self.notify(line, title="Copied", markup=False)

    def action_help(self) -> None:
        self.push_screen(HelpScreen())

    async def action_quit(self) -> None:
        self.exit(0)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While one types in a field, keys are text; and a modal screen keeps its own."""
        ours = {a.method.split("(")[0] for a in ACTIONS} - {"quit", "save_log"}
        return not (action in ours and isinstance(self.focused, Input))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        yield from super().get_system_commands(screen)
        for action in ACTIONS:
            if action.method not in ("help", "quit"):
                yield SystemCommand(
                    action.title,
                    f"{action.help} ({action.shown})",
                    lambda method=action.method: self.call_later(self.run_action, method),
                )

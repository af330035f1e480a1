"""The main screen: snapshots go down to the widgets, keys and form go up to the session."""

from __future__ import annotations

import asyncio
import shlex
import time
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import MouseDown, Resize
from textual.screen import Screen
from textual.widgets import Footer, Input, RichLog, Static

from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.render.look import Look
from tui_nn.render.tables import REASONS
from tui_nn.session import Snapshot, TrainingSession, Wanted, WorkerDied
from tui_nn.settings import label
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.steering import Steering
from tui_nn.ui.view import View
from tui_nn.ui.widgets.loss_chart import LossChart
from tui_nn.ui.widgets.prediction_maps import PredictionMaps
from tui_nn.ui.widgets.settings_form import SettingsForm
from tui_nn.ui.widgets.status_line import StatusLine

# Seconds between two drawings at least: of the figures and points, of the surface, of the chart.
FRAME, SURFACE_FRAME, CHART_FRAME = 1 / 10, 1 / 5, 1 / 4
CHECKPOINT = 5.0  # seconds between two checkpoints
PATIENCE = 1.0  # seconds until the screen says that it is waiting
PANES = {"maps": "Ground truth | prediction", "settings": "Settings", "log": "Log"}


class MainScreen(Screen[None]):
    """Chart, maps, log and form of one session."""

    AUTO_FOCUS = ""  # the keys are for the run until someone goes into the form
    BINDINGS: ClassVar[list[Any]] = [
        *(action.binding for action in ACTIONS),
        Binding("ctrl+c", "quit", show=False),
        Binding("ctrl+z", "app.suspend_process", show=False),
    ]

    def __init__(self, session: TrainingSession, log: Path, play: bool) -> None:
        super().__init__(classes="show-maps")
        self.session = session
        self._play = play  # once the first picture is there
        self.run_log = RunLog()
        self.log_path = log
        self.latest: Snapshot | None = None
        self.steering = Steering(session, self)
        self.chart, self.maps, self.status = LossChart(), PredictionMaps(), StatusLine("starting …")
        self.form = SettingsForm(session.settings)
        self.footer = Footer(compact=True)
        self.events = RichLog(max_lines=500, wrap=True)
        self.events.can_focus = False
        self._pane, self._cause = "maps", ""
        self._wake = asyncio.Event()
        self._complete = asyncio.Event()
        self._surfaced = self._charted = self._checkpointed = 0.0  # when these were done last

    def compose(self) -> ComposeResult:
        yield Static("tui-nn needs a window of 60×20.\nTraining goes on; q quits.", id="too-small")
        yield self.status
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield self.chart
                yield self.maps
                yield self.events
            yield Vertical(id="settings")
        yield self.footer

    def on_mount(self) -> None:
        self.note("started")
        self.app.theme_changed_signal.subscribe(self, lambda _: self._wake.set())
        self.call_after_refresh(self._mount_form)
        self.run_worker(self._watch())
        self.run_worker(self.steering.run())

    async def _mount_form(self) -> None:
        """Its many fields would hold up the first picture, so they come after it."""
        await self.query_one("#settings").mount(self.form)
        self._complete.set()

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        small = width < 100 or height < 36
        self.set_class(small, "small")
        self.set_class(width >= 160 and height >= 42, "large")
        if self.footer.show_command_palette == small:
            self.footer.show_command_palette = not small
            self.footer.refresh(recompose=True)
        self.set_class(width < 60 or height < 20, "tiny")
        self._name_panes()
        self._wake.set()

    def _name_panes(self) -> None:
        """In a small window the pane that is shown names the others, and their keys."""
        widgets = {"maps": self.maps, "settings": self.form, "log": self.events}
        tabs = [f"{i} {name}" for i, name in enumerate(PANES, 1)]
        tabs = [
            f"[@click=screen.pane('{name}')]{'[reverse]' if name == self._pane else ''} {tab} [/]"
            + ("[/]" if name == self._pane else "")
            for name, tab in zip(PANES, tabs, strict=True)
        ]
        for name, widget in widgets.items():
            widget.border_title = "".join(tabs) if self.has_class("small") else PANES[name]

    async def _watch(self) -> None:
        """Ask for a snapshot, draw it, again: while it runs, or when something has happened."""
        while True:
            self._wake.clear()
            began = time.monotonic()
            try:
                asking = self.session.snapshot(Wanted(surface=self._due_surface(began)))
                self.show(await self._patiently(asking))
                if self._play:
                    self._play = False
                    await self.session.play()
                    continue
                if began - self._checkpointed > CHECKPOINT:
                    await self._keep()
            except WorkerDied as error:
                self.died(str(error))
            if self.steering.dead:
                await self._wake.wait()
            elif self._at_rest:
                await self._keep()
                await self._something_happens()
            await asyncio.sleep(max(0.01, FRAME - (time.monotonic() - began)))

    async def _keep(self) -> None:
        """Take a checkpoint, from which a new worker could go on."""
        began = time.monotonic()
        with suppress(WorkerDied):  # the next snapshot says so
            await self.session.checkpoint()
        # The larger the network, the dearer it is: never more than a fiftieth of the time.
        self._checkpointed = began + 50 * (time.monotonic() - began)

    async def _patiently(self, asking: Coroutine[Any, Any, Snapshot]) -> Snapshot:
        """A snapshot; if it takes long, the status line says why."""
        answer = asyncio.ensure_future(asking)
        done, _ = await asyncio.wait([answer], timeout=PATIENCE)
        if not done:
            self.status.show_waiting()
        return await answer

    async def _something_happens(self) -> None:
        """Wait for a command or a resize, or for the worker's death."""
        waits = [asyncio.create_task(self._wake.wait()), asyncio.create_task(self.session.ended())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    @property
    def _at_rest(self) -> bool:
        """Whether nothing will change by itself, and all of it has been drawn."""
        latest = self.latest
        if latest is None or latest.status == "running":
            return False
        return latest.surface is not None or self.maps.wanted_surface is None

    def _due_surface(self, now: float) -> tuple[int, int] | None:
        running = self.latest is not None and self.latest.status == "running"
        if running and now - self._surfaced < SURFACE_FRAME:
            return None
        self._surfaced = now
        return self.maps.wanted_surface

    def show(self, snapshot: Snapshot) -> None:
        """Draw a snapshot; the chart, the dearest to draw, a few times a second."""
        before, self.latest = self.latest, snapshot
        session, now = self.session, time.monotonic()
        if snapshot.reason and (before is None or before.reason != snapshot.reason):
            self.note(REASONS[snapshot.reason])
        self.status.show(snapshot, session.settings)
        if snapshot.predictions is not None:
            look = Look(self.app.current_theme.dark, not self.app.no_color)
            view = View(snapshot, session.settings, session.shown, session.history, look=look)
            self.maps.show(view)
        if now - self._charted >= CHART_FRAME or snapshot.status != "running":
            self._charted = now
            self.chart.show(session.history, session.settings.target_loss)

    def note(self, event: str) -> None:
        """Enter an event into the log, with the step at which it happened."""
        step = self.latest.step if self.latest else 0
        self.run_log.add(step, event)
        self.events.write(f"{step:>8}  {event}")

    def done(self, event: str) -> None:
        """A command was carried out."""
        if event:
            self.note(event)
        self._cause = ""
        self.form.show(self.session.settings)
        self._wake.set()

    def refused(self, reason: str, field: str = "") -> None:
        """A command was impossible: say so, at the field if one is to blame."""
        if not (field and self.form.mark(field, reason)):
            self.form.show(self.session.settings)
            message = f"{label(field)}: {reason}" if field else reason
            self.notify(message, severity="error", markup=False)

    def died(self, reason: str) -> None:
        """Say that the worker is gone; what was drawn stays."""
        self.steering.dead = True
        self.form.show(self.session.settings)
        self.status.show_error(reason, "what was drawn stays; r goes on from the last checkpoint")
        if reason != self._cause:
            self._cause = reason
            self.note(reason)

    def action_steer(self, command: str, values: tuple[Any, ...] = ()) -> None:
        self.steering.enqueue(command, *values)

    @on(SettingsForm.Changed)
    def _form_changed(self, event: SettingsForm.Changed) -> None:
        self.steering.enqueue("change", event.name, event.value)

    @on(PredictionMaps.WantsOther)
    def _wants_other(self) -> None:
        self._wake.set()

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    def action_pane(self, pane: str) -> None:
        self._pane = pane
        for name in PANES:
            self.set_class(name == pane, f"show-{name}")
        self._name_panes()
        if pane == "settings":
            self.form.focus_first()
        self._wake.set()

    def action_next_pane(self) -> None:
        if self.has_class("small") and self.focused is None:
            names = list(PANES)
            self.action_pane(names[(names.index(self._pane) + 1) % len(names)])
        else:
            self.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # Textual does not know that a field takes the "+" that somebody types.
        types = isinstance(self.focused, Input)
        return not (types and action == "steer" and parameters[0] == "pace")

    def action_leave_field(self) -> None:
        self.form.forget()
        self.set_focus(None)

    def on_mouse_down(self, event: MouseDown) -> None:
        """A click beside the form leaves it; what was typed is committed."""
        if not self.form.region.contains(event.screen_x, event.screen_y):
            self.set_focus(None)

    async def save_log(self) -> list[Path]:
        """Save the log where it belongs and return the files. Raises OSError."""
        with suppress(WorkerDied):
            self.latest = await self.session.snapshot(Wanted(surface=MAP_SURFACE))
        return self.save_latest()

    def save_latest(self) -> list[Path]:
        """The same with what was drawn last, for when there is no time to ask."""
        if self.latest is None:
            return []
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        return self.run_log.save(self.log_path, self.session, self.latest)

    async def action_save_log(self) -> None:
        try:
            paths = await self.save_log()
        except OSError as error:
            self.notify(f"log not saved: {error}", severity="error", markup=False)
            return
        saved = f"log saved: {paths[0]}" + "".join(f", {path.suffix}" for path in paths[1:])
        self.note(saved)
        self.notify(saved, markup=False)

    def action_share(self) -> None:
        line = shlex.join(["tui-nn", *self.session.settings.to_flags()])
        self.app.copy_to_clipboard(line)
        self.notify(line, title="Copied", markup=False)

    def action_help(self) -> None:
        self.app.push_screen(HelpScreen())

    def action_quit(self) -> None:
        self.leave()

    def leave(self, exit_code: int = 0) -> None:
        """End the dashboard; Textual can't take down a form that is half there."""

        async def exit_when_complete() -> None:
            await self._complete.wait()
            self.app.exit(return_code=exit_code)

        self.run_worker(exit_when_complete())

"""The recorded runs: looked through, compared, named, deleted, and gone on with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer

from tui_nn.datasets.plain import plain
from tui_nn.render.look import Look
from tui_nn.render.run_list import CURVE, SHORT, title
from tui_nn.runs import records
from tui_nn.runs.filters import parse_filter
from tui_nn.runs.records import Record, Resumption
from tui_nn.runs.store import FIGURES, StoreError
from tui_nn.session import Snapshot
from tui_nn.ui.recorded import pin_of
from tui_nn.ui.screens.overlay import Overlay
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.runs_help import runs_help
from tui_nn.ui.screens.text import TextScreen
from tui_nn.ui.store_thread import StoreThread
from tui_nn.ui.view import Pin
from tui_nn.ui.widgets.run_chart import RunChart
from tui_nn.ui.widgets.run_list import RunList

FIRST = 200  # runs that are read and shown before all others are
TICK = 1.0  # seconds between two looks at whether the store has changed
SHARE = 20  # and no more than this part of the time is spent on reading it


class Deleted(NamedTuple):
    """Runs that were deleted together; marked: those that were, by number."""

    runs: list[Record]
    marked: list[int]


class RunsScreen(Overlay[Resumption | None]):
    """Gives what it takes to go on with the run that was opened, or None.

    path: of the store, or None where nothing is recorded. current: says which run is being trained
    here, by its number. latest: says how that stands, which the store has only seconds later. pin:
    takes a run to compare with.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("p", "pin", "pin"),
        Binding("e", "call('name')", "name"),
        Binding("E", "call('note')", "note", show=False),
        Binding("d,delete", "delete", "delete", key_display="d"),
        Binding("u", "undo", "undo", show=False),
        Binding("l", "axis", "log axis", show=False),
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("escape", "leave", "close"),
        Binding("q,H", "dismiss(None)", show=False),
    ]

    def __init__(
        self,
        path: Path | None,
        current: Callable[[], int | None],
        pin: Callable[[Pin], None],
        latest: Callable[[], Snapshot | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._path, self._current, self._pin, self._latest = path, current, pin, latest
        self._thread = StoreThread()
        self._runs: list[Record] = []
        # Until the screen is left, what was deleted together, or a run before it was called so.
        self._done: list[Deleted | Record] = []
        self._sought, self._moved = asyncio.Event(), asyncio.Event()
        self.list, self.chart = RunList(), RunChart(self._thread)

    def compose(self) -> ComposeResult:
        self.list.border_title = "Runs"
        yield self.list
        yield self.chart
        yield Footer(compact=True)

    def on_mount(self) -> None:
        self.list.focus()
        for job in (self._follow(), self._sample(), self._draw_chart()):
            self.run_worker(job)

    def on_unmount(self) -> None:
        """What was deleted is so for good now; who leaves does not wait for it."""
        self._thread.close(self._deleted)

    # The store

    async def _follow(self) -> None:
        """Show the store as it is, for ever."""
        if self._path is None:
            self._say("nothing is recorded: --store none")
            return
        self._say("no runs yet")
        while not self._path.exists():  # the one that is being trained has yet to be recorded
            await asyncio.sleep(TICK)
        try:
            await self._thread.open(self._path)
            await self._read(FIRST)
            while True:
                began = time.monotonic()
                version = await self._thread.version()
                await self._read()
                await asyncio.sleep(max(TICK, SHARE * (time.monotonic() - began)))
                while not await self._thread.has_changed(version):
                    self._show_current()
                    await asyncio.sleep(TICK)
        except StoreError as error:
            self._say(str(error))
            if self._runs:  # which stay as they were
                self._refuse(str(error))

    async def _read(self, limit: int | None = None) -> None:
        self._runs = await self._thread.ask(lambda store: records.records(store, limit=limit))
        self._show()

    def _say(self, message: str) -> None:
        self.list.message = message
        self.list.draw()

    def _show(self) -> None:
        """The runs that were read, without those that were deleted."""
        hidden = {run.number for run in self._deleted}
        self.list.show(list(map(self._now, self._runs)), hidden, self._look)
        self._moved.set()

    def _show_current(self) -> None:
        """The run that is being trained here, if it has gone on since it was shown."""
        shown = self.list.runs.get(self._current() or 0)
        if shown is not None and self._now(shown) is not shown:
            self._show()

    def _now(self, run: Record) -> Record:
        """A run as it stands, if it is being trained here."""
        latest = self._latest() if run.number == self._current() else None
        if latest is None or latest.step <= run.step:
            return run
        figures = {name: getattr(latest, name) for name in FIGURES}
        return run._replace(step=latest.step, **figures)

    @property
    def _deleted(self) -> list[Record]:
        return [run for done in self._done if isinstance(done, Deleted) for run in done.runs]

    @property
    def _look(self) -> Look:
        look: Look = self.app.look  # type: ignore[attr-defined]
        return look

    @on(RunList.Wants)
    def _wants(self) -> None:
        self._sought.set()

    async def _sample(self) -> None:
        """Small curves of the runs that are in sight by then, for ever."""
        while True:
            await self._sought.wait()
            self._sought.clear()
            with self._telling():
                for run in self.list.uncharted:
                    points = await self._thread.ask(records.sampled, run, CURVE)
                    self.list.curves[run.number] = run.step, points
                self.list.draw()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What can't be read or written is said."""
        try:
            yield
        except StoreError as error:
            self._refuse(str(error))

    def _refuse(self, reason: str) -> None:
        self.notify(reason, severity="error", markup=False)

    # The chart

    @on(RunList.Picked)
    @on(RunList.Marked)
    def _redraw(self) -> None:
        self._moved.set()

    async def _draw_chart(self) -> None:
        """The run at the cursor, and others beside it, for ever."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            runs = self.list.charted
            self.chart.display = bool(runs)
            if runs:
                heading = f"the best of {plain(runs[0].group)}: " if self.list.comparison else ""
                with self._telling():
                    await self.chart.show_runs(runs, heading, self._look)

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    # What is done to runs

    def action_filter(self) -> None:
        def entered(text: str | None) -> None:
            if text is not None:
                self.list.filter(text)

        title = "Filter runs: words, dataset=xor, loss<0.01, age<2d, group=NAME"
        live = self.list.filter_as_typed
        self.app.push_screen(Prompt(title, self.list.text, check=parse_filter, live=live), entered)

    @on(RunList.Opened)
    async def _opened(self, event: RunList.Opened) -> None:
        if event.run.number == self._current():
            self.dismiss(None)
            return
        with self._telling():
            self.dismiss(await self._thread.ask(records.resumption, event.run))

    def _one(self) -> Record | None:
        """The run at the cursor; where a comparison is there, that this is not one is said."""
        if self.list.comparison:
            self._refuse("this is a comparison, not a run: enter unfolds it")
        return self.list.run

    async def action_pin(self) -> None:
        if (run := self._one()) is not None:
            with self._telling():
                self._pin(await self._thread.ask(pin_of, run))
                self.notify(f"pinned {title(run)}", markup=False)

    def action_call(self, field: str) -> None:
        """Ask for its name, or its note."""
        run = self._one()
        if run is None:
            return

        async def enter(text: str) -> None:
            if await self._call(run, **{field: text}):
                self._done.append(run)

        def entered(text: str | None) -> None:
            if text is not None:
                self.run_worker(enter(text.strip()))

        title = f"{field.title()} of run {run.id[:SHORT]}"
        self.app.push_screen(Prompt(title, getattr(run, field)), entered)

    async def _call(self, run: Record, **words: str) -> bool:
        """Give a run another name or note; whether that could be written."""
        with self._telling():
            called = await self._thread.ask(lambda store: records.call(store, run, **words))
            for i, now in enumerate(self._runs):
                if now.number == run.number:  # and its figures may be newer
                    self._runs[i] = now._replace(name=called.name, note=called.note)
            self._show()
            return True
        return False

    def action_delete(self) -> None:
        """The marked runs, or those at the cursor; `undo` brings them back."""
        chosen, store = self.list.chosen, self._thread.store
        going_on = [run.id[:SHORT] for run in chosen if run.ended is None]
        if going_on:
            self._refuse(f"{', '.join(going_on[:3])}: is being trained; stop it first")
        elif chosen and store is not None and not store.writable:
            self._refuse(f"store {store.path}: it is read-only; nothing can be deleted")
        elif chosen:
            self._done.append(Deleted(chosen, self.list.marked))
            self._show()

    async def action_undo(self) -> None:
        """Take back what was done last: bring runs back, or their words."""
        done = self._done.pop() if self._done else None
        if isinstance(done, Deleted):
            others = [number for number in self.list.marked if number not in done.marked]
            self.list.marked = [*done.marked, *others]
            self._show()
        elif done is not None:
            await self._call(done, name=done.name, note=done.note)

    def action_leave(self) -> None:
        """The filter, and without one the screen."""
        if self.list.text:
            self.list.filter("")
        else:
            self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(TextScreen("Runs", *runs_help()))

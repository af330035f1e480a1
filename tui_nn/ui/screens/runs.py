"""The recorded runs: looked through, compared, named, deleted, and gone on with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Footer

from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.run_list import CHARTED, CURVE, SHORT, caption, title
from tui_nn.runs import records
from tui_nn.runs.filters import parse_filter
from tui_nn.runs.records import Record, Resumption
from tui_nn.runs.store import FIGURES, Store, StoreError
from tui_nn.session import Snapshot
from tui_nn.ui.recorded import Curve, curve_of, pin_of
from tui_nn.ui.screens.overlay import Overlay
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.runs_help import runs_help
from tui_nn.ui.screens.text import TextScreen
from tui_nn.ui.view import Course, Pin
from tui_nn.ui.widgets.loss_chart import LossChart
from tui_nn.ui.widgets.run_list import RunList

FIRST = 200  # runs that are read and shown before all others are
TICK = 1.0  # seconds between two looks at whether the store has changed
SHARE = 20  # and no more than this part of the time is spent on reading it

T = TypeVar("T")


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
        Binding("e", "name", "name"),
        Binding("E", "note", "note", show=False),
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
        self._thread = ThreadPoolExecutor(1)  # in which the store is used
        self._store: Store | None = None
        self._runs: list[Record] = []
        # What can be undone until the screen is left: runs that were deleted, together; a run as it
        # was before it got another name or note.
        self._done: list[Deleted | Record] = []
        self._curves: dict[int, Curve] = {}  # by number
        self._sought, self._moved = asyncio.Event(), asyncio.Event()
        self.list, self.chart = RunList(), LossChart()

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
        self._thread.submit(self._close, self._deleted)
        self._thread.shutdown(wait=False)

    # The store

    def _open(self, path: Path) -> None:
        self._store = Store.for_reading(path)

    def _close(self, gone: list[Record]) -> None:
        if self._store is not None:
            with suppress(StoreError):  # nobody is left who could be told
                records.remove(self._store, gone)
            self._store.close()

    async def _ask(self, question: Callable[..., T], *values: Any) -> T:
        """Have a question answered in the store's thread. Raises StoreError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, question, self._store, *values)

    async def _follow(self) -> None:
        """Show the store as it is, for ever."""
        if self._path is None:
            self._say("nothing is recorded: --store none")
            return
        self._say("no runs yet")
        while not self._path.exists():  # the one that is being trained has yet to be recorded
            await asyncio.sleep(TICK)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._thread, self._open, self._path)
            await self._read(FIRST)
            while True:
                began = time.monotonic()
                version = await self._ask(lambda store: store.version)
                await self._read()
                await asyncio.sleep(max(TICK, SHARE * (time.monotonic() - began)))
                while not await self._ask(_has_changed, version):
                    self._show_current()
                    await asyncio.sleep(TICK)
        except StoreError as error:
            self._say(str(error))
            if self._runs:  # which stay as they were
                self.notify(str(error), severity="error", markup=False)

    async def _read(self, limit: int | None = None) -> None:
        self._runs = await self._ask(lambda store: records.records(store, limit=limit))
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
                    points = await self._ask(records.sampled, run, CURVE)
                    self.list.curves[run.number] = run.step, points
                self.list.draw()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What can't be read or written is said."""
        try:
            yield
        except StoreError as error:
            self.notify(str(error), severity="error", markup=False)

    # The chart

    @on(RunList.Picked)
    @on(RunList.Marked)
    def _redraw(self) -> None:
        self._moved.set()

    async def _draw_chart(self) -> None:
        """The run at the cursor, and those that are marked beside it, for ever."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            run = self.list.run
            self.chart.display = run is not None
            if run is not None:
                with self._telling():
                    marked = [self.list.runs[number] for number in self.list.marked[:CHARTED]]
                    beside = [(await self._curve(other)).pin for other in marked]
                    self._show_chart(run, await self._curve(run), beside)

    def _show_chart(self, run: Record, shown: Curve, beside: list[Pin]) -> None:
        pin, look = shown.pin, self._look
        self.chart.border_title = Content(title(run))
        more = glyphs_of(look).cut
        self.chart.border_subtitle = Content(caption(run, self.chart.size.width - 4, more))
        course = Course(pin.snapshot, shown.settings, pin.history, pins=beside, look=look)
        self.chart.show(course)

    async def _curve(self, run: Record) -> Curve:
        known = self._curves.get(run.number)
        if known is None or known.step != run.step:
            known = self._curves[run.number] = await self._ask(curve_of, run)
        return known

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    # What is done to runs

    def action_filter(self) -> None:
        def entered(text: str | None) -> None:
            if text is not None:
                self.list.filter(text)

        title, typed = "Filter runs: words, dataset=xor, loss<0.01, age<2d", self.list.text
        live = self.list.filter_as_typed
        self.app.push_screen(Prompt(title, typed, check=parse_filter, live=live), entered)

    @on(RunList.Opened)
    async def _opened(self, event: RunList.Opened) -> None:
        if event.run.number == self._current():
            self.dismiss(None)
            return
        with self._telling():
            self.dismiss(await self._ask(records.resumption, event.run))

    async def action_pin(self) -> None:
        if (run := self.list.run) is not None:
            with self._telling():
                pin = await self._ask(pin_of, run)
                self._pin(pin)
                self.notify(f"pinned {pin.name}", markup=False)

    def action_name(self) -> None:
        if (run := self.list.run) is not None:
            self._ask_words(run, "name", run.name)

    def action_note(self) -> None:
        if (run := self.list.run) is not None:
            self._ask_words(run, "note", run.note)

    def _ask_words(self, run: Record, field: str, before: str) -> None:
        async def enter(text: str) -> None:
            if await self._call(run, **{field: text}):
                self._done.append(run)

        def entered(text: str | None) -> None:
            if text is not None:
                self.run_worker(enter(text.strip()))

        self.app.push_screen(Prompt(f"{field.title()} of run {run.id[:SHORT]}", before), entered)

    async def _call(self, run: Record, **words: str) -> bool:
        """Give a run another name or note; whether that could be written."""
        with self._telling():
            called = await self._ask(lambda store: records.call(store, run, **words))
            for i, now in enumerate(self._runs):
                if now.number == run.number:  # and its figures may be newer
                    self._runs[i] = now._replace(name=called.name, note=called.note)
            self._show()
            return True
        return False

    def action_delete(self) -> None:
        """The marked runs, or the one at the cursor; `undo` brings them back."""
        chosen = self.list.chosen
        going_on = [run.id[:SHORT] for run in chosen if run.ended is None]
        if going_on:
            said = ", ".join(going_on[:3])
            self.notify(f"{said}: is being trained; stop it first", severity="error", markup=False)
        elif chosen and self._store is not None and not self._store.writable:
            said = f"store {self._store.path}: it is read-only; nothing can be deleted"
            self.notify(said, severity="error", markup=False)
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


def _has_changed(store: Store, version: int) -> bool:
    """Whether somebody has written, or has vanished, since the store had this version."""
    return store.mark_interrupted() or store.version != version

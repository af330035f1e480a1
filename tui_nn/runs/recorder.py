"""Recording a session as it goes: its points, events and checkpoints, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Self

from tui_nn.runs.database import PATIENCE, Busy, Damaged
from tui_nn.runs.place import Label, Origin
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store, StoreError, new_id
from tui_nn.session import CommandError, SessionError, TrainingSession, WorkerDied

TICK = 0.25  # seconds between two looks at whether there is something to write
INTERVAL = 3.0  # seconds between two writings while a run goes on
SHARE = 50  # and never more than this part of the time is spent on them
ATTEMPT = 0.5  # seconds to wait at once for another writer: who leaves can't wait longer
FAILED = "failed"  # how a run ended whose worker died
BLINK = 0.5  # seconds: a run that was left earlier is not kept


class Bookmark(NamedTuple):
    """How far the recording of a run has come: what another process needs to go on with it."""

    id: str
    number: int | None  # the store's, or None as long as it has none
    began: float
    first_event: int  # of all events, the first that is this run's
    points: int = 0  # how many of them are in the store
    events: int = 0


class Recording:
    """A run on its way into the store."""

    def __init__(self, session: TrainingSession, label: Label, bookmark: Bookmark) -> None:
        self.history, self.settings = session.run_history, session.settings
        self.start, self.label = session.began_at, label
        self.id, self.number, self.began, self.first_event, self.points, self.events = bookmark
        self.first_seen: float | None = None  # on the monotonic clock: when it had steps
        self.reason: str | None = None  # why it ended, as far as is known
        self.seen: object = None  # how the run stood when it was written last

    @property
    def lived(self) -> float:
        return 0.0 if self.first_seen is None else time.monotonic() - self.first_seen

    @property
    def bookmark(self) -> Bookmark:
        number, began = self.number, self.began
        return Bookmark(self.id, number, began, self.first_event, self.points, self.events)


class Part(NamedTuple):
    """What is to be written at once: all of it or nothing."""

    run: Recording
    points: int  # up to which
    events: list[tuple[int, float, str]]  # all of them
    state: dict[str, Any] | None
    end: str | None
    paused: bool


class Recorder:
    """A context beside a running session, whose runs are in the store at `path` when it ends.

    events: a list of (step, text) that grows. tell: is told what the user must hear; when the store
    can't be written that is said once, and training goes on without it. path: None records nothing.
    `reason`: how a run ended that is left before its own end. bookmark: of a run that another
    recorder has handed over.
    """

    def __init__(
        self,
        session: TrainingSession,
        path: Path | None,
        events: Sequence[tuple[int, str]],
        tell: Callable[[str], None],
        *,
        label: Label | None = None,
        reason: str = "interrupted",
        bookmark: Bookmark | None = None,
    ) -> None:
        self.session, self.path, self.events, self.tell = session, path, events, tell
        self.reason = reason
        self.run = Recording(
            session, label or _label_of(session) or Label(), bookmark or new_bookmark(0)
        )
        self._times: list[float] = []  # of the events
        self._store: Store | None = None
        self._lock = threading.Lock()  # whoever writes
        self._next = 0.0  # when to write again
        self._leave = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self.path is not None:
            self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        if self._task is None:
            return
        self._leave.set()
        await self._task
        await self._save(FAILED if isinstance(error, SessionError) else self.reason)
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    @property
    def number(self) -> int | None:
        """That of the session's run in the store, if it is there already."""
        return self.run.number if self.session.run_history is self.run.history else None

    def hand_over(self) -> tuple[Bookmark, Label]:
        """Leave the run, which goes on, to a recorder in another process: none of it is written
        here any more. Raises StoreError where it can't be recorded."""
        if self.path is None or not self._lock.acquire(timeout=1):
            raise StoreError("it is not recorded")
        self.path = None
        self._lock.release()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self.session.run_history is not self.run.history:  # begun just now
            self._follow()
        return self.run.bookmark, self.run.label

    async def _watch(self) -> None:
        while not self._leave.is_set() and self.path is not None:
            if self.session.run_history is not self.run.history:
                await self._leave_run()
            if self._due():
                await self._save()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK):
                    await self._leave.wait()

    def _due(self) -> bool:
        """Whether something is to be written: at once where a run rests, else now and then."""
        run = self.run
        self._stamp_events()
        if not self._has_steps(run):
            return False
        if run.first_seen is None:
            run.first_seen = time.monotonic()
        if run.lived < BLINK or run.seen == self._state_of_affairs():
            return False
        return self.session.status != "running" or time.monotonic() >= self._next

    def _stamp_events(self) -> None:
        self._times += [time.time()] * (len(self.events) - len(self._times))

    def _state_of_affairs(self) -> object:
        session = self.session
        return len(self.run.history.rows), session.status, session.settings, len(self.events)

    def _has_steps(self, run: Recording) -> bool:
        rows = run.history.rows
        return len(rows) > 1 and rows[-1, 0] > run.start

    async def _save(self, end: str | None = None) -> None:
        """Write what is new; end: how the run ends, unless it has ended by itself."""
        began = time.monotonic()
        if self.session.run_history is not self.run.history:
            await self._leave_run()
        run, state, seen = self.run, None, self._state_of_affairs()
        if self.path is None or not self._has_steps(run):
            return
        try:
            state = await self.session.checkpoint()
        except WorkerDied:
            run.reason = end = FAILED
        except CommandError:
            pass  # there is no memory for one: the run goes on, and its points are kept
        if self.session.run_history is not run.history:  # the state may be of another one
            return
        run.settings = self.session.settings
        if state is not None:
            run.reason = state["trainer"]["reason"]
            end = run.reason or end
        asked = time.monotonic() - began
        took = asked + await self._write(self._part(run, state, end))
        run.seen = seen
        self._next = began + max(INTERVAL, SHARE * took)

    async def _leave_run(self) -> None:
        """The session has begun another run: finish the one before, if it is worth keeping."""
        run = self.run
        if self._has_steps(run) and (run.number is not None or run.lived >= BLINK):
            state = run.history.checkpoint
            if state is not None and run.reason != FAILED:  # it is older than that end
                run.reason = state["trainer"]["reason"]
            await self._write(self._part(run, state, run.reason or "stopped"))
        self._follow()

    def _follow(self) -> None:
        """Turn to the run that the session has begun."""
        run, session = self.run, self.session
        label = _label_of(session)
        if label is None:
            parent = run.label.parent if run.number is None else run.number
            step = None if parent is None else session.began_at
            label = replace(run.label, parent=parent, parent_step=step)
        bookmark = new_bookmark(run.first_event + run.events)
        if run.number is None:  # its id is not taken: somebody may know it already
            bookmark = bookmark._replace(id=run.id)
        self.run = Recording(session, label, bookmark)

    def _part(self, run: Recording, state: dict[str, Any] | None, end: str | None) -> Part:
        self._stamp_events()
        stamped = list(zip(self.events, self._times, strict=True))[run.first_event :]
        events = [(step, when, text) for (step, text), when in stamped]
        paused = self.session.status == "paused"
        return Part(run, len(run.history.rows), events, state, end, paused)

    async def _write(self, part: Part) -> float:
        """Write it, or give up; returns the seconds that it took, without those of waiting for
        another writer."""
        patience = time.monotonic() + PATIENCE
        while True:
            began = time.monotonic()
            try:
                await asyncio.to_thread(self._put, part)
            except StoreError as error:
                leaving = self._leave.is_set() or time.monotonic() > patience
                if isinstance(error, Busy) and not leaving:
                    continue
                self._give_up(error)
            else:
                self._pass_on_notice()
            return time.monotonic() - began

    def _give_up(self, error: StoreError) -> None:
        self.path = None
        said = str(error)
        if isinstance(error, Damaged) and self._store is not None:
            with suppress(OSError, StoreError):
                said += f"; it is now {self._store.set_aside()}"
        self.tell(f"not recorded: {said}")

    def _pass_on_notice(self) -> None:
        if self._store is not None and self._store.notice:
            self.tell(self._store.notice)
            self._store.notice = ""

    def _put(self, part: Part) -> None:
        with self._lock:
            if self.path is not None:  # it has not been handed over
                self._put_alone(part)

    def _put_alone(self, part: Part) -> None:
        """Write a part; it is in the store, or (StoreError) nothing of it is."""
        assert self.path is not None
        run, state = part.run, part.state
        packed = None if state is None else pack_state(state)
        if self._store is None:
            self._store = Store(self.path, patience=ATTEMPT)
        store, number = self._store, run.number
        points, events = run.points, run.events
        with store.transaction():
            called = None if number is None else store.called(number)
            if number is None or called is None:  # or somebody has removed it
                number = store.begin(run.settings, run.label, run.began, run.id)
                points = events = 0
            else:  # perhaps by others
                run.label = replace(run.label, name=called[0], note=called[1])
            seconds = None if state is None else state["seconds"]
            store.update(number, run.settings, seconds, paused=part.paused)
            store.add_points(number, run.history.rows[points : part.points])
            store.add_events(number, events, part.events[events:])
            if state is not None and packed is not None:
                store.keep_checkpoint(number, state["trainer"]["step"], *packed)
            if part.end is not None:
                store.end(number, part.end)
        run.number, run.points, run.events = number, part.points, len(part.events)

    def save_now(self) -> None:
        """What is known already, in the caller's thread: there is no time to ask the worker."""
        run = self.run
        if self.path is None or not self._has_steps(run) or not self._lock.acquire(timeout=1):
            return
        try:
            with suppress(StoreError):  # nobody is left who could be told
                self._put_alone(self._part(run, None, run.reason or "interrupted"))
        finally:
            self._lock.release()


def _label_of(session: TrainingSession) -> Label | None:
    """What a run that goes on from a recorded one is called."""
    return session.origin.label if isinstance(session.origin, Origin) else None


def new_bookmark(first_event: int) -> Bookmark:
    return Bookmark(new_id(), None, time.time(), first_event)

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

from tui_nn.runs.place import Label, Origin
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import PATIENCE, Busy, Damaged, Store, StoreError
from tui_nn.session import SessionError, TrainingSession

TICK = 0.25  # seconds between two looks at whether there is something to write
INTERVAL = 3.0  # seconds between two writings while a run goes on
SHARE = 50  # and never more than this part of the time is spent on them
ATTEMPT = 0.5  # seconds to wait at once for another writer: who leaves can't wait longer
BLINK = 0.5  # seconds: a run that was left earlier is not kept


class Recording:
    """A run on its way into the store. `number` is the store's, or None as long as it has none."""

    def __init__(self, session: TrainingSession, label: Label, events: int) -> None:
        self.history, self.settings = session.run_history, session.settings
        self.start, self.label = session.began_at, label
        self.first_event = events  # of all events, the first that is this run's
        self.began = time.time()
        self.first_seen: float | None = None  # on the monotonic clock: when it had steps
        self.number: int | None = None
        self.points = self.events = 0  # how many of them are in the store
        self.reason: str | None = None  # why it ended, as far as is known
        self.seen: object = None  # how the run stood when it was written last

    @property
    def lived(self) -> float:
        return 0.0 if self.first_seen is None else time.monotonic() - self.first_seen


class Part(NamedTuple):
    """What is to be written at once: all of it or nothing."""

    run: Recording
    points: int  # up to which
    events: list[tuple[int, float, str]]  # all of them
    state: dict[str, Any] | None
    end: str | None


class Recorder:
    """A context beside a running session, whose runs are in the store at `path` when it ends.

    events: a list of (step, text) that grows. tell: is told what the user must hear; when the store
    can't be written that is said once, and training goes on without it. path: None records nothing.
    `reason`: how a run ended that is left before its own end.
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
    ) -> None:
        self.session, self.path, self.events, self.tell = session, path, events, tell
        self.reason = reason
        self._run = Recording(session, label or _label_of(session) or Label(), 0)
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
        await self._save("failed" if isinstance(error, SessionError) else self.reason)
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    @property
    def number(self) -> int | None:
        """That of the session's run in the store, if it is there already."""
        is_known = self.session.run_history is self._run.history
        return self._run.number if is_known else None

    async def _watch(self) -> None:
        while not self._leave.is_set() and self.path is not None:
            if self.session.run_history is not self._run.history:
                await self._leave_run()
            if self._due():
                await self._save()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leave.wait(), TICK)

    def _due(self) -> bool:
        """Whether something is to be written: at once where a run rests, else now and then."""
        run = self._run
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
        return len(self._run.history.rows), session.status, session.settings, len(self.events)

    def _has_steps(self, run: Recording) -> bool:
        rows = run.history.rows
        return len(rows) > 1 and rows[-1, 0] > run.start

    async def _save(self, end: str | None = None) -> None:
        """Write what is new; end: how the run ends, unless it has ended by itself."""
        began = time.monotonic()
        if self.session.run_history is not self._run.history:
            await self._leave_run()
        run, state, seen = self._run, None, self._state_of_affairs()
        if self.path is None or not self._has_steps(run):
            return
        try:
            state = await self.session.checkpoint()
        except SessionError:
            end = "failed"
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
        run, session = self._run, self.session
        if self._has_steps(run) and (run.number is not None or run.lived >= BLINK):
            state = run.history.checkpoint
            if state is not None:
                run.reason = state["trainer"]["reason"]
            await self._write(self._part(run, state, run.reason or "stopped"))
        label = _label_of(session)
        if label is None:
            parent = run.label.parent if run.number is None else run.number
            step = None if parent is None else session.began_at
            label = replace(run.label, parent=parent, parent_step=step)
        self._run = Recording(session, label, run.first_event + run.events)

    def _part(self, run: Recording, state: dict[str, Any] | None, end: str | None) -> Part:
        self._stamp_events()
        stamped = list(zip(self.events, self._times, strict=True))[run.first_event :]
        events = [(step, when, text) for (step, text), when in stamped]
        return Part(run, len(run.history.rows), events, state, end)

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
            with suppress(OSError):
                said += f"; it is now {self._store.set_aside()}"
        self.tell(f"not recorded: {said}")

    def _pass_on_notice(self) -> None:
        if self._store is not None and self._store.notice:
            self.tell(self._store.notice)
            self._store.notice = ""

    def _put(self, part: Part) -> None:
        with self._lock:
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
            if number is None or not store.has(number):  # or somebody has removed it
                number = store.begin(run.settings, run.label, run.began)
                points = events = 0
            store.update(number, run.settings, None if state is None else state["seconds"])
            store.add_points(number, run.history.rows[points : part.points])
            store.add_events(number, events, part.events[events:])
            if state is not None and packed is not None:
                store.keep_checkpoint(number, state["trainer"]["step"], *packed)
            if part.end is not None:
                store.end(number, part.end)
        run.number, run.points, run.events = number, part.points, len(part.events)

    def save_now(self) -> None:
        """What is known already, in the caller's thread: there is no time to ask the worker."""
        run = self._run
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

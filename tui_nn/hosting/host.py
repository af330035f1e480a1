"""The host process: keeps a run going without a terminal, records it, and lets dashboards at it.

Run as `python -m tui_nn.hosting.host`, with a `Handover` as its input. It ends with the run, when
nobody is attached any more.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress

from tui_nn.hosting.directory import HostError, last_words
from tui_nn.hosting.handover import HERE, READY, Handover
from tui_nn.hosting.server import Server
from tui_nn.runs.recorder import Recorder
from tui_nn.runs.store import Store, StoreError
from tui_nn.session import (
    SessionError,
    Snapshot,
    TrainingSession,
    WorkerDied,
    WorkerProcess,
)
from tui_nn.session.protocol import FIGURES_ONLY
from tui_nn.session.reasons import REASONS

INTERVAL = 1.0  # seconds between two looks at the run
GRACE = 1.0  # seconds that SIGTERM leaves for an orderly end


class Host:
    """One run's, or that of those which it is begun anew as."""

    def __init__(self, given: Handover, session: TrainingSession) -> None:
        self.session, self.events = session, given.events
        self.recorder = Recorder(
            session,
            given.store,
            self.events,
            lambda message: self.events.append((session.last_step, message)),
            label=given.label,
            bookmark=given.bookmark,
        )
        self._wake = asyncio.Event()
        self.server = Server(session, self.recorder, self.events, self._wake.set)
        self._interrupted = False
        self._noted: tuple[int | None, int] | None = None  # the end that was noted last

    def interrupt(self) -> None:
        """Save and end; without the worker's help if it is too slow."""
        self._interrupted = True
        self._wake.set()
        asyncio.get_running_loop().call_later(GRACE, self._give_up)

    def _give_up(self) -> None:
        self.recorder.save_now()
        if self.server.path is not None:
            last_words(self.server.path)
        os._exit(128 + signal.SIGTERM)

    async def keep(self) -> None:
        """Until the run has ended and nobody looks, or it is to stop.

        Raises HostError; CommandError and WorkerDied where there is nothing to keep.
        """
        async with self.session:
            if self.session.run_number is None:
                await self.session.ready()
            async with self.server:
                assert self.server.path is not None
                announce(self.server.path.with_suffix(".log"))
                try:
                    await self.session.catch_up()
                    async with self.recorder:
                        await self._watch()
                except WorkerDied as error:
                    self.server.farewell = self.server.obituary(error)

    async def _watch(self) -> None:
        while not (self.server.stopping or self._interrupted):
            self._wake.clear()
            snapshot = await self.session.snapshot(FIGURES_ONLY)
            if snapshot.reason:
                self._note_end(snapshot)
                if not self.server.attached:
                    break
            with suppress(HostError):  # nobody gets in, but training goes on
                await self.server.keep_listening()
            with suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await self._wake.wait()
        await self.session.pause()
        how, run = "ended", self.recorder.run.id
        if self._interrupted or self.server.stopping:
            self.recorder.reason = "interrupted" if self._interrupted else "stopped"
            saved = "and saved" if self.recorder.path else "but is no longer recorded"
            how = f"{self.recorder.reason}, {saved},"
        self.server.farewell = (
            f"run {run} {how} at step {self.session.last_step}; tui-nn runs show {run}"
        )

    def _note_end(self, snapshot: Snapshot) -> None:
        end = self.session.run_number, snapshot.step
        if end != self._noted:
            self._noted = end
            self.events.append((snapshot.step, REASONS[snapshot.reason or ""]))


def announce(log: os.PathLike[str]) -> None:
    """Say that all is well; from now on nobody hears us, and what we say goes into a file."""
    with suppress(BrokenPipeError):  # who gave us the run may not have waited
        os.write(1, READY)
    with open(log, "w") as file, open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


async def keep(given: Handover) -> None:
    """Keep what was handed over. Raises HostError, StoreError, SessionError."""
    if given.bookmark.number is not None:
        with Store(given.store) as store, store.transaction():
            store.claim(given.bookmark.number, given.owner)
    if given.worker is None:
        worker = await WorkerProcess.start()
    else:
        worker = await WorkerProcess.adopt(given.worker)
    session = TrainingSession(given.settings, pace=given.pace, worker=worker)
    if given.shown is not None:
        session.go_on(given.run, given.began_at, given.history, given.shown, given.layers)
    host, loop = Host(given, session), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, host.interrupt)
    await host.keep()


def main() -> int:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.write(1, HERE)
    try:
        asyncio.run(keep(Handover.read(sys.stdin.buffer)))
    except (HostError, StoreError, SessionError) as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

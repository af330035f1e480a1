"""Watching: snapshots of the session as often as they can be shown, and never more often."""

from __future__ import annotations

import asyncio
import select
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from tui_nn.session import CommandError, Session, SessionError, Snapshot, Wanted

T = TypeVar("T")

FPS = 5.0  # pictures a second, while it trains
CHECKPOINT = 5.0  # seconds between two checkpoints
PATIENCE = 1.0  # seconds until the screen says that it is waiting
LONGEST = 2.0  # seconds that a picture waits for the terminal to take the one before


class Screen(Protocol):
    """Who shows what is seen."""

    @property
    def dead(self) -> bool:
        """Whether the worker is."""

    def wanted(self) -> Wanted:
        """What there is to draw."""

    def show(self, snapshot: Snapshot) -> None:
        """Draw it."""

    def waiting(self) -> None:
        """Say that an answer takes long."""

    def refused(self, reason: str) -> None:
        """The worker can't say how the run is, which goes on."""

    def died(self, reason: str) -> None:
        """There is no worker any more."""

    def probe(self) -> asyncio.Event | None:
        """Ask the terminal to say when it has shown all that was sent; None if it can't."""


class Watcher:
    """Asks for a snapshot and lets it be drawn: while the run goes on, or when `wake` is called.

    A picture is drawn when the terminal has taken the one before. On a slow line that is seldom:
    of its time at most half is used. moment: the step of the run that is looked back at, or None.
    """

    def __init__(self, session: Session, screen: Screen, fps: float = FPS) -> None:
        self.session, self.screen, self.frame = session, screen, 1 / fps
        self.moment: int | None = None
        self.at_rest = False  # whether all is drawn, and nothing will change by itself
        self._wake = asyncio.Event()
        self._checkpointed = 0.0

    def wake(self) -> None:
        """Something has happened: draw it at once."""
        self._wake.set()

    async def run(self) -> None:
        """Watch, for ever."""
        while True:
            self._wake.clear()
            self.at_rest = False
            began = time.monotonic()
            try:
                snapshot = await self._snapshot()
                self.screen.show(snapshot)
                if began - self._checkpointed > CHECKPOINT:
                    await self._patiently(self._keep())
            except CommandError as error:
                self.screen.refused(str(error))
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), PATIENCE)
                continue
            except SessionError as error:
                self.screen.died(str(error))
            if self.screen.dead:
                await self._wake.wait()
            elif snapshot.status != "running" and not self._wake.is_set():
                await self._keep()
                self.at_rest = not self._wake.is_set()
                await self._something_happens()
            else:
                shown = await taken(self.screen.probe)
                pause = max(self.frame - (time.monotonic() - began), shown)
                with suppress(TimeoutError):
                    # wait_for, before Python 3.12, does not end if it is cancelled as it is woken.
                    async with asyncio.timeout(max(0.01, pause)):
                        await self._wake.wait()

    async def _snapshot(self) -> Snapshot:
        """The run now, or at the moment that is looked back at."""
        try:
            return await self._patiently(self.session.snapshot(self.screen.wanted(), self.moment))
        except CommandError:
            if self.moment is None:
                raise
            self.moment = None  # it has gone
            return await self.session.snapshot(self.screen.wanted())

    async def _patiently(self, asking: Coroutine[Any, Any, T]) -> T:
        """What the worker answers; if it takes long, that is said, until the next picture."""
        answer = asyncio.ensure_future(asking)
        try:
            done, _ = await asyncio.wait([answer], timeout=PATIENCE)
            if not done:
                self.screen.waiting()
            return await answer
        finally:
            answer.cancel()  # when nobody waits for it any more

    async def _keep(self) -> None:
        """Take a checkpoint, from which a new worker could go on."""
        began = time.monotonic()
        with suppress(SessionError):  # the next snapshot says so, if there is none any more
            await self.session.checkpoint()
        # The larger the network, the dearer it is: never more than a fiftieth of the time.
        self._checkpointed = began + 50 * (time.monotonic() - began)

    async def _something_happens(self) -> None:
        """Wait for a command or a resize, for the worker's death, or for another dashboard."""
        waits = [
            asyncio.create_task(self._wake.wait()),
            asyncio.create_task(self.session.stirred()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


async def taken(probe: Callable[[], asyncio.Event | None]) -> float:
    """Wait until the terminal has taken what was drawn; returns how many seconds it took.

    probe: that of a `Screen`.
    """
    began = time.monotonic()
    while not _writable() and time.monotonic() - began < LONGEST:
        await asyncio.sleep(0.02)
    if (shown := probe()) is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                await shown.wait()
    return time.monotonic() - began


def _writable() -> bool:
    """Whether the terminal takes more: what is written to a full one would queue up."""
    if sys.__stderr__ is None or not sys.__stderr__.isatty():
        return True
    return bool(select.select([], [sys.__stderr__], [], 0)[1])

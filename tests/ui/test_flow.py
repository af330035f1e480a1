"""Pictures wait for the terminal: one that answers, one that never does, one that takes nothing."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
import tty
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tui_nn.session import CommandError, Snapshot, Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.flow import Flow
from tui_nn.ui.watch import Watcher


def test_a_terminal_that_never_answers_is_not_asked() -> None:
    assert Flow().probe() is None


async def test_a_picture_is_shown_when_its_question_is_answered() -> None:
    flow = Flow()
    flow.answered()  # the question that Textual asks
    shown = flow.probe()
    assert shown is not None
    assert not shown.is_set()
    flow.answered()
    assert shown.is_set()
    again = flow.probe()
    assert again is not None
    assert not again.is_set()


class Endless:
    """A session whose run never ends."""

    def __init__(self) -> None:
        self.asked = 0
        training = Training(Settings(), None, True)
        self._snapshot = training.snapshot(Wanted())

    async def snapshot(self, wanted: Wanted, at: int | None = None) -> Snapshot:
        self.asked += 1
        return self._snapshot

    async def checkpoint(self) -> dict[str, Any]:
        return {}


class Blank:
    """A screen that counts its pictures."""

    dead = False

    def __init__(self, flow: Flow) -> None:
        self.flow, self.pictures = flow, 0

    def wanted(self) -> Wanted:
        return Wanted()

    def show(self, snapshot: Snapshot) -> None:
        self.pictures += 1

    def waiting(self) -> None: ...

    def died(self, reason: str) -> None: ...

    def refused(self, reason: str) -> None: ...

    def probe(self) -> asyncio.Event | None:
        return self.flow.probe()


async def watched(screen: Blank, seconds: float) -> int:
    watching = asyncio.create_task(
        Watcher(Endless(), screen, fps=50).run()  # type: ignore[arg-type]
    )
    await asyncio.sleep(seconds)
    assert not watching.done()
    watching.cancel()
    return screen.pictures


class Short(Endless):
    """One that can't give its first snapshots."""

    async def snapshot(self, wanted: Wanted, at: int | None = None) -> Snapshot:
        if self.asked < 2:
            self.asked += 1
            raise CommandError("there is not enough memory for this")
        return await super().snapshot(wanted, at)


async def test_a_refused_snapshot_is_no_death(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.ui.watch.PATIENCE", 0.05)
    screen, told = Blank(Flow()), []
    screen.died = lambda reason: told.append(f"died: {reason}")  # type: ignore[method-assign]
    screen.refused = told.append  # type: ignore[method-assign]
    watching = asyncio.create_task(Watcher(Short(), screen, fps=50).run())  # type: ignore[arg-type]
    await asyncio.sleep(0.5)
    watching.cancel()
    assert set(told) == {"there is not enough memory for this"}
    assert screen.pictures > 0


async def test_the_next_picture_waits_for_the_answer() -> None:
    flow = Flow()
    flow.answered()
    screen = Blank(flow)
    watching = asyncio.create_task(Watcher(Endless(), screen, fps=50).run())  # type: ignore[arg-type]
    await asyncio.sleep(0.3)
    assert screen.pictures == 1
    flow.answered()
    await asyncio.sleep(0.5)  # it took long, so the line is left alone for as long
    watching.cancel()
    assert screen.pictures == 2


async def test_a_watcher_that_is_woken_as_it_is_ended_ends() -> None:
    screen = Blank(Flow())
    watcher = Watcher(Endless(), screen, fps=1)  # type: ignore[arg-type]
    watching = asyncio.create_task(watcher.run())
    await asyncio.sleep(0.1)
    watcher.wake()
    await asyncio.sleep(0)  # it has heard that, but not gone on yet
    watching.cancel()
    await asyncio.wait([watching], timeout=2)
    assert watching.cancelled()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    """Both ends of a pseudo-terminal that is the program's standard error."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(slave, False)
    with os.fdopen(os.dup(slave), "w") as stream:
        monkeypatch.setattr(sys, "__stderr__", stream)
        yield master, slave
    os.close(master)
    os.close(slave)


async def test_no_picture_is_queued_for_a_terminal_that_takes_nothing(
    terminal: tuple[int, int],
) -> None:
    master, slave = terminal
    room = 0
    for _ in range(10):  # the kernel moves on some of it for a while
        with suppress(BlockingIOError):
            while True:
                room += os.write(slave, b"x" * 512)
        await asyncio.sleep(0.02)
    screen = Blank(Flow())
    assert await watched(screen, 0.5) == 1
    read = 0
    os.set_blocking(master, False)
    while read < room:
        read += len(os.read(master, 65_536))
    assert await watched(screen, 0.5) > 5  # it takes them again

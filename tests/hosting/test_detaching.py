"""The dashboard in real pseudo-terminals: it is left, its line drops, it is come back to."""

import asyncio
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pseudo_terminal import on_terminal
from test_host import child_of, only_host, recorded, runs, until

from tui_nn.hosting.roster import roster, stop

pytestmark = pytest.mark.usefixtures("runtime")


class Terminal:
    """`tui-nn` in a window of 120×40; what it prints is kept."""

    def __init__(self, program: subprocess.Popen[bytes], fd: int) -> None:
        self.program, self.pid, self.fd, self.output = program, program.pid, fd, b""

    def until(self, text: bytes, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, self.output[-500:]
            if select.select([self.fd], [], [], 0.05)[0]:
                self.output += os.read(self.fd, 65_536)

    def press(self, keys: str) -> None:
        self.output = b""
        os.write(self.fd, keys.encode())

    def end(self, seconds: float = 10) -> int:
        """Its exit code."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.fd], [], [], 0.02)[0]:
                with suppress(OSError):
                    self.output += os.read(self.fd, 65_536)
            if (code := self.program.poll()) is not None:
                return code
        raise AssertionError("still running")


@contextmanager
def terminal(*arguments: str) -> Iterator[Terminal]:
    program, fd = on_terminal(*arguments)
    try:
        yield Terminal(program, fd)
    finally:
        program.kill()
        program.wait()
        with suppress(OSError):
            os.close(fd)


async def test_it_is_left_and_come_back_to(store: Path) -> None:
    with terminal("--target-loss", "none") as tui:
        tui.until(b"running")
        worker = child_of(tui.pid)
        tui.press("\x04")
        tui.until(b"goes on; tui-nn attach")
        assert tui.end() == 0
    path, status = await only_host()
    assert f"detached: run {status.id} goes on".encode() in tui.output
    assert (status.status, runs(worker)) == ("running", True)
    with terminal("attach") as one:
        one.until(b"attached")
        one.press("o")
        one.until(b"adam")
        with terminal("attach", status.id[:5]) as two:
            two.until(b"watching")
            two.until(b"adam")
            two.press(" ")
            two.until(b"watching only")
            assert len((await only_host())[1].attached) == 2
            one.press("q")
            one.until(f"left: run {status.id} goes on".encode())
            assert one.end() == 0
            two.until(b"attached")  # it steers now
            assert "stopped, and saved" in await stop(path)
            two.until(b"stopped, and saved")
            two.press("q")
            assert two.end() == 0
    await until(lambda: not runs(worker), 2)
    (run,) = recorded(store)
    assert (run.id, run.reason) == (status.id, "stopped")


async def test_a_host_is_found_by_name_and_the_run_that_was_left_says_which_came_after(
    store: Path,
) -> None:
    with terminal("--target-loss", "none", "--name", "two") as tui:
        tui.until(b"running")
        await until(lambda: store.exists() and recorded(store))
        tui.press("\x04")
        tui.until(b"goes on; tui-nn attach")
        assert tui.end() == 0
    path, first = await only_host()
    with terminal("attach", "two") as tui:
        tui.until(b"attached")
        tui.press("r")
        async with asyncio.timeout(20):
            while (second := (await only_host())[1].id) == first.id:
                await asyncio.sleep(0.05)
        tui.press("q")
        assert tui.end() == 0
    await until(lambda: len(recorded(store)) == 2)
    command = [sys.executable, "-m", "tui_nn", "stop", first.id]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20).stderr
    assert said.endswith(f"; begun anew as {second}, which goes on\n")
    await stop(path)


async def test_a_line_that_drops_counts_as_left_with_keep(store: Path) -> None:
    with terminal("--target-loss", "none", "--keep") as tui:
        tui.until(b"running")
        worker = child_of(tui.pid)
        await until(lambda: store.exists() and recorded(store))  # the terminal fills up meanwhile
        os.close(tui.fd)
        await until(lambda: not runs(tui.pid), 2)
        assert runs(worker)
        async with asyncio.timeout(20):
            while not (found := (await roster()).hosts):
                await asyncio.sleep(0.05)
        ((path, status),) = found.items()
        assert status.id in await stop(path)
        await until(lambda: not runs(worker), 2)
    (run,) = recorded(store)
    assert (run.id, run.reason) == (status.id, "stopped")

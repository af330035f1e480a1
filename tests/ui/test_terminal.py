"""The program in a real pseudo-terminal: how it begins, and every way in which it can end."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pseudo_terminal import on_terminal


class Terminal:
    """`tui-nn` in a window of 120×40; what it prints is kept."""

    def __init__(self, program: subprocess.Popen[bytes], fd: int) -> None:
        self.program, self.pid, self.fd, self.output = program, program.pid, fd, b""

    def read(self, seconds: float) -> bytes:
        end, output = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            if select.select([self.fd], [], [], left)[0]:
                try:
                    output += os.read(self.fd, 65_536)
                except OSError:  # the program has closed it
                    break
        self.output += output
        return output

    def until(self, text: bytes, seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while text not in self.output and time.monotonic() < end:
            self.read(0.05)
        assert text in self.output

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    @property
    def worker(self) -> int:
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])

    def exit_code(self, seconds: float = 5) -> int:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            if (code := self.program.poll()) is not None:
                return code
        raise AssertionError("still running")


@contextmanager
def terminal(*arguments: str, term: str = "xterm-256color") -> Iterator[Terminal]:
    tui = Terminal(*on_terminal(*arguments, environ={**os.environ, "TERM": term}))
    try:
        tui.until(b"step")
        yield tui
    finally:
        tui.program.kill()
        tui.program.wait()


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 2) -> bool:
    end = time.monotonic() + seconds
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not runs(pid)


@pytest.mark.cold_start
@pytest.mark.parametrize("key", ["q", "\x03"])
def test_q_and_ctrl_c_end_it_and_give_the_terminal_back(key: str) -> None:
    with terminal() as tui:
        worker = tui.worker
        tui.press(key)
        assert tui.exit_code() == 0
        assert gone(worker)
        assert b"\x1b[?1049l" in tui.output  # back to the normal screen
        assert b"Traceback" not in tui.output


@pytest.mark.parametrize("moment", [0, 0.3, 1.5])
def test_a_closed_terminal_leaves_no_process_after_two_seconds(moment: float) -> None:
    with terminal("--pace", "max", "--target-loss", "none") as tui:
        worker = tui.worker
        tui.read(moment)
        began = time.monotonic()
        os.close(tui.fd)
        assert gone(tui.pid)
        assert gone(worker, 2 - (time.monotonic() - began))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_the_log_and_ends(number: signal.Signals, tmp_path: Path) -> None:
    with terminal("--log", str(tmp_path / "run.txt")) as tui:
        worker = tui.worker
        tui.until(b"running")
        os.kill(tui.pid, number)
        assert tui.exit_code(2) == 128 + number
        assert gone(worker)
        assert "Settings" in (tmp_path / "run.txt").read_text()
        assert b"Traceback" not in tui.output


def test_it_can_be_left_while_it_is_being_built() -> None:
    for wait in (0.0, 0.1, 0.2):
        with terminal() as tui:
            tui.read(wait)
            os.kill(tui.pid, signal.SIGTERM)
            assert tui.exit_code() == 143
            assert b"Traceback" not in tui.output
            assert b"NoMatches" not in tui.output


def test_a_killed_dashboard_leaves_no_worker() -> None:
    with terminal("--pace", "max", "--target-loss", "none") as tui:
        worker = tui.worker
        os.kill(tui.pid, signal.SIGKILL)
        assert gone(worker)


def test_a_paused_run_sends_no_bytes() -> None:
    with terminal() as tui:
        tui.press(" ")
        tui.until(b"paused")
        tui.read(1)
        assert tui.read(1.5) == b""


def test_all_is_sent_once_and_again_after_another_size_or_a_suspension() -> None:
    with terminal() as tui:
        tui.press(" ")
        tui.until(b"paused")
        tui.read(1)
        assert tui.output.count(b"Ground truth") == 1
        fcntl.ioctl(tui.fd, termios.TIOCSWINSZ, struct.pack("4H", 39, 119, 0, 0))
        assert b"Ground truth" in tui.read(1)
        os.kill(tui.pid, signal.SIGCONT)
        assert b"Ground truth" in tui.read(1)


def test_a_terminal_that_goes_without_a_signal_ends_it() -> None:
    """One that does not control the program, as under setsid."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-m", "tui_nn"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=os.environ | {"TERM": "xterm-256color"},
    )
    os.close(theirs)
    tui = Terminal(program, ours)
    tui.until(b"step")
    os.close(ours)
    assert program.wait(10) == 128 + signal.SIGHUP

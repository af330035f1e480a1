"""`tui-nn train` on a real pseudo-terminal, its screen read by a terminal emulator."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyte
import pytest
from pseudo_terminal import on_terminal


class Terminal:
    """A program on a pseudo-terminal of its own; `screen` is what a person would see."""

    def __init__(self, columns: int, lines: int, *arguments: str, **environ: str) -> None:
        self.screen = pyte.Screen(columns, lines)
        self.stream = pyte.ByteStream(self.screen)
        self.sent = b""
        environment = os.environ | {"TERM": "xterm-256color"} | environ
        for name in ("NO_COLOR", "COLUMNS", "LINES"):
            if name not in environ:
                environment.pop(name, None)
        self.program, self.fd = on_terminal(
            *arguments, columns=columns, lines=lines, environ=environment
        )

    def read(self, until: Callable[[str], bool] | None = None) -> str:
        """Read until the screen is as wanted, or the program has ended; the screen's text."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            text = "\n".join(line.rstrip() for line in self.screen.display)
            if until and until(text):
                return text
            try:
                data = os.read(self.fd, 65536)
            except OSError:  # the program has closed its end
                return text
            self.sent += data
            self.stream.feed(data)
        raise AssertionError(f"not seen within 30 seconds; the screen:\n{text}")

    def code(self) -> int:
        return self.program.wait()


@pytest.fixture
def opened() -> Iterator[list[Terminal]]:
    terminals: list[Terminal] = []
    yield terminals
    for terminal in terminals:
        os.close(terminal.fd)


def test_a_bar_while_it_trains_then_the_picture_in_colour(opened: list[Terminal]) -> None:
    terminal = Terminal(80, 60, "train", "--target-loss", "none")
    opened.append(terminal)
    line = terminal.read(lambda text: "step" in text and "step 0 " not in text).strip()
    assert line.startswith("step ")
    assert "loss " in line
    os.write(terminal.fd, b"\x03")
    text = terminal.read()
    assert terminal.code() == 130
    assert "interrupted" in text
    assert "0:00:0" not in text  # the bar has gone
    for part in ("Ground truth", "Prediction", "● class 1", "train accuracy"):
        assert part in text
    assert b"\x1b[38;" in terminal.sent


def test_no_color_is_heeded(opened: list[Terminal]) -> None:
    terminal = Terminal(44, 60, "train", "--max-steps", "500", NO_COLOR="1")
    opened.append(terminal)
    text = terminal.read()
    assert terminal.code() == 0
    assert "Ground truth" in text
    for colour in (b"\x1b[38;", b"\x1b[48;", b"\x1b[3", b"\x1b[9"):
        assert colour not in terminal.sent.replace(b"\x1b[3m", b"")


def test_a_terminal_that_is_closed_ends_the_run_and_saves(tmp_path: Path) -> None:
    weights = tmp_path / "a.npz"
    terminal = Terminal(80, 24, "train", "--target-loss", "none", "--save-weights", str(weights))
    terminal.read(lambda text: "loss" in text)
    os.close(terminal.fd)
    assert terminal.code() in (1, 130, -signal.SIGHUP)
    assert weights.exists()


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TERM": "dumb"}, "the dashboard can't draw on TERM=dumb; use tui-nn train"),
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "LANG=C.UTF-8"),
    ],
)
def test_the_dashboard_says_what_it_needs(
    environ: dict[str, str], said: str, opened: list[Terminal]
) -> None:
    terminal = Terminal(120, 24, **environ)
    opened.append(terminal)
    assert said in terminal.read()
    assert terminal.code() == 2


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        (["compare", "--vary", "lr=1,3", "--repeats", "2", "--workers", "1"], 5),
        (["train", "--target-loss", "none"], 3),
    ],
)
def test_json_is_on_standard_output_while_a_terminal_shows_the_progress(
    command: list[str], lines: int
) -> None:
    ours, theirs = pty.openpty()

    def look() -> None:
        with suppress(OSError):
            while os.read(ours, 65536):
                pass

    looking = threading.Thread(target=look)
    looking.start()
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", *command, "--json", "--max-steps", "15000"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        timeout=60,
        env=os.environ | {"TERM": "xterm-256color"},
    )
    os.close(theirs)
    looking.join()
    os.close(ours)
    found = [json.loads(line)["event"] for line in done.stdout.splitlines()]
    assert len(found) >= lines
    assert found[-1] == "end"

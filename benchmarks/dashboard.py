"""What the dashboard costs, in a real pseudo-terminal whose answers a real one would give.

    python benchmarks/dashboard.py ratio|keys|bytes|frame [--size 120x40] [--seconds 8] [--rounds 5]
                                   [OPTION OF TUI-NN...]

ratio: steps a second with it open, against headless; both train as fast as they can, take turns,
and are watched from outside. keys: from a key press to the first sign of it on the screen, while
it trains. bytes: until all is there, then a second, of a few runs at the default pace, and at
rest. frame: CPU time of the dashboard's own process, a picture.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import random
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

import pyte

PROGRAM = [sys.executable, "-m", "tui_nn"]
ENDLESS = ["--target-loss", "none", "--max-epochs", "none"]
FASTEST = ["--pace", "max", *ENDLESS]
WARM_UP = 3.0  # seconds
PRESSES = 200
OPENING = 1.0  # seconds from the first picture until the form is there, too
QUESTION, ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
RUNS = {
    "xor": [],
    "linear": ["--dataset", "linear"],
    "spiral": ["--dataset", "spiral", "--preset", "playground"],
    "xor --fps 2": ["--fps", "2"],
    "spiral --fps 2": ["--dataset", "spiral", "--preset", "playground", "--fps", "2"],
}


class Terminal:
    """A window with the dashboard in it."""

    def __init__(self, arguments: list[str], columns: int, lines: int) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            nowhere = tempfile.mkdtemp()  # a layout of the user's would be another picture
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", XDG_CONFIG_HOME=nowhere)
            os.execv(PROGRAM[0], [*PROGRAM, *arguments])
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)

    def read(self, seconds: float) -> bytes:
        """What comes first within so many seconds; questions are answered."""
        if not select.select([self.fd], [], [], max(0.0, seconds))[0]:
            return b""
        sent = os.read(self.fd, 65_536)
        for _ in range(sent.count(QUESTION)):
            os.write(self.fd, ANSWER)
        self._stream.feed(sent)
        return sent

    def watch(self, seconds: float) -> bytes:
        """All that comes within so many seconds."""
        end, sent = time.monotonic() + seconds, b""
        while (left := end - time.monotonic()) > 0:
            sent += self.read(left)
        return sent

    def until(self, pattern: bytes, seconds: float = 10) -> bytes:
        end, sent = time.monotonic() + seconds, b""
        while not re.search(pattern, sent):
            if time.monotonic() > end:
                raise TimeoutError(f"{pattern!r} did not come")
            sent += self.read(end - time.monotonic())
        return sent

    def press(self, key: str) -> None:
        os.write(self.fd, key.encode())

    def step(self) -> int:
        """The step that the status line shows next; only its digits that change are sent."""
        before = self._shown()
        while (shown := self._shown()) in ("", before):
            if not self.read(10):
                raise TimeoutError("the step does not move")
        return int(shown)

    def _shown(self) -> str:
        found = re.search(r"step (\d+) ", "\n".join(self._screen.display))
        return found[1] if found else ""

    def cpu(self) -> float:
        """Seconds that the dashboard's process has used, without its worker."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def dashboard(arguments: list[str], size: tuple[int, int]) -> Iterator[Terminal]:
    terminal = Terminal(arguments, *size)
    yield terminal
    terminal.press("q")
    try:
        while terminal.read(5):
            pass
    except OSError:  # the terminal has closed
        pass
    os.waitpid(terminal.pid, 0)


@contextmanager
def headless(settings: list[str]) -> Iterator[Callable[[], int]]:
    command = [*PROGRAM, "train", "--json", *ENDLESS, *settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout
        assert output is not None
        yield lambda: json.loads(output.readline())["step"]
        process.terminate()
        output.read()


def rate(step: Callable[[], int], seconds: float) -> float:
    """Steps a second, from two readings of the step."""
    end = time.monotonic() + WARM_UP
    while time.monotonic() < end:
        step()
    first, began = step(), time.monotonic()
    while time.monotonic() - began < seconds:
        last, now = step(), time.monotonic()
    return (last - first) / (now - began)


def ratio(options: argparse.Namespace, settings: list[str]) -> None:
    alone, shown = [], []
    for _ in range(options.rounds):
        with headless(settings) as step:
            alone.append(rate(step, options.seconds))
        with dashboard([*FASTEST, *settings], options.size) as terminal:
            shown.append(rate(terminal.step, options.seconds))
        print(f"headless {alone[-1]:9.0f}   dashboard {shown[-1]:9.0f} steps/s")
    ratios = [b / a for a, b in zip(alone, shown, strict=True)]
    print(f"median   {median(alone):9.0f}   dashboard {median(shown):9.0f} steps/s", end="")
    print(f"   ratio {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


def keys(options: argparse.Namespace, settings: list[str]) -> None:
    """l: the title of the chart; space: the status line."""
    for pace in ("500", "max"):
        with dashboard(["--pace", pace, *ENDLESS, *settings], options.size) as terminal:
            terminal.until(rb"running")
            terminal.watch(WARM_UP)
            signs = {"l": [b"on a linear axis", b"on a log axis"], " ": [b"paused", b"running"]}
            for key, name in (("l", "l"), (" ", "space")):
                taken = []
                for i in range(PRESSES // 2):
                    terminal.watch(random.uniform(0.1, 0.3))
                    began = time.monotonic()
                    terminal.press(key)
                    terminal.until(signs[key][i % 2])
                    taken.append(1000 * (time.monotonic() - began))
                print(
                    f"pace {pace:>3}, {name:<5}: p50 {median(taken):5.1f} ms"
                    f"   p99 {quantiles(taken, n=100)[98]:5.1f} ms   most {max(taken):5.1f} ms"
                )


def sent_bytes(options: argparse.Namespace, settings: list[str]) -> None:
    for name, arguments in RUNS.items():
        with dashboard([*ENDLESS, *arguments, *settings], options.size) as terminal:
            opening = len(terminal.until(rb"running")) + len(terminal.watch(OPENING))
            first = len(terminal.watch(options.seconds)) / options.seconds
            later = len(terminal.watch(options.seconds)) / options.seconds
            terminal.press(" ")
            terminal.watch(2)
            before = terminal.cpu()
            at_rest = len(terminal.watch(10))
            core = terminal.cpu() - before
        print(
            f"{name:<15} opening {opening / 1000:5.1f} kB;"
            f" {first / 1000:5.1f} kB/s, then {later / 1000:5.1f} kB/s;"
            f" paused {at_rest} bytes and {10 * core:.1f} % of a core"
        )


def frame(options: argparse.Namespace, settings: list[str]) -> None:
    for name, arguments in RUNS.items():
        with dashboard([*ENDLESS, *arguments, *settings], options.size) as terminal:
            terminal.until(rb"running")
            terminal.watch(WARM_UP)
            before = terminal.cpu()
            sent = terminal.watch(options.seconds)
            used = terminal.cpu() - before
            pictures = sent.count(QUESTION)
        print(
            f"{name:<15} {1000 * used / pictures:5.1f} ms of CPU a picture,"
            f" {pictures / options.seconds:.1f} pictures a second"
        )


def size(text: str) -> tuple[int, int]:
    columns, lines = text.split("x")
    return int(columns), int(lines)


def main() -> None:
    what = {"ratio": ratio, "keys": keys, "bytes": sent_bytes, "frame": frame}
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=what)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=size, default=(120, 40))
    options, settings = parser.parse_known_args()
    what[options.what](options, settings)


if __name__ == "__main__":
    main()

"""What the dashboard costs the training: steps a second with it open, against headless.

    python benchmarks/dashboard.py [--seconds 8] [--rounds 5] [--size 120x40] [SETTING...]

Both train the same settings as fast as they can; both are watched from outside, by what they
print of their step over so many seconds of wall-clock time. They take turns; the medians count.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

PROGRAM = [sys.executable, "-m", "tui_nn"]
ENDLESS = ["--target-loss", "none", "--max-epochs", "none"]
WARM_UP = 3.0  # seconds


def rate(step: Callable[[], int], seconds: float) -> float:
    """Steps a second, from two readings of the step."""
    end = time.monotonic() + WARM_UP
    while time.monotonic() < end:
        step()
    first, began = step(), time.monotonic()
    while time.monotonic() - began < seconds:
        last, now = step(), time.monotonic()
    return (last - first) / (now - began)


@contextmanager
def headless(settings: list[str]) -> Iterator[Callable[[], int]]:
    command = [*PROGRAM, "train", "--json", *ENDLESS, *settings]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        output = process.stdout
        assert output is not None
        yield lambda: json.loads(output.readline())["step"]
        process.terminate()
        output.read()


@contextmanager
def dashboard(settings: list[str], columns: int, lines: int) -> Iterator[Callable[[], int]]:
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(PROGRAM[0], [*PROGRAM, "--pace", "max", *ENDLESS, *settings])

    def step() -> int:
        """The step that the status line shows next."""
        output = b""
        while not (found := re.findall(rb"step (\d+) ", output)):
            output += os.read(terminal, 65_536)
        return int(found[-1])

    yield step
    os.write(terminal, b"q")
    while True:
        try:
            if not os.read(terminal, 65_536):
                break
        except OSError:  # the terminal has closed
            break
    os.waitpid(pid, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", default="120x40")
    options, settings = parser.parse_known_args()
    columns, lines = map(int, options.size.split("x"))
    alone, shown = [], []
    for _ in range(options.rounds):
        with headless(settings) as step:
            alone.append(rate(step, options.seconds))
        with dashboard(settings, columns, lines) as step:
            shown.append(rate(step, options.seconds))
        print(f"headless {alone[-1]:9.0f}   dashboard {shown[-1]:9.0f} steps/s")
    ratios = [b / a for a, b in zip(alone, shown, strict=True)]
    print(f"median   {median(alone):9.0f}   dashboard {median(shown):9.0f} steps/s", end="")
    print(f"   ratio {median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})")


if __name__ == "__main__":
    main()

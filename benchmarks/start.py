"""How soon the dashboard is there, against a bare Textual app that imports NumPy.

    python benchmarks/start.py [--rounds 9] [--size 120x40] [OPTION...]

Both run in a pseudo-terminal; they take turns, and the medians count. Seconds from exec to the
first byte, to the first frame (its text and its footer), to the first "step" that the
status line shows, and from `q` to the end of the process. OPTION: of tui-nn, as --pace max.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from statistics import median

TUI_NN = ["-m", "tui_nn"]
FRAME, BARE_FRAME = (b"2 Predictions", b"play"), (b"a bare app", b"Quit")
BARE = """
import numpy
from textual.app import App
from textual.binding import Binding
from textual.widgets import Footer, Static
class Bare(App):
    BINDINGS = [Binding("q", "quit", "Quit")]
    def compose(self):
        yield Static("a bare app")
        yield Footer()
Bare().run()
"""


class Start:
    """One start in a pseudo-terminal; times are seconds since exec."""

    def __init__(self, arguments: list[str], columns: int, lines: int) -> None:
        self.output, self.began = b"", time.perf_counter()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.environ["XDG_CONFIG_HOME"] = os.devnull  # the layout that everybody has at first
            os.execv(sys.executable, [sys.executable, *arguments])

    def until(self, *texts: bytes) -> float:
        """When the output holds all the texts; without one: when it begins."""
        while not self.output or not all(text in self.output for text in texts):
            if not select.select([self.terminal], [], [], 20)[0]:
                sys.exit(f"{texts} did not come within 20 s")
            self.output += os.read(self.terminal, 65_536)
        return time.perf_counter() - self.began

    def end(self, wait: float) -> float:
        """Watch for so long, press q, and return how long the process takes to end."""
        self._read(wait)
        began = time.perf_counter()
        os.write(self.terminal, b"q")
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.perf_counter() - began > 20:
                os.kill(self.pid, signal.SIGKILL)
                sys.exit("it did not end within 20 s")
            self._read(0.002)
        os.close(self.terminal)
        return time.perf_counter() - began

    def _read(self, seconds: float) -> None:
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.terminal], [], [], left)[0]:
                try:
                    os.read(self.terminal, 65_536)
                except OSError:  # it has closed the terminal
                    time.sleep(left)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--watch", type=float, default=0.7, help="seconds before q is pressed")
    options, arguments = parser.parse_known_args()
    size = tuple(map(int, options.size.split("x")))
    times: dict[str, list[float]] = {}

    def note(name: str, seconds: float) -> float:
        times.setdefault(name, []).append(seconds)
        return seconds

    for _ in range(options.rounds):
        start = Start(["-c", BARE], *size)
        note("bare: first byte", start.until())
        bare = note("bare: first frame", start.until(*BARE_FRAME))
        note("bare: q to the end", start.end(options.watch))
        start = Start([*TUI_NN, *arguments], *size)
        note("tui-nn: first byte", start.until())
        frame = note("tui-nn: first frame", start.until(*FRAME))
        step = note("tui-nn: first step", start.until(b"step "))
        note("tui-nn: q to the end", start.end(options.watch))
        note("ratio of the first frames", frame / bare)
        note("ratio, step to bare frame", step / bare)
    for name, values in times.items():
        print(f"{name:26} {median(values):6.3f}   ({min(values):.3f} to {max(values):.3f})")


if __name__ == "__main__":
    main()

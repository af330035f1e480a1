"""Lines on the terminal that are drawn again and again while something goes on."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.live import Live

INTERVAL = 0.1  # seconds between two pictures, at least


class LiveTable:
    """A context whose `show` draws its `picture`; silent where the console is no terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        # No thread redraws it: writing to a terminal that has gone must fail where it is handled.
        # What is printed meanwhile goes to where standard output goes, which may be a file.
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=sys.stdout.isatty()
        )
        self._next = 0.0

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self._live.stop()

    def show(self) -> None:
        """Draw it, unless it was drawn just now."""
        now = time.monotonic()
        if not self.console.is_terminal or now < self._next:
            return
        self._live.update(self.picture(now), refresh=True)
        # Of thousands of runs a look at all takes a while.
        self._next = time.monotonic() + max(INTERVAL, 10 * (time.monotonic() - now))

    def picture(self, now: float) -> RenderableType:
        """What is shown at this time, in seconds of the monotonic clock."""
        raise NotImplementedError

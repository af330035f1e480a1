"""The pace of a run: how many steps are due by the clock, and how many a second it takes."""

from __future__ import annotations

import time

SLICE = 0.005  # seconds that a command waits at most for the steps under way
PACED_SLICE = 0.01  # seconds between two portions of steps when a pace is set
SPEED_WINDOW = 0.5  # seconds over which steps a second are measured


class Pace:
    """It decides when steps are taken, never what they do.

    wanted: steps a second, or None for as fast as it can. `speed`: how many there are.
    """

    def __init__(self, wanted: int | None, step: int = 0) -> None:
        self.wanted = wanted
        self._portion = 1  # steps that take a slice
        self.restart(step)

    def set(self, wanted: int | None) -> None:
        self.wanted = wanted
        self._budget = 0.0

    def restart(self, step: int) -> None:
        """Steps are taken from now on, this one first."""
        self._last = self._mark = time.perf_counter()
        self._mark_step = step
        self._budget = self.speed = 0.0

    def due(self, *, at_once: bool) -> tuple[int, float]:
        """How many steps to take now, and in how many seconds the next ones are due.

        at_once: whatever the pace.
        """
        now = time.perf_counter()
        elapsed, self._last = now - self._last, now
        if self.wanted is None or at_once:
            return self._portion, 0.0
        # After a long step or a stopped process, at most a tenth of a second is caught up.
        self._budget = min(self._budget + elapsed * self.wanted, max(1.0, self.wanted * 0.1))
        due = min(int(self._budget), self._portion)
        self._budget -= due
        behind = self._budget >= 1
        return due, 0.0 if behind else max(PACED_SLICE, (1 - self._budget) / self.wanted)

    def took(self, steps: int, step: int) -> float:
        """So many steps have been taken since `due`, up to this one; returns the seconds."""
        now = time.perf_counter()
        seconds = now - self._last
        if steps:
            self._portion = max(1, min(100_000, int(steps * SLICE / seconds)))
        if now - self._mark >= SPEED_WINDOW:
            self.speed = (step - self._mark_step) / (now - self._mark)
            self._mark, self._mark_step = now, step
        return seconds

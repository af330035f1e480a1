"""Moments: how a run stood at some of its steps, to look back at and to go on from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

MOST = 200
BYTES = 40 * 2**20  # of all moments together; but one is always kept


class Moments:
    """States by their step. When they are too many every second one is forgotten, and from then on
    they are kept twice as far apart: always spread over the whole run, the first among them."""

    def __init__(self) -> None:
        self._states: dict[int, dict[str, Any]] = {}
        self._losses: dict[int, float] = {}
        self._apart = 1
        self._next = 0

    @property
    def steps(self) -> list[int]:
        """The steps that can be gone back to, the earliest first."""
        return list(self._states)

    def due(self, step: int) -> bool:
        """Whether a state of this step is wanted."""
        return step >= self._next

    def keep(self, step: int, state: dict[str, Any], loss: float) -> None:
        self._states[step], self._losses[step] = state, loss
        most = max(1, min(MOST, BYTES // max(1, _size(state))))
        if len(self._states) > most:
            self._states = {s: self._states[s] for s in self.steps[::2]}
            self._apart = 2 * max(self._apart, 1 + self.steps[-1] // (len(self._states) * 2))
        self._next = step + self._apart

    def at(self, step: int) -> tuple[int, dict[str, Any]] | None:
        """The last state that is not later than `step`, and its own step."""
        earlier = [s for s in self._states if s <= step]
        return (earlier[-1], self._states[earlier[-1]]) if earlier else None

    def last_good(self) -> int:
        """The last step at which the loss was not far above its lowest; without any, the first."""
        losses = {s: self._losses[s] for s in self._states if math.isfinite(self._losses[s])}
        lowest = min(losses.values(), default=0.0)
        good = [step for step, loss in losses.items() if loss <= 2 * lowest]
        return good[-1] if good else self.steps[0]

    def forget_after(self, step: int) -> None:
        """The run goes on from `step` on another way."""
        self._states = {s: state for s, state in self._states.items() if s <= step}
        self._losses = {s: self._losses[s] for s in self._states}
        self._apart, self._next = max(1, step // (MOST // 2)), step


def _size(state: Any) -> int:
    """Bytes of all the arrays in a state."""
    if isinstance(state, np.ndarray):
        return state.nbytes
    parts = state.values() if isinstance(state, dict) else state if isinstance(state, list) else ()
    return sum(_size(part) for part in parts)

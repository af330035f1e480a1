"""The record of a run's layers: what its snapshots said of them, thinned as it grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_nn.engine.types import Array

# What is kept of each layer; what does not apply is NaN.
COLUMNS = (
    "weight_norm",
    "gradient_norm",
    "update_ratio",
    "saturated_units",
    "dead",
)
ROWS = 256  # at most


class LayerRecord:
    """Rows from the beginning of a run to its latest snapshot, about evenly spaced in steps.

    `latest` is the last snapshot's `layers` as a whole, `rows` (T, layers, COLUMNS) and `steps`
    (T,) what is kept of all.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.latest: list[dict[str, Any]] = []
        self.steps, self.rows = np.empty(0), np.empty((0, 0, len(COLUMNS)))
        self._end: tuple[int, Array] | None = None

    def of(self, column: str) -> Array:
        """(T, layers): one of the COLUMNS."""
        return self.rows[:, :, COLUMNS.index(column)]

    def add(self, step: int, layers: list[dict[str, Any]], history: Array) -> None:
        """A snapshot's layers. One of another run, as its `history` tells, begins anew."""
        if not self._continues(step, layers, history):
            self.clear()
        self.latest = layers
        if len(history):
            self._end = len(history) - 1, history[-1].copy()
        row = np.array([[layer[name] for name in COLUMNS] for layer in layers], float)
        # Too near to the row before the last, the last one was only the latest: it gives way.
        if len(self.steps) > 1 and (
            self.steps[-1] - self.steps[-2] < (step - self.steps[0]) / ROWS
            or step == self.steps[-1]
        ):
            self.steps, self.rows = self.steps[:-1], self.rows[:-1]
        elif len(self.steps) >= ROWS:
            self.steps, self.rows = self.steps[::2], self.rows[::2]
        self.steps = np.append(self.steps, step)
        self.rows = np.concatenate([self.rows.reshape(-1, *row.shape), row[np.newaxis]])

    def _continues(self, step: int, layers: list[dict[str, Any]], history: Array) -> bool:
        """Whether it is the run of before: further on, and its history goes on from ours."""
        if not len(self.steps) or step < self.steps[-1] or len(layers) != len(self.latest):
            return False
        if self._end is None:
            return True
        index, end = self._end
        return index < len(history) and np.array_equal(history[index], end, equal_nan=True)

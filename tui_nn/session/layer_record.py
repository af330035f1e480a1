"""The record of a run's layers: what its snapshots said of them, thinned as it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

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


class LayerRecord(NamedTuple):
    """Rows from the beginning of a run to its latest snapshot, about evenly spaced in steps.

    `latest` is the last snapshot's `layers` as a whole, `rows` (T, layers, COLUMNS) and `steps`
    (T,) what is kept of all.
    """

    latest: Sequence[dict[str, Any]] = ()
    steps: Array = np.empty(0)
    rows: Array = np.empty((0, 0, len(COLUMNS)))

    def of(self, column: str) -> Array:
        """(T, layers): one of the COLUMNS."""
        return self.rows[:, :, COLUMNS.index(column)]

    def grown(self, step: int, layers: list[dict[str, Any]]) -> LayerRecord:
        """The record with one more snapshot's layers."""
        row = np.array([[layer[name] for name in COLUMNS] for layer in layers], float)
        steps, rows = self.steps, self.rows
        # Too near to the row before the last, the last one was only the latest: it gives way.
        if len(steps) > 1 and (
            steps[-1] - steps[-2] < (step - steps[0]) / ROWS or step == steps[-1]
        ):
            steps, rows = steps[:-1], rows[:-1]
        elif len(steps) >= ROWS:
            steps, rows = steps[::2], rows[::2]
        rows = np.concatenate([rows.reshape(-1, *row.shape), row[np.newaxis]])
        return LayerRecord(layers, np.append(steps, step), rows)

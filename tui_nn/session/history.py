"""The history of a run: a row for every reported step, in one array that grows."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array

# What a row is made of; a value that does not apply is NaN.
HISTORY_COLUMNS = ("step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


class History:
    """Appending is cheap however long the history is."""

    def __init__(self) -> None:
        self._rows = np.empty((256, len(HISTORY_COLUMNS)))
        self._count = 0

    @property
    def rows(self) -> Array:
        """(points, HISTORY_COLUMNS), a view that later rows leave as it is."""
        return self._rows[: self._count]

    def append(self, rows: Array) -> None:
        end = self._count + len(rows)
        if end > len(self._rows):
            grown = np.empty((max(end, 2 * len(self._rows)), len(HISTORY_COLUMNS)))
            grown[: self._count] = self.rows
            self._rows = grown
        self._rows[self._count : end] = rows
        self._count = end

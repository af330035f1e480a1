"""The history of a run: a row for every reported step, in one array that grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_nn.engine.types import Array

# What a row is made of; a value that does not apply is NaN.
HISTORY_COLUMNS = ("step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")


def belongs_to_history(step: int, interval: int, full: int) -> bool:
    """Whether a look at this step is a point of a history, in which they are `interval` steps apart
    at first. From `full` points on it is half as fine, then a quarter, …: the longer the run, the
    fewer looks at it are."""
    apart = interval << (step // (interval * full)).bit_length()
    return apart == interval or step % apart == 0


class History:
    """Appending is cheap however long the history is; nothing is ever left out of it.

    A column is contiguous in memory: it is searched and summed up without being copied.
    `checkpoint`: the last one of the run, from which it could go on.
    """

    checkpoint: dict[str, Any] | None = None

    def __init__(self, columns: int = len(HISTORY_COLUMNS)) -> None:
        self._columns = np.empty((columns, 16))
        self._count = 0

    @property
    def rows(self) -> Array:
        """(points, HISTORY_COLUMNS), a view that later rows leave as it is."""
        return self._columns[:, : self._count].T

    def append(self, rows: Array) -> None:
        end = self._count + len(rows)
        if end > self._columns.shape[1]:
            grown = np.empty((len(self._columns), max(end, 2 * self._columns.shape[1])))
            grown[:, : self._count] = self.rows.T
            self._columns = grown
        self._columns[:, self._count : end] = rows.T
        self._count = end

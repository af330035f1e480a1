"""A fair part of many rows."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array


def evenly(rows: Array, most: int) -> Array:
    """At most so many of the rows (N, …), evenly chosen; all of them, if they are no more."""
    if len(rows) <= most:
        return rows
    chosen: Array = rows[np.linspace(0, len(rows) - 1, most).astype(int)]
    return chosen

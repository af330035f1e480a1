"""Extents: from where to where a map of the plane shows."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array

Extent = tuple[float, float, float, float]  # x_min, x_max, y_min, y_max
MARGIN = 0.05  # of the range of the values, that a map shows around them


def span(values: Array) -> tuple[float, float]:
    """Lowest and highest of those that are there."""
    there = values[~np.isnan(values)]
    return (float(there.min()), float(there.max())) if len(there) else (0.0, 0.0)


def around(values: Array) -> tuple[float, float]:
    """The same, with a margin."""
    low, high = span(values)
    margin = MARGIN * (high - low) or 0.5 * abs(high) or 0.5
    return low - margin, high + margin

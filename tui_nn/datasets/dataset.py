"""A data set: points, their truth, and which of them train."""

from __future__ import annotations

from dataclasses import dataclass

from tui_nn.engine.types import Array


@dataclass(frozen=True)
class Dataset:
    """inputs (N, 2), targets (N, 1) of 0 or 1, train (N,) booleans (the others test).

    extent: (x_min, x_max, y_min, y_max), what a map of it shows.
    """

    name: str
    inputs: Array
    targets: Array
    train: Array
    extent: tuple[float, float, float, float]

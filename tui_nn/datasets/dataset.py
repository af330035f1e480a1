"""A data set: points, their truth, and which of them train."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

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

    def sample(self, limit: int = 2000) -> Dataset:
        """At most so many of the points, evenly chosen: what a picture has room for."""
        if len(self.inputs) <= limit:
            return self
        chosen = np.linspace(0, len(self.inputs) - 1, limit).astype(int)
        return dataclasses.replace(
            self,
            inputs=self.inputs[chosen],
            targets=self.targets[chosen],
            train=self.train[chosen],
        )

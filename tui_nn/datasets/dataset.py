"""A data set: points, their truth, which of them train, and what the network is told of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui_nn.datasets import features
from tui_nn.engine.types import Array

Extent = tuple[float, float, float, float]
Task = Literal["binary", "multiclass", "regression"]


@dataclass(frozen=True)
class Dataset:
    """inputs (N, coordinates), targets (N, outputs), train (N,) booleans (the others test).

    targets: 0 or 1 of a binary task, one-hot of several classes, values of a regression.
    extent: (x_min, x_max, y_min, y_max), what a map shows; of one coordinate y is the value.
    features: names from `features.REGISTRY`, or "inputs" for the coordinates as they are.
    axes: the two coordinates that a map shows.
    """

    name: str
    task: Task
    inputs: Array
    targets: Array
    train: Array
    extent: Extent
    features: tuple[str, ...] = (features.INPUTS,)
    axes: tuple[int, int] = (0, 1)

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The names of the inputs."""
        count = self.inputs.shape[1]
        return ("x", "y")[:count] if count <= 2 else tuple(f"x{i}" for i in range(count))

    @property
    def feature_labels(self) -> list[str]:
        """What the network's inputs are, one by one."""
        return [features.label(name) for name in features.expand(self.features, self.coordinates)]

    @property
    def value_range(self) -> tuple[float, float]:
        """Lowest and highest truth."""
        return float(self.targets.min()), float(self.targets.max())

    def network_inputs(self, points: Array | None = None) -> Array:
        """Points (N, coordinates), None: its own, as the network takes them in: (N, features)."""
        return features.compute(self.features, self.inputs if points is None else points)

    def grid(self, rows: int, columns: int) -> Array:
        """Points (rows · columns, coordinates) at the centres of a map's cells, the top row first.

        Coordinates that the map doesn't show are at their mean; of one coordinate there is one row.
        """
        left, right, bottom, top = self.extent
        x = left + (np.arange(columns) + 0.5) / columns * (right - left)
        if self.inputs.shape[1] == 1:
            return x[:, np.newaxis]
        y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
        points = np.tile(self.inputs.mean(axis=0), (rows * columns, 1))
        points[:, self.axes[0]], points[:, self.axes[1]] = np.tile(x, rows), np.repeat(y, columns)
        return points

    def has_points_of(self, other: Dataset) -> bool:
        """Whether the other's points, and their truth, are the same."""
        return self is other or (
            np.array_equal(self.inputs, other.inputs)
            and np.array_equal(self.targets, other.targets)
        )

    def sample(self, limit: int) -> Dataset:
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

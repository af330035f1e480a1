"""A data set: points, their truth, which of them train, and what the network is told of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from tui_nn.datasets import features
from tui_nn.datasets.plain import brief
from tui_nn.datasets.preprocessing import Preprocessing
from tui_nn.engine.types import Array

Extent = tuple[float, float, float, float]
Task = Literal["binary", "multiclass", "regression"]


def usual_names(coordinates: int) -> tuple[str, ...]:
    """Of coordinates that have none of their own: x, y; of more than two x0, x1, …"""
    if coordinates <= 2:
        return ("x", "y")[:coordinates]
    return tuple(f"x{i}" for i in range(coordinates))


@dataclass(frozen=True)
class Dataset:
    """inputs (N, coordinates), targets (N, outputs), train (N,) booleans (the others test).

    targets: 0 or 1 of a binary task, one-hot of several classes, values of a regression.
    extent: (x_min, x_max, y_min, y_max), what a map shows; of one coordinate y is the value.
    features: names from `features.REGISTRY`, or "inputs" for the coordinates as they are.
    axes: the two coordinates that a map shows.
    preprocessing: of a file, whose inputs and targets are in the file's own units here.
    image: (rows, columns), if a point is one; its coordinates are the pixels, dark to bright.
    """

    name: str
    task: Task
    inputs: Array
    targets: Array
    train: Array
    extent: Extent
    features: tuple[str, ...] = (features.INPUTS,)
    axes: tuple[int, int] = (0, 1)
    preprocessing: Preprocessing | None = None
    names: tuple[str, ...] = ()  # of the coordinates, where they have some of their own
    image: tuple[int, int] | None = None

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """The names of the inputs."""
        if self.preprocessing is not None:
            return tuple(brief(one.name) for one in self.preprocessing.inputs)
        return self.names or usual_names(self.inputs.shape[1])

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; their numbers, where they have none."""
        if self.task == "regression":
            return ()
        if self.preprocessing is not None:
            names = tuple(map(brief, self.preprocessing.target.classes))
            return names if len(names) > 1 else (*names, "-")  # a single one has its opposite
        return tuple(str(i) for i in range(max(2, self.targets.shape[1])))

    def categories(self, coordinate: int) -> tuple[str, ...]:
        """The names of a coordinate's values, if it is a category."""
        if self.preprocessing is None:
            return ()
        return tuple(map(brief, self.preprocessing.inputs[coordinate].categories))

    @cached_property
    def signals(self) -> dict[str, str]:
        """What the features are made of: the name of each coordinate as the network gets it, and
        how it is written. At most two are x and y, whatever they are called."""
        labels = self.preprocessing.names if self.preprocessing else list(self.coordinates)
        names = ["x", "y"][: len(labels)] if len(labels) <= 2 else labels
        return dict(zip(names, labels, strict=True))

    def feature_label(self, feature: str) -> str:
        """How a feature is written."""
        signals = self.signals
        if feature in signals:
            return signals[feature]
        return features.label(feature, *list(signals.values())[:2])

    @property
    def feature_labels(self) -> list[str]:
        """What the network's inputs are, one by one."""
        return [self.feature_label(name) for name in features.expand(self.features, self.signals)]

    @property
    def value_range(self) -> tuple[float, float]:
        """Lowest and highest truth."""
        return float(self.targets.min()), float(self.targets.max())

    def network_inputs(self, points: Array | None = None) -> Array:
        """Points (N, coordinates), None: its own, as the network takes them in: (N, features)."""
        points = self.inputs if points is None else points
        if self.preprocessing is not None:
            points = self.preprocessing.encode(points)
        return features.compute(self.features, points)

    def network_targets(self, targets: Array | None = None) -> Array:
        """Targets (N, outputs), None: its own, as the network learns them."""
        targets = self.targets if targets is None else targets
        if self.preprocessing is None or self.task != "regression":
            return targets
        target = self.preprocessing.target
        scaled: Array = (targets - target.mean) / target.scale
        return scaled

    def in_own_units(self, outputs: Array) -> Array:
        """What a network says in the units of the targets."""
        if self.preprocessing is None or self.task != "regression":
            return outputs
        target = self.preprocessing.target
        values: Array = outputs * target.scale + target.mean
        return values

    @property
    def network_extent(self) -> Extent:
        """The extent, of two numbers, as the network gets it."""
        if self.preprocessing is None or len(self.preprocessing.inputs) > 2:
            return self.extent
        corners = np.reshape(self.extent, (2, 2)).T[:, : self.inputs.shape[1]]
        ends = self.preprocessing.encode(corners)
        (left, *bottom), (right, *top) = ends[:, :2].tolist()
        return left, right, *(bottom or self.extent[2:3]), *(top or self.extent[3:])

    @property
    def typical(self) -> Array:
        """A point (coordinates,) to stay at where a map shows other coordinates."""
        if self.preprocessing is not None:
            return self.preprocessing.typical
        mean: Array = self.inputs.mean(axis=0)
        return mean

    def grid(self, rows: int, columns: int) -> Array:
        """Points (rows · columns, coordinates) at the centres of a map's cells, the top row first.

        Coordinates that the map doesn't show are `typical`; of one coordinate there is one row.
        """
        left, right, bottom, top = self.extent
        x = left + (np.arange(columns) + 0.5) / columns * (right - left)
        if self.inputs.shape[1] == 1:
            return x[:, np.newaxis]
        y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
        points = np.tile(self.typical, (rows * columns, 1))
        points[:, self.axes[0]], points[:, self.axes[1]] = np.tile(x, rows), np.repeat(y, columns)
        return points

    def has_points_of(self, other: Dataset) -> bool:
        """Whether the other's points, and their truth, are the same."""
        return self is other or (
            np.array_equal(self.inputs, other.inputs)
            and np.array_equal(self.targets, other.targets)
        )

    def sample(self, limit: int) -> Dataset:
        """At most so many of the points, evenly chosen, and without gaps: what is to be shown."""
        if len(self.inputs) <= limit and self.preprocessing is None:
            return self
        count = len(self.inputs)
        chosen = np.linspace(0, count - 1, min(count, limit)).astype(int)
        inputs = self.inputs[chosen]
        return dataclasses.replace(
            self,
            inputs=inputs if self.preprocessing is None else self.preprocessing.filled(inputs),
            targets=self.targets[chosen].astype(float),
            train=self.train[chosen],
        )

    def to_dict(self) -> dict[str, Any]:
        """As it travels from one process to another."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        known = self.preprocessing
        return fields | {"preprocessing": known and known.to_dict()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Dataset:
        values: dict[str, Any]
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        if (known := data["preprocessing"]) is not None:
            values["preprocessing"] = Preprocessing.from_dict(known)
        return cls(**values)

"""A data set: points, their truth, which of them train, and what the network is told of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from tui_nn.datasets import features
from tui_nn.datasets.extent import Extent, around
from tui_nn.datasets.plain import brief, distinct
from tui_nn.datasets.preprocessing import Preprocessing
from tui_nn.datasets.principal import Principal, fit
from tui_nn.datasets.sampling import evenly
from tui_nn.engine.types import Array

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
    axes: the two coordinates that a map shows; principal: or these components instead, the extent
    then is theirs (see `along`).
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
    principal: Principal | None = None

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """The names of the inputs."""
        if self.preprocessing is not None:
            return tuple(self.preprocessing.columns)
        return self.names or usual_names(self.inputs.shape[1])

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; their numbers, where they have none."""
        if self.task == "regression":
            return ()
        if self.preprocessing is not None:
            return tuple(distinct(self.preprocessing.target.names))
        return tuple(str(i) for i in range(max(2, self.targets.shape[1])))

    @cached_property
    def untaught(self) -> list[str]:
        """The classes that are there, of which no point trains."""
        if self.task == "regression":
            return []
        places = self._places()
        there = np.bincount(places)
        taught = np.bincount(places[self.train], minlength=len(there))
        return [self.classes[i] for i in np.flatnonzero((there > 0) & (taught == 0))]

    @cached_property
    def only_class(self) -> str:
        """The class of all points; "" if there are several, or values."""
        if self.task == "regression":
            return ""
        places = self._places()
        return "" if np.ptp(places) else self.classes[int(places[0])]

    def _places(self) -> Array:
        """Each point's class, as its place among them (N,); of many points too many to be kept."""
        several = self.task == "multiclass"
        return self.targets.argmax(axis=1) if several else self.targets[:, 0].astype(int)

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
        return features.compute(self.features, self._encoded(points))

    def _encoded(self, points: Array | None = None) -> Array:
        """The same before features are made of them."""
        points = self.inputs if points is None else points
        return points if self.preprocessing is None else self.preprocessing.encode(points)

    @cached_property
    def input_groups(self) -> list[tuple[str, int]]:
        """What the network's inputs are made of: a name, and how many of them are its own."""
        found = []
        for feature in self.features:
            if feature != features.INPUTS:
                found.append((self.feature_label(feature), 1))
            elif self.preprocessing is None:
                found += [(name, 1) for name in self.coordinates]
            else:
                widths = (one.width for one in self.preprocessing.inputs)
                found += zip(self.coordinates, widths, strict=True)
        return found

    def network_targets(self, targets: Array | None = None) -> Array:
        """Targets (N, outputs), None: its own, as the network learns them."""
        targets = self.targets if targets is None else targets
        if self.preprocessing is None or self.task != "regression":
            return targets
        return self.preprocessing.target.as_learnt(targets)

    def in_own_units(self, outputs: Array) -> Array:
        """What a network says in the units of the targets."""
        if self.preprocessing is None or self.task != "regression":
            return outputs
        return self.preprocessing.target.in_own_units(outputs)

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

    def along(self, axes: tuple[int, ...] | None) -> Dataset:
        """The same with other axes for its maps; None: the first two principal components of the
        training points as the network gets them. Itself for (), and where there are no such."""
        count = self.inputs.shape[1]
        if count <= 2 or axes in ((), self.axes):
            return self
        if axes is not None and not 0 <= min(axes) <= max(axes) < count:
            return self
        if axes is not None:
            ends = [around(self.inputs[:, axis]) for axis in axes]
            extent = (*ends[0], *ends[1])
            return dataclasses.replace(self, axes=(axes[0], axes[1]), extent=extent)
        principal = fit(self._encoded(self.inputs[self.train]))
        x, y = principal.project(self._encoded()).T
        extent = (*around(x), *around(y))
        return dataclasses.replace(self, principal=principal, extent=extent)

    @property
    def plane(self) -> dict[str, Any]:
        """What `along` has changed, as it travels from one process to another."""
        found = self.principal and vars(self.principal)
        return {"axes": self.axes, "extent": self.extent, "principal": found}

    def on(self, plane: dict[str, Any]) -> Dataset:
        """The same with the plane of another one."""
        found = plane["principal"] and Principal(**plane["principal"])
        axes, extent = tuple(plane["axes"]), tuple(plane["extent"])
        return dataclasses.replace(self, axes=axes, extent=extent, principal=found)

    @cached_property
    def places(self) -> Array:
        """Where the points are on the plane that a map shows, (N, 2)."""
        if self.principal is not None:
            return self.principal.project(self._encoded())
        return self.inputs[:, self.axes]

    @property
    def axis_names(self) -> tuple[str, str]:
        """What the two axes of a map are."""
        if self.principal is None:
            return self.coordinates[self.axes[0]], self.coordinates[self.axes[1]]
        first, second = (f"PC{i} {share:.0%}" for i, share in enumerate(self.principal.shares, 1))
        return first, second

    def grid(self, rows: int, columns: int) -> Array:
        """What the network takes in, (rows · columns, features), at the centres of a map's cells,
        the top row first.

        Coordinates that the map doesn't show are `typical`, other components than the principal
        ones 0; of one coordinate there is one row.
        """
        left, right, bottom, top = self.extent
        x = left + (np.arange(columns) + 0.5) / columns * (right - left)
        if self.inputs.shape[1] == 1:
            return self.network_inputs(x[:, np.newaxis])
        y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
        if self.principal is not None:
            places = np.column_stack([np.tile(x, rows), np.repeat(y, columns)])
            return features.compute(self.features, self.principal.points(places))
        # Only the inputs of two coordinates differ: the others, perhaps hundreds, are found once.
        typical = self.typical[np.newaxis]
        inputs = np.repeat(self._encoded(typical), rows * columns, axis=0)
        for axis, values, order in (
            (self.axes[0], x, np.tile(np.arange(columns), rows)),
            (self.axes[1], y, np.repeat(np.arange(rows), columns)),
        ):
            points = np.repeat(typical, len(values), axis=0)
            points[:, axis] = values
            own = self._own_inputs(axis)
            inputs[:, own] = self._encoded(points)[order, own]
        return features.compute(self.features, inputs)

    def _own_inputs(self, coordinate: int) -> slice:
        """Which of the encoded inputs are made of a coordinate."""
        if self.preprocessing is None:
            return slice(coordinate, coordinate + 1)
        widths = [one.width for one in self.preprocessing.inputs]
        start = sum(widths[:coordinate])
        return slice(start, start + widths[coordinate])

    def has_points_of(self, other: Dataset) -> bool:
        """Whether the other's points, and their truth, are the same."""
        pairs = (self.inputs, other.inputs), (self.targets, other.targets)
        return all(mine is theirs or np.array_equal(mine, theirs) for mine, theirs in pairs)

    def sample(self, limit: int) -> Dataset:
        """At most so many of the points, evenly chosen, and without gaps: what is to be shown."""
        if len(self.inputs) <= limit and self.preprocessing is None:
            return self
        chosen = evenly(np.arange(len(self.inputs)), limit)
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

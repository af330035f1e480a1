"""Preprocessing: how a table's columns become what a network takes in, as plain data.

It is fitted to the training rows alone and stored with a run, so that new rows can be taken in as
the run's own were.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np

from tui_nn.datasets.plain import distinct
from tui_nn.datasets.table import Column, Kind
from tui_nn.engine.types import Array

# Where missing inputs are filled, with what; categories then are none of all.
FILLS = ("mean", "median", "zero")


@dataclass(frozen=True)
class Input:
    """A column: numbers are taken in as (x - mean) / scale, a category as a 0 or 1 for each.

    fill: what stands where a number is missing. typical: a value to hold it at while others change.
    format: how its dates were written, if they were text.
    """

    name: str
    kind: Kind = "number"
    categories: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0
    fill: float = 0.0
    typical: float = 0.0
    format: str = ""

    @property
    def width(self) -> int:
        """How many inputs of the network it makes."""
        return len(self.categories) if self.kind == "category" else 1


@dataclass(frozen=True)
class Target:
    """What is to be said: one of the classes, or a value, learnt as (y - mean) / scale."""

    name: str
    classes: tuple[str, ...] = ()
    mean: float = 0.0
    scale: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """Of the classes that can be said: a single one has its opposite."""
        return self.classes if len(self.classes) != 1 else (*self.classes, "-")

    def as_learnt(self, values: Array) -> Array:
        """Values in their own units as a network learns them."""
        return (values - self.mean) / self.scale

    def in_own_units(self, outputs: Array) -> Array:
        """What a network says of values, in their own units."""
        return outputs * self.scale + self.mean


@dataclass(frozen=True)
class Preprocessing:
    inputs: tuple[Input, ...]
    target: Target

    @cached_property
    def columns(self) -> list[str]:
        """What the columns are called."""
        return distinct(one.name for one in self.inputs)

    @cached_property
    def names(self) -> list[str]:
        """What the network's inputs are called, one by one."""
        found = []
        for one, name in zip(self.inputs, self.columns, strict=True):
            several = [f"{name}={category}" for category in distinct(one.categories)]
            found += several if one.kind == "category" else [name]
        return found

    def encode(self, values: Array) -> Array:
        """Rows (N, columns) as the network takes them in, (N, width of all)."""
        starts = [0, *accumulate(one.width for one in self.inputs)]
        fills, means, scales = self._numbers
        gaps = np.isnan(values)
        filled = np.where(gaps, fills, values) if gaps.any() else values
        numbers: Array = filled - means
        numbers /= scales
        if not any(one.kind == "category" for one in self.inputs):
            return numbers
        encoded = np.zeros((len(values), starts[-1]))
        for j, (one, start) in enumerate(zip(self.inputs, starts, strict=False)):
            if one.kind == "category":
                places = np.rint(np.nan_to_num(values[:, j], nan=-1)).astype(int)
                there = (places >= 0) & (places < one.width)
                encoded[np.flatnonzero(there), start + places[there]] = 1
            else:
                encoded[:, start] = numbers[:, j]
        return encoded

    @cached_property
    def _numbers(self) -> Array:
        """(3, columns): what fills a gap, mean and scale; these do nothing to categories."""
        return np.array([(one.fill, one.mean, one.scale) for one in self.inputs]).T

    def filled(self, values: Array) -> Array:
        """Rows without gaps, to be shown."""
        fills = np.array([o.typical if o.kind == "category" else o.fill for o in self.inputs])
        return np.where(np.isnan(values), fills, values)

    @property
    def typical(self) -> Array:
        return np.array([one.typical for one in self.inputs])

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as JSON has it."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Preprocessing:
        def tuples(part: dict[str, Any]) -> dict[str, Any]:
            return {k: tuple(v) if isinstance(v, list) else v for k, v in part.items()}

        inputs = tuple(Input(**tuples(one)) for one in data["inputs"])
        return cls(inputs, Target(**tuples(data["target"])))


def fit(columns: Sequence[Column], values: Array, train: Array, fill: str) -> tuple[Input, ...]:
    """The inputs of a table, measured on its training rows; values (N, columns)."""
    return tuple(
        _fit(column, values[:, j] if train.all() else values[train, j], fill)
        for j, column in enumerate(columns)
    )


def _fit(column: Column, values: Array, fill: str) -> Input:
    gaps = np.isnan(values)
    there = values[~gaps] if gaps.any() else values
    if column.kind == "category":
        counts = np.bincount(there.astype(int), minlength=1)
        common = float(counts.argmax())
        return Input(column.name, "category", column.categories, typical=common)
    if not len(there):
        return Input(column.name, column.kind, format=column.format)
    mean, scale = mean_and_scale(there)
    fills = {"median": lambda: float(np.median(there)), "zero": lambda: 0.0}
    typical = float(np.round(mean)) if column.kind == "boolean" else mean
    filled = fills.get(fill, lambda: mean)()
    return Input(column.name, column.kind, (), mean, scale, filled, typical, column.format)


def mean_and_scale(values: Array) -> tuple[float, float]:
    """Mean and standard deviation, which is 1 where all are equal; huge values don't overflow."""
    largest = float(np.abs(values).max()) or 1.0
    shares = values / largest
    mean, deviation = float(shares.mean()), float(shares.std())
    # What rounding leaves of equal values is no deviation.
    scale = largest * deviation if deviation > 1e-14 * max(1.0, abs(mean)) else 1.0
    return largest * mean, scale

"""Data sets out of a function that somebody types: points within an extent, and its values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.expressions import Function
from tui_nn.datasets.extent import Extent
from tui_nn.datasets.generators import Source
from tui_nn.engine.types import Array

PATIENCE = 50  # draws, until so many points with a finite value are found


@lru_cache(maxsize=16)
def function_source(text: str, extent: tuple[float, ...]) -> Source:
    """extent: from, to of each input; or of all of them. Raises DataError."""
    function = Function.parse(text)
    ends = ends_of(extent, function.inputs)

    def generate(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
        found = np.empty((0, len(ends)))
        for _ in range(PATIENCE):
            points = rng.uniform(ends[:, 0], ends[:, 1], (samples, len(ends)))
            found = np.concatenate([found, points[np.isfinite(function(points))]])[:samples]
            if len(found) == samples:
                return found, function(found)
        raise DataError("has hardly a finite value within the extent", "dataset", text)

    return Source(
        generate,
        _shown(function, ends),
        text,
        "binary" if function.is_class else "regression",
        coordinates=len(ends),
        names=function.inputs,
    )


def ends_of(extent: Sequence[float], inputs: tuple[str, ...]) -> Array:
    """From and to (inputs, 2)."""
    if len(extent) not in (2, 2 * len(inputs)):
        numbers = f"2 or {2 * len(inputs)}" if len(inputs) > 1 else "2"
        raise DataError(f"{numbers} numbers, from and to, for {', '.join(inputs)}", "extent")
    ends = np.resize(np.array(extent, float), (len(inputs), 2))
    if (ends[:, 0] >= ends[:, 1]).any():
        raise DataError("from must be below to", "extent")
    return ends


def _shown(function: Function, ends: Array) -> Extent:
    """What a map shows: the first two inputs; of a single one y is the value."""
    left, right = ends[0].tolist()
    if len(ends) > 1:
        return left, right, *ends[1].tolist()
    values = function(np.linspace(left, right, 500)[:, np.newaxis])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if len(values) else (0.0, 1.0)
    margin = 0.15 * (high - low) or 0.5
    return left, right, float(low - margin), float(high + margin)

"""Data sets: built in, drawn by hand, from a function that is typed, or from a file.

A name says which: that of a generator, "drawn", a text as "f(x, y) = x*y > 0", or a path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_nn.datasets.dataset import Dataset
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.features import INPUTS
from tui_nn.datasets.files import is_file
from tui_nn.datasets.generators import REGISTRY, Source

__all__ = [
    "DRAWN",
    "EXTENT",
    "REGISTRY",
    "DataError",
    "Dataset",
    "Source",
    "is_file",
    "is_known",
    "load",
    "source",
]

DRAWN = "drawn"  # the data set of the points that somebody has drawn
EXTENT = (-6.0, 6.0)  # of a function's inputs, or of the plane to draw on


def is_known(name: str) -> bool:
    """Whether a name can be that of a data set. Files are not looked for, nor functions parsed."""
    return name in REGISTRY or name == DRAWN or _is_function(name) or is_file(name)


def source(name: str, extent: Sequence[float] = EXTENT, points: str | None = None) -> Source | None:
    """How points are drawn; None of a file, which has to be opened. Raises DataError.

    extent: of a function's inputs, or of DRAWN, which has these points, see `drawn.Drawing`.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    if name == DRAWN:
        from tui_nn.datasets.drawn import drawn_source

        return drawn_source(points or "", tuple(extent))
    if _is_function(name):
        from tui_nn.datasets.functions import function_source

        return function_source(name, tuple(extent))
    return None


def _is_function(name: str) -> bool:
    if "=" not in name or "(" not in name:
        return False
    from tui_nn.datasets.expressions import is_function

    return is_function(name)


def load(
    name: str,
    rng: np.random.Generator,
    *,
    samples: int = 100,
    noise: float = 0.0,
    train_fraction: float = 1.0,
    features: Sequence[str] = (INPUTS,),
    extent: Sequence[float] = EXTENT,
    points: str | None = None,
) -> Dataset:
    """Draw the points of a generator or a function, or take those that are drawn; at least one
    point trains.

    noise: standard deviation added to the inputs, as a share of half the extent's width.
    features: what the network is told of a point, see `features`. extent, points: as of `source`.
    """
    found = source(name, extent, points)
    assert found is not None, name
    inputs, labels = found.generate(rng, samples)
    count = len(inputs)
    train = np.zeros(count, bool)
    order = np.argsort(rng.random(count)) if found.grows else rng.permutation(count)
    train[order[: max(1, round(train_fraction * count))]] = True
    if noise:  # after the split, which then is the same with any noise
        half_width = (found.extent[1] - found.extent[0]) / 2
        inputs = inputs + rng.normal(0, noise * half_width, inputs.shape)
    if found.task == "multiclass":
        targets = np.eye(found.classes)[labels]
    else:
        targets = labels.astype(float)[:, np.newaxis]
    return Dataset(
        name,
        found.task,
        inputs,
        targets,
        train,
        found.extent,
        tuple(features),
        names=found.names,
        image=found.image,
    )

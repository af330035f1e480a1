"""Data sets: the built-in generators by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_nn.datasets.dataset import Dataset
from tui_nn.datasets.features import INPUTS
from tui_nn.datasets.generators import REGISTRY

__all__ = ["REGISTRY", "Dataset", "load"]


def load(
    name: str,
    rng: np.random.Generator,
    *,
    samples: int = 100,
    noise: float = 0.0,
    train_fraction: float = 1.0,
    features: Sequence[str] = (INPUTS,),
) -> Dataset:
    """Make a built-in data set; at least one point trains.

    noise: standard deviation added to the inputs, as a share of half the extent's width.
    features: what the network is told of a point, see `features`.
    """
    source = REGISTRY[name]
    inputs, labels = source.generate(rng, samples)
    count = len(inputs)
    train = np.zeros(count, bool)
    train[rng.permutation(count)[: max(1, round(train_fraction * count))]] = True
    if noise:  # after the split, which then is the same with any noise
        half_width = (source.extent[1] - source.extent[0]) / 2
        inputs = inputs + rng.normal(0, noise * half_width, inputs.shape)
    if source.task == "multiclass":
        targets = np.eye(source.classes)[labels]
    else:
        targets = labels.astype(float)[:, np.newaxis]
    return Dataset(name, source.task, inputs, targets, train, source.extent, tuple(features))

"""Metrics: what a person asks of the predictions.

Arrays are (outputs, N), as in the network, and a metric is a number; or (outputs, K, N) for K
networks, with truth (outputs, 1, N) if they share it, and it is (K,). `boundary`: an output at or
above it says class 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tui_nn.engine.types import Array

Metric = Callable[[Array, Array, float], Any]


def classes(outputs: Array, boundary: float = 0.5) -> Array:
    """The class (N,) that outputs say: of several the largest; of one whether it is class 1."""
    said: Array = np.argmax(outputs, axis=0) if len(outputs) > 1 else outputs[0] >= boundary
    return said


def accuracy(prediction: Array, truth: Array, boundary: float = 0.5) -> Any:
    """Share of points whose class is the true one; truth is 0 or 1, or one-hot."""
    right = classes(prediction, boundary) == classes(truth)
    return np.add.reduce(right, axis=-1) / right.shape[-1]


def r2(prediction: Array, truth: Array, boundary: float = 0.5) -> Any:
    """R² = 1 − Σ(a − y)² / Σ(y − ȳ)², the mean over outputs: 1 perfect, 0 no better than ȳ.

    NaN where the truth doesn't vary. `sklearn.metrics.r2_score`.
    """
    errors = np.square(prediction - truth).sum(axis=-1)
    spread = np.square(truth - truth.mean(axis=-1, keepdims=True)).sum(axis=-1)
    return np.mean(1 - errors / np.where(spread > 0, spread, np.nan), axis=0)


def confusion(prediction: Array, truth: Array, boundary: float = 0.5) -> Array:
    """Counts (classes, classes) of one network: row the true class, column the predicted one."""
    count = max(2, len(truth))
    true, said = classes(truth).astype(int), classes(prediction, boundary).astype(int)
    return np.bincount(true * count + said, minlength=count * count).reshape(count, count)


REGISTRY: dict[str, Metric] = {"accuracy": accuracy, "r2": r2}

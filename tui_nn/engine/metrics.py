"""Metrics: what a person asks of the predictions.

Arrays are (outputs, N), as in the network, and a metric is a number; or (outputs, K, N) for K
networks, with truth (outputs, 1, N) if they share it, and it is (K,). `boundary`: an output at or
above it says class 1.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from tui_nn.engine.types import Array


def classes(outputs: Array, boundary: float = 0.5) -> Array:
    """The class (N,) that outputs say: of several the largest; of one whether it is class 1."""
    said: Array = np.argmax(outputs, axis=0) if len(outputs) > 1 else outputs[0] >= boundary
    return said


class Metric:
    """Points are added part by part, so that many need not be there at once."""

    name: ClassVar[str]

    def __init__(self, boundary: float = 0.5) -> None:
        self.boundary, self.count = boundary, 0

    @classmethod
    def of(cls, prediction: Array, truth: Array, boundary: float = 0.5) -> Any:
        """The metric of points that are all there."""
        return cls(boundary).add(prediction, truth).value()

    def add(self, prediction: Array, truth: Array) -> Self:
        """Count these points too."""
        raise NotImplementedError

    def value(self) -> Any:
        """The metric, a number, or (K,) for K networks."""
        raise NotImplementedError


class Accuracy(Metric):
    """Share of points whose class is the true one; truth is 0 or 1, or one-hot."""

    name = "accuracy"
    _right: Any = 0

    def add(self, prediction: Array, truth: Array) -> Self:
        right = classes(prediction, self.boundary) == classes(truth)
        self._right = self._right + np.add.reduce(right, axis=-1)
        self.count += right.shape[-1]
        return self

    def value(self) -> Any:
        return self._right / self.count


class R2(Metric):
    """R² = 1 − Σ(a − y)² / Σ(y − ȳ)², the mean over outputs: 1 perfect, 0 no better than ȳ.

    NaN where the truth doesn't vary. `sklearn.metrics.r2_score`.
    """

    name = "r2"
    _errors: Any = 0.0
    _spread: Any = 0.0  # Σ(y − ȳ)² of the points so far, and their ȳ
    _mean: Any = 0.0

    def add(self, prediction: Array, truth: Array) -> Self:
        self._errors = self._errors + np.square(prediction - truth).sum(axis=-1)
        mean, new = truth.mean(axis=-1), truth.shape[-1]
        spread = np.square(truth - mean[..., np.newaxis]).sum(axis=-1)
        # Two sets are spread as each is, and as their means are apart: Chan et al. 1979.
        apart, share = mean - self._mean, new / (self.count + new)
        self._spread = self._spread + spread + np.square(apart) * (self.count * share)
        self._mean = self._mean + apart * share
        self.count += new
        return self

    def value(self) -> Any:
        # What rounding makes of equal values is no spread.
        rounding = self.count * np.square(4 * np.finfo(self._spread.dtype).eps * self._mean)
        varied = np.where(self._spread > rounding, self._spread, np.nan)
        return np.mean(1 - self._errors / varied, axis=0)


def confusion(prediction: Array, truth: Array, boundary: float = 0.5) -> Array:
    """Counts (classes, classes) of one network: row the true class, column the predicted one."""
    count = max(2, len(truth))
    true, said = classes(truth).astype(int), classes(prediction, boundary).astype(int)
    return np.bincount(true * count + said, minlength=count * count).reshape(count, count)


REGISTRY: dict[str, type[Metric]] = {metric.name: metric for metric in (Accuracy, R2)}

"""Evaluation: the loss and the metric over a set of points, however many they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine.losses import Loss
from tui_nn.engine.metrics import Metric
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.types import Array

# Points that go through the network at once: more would only take memory.
_CHUNK = 4096


@dataclass(frozen=True)
class Evaluation:
    """Loss and metric on the training and, if there are any, the test points (else NaN).

    The loss is that of the data alone; `Trainer.penalty` is what L1 and L2 add. The metric is the
    accuracy, a share from 0 to 1, or R² for regression.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


class Points:
    """A network's view of points: inputs (features + 1, N), truth (outputs, N)."""

    def __init__(
        self, network: Network, inputs: Array, truth: Array, loss: type[Loss], metric: Metric
    ) -> None:
        self.inputs, self.truth = inputs, truth
        self._loss, self._metric = loss, metric
        count = inputs.shape[-1]
        starts = range(0, count, _CHUNK)
        passes = {n: Pass(network, n) for n in {min(_CHUNK, count - start) for start in starts}}
        self._chunks = [
            (passes[min(_CHUNK, count - start)], inputs[..., start : start + _CHUNK])
            for start in starts
        ]

    def outputs(self) -> tuple[Array, Array]:
        """The network's outputs and the logits before its last activation, (outputs, N)."""
        if len(self._chunks) == 1:
            points, inputs = self._chunks[0]
            return points.forward(inputs), points.logits
        parts = [(p.forward(inputs).copy(), p.logits.copy()) for p, inputs in self._chunks]
        outputs, logits = zip(*parts, strict=True)
        return np.concatenate(outputs, axis=-1), np.concatenate(logits, axis=-1)

    def evaluate(self) -> tuple[Any, Any]:
        """Loss and metric; for a stack of K networks each (K,)."""
        outputs, logits = self.outputs()
        loss = self._loss.value(logits if self._loss.from_logits else outputs, self.truth)
        return loss, self._metric(outputs, self.truth, self._loss.boundary)

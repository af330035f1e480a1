"""Evaluation: the loss and the metric over a set of points, however many they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine.checks import known
from tui_nn.engine.losses import Loss
from tui_nn.engine.metrics import REGISTRY, Metric
from tui_nn.engine.network import Network, Pass, columns
from tui_nn.engine.types import Array

# Points that go through the network at once: more would only take memory.
_CHUNK = 4096


@dataclass(frozen=True)
class Evaluation:
    """Loss and metric on the training and, if there are any, the test points (else NaN).

    The loss is that of the data alone; `Trainer.penalty_loss()` is what L1 and L2 add. The metric
    is the accuracy, a share from 0 to 1, or R² for regression.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


class Points:
    """A network's view of points inputs (N, features) with truth (N, outputs).

    `inputs` (features + 1, N) and `truth` (outputs, N) are as the network wants them; the networks
    of a stack share them, or have (K, N, features) and (K, N, outputs), points of their own each.
    ValueError: shapes or a loss that the network has no use for.
    """

    def __init__(
        self, network: Network, inputs: Array, truth: Array, loss: type[Loss], metric: Metric
    ) -> None:
        dtype, sizes = network.parameters.dtype, network.sizes
        *lead, count, features = inputs.shape if inputs.ndim > 1 else (0, 0)
        if features != sizes[0] or tuple(lead) not in ((), network.parameters.shape[:-1]):
            raise ValueError(f"inputs: {inputs.shape}: must be (N, {sizes[0]})")
        if truth.shape != (*lead, count, sizes[-1]):
            raise ValueError(f"truth: {truth.shape}: must be {(*lead, count, sizes[-1])}")
        if network.activations[-1].name == "softmax" and sizes[-1] < 2:
            raise ValueError("output_activation: softmax: needs an output for each of 2 or more")
        self.inputs = columns(inputs, dtype)
        self.truth = np.moveaxis(truth, -1, 0).astype(dtype, order="C")
        if network.parameters.ndim > truth.ndim - 1:
            self.truth = self.truth[:, np.newaxis]
        self._network, self._loss, self._metric = network, loss, metric
        starts = range(0, count, _CHUNK)
        passes = {n: Pass(network, n) for n in {min(_CHUNK, count - start) for start in starts}}
        self._chunks = [
            (passes[min(_CHUNK, count - start)], self.inputs[..., start : start + _CHUNK])
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


def split_points(
    network: Network,
    inputs: Array,
    truth: Array,
    train: Array | None,
    loss: type[Loss],
    metric: str,
) -> tuple[Points, Points | None]:
    """The training points, those where `train` (N,) is true (None: all), and the test points."""
    measure = known("metric", metric, REGISTRY)
    if train is not None and (train.dtype != bool or train.shape != inputs.shape[-2:-1]):
        raise ValueError(f"train: must be {inputs.shape[-2]} booleans")
    if train is None or train.all():
        return Points(network, inputs, truth, loss, measure), None
    if not train.any():
        raise ValueError("train: no points to train on")
    training, test = (
        Points(network, inputs[..., part, :], truth[..., part, :], loss, measure)
        for part in (train, ~train)
    )
    return training, test

"""Losses: how wrong the predictions are, and the gradient with which backpropagation starts.

`value(output, truth)` averages over points and outputs. `gradient(truth)`, of a loss made for the
buffers of a network's output, writes ∂L/∂a, with which φ′ is then multiplied. A loss `from_logits`
goes with one output activation, whose slope cancels: its `value` takes the logits z, which keep
what an a rounded to 0 or 1 has lost, and its `gradient` is ∂L/∂z at once, (a − y)/n or (a − y)/N.

Arrays are (outputs, N), as inside the network, and a value is a number; or (outputs, K, N) for K
networks, with truth (outputs, 1, N) if they share it, and it is (K,). n is outputs times points.

The first line of a loss's docstring is its formula, for everyone to read.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy import multiply, subtract

from tui_nn.engine.types import Array, constant


class Loss:
    """One loss over given buffers: the network's output a and what its gradient is written to."""

    name: ClassVar[str]
    outputs: ClassVar[tuple[str, ...]] = ()  # the output activations it makes sense with; (): any
    from_logits: ClassVar[bool] = False
    classes_only: ClassVar[bool] = False  # whether it makes no sense for values
    boundary: ClassVar[float] = 0.5  # an output at or above it says class 1

    def __init__(self, prediction: Array, gradient: Array) -> None:
        self.prediction, self.out = prediction, gradient
        self.count = prediction.shape[0] * prediction.shape[-1]
        self.dtype = prediction.dtype

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        """The loss, a number, or (K,) for K networks."""
        raise NotImplementedError

    def gradient(self, truth: Array) -> None:
        """Write the gradient for the prediction that the buffer holds now."""
        raise NotImplementedError


class MeanSquaredError(Loss):
    """L = mean((a − y)²).

    ∂L/∂a = 2(a − y)/n. `torch.nn.MSELoss`.
    """

    name = "mse"

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.scale = constant(2 / self.count, self.dtype)

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        return mean(np.square(output - truth))

    def gradient(self, truth: Array) -> None:
        subtract(self.prediction, truth, self.out)
        multiply(self.out, self.scale, self.out)


class MeanAbsoluteError(Loss):
    """L = mean(|a − y|).

    ∂L/∂a = sign(a − y)/n, 0 where a = y. `torch.nn.L1Loss`.
    """

    name = "mae"

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.scale = constant(1 / self.count, self.dtype)

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        return mean(np.abs(output - truth))

    def gradient(self, truth: Array) -> None:
        subtract(self.prediction, truth, self.out)
        np.sign(self.out, self.out)
        multiply(self.out, self.scale, self.out)


class Huber(Loss):
    """L = mean(½ e² where |e| ≤ 1, else |e| − ½), e = a − y.

    ∂L/∂a = e/n, kept within ±1/n.
    Squares near the truth, not far from it: outliers pull no harder than others. Huber 1964,
    `torch.nn.HuberLoss` with its delta of 1.
    """

    name = "huber"

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.scale, self.most, self.least = (
            constant(value, self.dtype) for value in (1 / self.count, 1, -1)
        )

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        error = np.abs(output - truth)
        near = np.minimum(error, 1)
        return mean(near * (error - near / 2))

    def gradient(self, truth: Array) -> None:
        subtract(self.prediction, truth, self.out)
        np.minimum(self.out, self.most, out=self.out)
        np.maximum(self.out, self.least, out=self.out)
        multiply(self.out, self.scale, self.out)


class BinaryCrossEntropy(Loss):
    """L = mean(−y log a − (1 − y) log(1 − a)), a = σ(z).

    ∂L/∂z = (a − y)/n, y from 0 to 1.
    From the logits, L = mean(log(1 + eᶻ) − y z), which neither overflows nor takes log 0.
    `torch.nn.BCEWithLogitsLoss`.
    """

    name = "binary_cross_entropy"
    outputs = ("sigmoid",)
    from_logits = True
    classes_only = True

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.scale = constant(1 / self.count, self.dtype)

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        # log(1 + eᶻ) − y z, with z taken out of both where z > 0: they would cancel.
        excess = np.log1p(np.exp(-np.abs(output)))
        return mean(excess + np.maximum(output, 0) * (1 - truth) - np.minimum(output, 0) * truth)

    def gradient(self, truth: Array) -> None:
        subtract(self.prediction, truth, self.out)
        multiply(self.out, self.scale, self.out)


class CrossEntropy(Loss):
    """L = mean over points of −Σᵢ yᵢ log aᵢ, a = softmax(z).

    ∂L/∂z = (a − y)/N, N points.
    Truth is one-hot, or shares that add up to 1. From the logits, log aᵢ = zᵢ − log Σⱼ e^zⱼ, with
    the largest z taken out of both first. `torch.nn.CrossEntropyLoss`.
    """

    name = "cross_entropy"
    outputs = ("softmax",)
    from_logits = True
    classes_only = True

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.scale = constant(1 / prediction.shape[-1], self.dtype)

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        below = output - output.max(axis=0)
        log_sum = np.log(np.exp(below).sum(axis=0))
        return mean(truth * (log_sum - below)) * len(output)

    def gradient(self, truth: Array) -> None:
        subtract(self.prediction, truth, self.out)
        multiply(self.out, self.scale, self.out)


class Hinge(Loss):
    """L = mean(max(0, 1 − s a)), s = 2y − 1 (−1 or 1).

    ∂L/∂a = −s/n where s a < 1, else 0.
    Wants every output on its side by a margin of 1, and is done with those that are. Here class 1
    begins at an output of 0. Cortes and Vapnik 1995; `torch.nn.MarginRankingLoss` against 0.
    """

    name = "hinge"
    outputs = ("linear", "tanh")
    classes_only = True
    boundary = 0.0

    def __init__(self, prediction: Array, gradient: Array) -> None:
        super().__init__(prediction, gradient)
        self.two, self.one, self.zero, self.scale = (
            constant(value, self.dtype) for value in (2, 1, 0, -1 / self.count)
        )
        self.side = np.empty_like(prediction)

    @staticmethod
    def value(output: Array, truth: Array) -> Any:
        return mean(np.maximum(1 - (2 * truth - 1) * output, 0))

    def gradient(self, truth: Array) -> None:
        side, out = self.side, self.out
        multiply(truth, self.two, side)
        subtract(side, self.one, side)
        multiply(side, self.prediction, out)
        subtract(self.one, out, out)
        np.maximum(out, self.zero, out=out)
        np.sign(out, out)  # 1 inside the margin, else 0
        multiply(out, side, out)
        multiply(out, self.scale, out)


def mean(values: Array) -> Any:
    """The mean over outputs and points; without the checks that make `np.mean` slow."""
    return np.add.reduce(values, axis=(0, -1)) / (values.shape[0] * values.shape[-1])


REGISTRY: dict[str, type[Loss]] = {
    loss.name: loss
    for loss in (
        MeanSquaredError,
        MeanAbsoluteError,
        Huber,
        BinaryCrossEntropy,
        CrossEntropy,
        Hinge,
    )
}


def check(loss: type[Loss], output_activation: str) -> None:
    """ValueError where a loss and an output activation make no sense together."""
    if loss.outputs and output_activation not in loss.outputs:
        raise ValueError(
            f"loss: {loss.name}: needs output_activation {' or '.join(loss.outputs)},"
            f" not {output_activation}"
        )
    if output_activation == "softmax" and loss is not CrossEntropy:
        raise ValueError(f"output_activation: softmax: needs loss cross_entropy, not {loss.name}")

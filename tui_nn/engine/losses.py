"""Losses: how wrong the predictions are, and the gradient with which backpropagation starts."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tui_nn.engine.types import Array


class Loss(Protocol):
    """One loss; stateless. Arrays are (outputs, N), as inside the network."""

    name: str

    def value(self, prediction: Array, truth: Array) -> float: ...

    def gradient(self, prediction: Array, truth: Array, out: Array) -> None: ...


class MeanSquaredError:
    """L = mean((a − y)²) over points and outputs; ∂L/∂a = 2(a − y)/N, as `torch.nn.MSELoss`."""

    name = "mse"

    def value(self, prediction: Array, truth: Array) -> float:
        error = (prediction - truth).ravel()
        return float(error @ error) / error.size

    def gradient(self, prediction: Array, truth: Array, out: Array) -> None:
        np.subtract(prediction, truth, out=out)
        np.multiply(out, 2.0 / out.size, out=out)


REGISTRY: dict[str, Loss] = {loss.name: loss for loss in (MeanSquaredError(),)}

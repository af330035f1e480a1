"""Statistics: how each layer is doing, for those who want to see why a network doesn't learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.types import Array

# Points are enough for a share; more would only take memory.
_POINTS = 4096
# Of the activation's largest slope: below the first a unit is called saturated at a point, below
# the second at all points it is dead.
_SATURATED, _DEAD = 0.05, 1e-3


@dataclass(frozen=True)
class LayerStatistics:
    """One layer, over the given points.

    weight_norm, gradient_norm: Euclidean norms of the weights and of ∂L/∂weights, biases left out.
    activation_mean, activation_std: of the layer's outputs, over units and points.
    saturated: share of (unit, point) where the slope φ′ is below 5 % of the largest it can be:
        little of the gradient gets through. dead: share of units for which it is below 0.1 % at
        every point: nothing does. Both 0 for softmax, which has no slope of its own.
    """

    weight_norm: float
    gradient_norm: float
    activation_mean: float
    activation_std: float
    dead: float
    saturated: float


def layer_statistics(
    network: Network, loss: type[Loss], inputs: Array, truth: Array
) -> list[LayerStatistics]:
    """Statistics of every layer, the output's last, for inputs (features + 1, N) as
    `network.columns` makes them and truth (outputs, N). Overwrites `network.gradients`."""
    inputs, truth = inputs[:, :_POINTS], truth[:, :_POINTS]
    training, looking = Pass(network, inputs.shape[1], loss), Pass(network, inputs.shape[1])
    with np.errstate(all="ignore"):
        training.forward(inputs)
        training.backward(truth)
        looking.forward(inputs)
        found = []
        for layer in looking.layers:
            slope = np.ones_like(layer.a)
            if layer.kind.sloped:
                layer.derivative()
                slope = np.abs(layer.slope) / layer.kind.largest_slope
            found.append(
                LayerStatistics(
                    weight_norm=float(np.linalg.norm(layer.parameters[:-1])),
                    gradient_norm=float(np.linalg.norm(layer.gradient[:-1])),
                    activation_mean=float(layer.a.mean()),
                    activation_std=float(layer.a.std()),
                    dead=float((slope < _DEAD).all(axis=-1).mean()),
                    saturated=float((slope < _SATURATED).mean()),
                )
            )
    return found

"""Statistics: how each layer is doing, for those who want to see why a network doesn't learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.types import Array

# Points are enough for a share; more would only take memory.
MOST_POINTS = 4096
# Of the activation's largest slope: below the first a unit is called saturated at a point, below
# the second at all points it is dead.
_SATURATED, _DEAD = 0.05, 1e-3
_MOSTLY = 0.9  # of the points
_BINS = 16
_COUNTED = 65_536  # values of a layer are enough for a histogram


@dataclass(frozen=True)
class Histogram:
    """How many values lie in each of 16 bins of equal width from `low` to `high`, the smallest
    and the largest value; values that are not finite are left out, of very many some are taken."""

    low: float
    high: float
    counts: list[float]


@dataclass(frozen=True)
class LayerStatistics:
    """One layer, over the given points.

    weight_norm, gradient_norm: Euclidean norms of the weights and of ∂L/∂weights, biases left out.
    activation_mean, activation_std: of the layer's outputs, over units and points.
    saturated: share of (unit, point) where the slope φ′ is below 5 % of the largest it can be:
        little of the gradient gets through. dead: share of units for which it is below 0.1 % at
        every point: nothing does. Both 0 for softmax, which has no slope of its own.
    units: how many there are. saturated_units: share of units saturated at nine of ten points.
    activations, weights, gradients: how the outputs, and the two that the norms are of, spread.
    """

    weight_norm: float
    gradient_norm: float
    activation_mean: float
    activation_std: float
    dead: float
    saturated: float
    units: int
    saturated_units: float
    activations: Histogram
    weights: Histogram
    gradients: Histogram


def layer_statistics(
    network: Network, loss: type[Loss], inputs: Array, truth: Array
) -> list[LayerStatistics]:
    """Statistics of every layer, the output's last, for inputs (features + 1, N) as
    `network.columns` makes them and truth (outputs, N). Overwrites `network.gradients`."""
    inputs, truth = inputs[:, :MOST_POINTS], truth[:, :MOST_POINTS]
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
            saturated = slope < _SATURATED
            found.append(
                LayerStatistics(
                    weight_norm=float(np.linalg.norm(layer.parameters[:-1])),
                    gradient_norm=float(np.linalg.norm(layer.gradient[:-1])),
                    activation_mean=float(layer.a.mean()),
                    activation_std=float(layer.a.std()),
                    dead=float((slope < _DEAD).all(axis=-1).mean()),
                    saturated=float(saturated.mean()),
                    units=len(slope),
                    saturated_units=float((saturated.mean(axis=-1) >= _MOSTLY).mean()),
                    activations=histogram(layer.a),
                    weights=histogram(layer.parameters[:-1]),
                    gradients=histogram(layer.gradient[:-1]),
                )
            )
    return found


def histogram(values: Array) -> Histogram:
    """The histogram of an array of any shape; of nothing that is finite, it is 0 everywhere."""
    values = values.ravel()[:: -(-values.size // _COUNTED) or 1]
    values = values[np.isfinite(values)]
    if not values.size:
        return Histogram(0.0, 0.0, [0.0] * _BINS)
    low, high = values.min(), values.max()
    spread = high / 2 - low / 2  # halves: the difference of the largest numbers would overflow
    bins = np.zeros(values.size, int)
    if spread > 0:
        bins = np.minimum((values / 2 - low / 2) / spread * _BINS, _BINS - 1).astype(int)
    counts = np.bincount(bins, minlength=_BINS).astype(float)
    return Histogram(float(low), float(high), counts.tolist())

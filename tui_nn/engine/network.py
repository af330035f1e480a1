"""The network: layers of weights and biases, forward and backward.

Inside, an array has a column a point (feature-major), and every layer's input ends with a row of
ones: the bias is then the weight of an input that is always one, and a layer is one matrix
product, [W; b]ᵀ · [a; 1]. So is its gradient, [a; 1] · δᵀ. All the parameters lie in one flat
vector, all the gradients in a second one of the same layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from tui_nn.engine.activations import REGISTRY as ACTIVATIONS
from tui_nn.engine.initializers import Initializer
from tui_nn.engine.losses import Loss
from tui_nn.engine.types import Array


class Network:
    """A fully connected network.

    sizes: units of every layer, inputs first, as in (2, 8, 8, 1).
    hidden_activation, output_activation: names from `activations.REGISTRY`.

    `parameters` and `gradients` are flat vectors; `weights[i]` (fan_in, fan_out) and `biases[i]`
    (fan_out,) are views into the first, `layers[i]` (fan_in + 1, fan_out) is [W; b] whole.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden_activation: str = "sigmoid",
        output_activation: str = "sigmoid",
        dtype: str = "float64",
    ) -> None:
        self.sizes = tuple(sizes)
        names = [hidden_activation] * (len(self.sizes) - 2) + [output_activation]
        self.activations = [ACTIVATIONS[name] for name in names]
        count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.sizes))
        self.parameters: Array = np.zeros(count, dtype)
        self.gradients: Array = np.zeros(count, dtype)
        self.layers = self._blocks(self.parameters)
        self.layer_gradients = self._blocks(self.gradients)
        self.weights = [layer[:-1] for layer in self.layers]
        self.biases = [layer[-1] for layer in self.layers]

    def _blocks(self, flat: Array) -> list[Array]:
        """The layers' [W; b] as views into a flat vector."""
        blocks, start = [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            end = start + (fan_in + 1) * fan_out
            blocks.append(flat[start:end].reshape(fan_in + 1, fan_out))
            start = end
        return blocks

    def initialize(self, initializer: Initializer, rng: np.random.Generator) -> None:
        """Draw all weights and biases anew."""
        for weights, biases in zip(self.weights, self.biases, strict=True):
            weights[:], biases[:] = initializer(rng, *weights.shape)

    def predict(self, inputs: Array) -> Array:
        """Outputs (N, outputs) for inputs (N, features)."""
        return Pass(self, inputs).forward().T.copy()


class Pass:
    """The buffers of forward and backward over N points, made once and reused every step.

    inputs: (N, features); `load` replaces them without new buffers.
    """

    def __init__(self, network: Network, inputs: Array) -> None:
        self.network = network
        count, dtype = len(inputs), network.parameters.dtype
        sizes = network.sizes
        self.inputs: Array = np.ones((sizes[0] + 1, count), dtype)
        self.load(inputs)
        # The layers' sums z, outputs a and slopes φ′(z) each lie in one contiguous block, so that
        # layers of one activation get their slopes in one call. A row of ones follows each layer.
        rows = sum(sizes[1:]) + len(sizes) - 1
        z_all = np.zeros((rows, count), dtype)
        a_all = np.ones((rows, count), dtype)
        slope_all = np.zeros((rows, count), dtype)
        self.z: list[Array] = []
        self.a: list[Array] = []
        self.slope: list[Array] = []
        self.layer_inputs: list[Array] = [self.inputs]
        starts, row = [], 0
        for size in sizes[1:]:
            here = slice(row, row + size)
            self.z.append(z_all[here])
            self.a.append(a_all[here])
            self.slope.append(slope_all[here])
            self.layer_inputs.append(a_all[row : row + size + 1])
            starts.append(row)
            row += size + 1
        starts.append(row)
        self.delta = [np.empty_like(z) for z in self.z]
        self.same_activation = []
        for activation, group in groupby(
            range(len(network.activations)), key=network.activations.__getitem__
        ):
            layers = list(group)
            block = slice(starts[layers[0]], starts[layers[-1] + 1])
            self.same_activation.append((activation, z_all[block], a_all[block], slope_all[block]))
        transposed = [layer.T for layer in network.layers]
        self._forward = list(
            zip(transposed, self.layer_inputs, self.z, self.a, network.activations, strict=False)
        )

    def load(self, inputs: Array) -> None:
        """Replace the points by as many others (N, features)."""
        self.inputs[:-1] = inputs.T

    def forward(self) -> Array:
        """The network's outputs (outputs, N), a buffer that the next forward overwrites."""
        for layer, inputs, z, a, activation in self._forward:
            np.matmul(layer, inputs, out=z)
            activation.forward(z, a)
        return self.a[-1]

    def backward(self, loss: Loss, truth: Array) -> None:
        """Write ∂L/∂parameters into `network.gradients`; `forward` has run. truth: (outputs, N)."""
        network, delta = self.network, self.delta
        for activation, z, a, slope in self.same_activation:
            activation.derivative(z, a, slope)
        loss.gradient(self.a[-1], truth, delta[-1])
        for i in range(len(delta) - 1, -1, -1):
            if i < len(delta) - 1:
                np.matmul(network.weights[i + 1], delta[i + 1], out=delta[i])
            np.multiply(delta[i], self.slope[i], out=delta[i])
            np.matmul(self.layer_inputs[i], delta[i].T, out=network.layer_gradients[i])

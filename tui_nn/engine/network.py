"""The network: layers of weights and biases, forward and backward.

Inside, an array has a column a point (feature-major), and every layer's input ends with a row of
ones: the bias is then the weight of an input that is always one, and a layer is one matrix
product, [W; b]ᵀ · [a; 1]. So is its gradient, [a; 1] · δᵀ. All the parameters lie in one flat
vector, all the gradients in a second one of the same layout. `docs/maths.md` derives it.

A stack of K networks of one shape is the same thing with one axis more in front of each array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy as np
from numpy import multiply

from tui_nn.engine import losses
from tui_nn.engine.activations import OUTPUTS, REGISTRY, Activation
from tui_nn.engine.initializers import REGISTRY as INITIALIZERS
from tui_nn.engine.initializers import Initializer
from tui_nn.engine.losses import Loss
from tui_nn.engine.regularization import Dropout, LayerDropout
from tui_nn.engine.types import Array


class Network:
    """A fully connected network.

    sizes: units of every layer, inputs first, as in (2, 8, 8, 1).
    hidden_activation: a name from `activations.REGISTRY`, or a list of them, one a hidden layer.
    output_activation: a name from `activations.OUTPUTS`.
    dtype: "float64" or "float32".
    members: None, or the number K of networks in a stack (see `population`).

    `parameters` and `gradients` are flat vectors; `weights[i]` (fan_in, fan_out) and `biases[i]`
    (fan_out,) are views into the first, `layers[i]` (fan_in + 1, fan_out) is [W; b] whole.
    ValueError: an unknown activation, or not one for each hidden layer.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden_activation: str | Sequence[str] = "sigmoid",
        output_activation: str = "sigmoid",
        dtype: str = "float64",
        members: int | None = None,
    ) -> None:
        self.sizes = tuple(sizes)
        hidden_layers = len(self.sizes) - 2
        if isinstance(hidden_activation, str):
            hidden_activation = [hidden_activation] * hidden_layers
        if len(hidden_activation) != hidden_layers:
            raise ValueError(
                f"activation: {', '.join(hidden_activation)}: give one, or one for each of the"
                f" {hidden_layers} hidden layers"
            )
        self.activations = [
            *(_known(name, REGISTRY) for name in hidden_activation),
            _known(output_activation, OUTPUTS),
        ]
        lead = () if members is None else (members,)
        count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.sizes))
        self.parameters: Array = np.zeros((*lead, count), dtype)
        self.gradients: Array = np.zeros((*lead, count), dtype)
        self.layers = self.blocks(self.parameters)
        self.layer_gradients = self.blocks(self.gradients)
        self.weights = [layer[..., :-1, :] for layer in self.layers]
        self.biases = [layer[..., -1, :] for layer in self.layers]

    def blocks(self, flat: Array) -> list[Array]:
        """The layers' [W; b] as views into a flat vector of the parameters' layout."""
        blocks, start = [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            end = start + (fan_in + 1) * fan_out
            blocks.append(flat[..., start:end].reshape(*flat.shape[:-1], fan_in + 1, fan_out))
            start = end
        return blocks

    def initialize(self, initializer: str | Initializer, rng: np.random.Generator) -> None:
        """Draw all weights and biases anew. initializer: a name from `initializers.REGISTRY`, or a
        function like those."""
        if isinstance(initializer, str):
            initializer = INITIALIZERS[initializer]
        for weights, biases in zip(self.weights, self.biases, strict=True):
            weights[:], biases[:] = initializer(rng, *weights.shape)

    def predict(self, inputs: Array) -> Array:
        """Outputs (N, outputs) for inputs (N, features)."""
        return Pass(self, len(inputs)).forward(columns(inputs, self.parameters.dtype)).T.copy()


def _known(name: str, known: dict[str, type[Activation]]) -> type[Activation]:
    if name not in known:
        raise ValueError(f"activation: {name}: choose from {', '.join(known)}")
    return known[name]


def columns(inputs: Array, dtype: np.dtype[Any]) -> Array:
    """Points (N, features) as the network wants them: (features + 1, N), the last row ones.

    In memory a point's numbers stay side by side, so that a choice of points is copied fast; the
    matrix product takes the transposed view as it is.
    """
    points = np.ones((len(inputs), inputs.shape[1] + 1), dtype)
    points[:, :-1] = inputs
    return points.T


class Layer:
    """One layer over N points: its buffers, and the calls that run over them.

    `a` (units, N) are its outputs φ(z), `slope` φ′(z), `delta` ∂L/∂z; `outgoing` is what the next
    layer takes in: `a` and the row of ones, or a dropout's copy of both.
    """

    def __init__(
        self,
        network: Network,
        index: int,
        outputs: Array,
        slopes: Array,
        keep_z: bool,
        fused: bool,
        drop: LayerDropout | None,
    ) -> None:
        kind = network.activations[index]
        self.a, self.slope, self.outgoing = outputs[..., :-1, :], slopes[..., :-1, :], outputs
        self.z = np.zeros_like(self.a) if kind.needs_z or keep_z else self.a
        self.delta = np.empty_like(self.z)
        activation = kind(self.z, self.a, self.slope)
        self.activate, self.derivative = activation.forward, activation.derivative
        # The loss's gradient is ∂L/∂z already where it is fused with the output's activation.
        self.sloped_kind = kind if kind.sloped and not fused else None
        self.factors = [self.slope] if self.sloped_kind else []
        if drop is not None:
            self.activate, self.outgoing = drop.after(activation.forward), drop.outgoing
            self.factors.append(drop.mask)
        self.weights, self.block = network.weights[index], network.layers[index]
        self.gradient = network.layer_gradients[index]


class Pass:
    """Forward and backward over N points: a plan of buffers, made once and used every step.

    points: N. Without a `loss` there is no backward. dropout: see `regularization.Dropout`.
    `a[i]` (units, N) are the outputs of layer i, in buffers that the next forward overwrites.
    ValueError: a loss that makes no sense with the output activation.
    """

    def __init__(
        self,
        network: Network,
        points: int,
        loss: type[Loss] | None = None,
        dropout: Dropout | None = None,
    ) -> None:
        if loss is not None:
            losses.check(loss, network.activations[-1].name)
        # The outputs and the slopes of all layers lie in one block each, so that neighbours of one
        # activation get their slopes in one call. A row of ones follows each layer.
        ends = list(accumulate(size + 1 for size in network.sizes[1:]))
        shape = (*network.parameters.shape[:-1], ends[-1], points)
        outputs, slopes = (np.ones(shape, network.parameters.dtype) for _ in range(2))
        rows = [slice(start, end) for start, end in pairwise([0, *ends])]
        last = len(rows) - 1
        layers = [
            Layer(
                network,
                i,
                outputs[..., row, :],
                slopes[..., row, :],
                keep_z=i == last and (loss is None or loss.from_logits),
                fused=i == last and loss is not None and loss.from_logits,
                drop=dropout.layer(i, outputs[..., row, :]) if dropout and i < last else None,
            )
            for i, row in enumerate(rows)
        ]
        self.a = [layer.a for layer in layers]
        self.output, self.logits = layers[-1].a, layers[-1].z

        first = layers[0]
        self._forward = [
            (times(layer.block.mT), layer.z, layer.activate, layer.outgoing) for layer in layers
        ]
        if loss is None:
            return
        self._loss_gradient = loss(self.output, layers[-1].delta).gradient
        self._derivatives = list(_derivatives(layers, rows, outputs, slopes))
        self._backward = [
            (
                layer.delta,
                layer.factors,
                times(before.outgoing),
                layer.delta.mT,
                layer.gradient,
                times(layer.weights),
                before.delta,
            )
            for before, layer in reversed(list(pairwise(layers)))
        ]
        self._first = first.delta, first.factors, first.delta.mT, first.gradient

    def forward(self, inputs: Array) -> Array:
        """The network's outputs (outputs, N), for inputs (features + 1, N) as `columns` makes them.

        aᵢ₊₁ = φ([W; b]ᵀ · [aᵢ; 1])
        """
        self.inputs = inputs
        for layer_times, z, activate, outgoing in self._forward:
            layer_times(inputs, z)
            activate()
            inputs = outgoing
        return self.output

    def backward(self, truth: Array) -> None:
        """Write ∂L/∂parameters into `network.gradients`; `forward` has run. truth: (outputs, N).

        ∂L/∂[W; b]ᵢ = [aᵢ; 1] · δᵢᵀ        δᵢ₋₁ = Wᵢ δᵢ ∘ φ′(zᵢ₋₁)
        """
        for derivative in self._derivatives:
            derivative()
        self._loss_gradient(truth)
        for (
            delta,
            factors,
            inputs_times,
            delta_transposed,
            gradient,
            weights_times,
            before,
        ) in self._backward:
            for factor in factors:
                multiply(delta, factor, delta)
            inputs_times(delta_transposed, gradient)
            weights_times(delta, before)
        delta, factors, delta_transposed, gradient = self._first
        for factor in factors:
            multiply(delta, factor, delta)
        self.inputs.dot(delta_transposed, gradient)


def times(left: Array) -> Callable[[Array, Array], object]:
    """The product left · x, as a call that writes it into a given array: times(left)(x, out).

    `ndarray.dot` takes a third of the time of `np.matmul` on small matrices, but knows no stacks.
    """
    return left.dot if left.ndim == 2 else partial(np.matmul, left)


def _derivatives(
    layers: list[Layer], rows: list[slice], outputs: Array, slopes: Array
) -> Iterator[Callable[[], None]]:
    """The calls that fill all the slopes; one for neighbours of one activation, if it can."""
    for kind, group in groupby(zip(layers, rows, strict=True), lambda pair: pair[0].sloped_kind):
        if kind is None:
            continue
        members = list(group)
        if kind.needs_z:
            yield from (layer.derivative for layer, _ in members)
        else:
            block = slice(members[0][1].start, members[-1][1].stop)
            a = outputs[..., block, :]
            yield kind(a, a, slopes[..., block, :]).derivative

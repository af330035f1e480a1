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
from tui_nn.engine.activations import OUTPUTS, REGISTRY
from tui_nn.engine.checks import known
from tui_nn.engine.initializers import REGISTRY as INITIALIZERS
from tui_nn.engine.initializers import Initializer
from tui_nn.engine.losses import Loss
from tui_nn.engine.regularization import Dropout
from tui_nn.engine.types import Array

BLOCK = 512  # points that are predicted at once: more would only take memory


class Network:
    """A fully connected network.

    sizes: units of every layer, inputs first, as in (2, 8, 8, 1).
    hidden_activation: a name from `activations.REGISTRY`, or a list of them, one a hidden layer.
    output_activation: a name from `activations.OUTPUTS`.
    dtype: "float64" or "float32".
    members: None, or the number K of networks in a stack (see `population`).

    `parameters` and `gradients` are flat vectors, `parameter_blocks[i]` and `gradient_blocks[i]`
    (fan_in + 1, fan_out) views into them: a layer's [W; b] and its gradient. `weights[i]` and
    `biases[i]` (fan_out,) are the two parts of the first.
    ValueError: sizes that are none; an unknown activation, or not one for each hidden layer.
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
        if len(self.sizes) < 2 or min(self.sizes) < 1:
            raise ValueError(f"sizes: {self.sizes}: must be two or more, each ≥ 1")
        hidden_layers = len(self.sizes) - 2
        if isinstance(hidden_activation, str):
            hidden_activation = [hidden_activation] * hidden_layers
        if len(hidden_activation) != hidden_layers:
            raise ValueError(
                f"activation: {', '.join(hidden_activation)}: give one, or one for each of the"
                f" {hidden_layers} hidden layers"
            )
        self.activations = [
            *(known("activation", name, REGISTRY) for name in hidden_activation),
            known("output_activation", output_activation, OUTPUTS),
        ]
        lead = () if members is None else (members,)
        count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(self.sizes))
        self.parameters: Array = np.zeros((*lead, count), dtype)
        self.gradients: Array = np.zeros((*lead, count), dtype)
        self.parameter_blocks = self.blocks(self.parameters)
        self.gradient_blocks = self.blocks(self.gradients)
        self.weights = [block[..., :-1, :] for block in self.parameter_blocks]
        self.biases = [block[..., -1, :] for block in self.parameter_blocks]

    def blocks(self, flat: Array) -> list[Array]:
        """The layers' [W; b] as views into a flat vector of the parameters' layout."""
        blocks, start = [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            end = start + (fan_in + 1) * fan_out
            blocks.append(flat[..., start:end].reshape(*flat.shape[:-1], fan_in + 1, fan_out))
            start = end
        return blocks

    def initialize(
        self,
        initializer: str | Initializer,
        rng: np.random.Generator | Sequence[np.random.Generator],
    ) -> None:
        """Draw all weights and biases anew.

        initializer: a name from `initializers.REGISTRY`, or a function like those.
        rng: a generator, or a list of them for a stack, one a member.
        ValueError: an unknown name; not one generator a member.
        """
        if isinstance(initializer, str):
            initializer = known("initializer", initializer, INITIALIZERS)
        members = [rng] if isinstance(rng, np.random.Generator) else rng
        for generator, parameters in zip(members, np.atleast_2d(self.parameters), strict=True):
            for block in self.blocks(parameters):
                block[:-1], block[-1] = initializer(generator, len(block) - 1, block.shape[1])

    def predict(self, inputs: Array) -> Array:
        """Outputs (N, outputs) for inputs (N, features); (K, N, outputs) of a stack."""
        starts = range(0, max(len(inputs), 1), BLOCK)
        blocks = [self.layer_outputs(inputs[start : start + BLOCK])[-1] for start in starts]
        return np.concatenate(blocks, axis=-2)

    def layer_outputs(self, inputs: Array) -> list[Array]:
        """What every unit says: outputs (N, units) of each layer for inputs (N, features), the
        hidden layers first; (K, N, units) of a stack."""
        points = Pass(self, len(inputs))
        with np.errstate(all="ignore"):
            points.forward(columns(inputs, self.parameters.dtype))
        return [matrices(layer.a).mT.copy() for layer in points.layers]

    def member(self, k: int) -> Network:
        """Network k of a stack, as a network of its own: a copy."""
        alone = self.alike()
        alone.parameters[:] = self.parameters[k]
        return alone

    def alike(self, members: int | None = None) -> Network:
        """Another network of this shape, or a stack of them; its parameters are zeros."""
        *hidden, output = (activation.name for activation in self.activations)
        return Network(self.sizes, hidden, output, self.parameters.dtype.name, members)


def columns(inputs: Array, dtype: np.dtype[Any]) -> Array:
    """Points (N, features) as the network wants them: (features + 1, N), the last row ones; those
    of K networks, (K, N, features), as (K, features + 1, N).

    In memory a point's numbers stay side by side, so that a choice of points is copied fast; the
    matrix product takes the transposed view as it is.
    """
    points = np.ones((*inputs.shape[:-1], inputs.shape[-1] + 1), dtype)
    points[..., :-1] = inputs
    return points.mT


class Layer:
    """One layer over N points: its buffers, and the products that run over them.

    `a` (units, N) are its outputs φ(z), `slope` φ′(z), `delta` first ∂L/∂a, then ∂L/∂z. `outgoing`
    is what the next layer takes in: `a` and the row of ones, or a dropout's copy of both. `slopes`
    are those φ′ and that dropout's mask: all that ∂L/∂a has to be multiplied with.
    """

    def __init__(
        self,
        network: Network,
        index: int,
        outputs: Array,
        slope: Array,
        loss: type[Loss] | None,
        dropout: Dropout | None,
    ) -> None:
        kind, is_output = network.activations[index], index == len(network.activations) - 1
        from_logits = is_output and (loss is None or loss.from_logits)
        self.kind = kind
        self.a, self.slope, outgoing = outputs[:-1], slope[:-1], outputs
        # One buffer for both, unless φ′ wants z, or the loss the logits.
        self.z = np.zeros_like(self.a) if kind.needs_z or from_logits else self.a
        self.delta = np.empty_like(self.z)
        activation = kind(self.z, self.a, self.slope)
        self.activate, self.derivative = activation.forward, activation.derivative
        # Whose derivative backward asks for: a loss from logits gives ∂L/∂z at once.
        self.differentiated = kind if kind.sloped and not from_logits else None
        self.slopes = [self.slope] if self.differentiated else []
        drop = dropout.layer(index, outputs) if dropout and not is_output else None
        if drop is not None:
            self.activate, outgoing = drop.after(activation.forward), drop.outgoing
            self.slopes.append(drop.mask)

        self.parameters = network.parameter_blocks[index]
        self.gradient = network.gradient_blocks[index]
        self.parameters_times = times(self.parameters.mT)
        self.weights_times = times(self.parameters[..., :-1, :])
        # What goes into the products, as matrices.
        self.outgoing, self.z_matrix = matrices(outgoing), matrices(self.z)
        self.delta_matrix, self.delta_matrix_T = matrices(self.delta), matrices(self.delta).mT

    def follow(self, before: Layer) -> None:
        """Take the layer before as the one to pass ∂L/∂a on to."""
        self.inputs_times, self.delta_matrix_before = times(before.outgoing), before.delta_matrix


class Pass:
    """Forward and backward over N points: a plan of buffers, made once and used every step.

    points: N. Without a `loss` there is no backward. dropout: see `regularization.Dropout`.
    `output` (outputs, N) are the outputs of the last layer and `logits` its z, `layers[i].a` those
    of layer i; all are buffers that the next forward overwrites.
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
        shape = (ends[-1], *network.parameters.shape[:-1], points)
        outputs, slopes = (np.ones(shape, network.parameters.dtype) for _ in range(2))
        rows = [slice(start, end) for start, end in pairwise([0, *ends])]
        self.layers = [
            Layer(network, i, outputs[row], slopes[row], loss, dropout)
            for i, row in enumerate(rows)
        ]
        for before, layer in pairwise(self.layers):
            layer.follow(before)
        last = self.layers[-1]
        self.output, self.logits = last.a, last.z
        if loss is not None:
            self._derivatives = list(_derivatives(self.layers, rows, outputs, slopes))
            self._loss_gradient = loss(last.a, last.delta).gradient
        self._first, self._others_backwards = self.layers[0], self.layers[:0:-1]
        # The first layer's inputs are others at each step; of a stack they may be one plain matrix.
        self._times = np.ndarray.dot if network.parameters.ndim == 1 else np.matmul

    def forward(self, inputs: Array) -> Array:
        """The network's outputs (outputs, N), for inputs (features + 1, N) as `columns` makes them.

        z = [W; b]ᵀ · [a; 1] and a = φ(z), layer by layer.
        """
        self.inputs = inputs
        for layer in self.layers:
            layer.parameters_times(inputs, layer.z_matrix)
            layer.activate()
            inputs = layer.outgoing
        return self.output

    def forward_from(self, z: Array) -> Array:
        """The same where the first layer's z, (units, N), is known."""
        first, *others = self.layers
        first.z[...] = z
        first.activate()
        inputs = first.outgoing
        for layer in others:
            layer.parameters_times(inputs, layer.z_matrix)
            layer.activate()
            inputs = layer.outgoing
        return self.output

    def backward(self, truth: Array) -> None:
        """Write ∂L/∂parameters into `network.gradients`. truth: (outputs, N).

        δ = ∂L/∂a ∘ φ′(z),  ∂L/∂[W; b] = [a; 1] · δᵀ with the layer's inputs a, and W · δ is ∂L/∂a
        of the layer before. Call it once after each `forward`: some activations complete φ′ in
        place, from what that has left, and a second call would give wrong gradients.
        """
        for derivative in self._derivatives:
            derivative()
        self._loss_gradient(truth)
        for layer in self._others_backwards:
            for slope in layer.slopes:
                multiply(layer.delta, slope, layer.delta)
            layer.inputs_times(layer.delta_matrix_T, layer.gradient)
            layer.weights_times(layer.delta_matrix, layer.delta_matrix_before)
        first = self._first
        for slope in first.slopes:
            multiply(first.delta, slope, first.delta)
        self._times(self.inputs, first.delta_matrix_T, first.gradient)


def matrices(array: Array) -> Array:
    """Itself, (units, N); the buffers of K networks, (units, K, N), as K matrices (units, N)."""
    return array if array.ndim == 2 else array.swapaxes(0, 1)


def times(left: Array) -> Callable[[Array, Array], object]:
    """The product left · x, as a call that writes it into a given array: times(left)(x, out).

    `ndarray.dot` takes half the time of `np.matmul` on small matrices, but knows no stacks; for
    these, columns times rows are faster as plain multiplication.
    """
    if left.ndim == 2:
        return left.dot
    return partial(multiply if left.shape[-1] == 1 else np.matmul, left)


def _derivatives(
    layers: list[Layer], rows: list[slice], outputs: Array, slopes: Array
) -> Iterator[Callable[[], None]]:
    """The calls that fill all the slopes; one for neighbours of one activation, where it can."""
    for kind, group in groupby(zip(layers, rows, strict=True), lambda pair: pair[0].differentiated):
        if kind is None:
            continue
        neighbours = list(group)
        if kind.needs_z:
            yield from (layer.derivative for layer, _ in neighbours)
        else:
            block = slice(neighbours[0][1].start, neighbours[-1][1].stop)
            yield kind(outputs[block], outputs[block], slopes[block]).derivative

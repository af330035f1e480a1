"""Activations: what a unit makes of its weighted sum, and the slope of that.

An activation is made for the buffers of a layer: `z` its sums, `a` its outputs, `slope`. `forward`
writes φ(z) into `a`, and `derivative`, later, φ′(z) into `slope`. In between `slope` belongs to the
activation, which may leave there what spares `derivative` work. Where `needs_z` is false, `z` and
`a` may be one buffer, and layers that lie side by side may share one `derivative`.

Nothing is allocated in either. In a call like `add(z, one, a)` the last array takes the result.
Units are the first axis, points the last.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy import add, cos, divide, exp, expm1, multiply, negative, sin, subtract, tanh

from tui_nn.engine.normal import Normal
from tui_nn.engine.types import Array, constant


class Activation:
    """One activation φ over given buffers of one shape."""

    name: ClassVar[str]
    needs_z: ClassVar[bool] = False  # whether `derivative` wants z itself
    sloped: ClassVar[bool] = True  # whether there is a slope to multiply with
    largest_slope: ClassVar[float] = 1.0  # about; a unit saturates where it has little of it

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        self.z, self.a, self.slope = z, a, slope
        self.zero, self.half, self.one = (constant(value, z.dtype) for value in (0, 0.5, 1))

    def forward(self) -> None:
        raise NotImplementedError

    def derivative(self) -> None:
        raise NotImplementedError


class Linear(Activation):
    """φ(z) = z; φ′ = 1, with which nobody needs to multiply."""

    name = "linear"
    sloped = False

    def forward(self) -> None:
        if self.a is not self.z:
            np.copyto(self.a, self.z)

    def derivative(self) -> None:
        self.slope.fill(1)


class Sigmoid(Activation):
    """φ(z) = 1 / (1 + e⁻ᶻ) = e / (1 + e), where e = eᶻ; φ′ = a(1 − a) = a / (1 + e).

    These forms keep all their digits in both tails; e is kept from overflowing.
    """

    name = "sigmoid"
    largest_slope = 0.25

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.top = exp_limit(z.dtype)

    def forward(self) -> None:
        a, slope = self.a, self.slope
        np.minimum(self.z, self.top, out=a)
        exp(a, a)
        add(a, self.one, slope)
        divide(a, slope, a)

    def derivative(self) -> None:
        divide(self.a, self.slope, self.slope)


class Tanh(Activation):
    """φ(z) = tanh z; φ′ = 1 − a²."""

    name = "tanh"

    def forward(self) -> None:
        tanh(self.z, self.a)

    def derivative(self) -> None:
        multiply(self.a, self.a, self.slope)
        subtract(self.one, self.slope, self.slope)


class Relu(Activation):
    """φ(z) = max(z, 0); φ′ = 1 where z > 0, else 0 (at 0 too, as in PyTorch).

    Nair and Hinton 2010, "Rectified linear units improve restricted Boltzmann machines".
    """

    name = "relu"

    def forward(self) -> None:
        np.maximum(self.z, self.zero, out=self.a)

    def derivative(self) -> None:
        np.sign(self.a, self.slope)


class LeakyRelu(Activation):
    """φ(z) = z where z > 0, else 0.01 z; φ′ = 1 or 0.01. Maas et al. 2013."""

    name = "leaky_relu"

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.leak = constant(0.01, z.dtype)

    def forward(self) -> None:
        multiply(self.z, self.leak, self.slope)
        np.maximum(self.z, self.slope, out=self.a)

    def derivative(self) -> None:
        np.sign(self.a, self.slope)
        np.maximum(self.slope, self.leak, out=self.slope)


class Elu(Activation):
    """φ(z) = z where z > 0, else eᶻ − 1; φ′ = 1 or eᶻ.

    Since eᶻ − 1 ≥ z, it is max(z, e^min(z, 0) − 1). Clevert et al. 2015, arxiv.org/abs/1511.07289.
    """

    name = "elu"
    needs_z = True

    def forward(self) -> None:
        np.minimum(self.z, self.zero, out=self.a)
        expm1(self.a, self.a)
        np.maximum(self.z, self.a, out=self.a)

    def derivative(self) -> None:
        np.minimum(self.z, self.zero, out=self.slope)
        exp(self.slope, self.slope)


class Selu(Activation):
    """φ(z) = λz where z > 0, else λα(eᶻ − 1); φ′ = λ or λα eᶻ.

    λ and α keep mean 0 and variance 1 from layer to layer, if the weights begin with lecun_normal.
    Klambauer et al. 2017, arxiv.org/abs/1706.02515.
    """

    name = "selu"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        alpha, scale = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
        self.scale = constant(scale, z.dtype)
        self.alpha_scale = constant(alpha * scale, z.dtype)
        self.positive = np.empty(z.shape, bool)

    def forward(self) -> None:
        z, a = self.z, self.a
        np.minimum(z, self.zero, out=a)
        expm1(a, a)
        multiply(a, self.alpha_scale, a)
        np.greater(z, self.zero, self.positive)
        multiply(z, self.scale, a, where=self.positive)

    def derivative(self) -> None:
        slope = self.slope
        np.minimum(self.z, self.zero, out=slope)
        exp(slope, slope)
        multiply(slope, self.alpha_scale, slope)
        np.copyto(slope, self.scale, where=self.positive)


class Gelu(Activation):
    """φ(z) = z Φ(z), Φ the normal distribution; φ′ = Φ(z) + z e^(−z²/2) / √(2π).

    Hendrycks and Gimpel 2016, arxiv.org/abs/1606.08415. Φ(z) keeps its digits in the left tail,
    where the usual ½(1 + erf(z/√2)) loses them.
    """

    name = "gelu"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.normal = Normal(z)

    def forward(self) -> None:
        self.normal.distribution(self.slope)
        multiply(self.z, self.slope, self.a)

    def derivative(self) -> None:
        density = self.normal.density()
        multiply(density, self.z, density)
        add(self.slope, density, self.slope)


class GeluTanh(Activation):
    """φ(z) = ½ z (1 + tanh u) = z σ(2u), 2u = c z + d z³, c = √(8/π), d = 0.044715 c: about gelu.

    φ′ = σ + z σ(1 − σ) (c + 3d z²), with e = e²ᵘ and σ = e / (1 + e) as in Sigmoid.
    Hendrycks and Gimpel 2016, arxiv.org/abs/1606.08415.
    """

    name = "gelu_tanh"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        c = np.sqrt(8 / np.pi)
        self.c, self.d, self.three_d = (
            constant(value, z.dtype) for value in (c, 0.044715 * c, 3 * 0.044715 * c)
        )
        self.top = exp_limit(z.dtype)
        self.square, self.work = np.empty_like(z), np.empty_like(z)

    def forward(self) -> None:
        z, a, slope, square, work = self.z, self.a, self.slope, self.square, self.work
        multiply(z, z, square)
        multiply(square, self.d, a)
        add(a, self.c, a)
        multiply(a, z, a)
        np.minimum(a, self.top, out=a)
        exp(a, a)
        add(a, self.one, work)
        divide(a, work, slope)
        multiply(z, slope, a)

    def derivative(self) -> None:
        slope, square, work = self.slope, self.square, self.work
        multiply(square, self.three_d, square)
        add(square, self.c, square)
        divide(self.a, work, work)
        multiply(work, square, work)
        add(slope, work, slope)


class Silu(Activation):
    """φ(z) = z σ(z), also called swish; φ′ = σ + a(1 − σ), with σ = e / (1 + e) as in Sigmoid.

    Elfwing et al. 2017, arxiv.org/abs/1702.03118.
    """

    name = "silu"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.top = exp_limit(z.dtype)
        self.work = np.empty_like(z)

    def forward(self) -> None:
        a, slope, work = self.a, self.slope, self.work
        np.minimum(self.z, self.top, out=a)
        exp(a, a)
        add(a, self.one, work)
        divide(a, work, slope)
        multiply(self.z, slope, a)

    def derivative(self) -> None:
        divide(self.a, self.work, self.work)
        add(self.slope, self.work, self.slope)


class Softplus(Activation):
    """φ(z) = log(1 + eᶻ); φ′ = σ(z) = 1 − e⁻ᵃ. Dugas et al. 2000."""

    name = "softplus"

    def forward(self) -> None:
        np.logaddexp(self.z, self.zero, self.a)

    def derivative(self) -> None:
        slope = self.slope
        negative(self.a, slope)
        expm1(slope, slope)
        negative(slope, slope)


class Sine(Activation):
    """φ(z) = sin z; φ′ = cos z. Sitzmann et al. 2020, arxiv.org/abs/2006.09661 (SIREN)."""

    name = "sine"
    needs_z = True

    def forward(self) -> None:
        sin(self.z, self.a)

    def derivative(self) -> None:
        cos(self.z, self.slope)


class Softmax(Activation):
    """φ(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ over the units of the layer: a share for each class.

    At the output only, with cross-entropy, whose gradient has φ′ in it.
    """

    name = "softmax"
    needs_z = True
    sloped = False

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.of_units = np.empty_like(z[0])

    def forward(self) -> None:
        z, a, of_units = self.z, self.a, self.of_units
        np.max(z, axis=0, out=of_units)
        subtract(z, of_units, a)
        exp(a, a)
        np.sum(a, axis=0, out=of_units)
        divide(a, of_units, a)

    def derivative(self) -> None:
        raise ValueError("softmax: has no slope of its own: use it with cross_entropy")


def exp_limit(dtype: np.dtype[Any]) -> Array:
    """The largest whole number whose exponential is finite."""
    return constant(np.floor(np.log(np.finfo(dtype).max)), dtype)


def apply(name: str, z: Array) -> tuple[Array, Array]:
    """φ(z) and φ′(z) of an activation by its name, as new arrays; for plots and tests."""
    z = np.array(z, ndmin=2)
    a, slope = np.empty_like(z), np.ones_like(z)
    activation = REGISTRY[name](z.copy(), a, slope)
    activation.forward()
    activation.derivative()
    return a, slope


REGISTRY: dict[str, type[Activation]] = {
    activation.name: activation
    for activation in (
        Sigmoid,
        Tanh,
        Relu,
        LeakyRelu,
        Elu,
        Selu,
        Gelu,
        GeluTanh,
        Silu,
        Softplus,
        Sine,
        Linear,
    )
}
OUTPUTS: dict[str, type[Activation]] = REGISTRY | {Softmax.name: Softmax}

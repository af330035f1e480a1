"""The classic activations: curves that rise, bend or wave; and softmax for the output."""

from __future__ import annotations

import numpy as np
from numpy import add, cos, divide, exp, expm1, multiply, negative, sin, subtract, tanh

from tui_nn.engine.activations.base import Activation, exp_limit, filled
from tui_nn.engine.types import Array, constant


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
    """φ(z) = 1 / (1 + e⁻ᶻ); φ′ = a(1 − a).

    Taken as e / (1 + e) and a / (1 + e), where e = eᶻ: these keep all their digits in both tails.
    e is kept from overflowing.
    """

    name = "sigmoid"
    largest_slope = 0.25
    bounds = 0.0, 1.0
    flattens = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.tops = filled(exp_limit(z.dtype), z)

    def forward(self) -> None:
        a, slope = self.a, self.slope
        np.minimum(self.z, self.tops, out=a)
        exp(a, a)
        add(a, self.one, slope)
        divide(a, slope, a)

    def derivative(self) -> None:
        divide(self.a, self.slope, self.slope)


class Tanh(Activation):
    """φ(z) = tanh z; φ′ = 1 − a²."""

    name = "tanh"
    bounds = -1.0, 1.0
    flattens = True

    def forward(self) -> None:
        tanh(self.z, self.a)

    def derivative(self) -> None:
        multiply(self.a, self.a, self.slope)
        subtract(self.one, self.slope, self.slope)


class Relu(Activation):
    """φ(z) = max(z, 0); φ′ = 1 where z > 0, else 0.

    0 at 0 too, as in PyTorch. Nair and Hinton 2010,
    "Rectified linear units improve restricted Boltzmann machines".
    """

    name = "relu"

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.zeros = np.zeros_like(z)

    def forward(self) -> None:
        np.maximum(self.z, self.zeros, out=self.a)

    def derivative(self) -> None:
        np.sign(self.a, self.slope)


class LeakyRelu(Activation):
    """φ(z) = z where z > 0, else 0.01 z; φ′ = 1 or 0.01.

    Maas et al. 2013, "Rectifier nonlinearities improve neural network acoustic models".
    """

    name = "leaky_relu"

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.leak, self.leaks = constant(0.01, z.dtype), filled(0.01, z)

    def forward(self) -> None:
        multiply(self.z, self.leak, self.slope)
        np.maximum(self.z, self.slope, out=self.a)

    def derivative(self) -> None:
        np.sign(self.a, self.slope)
        np.maximum(self.slope, self.leaks, out=self.slope)


class Elu(Activation):
    """φ(z) = z where z > 0, else eᶻ − 1; φ′ = 1 or eᶻ.

    Since eᶻ − 1 ≥ z, it is max(z, e^min(z, 0) − 1). Clevert et al. 2015, arxiv.org/abs/1511.07289.
    """

    name = "elu"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.zeros = np.zeros_like(z)

    def forward(self) -> None:
        np.minimum(self.z, self.zeros, out=self.a)
        expm1(self.a, self.a)
        np.maximum(self.z, self.a, out=self.a)

    def derivative(self) -> None:
        np.minimum(self.z, self.zeros, out=self.slope)
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
        self.zeros, self.positive = np.zeros_like(z), np.empty(z.shape, bool)

    def forward(self) -> None:
        z, a = self.z, self.a
        np.minimum(z, self.zeros, out=a)
        expm1(a, a)
        multiply(a, self.alpha_scale, a)
        np.greater(z, self.zeros, self.positive)
        multiply(z, self.scale, a, where=self.positive)

    def derivative(self) -> None:
        slope = self.slope
        np.minimum(self.z, self.zeros, out=slope)
        exp(slope, slope)
        multiply(slope, self.alpha_scale, slope)
        np.copyto(slope, self.scale, where=self.positive)


class Softplus(Activation):
    """φ(z) = log(1 + eᶻ); φ′ = σ(z) = 1 − e⁻ᵃ.

    Dugas et al. 2000, "Incorporating second-order functional knowledge for better option pricing".
    """

    name = "softplus"

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.zeros = np.zeros_like(z)

    def forward(self) -> None:
        np.logaddexp(self.z, self.zeros, self.a)

    def derivative(self) -> None:
        slope = self.slope
        negative(self.a, slope)
        expm1(slope, slope)
        negative(slope, slope)


class Sine(Activation):
    """φ(z) = sin z; φ′ = cos z.

    Sitzmann et al. 2020, arxiv.org/abs/2006.09661 (SIREN).
    """

    name = "sine"
    bounds = -1.0, 1.0
    needs_z = True

    def forward(self) -> None:
        sin(self.z, self.a)

    def derivative(self) -> None:
        cos(self.z, self.slope)


class Softmax(Activation):
    """φ(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ: a share for each class, at the output.

    Over the units of the layer. Only with cross-entropy, whose gradient has φ′ in it.
    """

    name = "softmax"
    bounds = 0.0, 1.0
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

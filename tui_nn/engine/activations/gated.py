"""Activations that are z times a gate, which opens from 0 to 1 as z grows: smoother relus."""

from __future__ import annotations

import numpy as np
from numpy import add, divide, exp, multiply

from tui_nn.engine.activations.base import Activation, exp_limit, filled
from tui_nn.engine.activations.normal import Normal
from tui_nn.engine.types import Array, constant


class Silu(Activation):
    """φ(z) = z σ(z), also called swish; φ′ = σ + a(1 − σ).

    With σ = e / (1 + e) as in Sigmoid. Elfwing et al. 2017, arxiv.org/abs/1702.03118.
    """

    name = "silu"
    needs_z = True

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        super().__init__(z, a, slope)
        self.tops = filled(exp_limit(z.dtype), z)
        self.work = np.empty_like(z)

    def forward(self) -> None:
        a, slope, work = self.a, self.slope, self.work
        np.minimum(self.z, self.tops, out=a)
        exp(a, a)
        add(a, self.one, work)
        divide(a, work, slope)
        multiply(self.z, slope, a)

    def derivative(self) -> None:
        divide(self.a, self.work, self.work)
        add(self.slope, self.work, self.slope)


class Gelu(Activation):
    """φ(z) = z Φ(z), Φ the distribution function of N(0, 1).

    φ′ = Φ(z) + z e^(−z²/2) / √(2π).
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
    """φ(z) = ½ z (1 + tanh u), about gelu.

    Taken as z σ(2u), 2u = c z + d z³, c = √(8/π), d = 0.044715 c.
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
        self.tops = filled(exp_limit(z.dtype), z)
        self.square, self.work = np.empty_like(z), np.empty_like(z)

    def forward(self) -> None:
        z, a, slope, square, work = self.z, self.a, self.slope, self.square, self.work
        multiply(z, z, square)
        multiply(square, self.d, a)
        add(a, self.c, a)
        multiply(a, z, a)
        np.minimum(a, self.tops, out=a)
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

"""Activations: what a unit makes of its weighted sum, and the slope of that.

`forward(z, a)` writes φ(z) into `a`; `derivative(z, a, slope)` writes φ′(z), which most of them
get from their own output `a`. Arrays may have any shape; nothing is allocated.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tui_nn.engine.types import Array


class Activation(Protocol):
    """One activation φ; stateless."""

    name: str

    def forward(self, z: Array, a: Array) -> None: ...

    def derivative(self, z: Array, a: Array, slope: Array) -> None: ...


class Linear:
    """φ(z) = z, φ′ = 1."""

    name = "linear"

    def forward(self, z: Array, a: Array) -> None:
        np.copyto(a, z)

    def derivative(self, z: Array, a: Array, slope: Array) -> None:
        slope.fill(1.0)


class Sigmoid:
    """φ(z) = 1 / (1 + e⁻ᶻ) = (1 + tanh(z/2)) / 2, φ′ = a(1 − a). The tanh form can't overflow."""

    name = "sigmoid"

    def forward(self, z: Array, a: Array) -> None:
        np.multiply(z, 0.5, out=a)
        np.tanh(a, out=a)
        np.add(a, 1.0, out=a)
        np.multiply(a, 0.5, out=a)

    def derivative(self, z: Array, a: Array, slope: Array) -> None:
        np.subtract(1.0, a, out=slope)
        np.multiply(slope, a, out=slope)


class Tanh:
    """φ(z) = tanh z, φ′ = 1 − a²."""

    name = "tanh"

    def forward(self, z: Array, a: Array) -> None:
        np.tanh(z, out=a)

    def derivative(self, z: Array, a: Array, slope: Array) -> None:
        np.multiply(a, a, out=slope)
        np.subtract(1.0, slope, out=slope)


class Relu:
    """φ(z) = max(z, 0), φ′ = 1 where z > 0, else 0 (also at 0, as in PyTorch)."""

    name = "relu"

    def forward(self, z: Array, a: Array) -> None:
        np.maximum(z, 0.0, out=a)

    def derivative(self, z: Array, a: Array, slope: Array) -> None:
        np.greater(a, 0.0, out=slope)


REGISTRY: dict[str, Activation] = {
    activation.name: activation for activation in (Sigmoid(), Tanh(), Relu(), Linear())
}

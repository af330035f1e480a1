"""Activations by name. A new one is one class like those in plain.py, entered in REGISTRY."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.activations.base import Activation
from tui_nn.engine.activations.gated import Gelu, GeluTanh, Silu
from tui_nn.engine.activations.plain import (
    Elu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Sine,
    Softmax,
    Softplus,
    Tanh,
)
from tui_nn.engine.types import Array

__all__ = ["OUTPUTS", "REGISTRY", "Activation", "Softmax", "apply"]


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

"""Initializers: where the weights begin.

Each takes a generator and (fan_in, fan_out) and returns a layer's weights (fan_in, fan_out) and
biases (fan_out,). Too small and the layers all compute the same; too large and they saturate.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tui_nn.engine.types import Array

Initializer = Callable[[np.random.Generator, int, int], tuple[Array, Array]]


def normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights and biases from N(0, 1), as in the assignment."""
    return rng.standard_normal((fan_in, fan_out)), rng.standard_normal(fan_out)


def uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights and biases from U(−1, 1)."""
    return rng.uniform(-1, 1, (fan_in, fan_out)), rng.uniform(-1, 1, fan_out)


def xavier_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from U(−k, k), k = √(6 / (fan_in + fan_out)); biases 0. Glorot and Bengio, 2010."""
    k = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-k, k, (fan_in, fan_out)), np.zeros(fan_out)


def he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from N(0, 2 / fan_in), made for relu; biases 0. He et al., 2015."""
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.zeros(fan_out)


def torch_linear(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights and biases from U(−k, k), k = 1/√fan_in, the default of `torch.nn.Linear`."""
    k = 1 / np.sqrt(fan_in)
    return rng.uniform(-k, k, (fan_in, fan_out)), rng.uniform(-k, k, fan_out)


REGISTRY: dict[str, Initializer] = {
    initializer.__name__: initializer
    for initializer in (normal, uniform, xavier_uniform, he_normal, torch_linear)
}

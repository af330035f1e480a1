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


def xavier_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from N(0, 2 / (fan_in + fan_out)); biases 0.

    Glorot and Bengio 2010.
    """
    return rng.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out)), np.zeros(fan_out)


def xavier_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from U(−k, k), k = √(6 / (fan_in + fan_out)); biases 0.

    Glorot and Bengio 2010.
    """
    k = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-k, k, (fan_in, fan_out)), np.zeros(fan_out)


def he_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from N(0, 2 / fan_in), made for relu; biases 0.

    He et al. 2015.
    """
    return rng.normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out)), np.zeros(fan_out)


def he_uniform(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from U(−k, k), k = √(6 / fan_in); biases 0.

    Made for relu. He et al. 2015.
    """
    k = np.sqrt(6 / fan_in)
    return rng.uniform(-k, k, (fan_in, fan_out)), np.zeros(fan_out)


def lecun_normal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from N(0, 1 / fan_in), made for selu; biases 0.

    LeCun et al. 1998.
    """
    return rng.normal(0, np.sqrt(1 / fan_in), (fan_in, fan_out)), np.zeros(fan_out)


def orthogonal(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights with orthonormal columns; biases 0.

    Rows, if there are fewer of them; drawn evenly from all such matrices. Saxe et al. 2013,
    arxiv.org/abs/1312.6120.
    """
    gaussian = rng.standard_normal((max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(gaussian)
    q *= np.sign(np.diag(r))  # without it, QR's own choice of signs would show
    return (q if fan_in >= fan_out else q.T), np.zeros(fan_out)


def zeros(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights and biases 0: the units of a layer stay alike."""
    return np.zeros((fan_in, fan_out)), np.zeros(fan_out)


def torch_linear(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights and biases from U(−k, k), k = 1/√fan_in, as in PyTorch.

    The default of `torch.nn.Linear`.
    """
    k = 1 / np.sqrt(fan_in)
    return rng.uniform(-k, k, (fan_in, fan_out)), rng.uniform(-k, k, fan_out)


def playground(rng: np.random.Generator, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    """Weights from U(−0.5, 0.5), biases 0.1.

    As in TensorFlow Playground.
    """
    return rng.uniform(-0.5, 0.5, (fan_in, fan_out)), np.full(fan_out, 0.1)


REGISTRY: dict[str, Initializer] = {
    initializer.__name__: initializer
    for initializer in (
        normal,
        uniform,
        xavier_normal,
        xavier_uniform,
        he_normal,
        he_uniform,
        lecun_normal,
        orthogonal,
        zeros,
        torch_linear,
        playground,
    )
}

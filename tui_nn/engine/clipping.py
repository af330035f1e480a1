"""Gradient clipping: a cliff in the loss must not throw the parameters far away.

Both write the clipped gradients into `out`, which may be the gradients themselves. For a
population, gradients (K, P), each member is clipped by its own norm.
"""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array


def clip_norm(gradients: Array, max_norm: float | Array, out: Array) -> Array:
    """Scale the gradients down to `max_norm` where their Euclidean norm is above it.

    g ← g · min(1, max_norm / (‖g‖ + 1e-6))

    The direction stays. Returns ‖g‖ before, () or (K,). Pascanu et al. 2013,
    https://arxiv.org/abs/1211.5063; agrees with `torch.nn.utils.clip_grad_norm_`.
    """
    norm: Array = np.asarray(np.sqrt(np.vecdot(gradients, gradients)))
    scale = np.minimum(max_norm / (norm + 1e-6), 1.0)
    np.multiply(gradients, scale[..., np.newaxis], out=out)
    return norm


def clip_value(gradients: Array, max_value: float, out: Array) -> None:
    """Keep each component within ±max_value; agrees with `torch.nn.utils.clip_grad_value_`."""
    np.clip(gradients, -max_value, max_value, out=out)

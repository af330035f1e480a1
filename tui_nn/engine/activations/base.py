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

from tui_nn.engine.types import Array, constant


class Activation:
    """One activation φ over given buffers of one shape."""

    name: ClassVar[str]
    needs_z: ClassVar[bool] = False  # whether `derivative` wants z itself
    sloped: ClassVar[bool] = True  # whether there is a slope to multiply with
    largest_slope: ClassVar[float] = 1.0  # about; a unit saturates where it has little of it
    bounds: ClassVar[tuple[float, float] | None] = None  # of its outputs
    flattens: ClassVar[bool] = False  # whether its slope goes to 0 at both ends

    def __init__(self, z: Array, a: Array, slope: Array) -> None:
        self.z, self.a, self.slope = z, a, slope
        self.one = constant(1, z.dtype)

    def forward(self) -> None:
        raise NotImplementedError

    def derivative(self) -> None:
        raise NotImplementedError


def filled(value: float, like: Array) -> Array:
    """An array full of one number: `np.minimum` and `np.maximum` take up to four times as long
    with a single one."""
    return np.full(like.shape, value, like.dtype)


def exp_limit(dtype: np.dtype[Any]) -> float:
    """The largest whole number whose exponential is finite."""
    return float(np.floor(np.log(np.finfo(dtype).max)))

"""The array type that the whole house uses, and the numbers that meet arrays in the hot loop."""

from __future__ import annotations

from typing import Any

import numpy as np

# Not numpy.typing's: importing that takes 30 ms, which every start of the program would wait.
Array = np.ndarray[Any, np.dtype[Any]]


def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """A number as a 0-d array: NumPy converts a Python float anew in each call, which costs as much
    as the arithmetic on a small layer."""
    return np.array(value, dtype)

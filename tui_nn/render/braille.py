"""Dots: four rows of two in every cell, as Braille characters."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array

BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.uint8)
_BLANK = 0x2800


def dot(x: int, y: int) -> int:
    """The bit of a dot in its cell."""
    return int(BITS[y % 4, x % 2])


def character(bits: int) -> str:
    return chr(_BLANK + bits) if bits else " "


def masks(x: Array, y: Array, columns: int, rows: int) -> Array:
    """The bits (rows, columns) of dots at whole x (from the left) and y (from the top); dots
    outside are left out."""
    inside = (x >= 0) & (x < 2 * columns) & (y >= 0) & (y < 4 * rows)
    x, y = x[inside], y[inside]
    cells = np.zeros((rows, columns), np.uint8)
    np.bitwise_or.at(cells, (y // 4, x // 2), BITS[y % 4, x % 2])
    return cells

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


def line_dots(x: Array, y: Array) -> tuple[Array, Array]:
    """The dots of a line through dots at whole x and y."""
    count = np.maximum(np.abs(np.diff(x)), np.abs(np.diff(y))) + 1
    piece = np.repeat(np.arange(len(count)), count)
    t = (np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)) / count[piece]
    found = [
        np.append(np.rint(values[piece] + np.diff(values)[piece] * t).astype(int), values[-1])
        for values in (x, y)
    ]
    return found[0], found[1]


def masks(x: Array, y: Array, columns: int, rows: int) -> Array:
    """The bits (rows, columns) of dots at whole x (from the left) and y (from the top); dots
    outside are left out."""
    inside = (x >= 0) & (x < 2 * columns) & (y >= 0) & (y < 4 * rows)
    x, y = x[inside], y[inside]
    cells = np.zeros((rows, columns), np.uint8)
    np.bitwise_or.at(cells, (y // 4, x // 2), BITS[y % 4, x % 2])
    return cells

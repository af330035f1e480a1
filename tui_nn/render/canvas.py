"""Lines in the dots of braille, two columns and four rows a cell, over the frame of a chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.axes import FRAME, Axes
from tui_nn.render.braille import BITS
from tui_nn.render.cells import Cells, cell

_BRAILLE = 0x2800
_BITS = BITS[::-1]  # from below


def trace(axes: Axes, x: Array, low: Array, high: Array) -> Array:
    """The dots (4 rows, 2 columns) of a line through points, each of them from low to high.

    x: in columns of dots, ascending. A value that is not finite, and on a log axis one that is not
    above 0, is a gap.
    """
    rows, columns = 4 * axes.rows, 2 * axes.columns
    if not len(x):
        return np.zeros((rows, columns), bool)
    low, high = axes.up_dots(low), axes.up_dots(high)
    low = np.where(np.isnan(low), high, low)
    bottom = np.interp(np.arange(columns), x, (low + high) / 2, left=np.nan, right=np.nan)
    top = bottom.copy()
    at = np.rint(x).astype(int)
    inside = (at >= 0) & (at < columns)
    at = at[inside]
    bottom[at], top[at] = np.nan, np.nan
    np.fmin.at(bottom, at, low[inside])
    np.fmax.at(top, at, high[inside])
    bottom, top = np.rint(bottom), np.rint(top)
    # Neighbours that do not touch meet halfway; beside a gap there is nothing to meet.
    up = np.fmax(bottom[1:] - top[:-1] - 1, 0)
    down = np.fmax(bottom[:-1] - top[1:] - 1, 0)
    top[:-1] += up // 2
    bottom[1:] -= up - up // 2
    bottom[:-1] -= down // 2
    top[1:] += down - down // 2
    row = np.arange(rows)[:, np.newaxis]
    return (row >= bottom) & (row <= top)


class Canvas:
    """Draws on a copy of an empty chart; what is drawn later is above what was drawn before."""

    def __init__(self, axes: Axes, empty: Cells, label: int) -> None:
        self.cells = [list(line) for line in empty]
        self.axes = axes
        self._left, self._bottom = label + 1, len(empty) - FRAME
        self._dots = np.zeros((axes.rows, axes.columns), np.uint8)  # that may be added to

    def draw_dots(
        self, dots: Array, style: Style, *, character: str | None = None, faint: bool = False
    ) -> None:
        """dots: (4 rows, 2 columns). In a cell with others they are added to those, unless these
        are faint; character: stands for all dots of a cell."""
        cells = dots.reshape(self.axes.rows, 4, self.axes.columns, 2)
        packed = (cells * _BITS[:, np.newaxis]).sum(axis=(1, 3), dtype=np.uint8)
        rows, columns = np.nonzero(packed)
        shown = packed | self._dots
        for row, column, bits in zip(
            rows.tolist(), columns.tolist(), shown[rows, columns].tolist(), strict=True
        ):
            line = self.cells[self._bottom - row]
            line[self._left + column] = cell(character or chr(_BRAILLE + bits), style)
        if not faint:
            self._dots = shown

    def draw_mark(self, column: int, row: int, character: str, style: Style) -> None:
        """row: from below; −1 is the x axis."""
        self.cells[self._bottom - row][self._left + column] = cell(character, style)

    def draw_line(self, column: int, character: str, style: Style) -> None:
        """From top to bottom, where there is nothing."""
        for row in range(self.axes.rows):
            if not self._dots[row, column]:
                self.draw_mark(column, row, character, style)

    def draw_caption(self, parts: Sequence[tuple[str, Style | None]]) -> None:
        """Into the top of the frame."""
        x = self._left + 1
        for words, style in parts:
            for character in f" {words} ":
                if x < self._left + self.axes.columns:
                    self.cells[0][x] = cell(character, style)
                    x += 1
            x += 1

"""The frame that pictures of a plane share: a title, two axes, and where points are."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui_nn.datasets.extent import Extent
from tui_nn.engine.types import Array
from tui_nn.render.braille import character, line_dots, masks
from tui_nn.render.cells import Cells, cell, centred_text, fitted_text, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.shades import curve_cell

AXIS = 5  # columns that the y axis takes
FRAME = 2  # lines that title and x axis take
SMALLEST = (12, 5)  # columns and lines of a picture in which there is something to see
LEAST_NAME = 3  # characters of an axis's name, if it is to be read
_BOLD, _PICKED = Style(bold=True), Style(bold=True, reverse=True)


def area(width: int, height: int) -> tuple[int, int]:
    """Rows and columns that a picture of this size has within its frame."""
    return max(1, height - FRAME), max(1, width - AXIS)


def blank(width: int, height: int) -> Cells:
    """The cells within a frame of this size."""
    rows, columns = area(width, height)
    return [[cell(" ")] * columns for _ in range(rows)]


def places(x: Array, y: Array, extent: Extent, rows: int, columns: int) -> tuple[Array, Array]:
    """Row and column of points; what is beyond the edge is at the edge, NaN at the bottom."""
    left, right, bottom, top = extent
    column = np.clip((x - left) / (right - left) * columns, 0, columns - 1)
    row = np.clip((top - np.nan_to_num(y, nan=bottom)) / (top - bottom) * rows, 0, rows - 1)
    return row.astype(int), column.astype(int)


def draw_line(inside: Cells, x: Array, y: Array, extent: Extent, look: Look) -> None:
    """A line through points within the extent, in dots of braille."""
    rows, columns = len(inside), len(inside[0])
    row, column = places(x, y, extent, 4 * rows, 2 * columns)
    bits = masks(*line_dots(column, row), columns, rows)
    for r, c in np.argwhere(bits).tolist():
        inside[r][c] = curve_cell("*" if look.ascii else character(int(bits[r, c])), look)


def mark(inside: Cells, row: int, column: int) -> None:
    """Brackets around a cell."""
    for x, bracket in ((column - 1, "["), (column + 1, "]")):
        if 0 <= x < len(inside[row]):
            inside[row][x] = cell(bracket, _PICKED)


def tick(value: float) -> str:
    """A number in at most four characters, if it can be."""
    for text in (f"{value:.3g}", f"{value:.2g}", f"{value:.1g}"):
        if len(text) < AXIS:
            return text
    return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def framed(
    title: str, inside: Cells, extent: Extent, look: Look, names: tuple[str, str] = ("", "")
) -> Cells:
    """The picture with title and axes; names: those of the axes. A long one of the upright axis is
    written downwards or, where there is no room, beside the title."""
    glyphs, width, rows = glyphs_of(look), len(inside[0]) + AXIS, len(inside)
    left, right, bottom, top = extent
    above, marks = "", {len(inside) // 2: names[1]}
    if cell_len(names[1]) >= AXIS:
        above = f"{names[1]} {'^' if look.ascii else '↑'} "
        if len(names[1]) <= rows - 2 or cell_len(above) + len(title) > width:
            fits = len(names[1]) <= rows - 2
            upright = names[1] if fits else _cut(names[1], rows - 2, look)
            upright, above = upright.center(max(0, rows - 2)), ""
            marks = {row: fitted_text(letter, 3) for row, letter in enumerate(upright, 1)}
        else:
            marks = {}
    room = width - cell_len(above)
    lines = [[*text_cells(above), *text_cells(centred_text(title, room), _BOLD)]]
    marks |= {rows - 1: tick(bottom), 0: tick(top)}
    for row, line in enumerate(inside):
        lines.append(
            [
                *text_cells(fitted_text(marks.get(row, ""), AXIS - 1, right=True) + glyphs.side),
                *line,
            ]
        )
    start, end = tick(left), tick(right)
    if start == end:  # as of days in a year: along the picture there is room for all of them
        start, end = f"{left:.6g}", f"{right:.6g}"
    name = _cut(names[0], len(inside[0]) - len(start) - len(end) - 2, look)
    label = f" {name} " if name else ""
    middle = label.center(len(inside[0]) - cell_len(label) + len(label), glyphs.floor)
    floor = start + middle[len(start) : len(middle) - len(end)] + end
    lines.append(text_cells((" " * (AXIS - 1) + glyphs.corner + floor)[:width]))
    return lines


def _cut(name: str, room: int, look: Look) -> str:
    """As much of a name as there is room for; nothing where that says nothing."""
    if cell_len(name) <= room:
        return name
    return fitted_text(name, room, more=glyphs_of(look).cut) if room >= LEAST_NAME else ""

"""The frame that pictures of a plane share: a title, two axes, and where points are."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.datasets.extent import Extent
from tui_nn.engine.types import Array
from tui_nn.render.braille import character, line_dots, masks
from tui_nn.render.cells import Cells, cell, centred_text, fitted_text, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.scale import NUMBERS, Scale, day, days, scales
from tui_nn.render.shades import curve_cell

AXIS = 5  # columns that the y axis takes, at least
FRAME = 2  # lines that title and x axis take, at least
DATE = 10  # cells of one
NAMED = 8  # lines of a picture from which the names of an axis's values leave a line for its own
SMALLEST = (12, 5)  # columns and lines of a picture in which there is something to see
LEAST_ABOVE = 6  # cells of a name beside the title, if it is to be read
LEAST_NAME = 3  # characters of an axis's name, if it is to be read
_BOLD, _PICKED = Style(bold=True), Style(bold=True, reverse=True)


class Frame(NamedTuple):
    """left: columns that the upright axis takes. lines: that title and the other axis take.
    across, up: the axes' scales."""

    left: int = AXIS
    lines: int = FRAME
    across: Scale = NUMBERS
    up: Scale = NUMBERS


PLAIN = Frame()


def frame_of(points: Dataset, width: int, height: int) -> Frame:
    """The frame of a map of this size: names and dates take more of it than numbers."""
    across, up = scales(points)
    ends = _ends(up, *points.extent[2:], width) if up.is_whole else ()
    longest = max(map(cell_len, up.names or ends), default=DATE if up.is_date else 0)
    left = max(AXIS, min(longest + 1, width // 4))
    lines = FRAME + (bool(across.names) and height >= NAMED)
    return Frame(left, lines, across, up)


def area(width: int, height: int, frame: Frame = PLAIN) -> tuple[int, int]:
    """Rows and columns that a picture of this size has within its frame."""
    return max(1, height - frame.lines), max(1, width - frame.left)


def blank(width: int, height: int, frame: Frame = PLAIN) -> Cells:
    """The cells within a frame of this size."""
    rows, columns = area(width, height, frame)
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
    for text in (
        f"{value:.3g}",
        *[f"{value:.0f}"][: abs(value) >= 100],
        f"{value:.2g}",
        f"{value:.1g}",
    ):
        if len(text) < AXIS:
            return text
    for size, letter in ((1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")):
        for digits in (3, 2, 1) if size <= abs(value) < 1000 * size else ():
            text = f"{float(f'{value:.{digits}g}') / size:g}{letter}"
            if len(text) < AXIS:
                return text
    if 0.005 <= abs(value) < 1:
        return f"{value:.2f}".replace("0.", ".")
    return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")


def framed(
    title: str,
    inside: Cells,
    extent: Extent,
    look: Look,
    names: tuple[str, str] = ("", ""),
    frame: Frame = PLAIN,
) -> Cells:
    """The picture with title and axes; names: those of the axes. One of the upright axis that is
    too long to stand left of it is written beside the title or, where there is no room, below the
    picture, with an arrow."""
    glyphs, width, rows = glyphs_of(look), len(inside[0]) + frame.left, len(inside)
    left, right, bottom, top = extent
    above, below, arrow = "", "", "^" if look.ascii else "↑"
    marks = _beside(frame, bottom, top, rows) if frame.up.names else {}
    if names[1] and (frame.up.names or cell_len(names[1]) >= frame.left):
        room = width - cell_len(title) - 3
        if room >= min(cell_len(names[1]), LEAST_ABOVE):
            above = f"{_cut(names[1], room, look)} {arrow} "
        else:
            below = f"{arrow} {names[1]}"
    elif names[1]:
        marks[len(inside) // 2] = names[1]
    room = width - cell_len(above)
    lines = [[*text_cells(above), *text_cells(centred_text(title, room), _BOLD)]]
    if not frame.up.names:
        lowest, highest = _ends(frame.up, bottom, top, frame.left - 1)
        marks |= {rows - 1: lowest, 0: highest}
    for row, line in enumerate(inside):
        mark = fitted_text(marks.get(row, ""), frame.left - 1, right=True, more=glyphs.cut)
        lines.append([*text_cells(mark + glyphs.side), *line])
    corner = text_cells(" " * (frame.left - 1) + glyphs.corner)
    if frame.across.names:
        lines.append([*corner, *names_below(frame.across.names, left, right, len(inside[0]), look)])
        if frame.lines > FRAME:
            name = _below(names[0], below, len(inside[0]), look)
            lines.append(text_cells(" " * frame.left + centred_text(name, len(inside[0]))))
        return lines
    start, end = _ends(frame.across, left, right, len(inside[0]) // 3)
    if start == end:  # as of days in a year: along the picture there is room for all of them
        start, end = f"{left:.6g}", f"{right:.6g}"
    name = _below(names[0], below, len(inside[0]) - len(start) - len(end) - 2, look)
    label = f" {name} " if name else ""
    middle = label.center(len(inside[0]) - cell_len(label) + len(label), glyphs.floor)
    floor = start + middle[len(start) : len(middle) - len(end)] + end
    lines.append([*corner, *text_cells(floor)][:width])
    return lines


def _below(name: str, upright: str, room: int, look: Look) -> str:
    """What stands below a picture: the name of its axis, and perhaps that of the upright one."""
    if not upright:
        return _cut(name, room, look)
    half = max(room // 2 - 2, room - cell_len(upright) - 2)
    first = _cut(name, max(0, half), look)
    return f"{first}, {_cut(upright, room - cell_len(first) - 2, look)}" if first else ""


def _ends(scale: Scale, low: float, high: float, room: int) -> tuple[str, str]:
    """What stands at the ends of an axis; room: cells for a date."""
    if scale.is_date and day(low) and day(high):
        return days(low, high, room)
    if scale.is_whole and high - low >= 1:
        start, end = f"{round(low)}", f"{round(high)}"
        if max(len(start), len(end)) <= room:
            return start, end
    return tick(low), tick(high)


def _beside(frame: Frame, bottom: float, top: float, rows: int) -> dict[int, str]:
    """The names of an upright axis by their rows; of several in a row the first."""
    values = np.arange(len(frame.up.names))
    row, _ = places(values, values, (0.0, 1.0, bottom, top), rows, 1)
    marks = dict(zip(row[::-1].tolist(), frame.up.names[::-1], strict=True))
    return {at: name for at, name in marks.items() if 0 <= at < rows}


def names_below(
    names: tuple[str, ...], left: float, right: float, columns: int, look: Look
) -> list[Segment]:
    """The line of an axis with the names of its values below their places: every second one, every
    third …, where there is no room for all."""
    glyphs, apart = glyphs_of(look), columns / (right - left)
    every = max(1, math.ceil((LEAST_NAME + 1) / apart))
    room = min(columns, max(1, int(every * apart) - 1))
    line, end = text_cells(glyphs.floor * columns), columns + 1
    for value in range((len(names) - 1) // every * every, -1, -every):
        length = min(cell_len(names[value]), room)
        start = max(0, min(int((value - left) * apart) - length // 2, columns - length))
        length = max(0, min(length, end - 1 - start))  # at an edge they are shifted
        line[start : start + length] = text_cells(
            fitted_text(names[value], length, more=glyphs.cut[:length])
        )
        end = start
    return line[:columns]


def _cut(name: str, room: int, look: Look) -> str:
    """As much of a name as there is room for; nothing where that says nothing."""
    if cell_len(name) <= room:
        return name
    return fitted_text(name, room, more=glyphs_of(look).cut) if room >= LEAST_NAME else ""

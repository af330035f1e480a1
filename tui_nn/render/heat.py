"""A table of two settings as shades, each cell with its number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, Picture, cell, text_cells
from tui_nn.render.look import Look
from tui_nn.render.shades import SHADES, inked, shade_numbers

_BOLD = Style(bold=True)


class Heat(NamedTuple):
    """values (rows, columns), NaN where there is none; names of rows and columns, what the values
    are, and how one is written."""

    values: Array
    rows: list[str]
    columns: list[str]
    title: str
    say: Callable[[float], str]


def heat_picture(table: Heat, names: tuple[str, str], width: int, look: Look) -> Picture:
    """The table, as many of its columns as there is room for. names: of its two settings."""
    left = max(map(len, (*table.rows, names[0]))) + 2
    each = max(7, *(len(text) + 2 for text in table.columns))
    shown = max(1, min(len(table.columns), (width - left) // each))
    columns = "".join(text.center(each) for text in table.columns[:shown])
    lines: Cells = [
        text_cells(table.title[:width], _BOLD),
        text_cells(f"{names[0]:>{left - 2}}  {names[1].center(shown * each)}"[:width].rstrip()),
        text_cells(" " * left + columns),
    ]
    numbers, shades = shade_numbers("binary", look), _shades(table.values)
    for name, values, own in zip(table.rows, table.values.tolist(), shades.tolist(), strict=True):
        line = text_cells(f"{name:>{left - 2}}  ")
        for value, shade in zip(values[:shown], own, strict=False):
            known = math.isfinite(value)
            for character in (table.say(value) if known else "-")[:each].center(each):
                coloured = known and look.colour
                line.append(inked(character, numbers[shade], look) if coloured else cell(character))
        lines.append(line)
    if shown < len(table.columns):
        lines.append(text_cells(f"and {len(table.columns) - shown} columns more"))
    return Picture(lines)


def _shades(values: Array) -> Array:
    """The shade of each, by its rank: decades apart or not, all shades are used."""
    found = np.unique(values[np.isfinite(values)])
    place = np.searchsorted(found, values).clip(0, max(0, len(found) - 1))
    return np.rint(place / max(1, len(found) - 1) * (SHADES - 1)).astype(int)

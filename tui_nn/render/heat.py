"""A table of two settings as shades, each cell with its number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, Picture, cell, text_cells
from tui_nn.render.look import Look
from tui_nn.render.shades import SHADES, inked, shade_numbers

_BOLD = Style(bold=True)


def heat_picture(
    values: Array,
    rows: Sequence[str],
    columns: Sequence[str],
    names: tuple[str, str],
    title: str,
    say: Callable[[float], str],
    width: int,
    look: Look,
) -> Picture:
    """values (rows, columns) with their names, as many as there is room for; NaN is empty."""
    left = max(map(len, (*rows, names[0]))) + 2
    each = max(7, *(len(text) + 2 for text in columns))
    shown = max(1, min(len(columns), (width - left) // each))
    lines: Cells = [text_cells(title[:width], _BOLD)]
    head = f"{names[0]:>{left - 2}}  " + f"{names[1]}".center(shown * each)
    lines.append(text_cells(head[:width].rstrip()))
    lines.append(text_cells(" " * left + "".join(t.center(each) for t in columns[:shown])))
    numbers, shades = shade_numbers("binary", look.dark), _shades(values)
    for i, name in enumerate(rows):
        line = text_cells(f"{name:>{left - 2}}  ")
        for j in range(shown):
            text = say(float(values[i, j])) if np.isfinite(values[i, j]) else "-"
            for character in text[:each].center(each):
                line.append(
                    inked(character, numbers[shades[i, j]], look)
                    if look.colour and np.isfinite(values[i, j])
                    else cell(character)
                )
        lines.append(line)
    if shown < len(columns):
        lines.append(text_cells(f"and {len(columns) - shown} columns more"))
    return Picture(lines)


def _shades(values: Array) -> Array:
    """The shade of each, by its rank: decades apart or not, all shades are used."""
    found = np.unique(values[np.isfinite(values)])
    place = np.searchsorted(found, values).clip(0, max(0, len(found) - 1))
    return np.rint(place / max(1, len(found) - 1) * (SHADES - 1)).astype(int)

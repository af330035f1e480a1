"""A table of numbers as shades: confusion matrices, weights, results over two settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.render.svg.element import drawing, element, label

SHADES = 10
HEADING, ROOM = 60.0, 8.0  # pixels above the cells, and around the picture


def svg_heatmap(
    values: Array,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str,
    names: tuple[str, str] = ("", ""),
    say: Callable[[float], str] = lambda value: f"{value:g}",
    shades: Array | None = None,
    marked: Array | None = None,
    kind: str = "values",
    cell: tuple[float, float] = (56, 32),
) -> str:
    """A cell for each of values (rows, columns), with its number, as SVG; NaN is empty.

    names: what the rows and the columns are. say: how a number is written. shades: (rows, columns),
    from −1 to 1, by which cells are painted; None: from the lowest to the highest. marked: which
    cells have a frame. kind: "confusion" for counts, of which those below 0 are wrong.
    """
    shades = _shares(values) if shades is None else np.clip(shades, -1, 1)
    left = ROOM + 7.2 * max(map(len, (*rows, names[0])), default=0) + 8
    width, height = cell
    parts = [label(title, ROOM, 16, "heading")]
    parts.append(label(names[0], ROOM, HEADING - 8, "name"))
    parts.append(label(names[1], left + width * len(columns), 36, "name", text_anchor="end"))
    for j, said in enumerate(columns):
        x = left + (j + 0.5) * width
        parts.append(label(said, x, HEADING - 8, text_anchor="middle"))
    for i, said in enumerate(rows):
        y = HEADING + i * height
        parts.append(label(said, left - 8, y + height / 2 + 4, text_anchor="end"))
        for j in range(len(columns)):
            x, value = left + j * width, float(values[i, j])
            shade = float(np.nan_to_num(shades[i, j])) * SHADES
            style = f"{'minus' if shade < 0 else 'plus'} h{abs(round(shade))}"
            style += " marked" if marked is not None and marked[i, j] else ""
            place = {"x": x + 1, "y": y + 1, "width": width - 2, "height": height - 2}
            parts.append(element("rect", class_=f"cell {style}", rx=3, **place))
            if not np.isnan(value):
                style = "number strong" if abs(shade) > 0.6 * SHADES else "number"
                at = (x + width / 2, y + height / 2 + 4.5)
                parts.append(label(say(value), *at, style, text_anchor="middle"))
    wide = max(left + width * len(columns), 7.5 * len(title) + ROOM)
    size = (wide + ROOM, HEADING + height * len(rows) + ROOM)
    return drawing(*size, title, *parts, class_=kind)


def _shares(values: Array) -> Array:
    """From 0, the lowest that there is, to 1."""
    finite = np.where(np.isfinite(values), values, np.nan)
    if np.isnan(finite).all():
        return np.zeros(values.shape)
    low, high = np.nanmin(finite), np.nanmax(finite)
    return np.asarray((finite - low) / ((high - low) or 1.0))

"""Bent space: the plane as a layer sees it.

Every point of the plane is, for a layer, a point in the space of its units' outputs. Drawn along
two of its directions, the plane's grid shows how the layer bends and folds it until one line can
tell the classes apart.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.braille import character, masks
from tui_nn.render.cells import Cells, cell, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import colour, inks
from tui_nn.render.judgement import kinds, shares
from tui_nn.render.look import Look

Limits = tuple[float, float, float, float]
LINES = 9  # of the grid, either way, at most
LONGEST = 400  # dots of a piece of a line
AXIS = 7  # cells left of the picture, for the figures


class Bend(NamedTuple):
    """The plane (rows, columns) in two directions, and what they are called."""

    u: Array
    v: Array
    names: tuple[str, str]


def by_units(layer: Array, i: int, j: int, names: tuple[str, str]) -> Bend:
    """Along two units of a layer (units, rows, columns)."""
    return Bend(layer[i], layer[j], names)


def most_varied(layer: Array) -> tuple[int, int]:
    """The two units whose outputs differ most over the plane, in their order."""
    variance = np.nan_to_num(layer).reshape(len(layer), -1).var(axis=1)
    first, *rest = np.argsort(-variance, kind="stable").tolist()
    second = rest[0] if rest else first
    return min(first, second), max(first, second)


def by_principal(layer: Array, before: Array | None) -> tuple[Bend, Array]:
    """Along the two directions in which a layer's outputs vary most, and these directions
    (2, units). They keep the signs that they had before."""
    values = np.nan_to_num(layer.reshape(len(layer), -1))
    values = values - values.mean(axis=1, keepdims=True)
    _, vectors = np.linalg.eigh(values @ values.T)
    axes = vectors[:, ::-1].T[:2]
    if len(axes) < 2:
        axes = np.vstack([axes, np.zeros_like(axes)])
    if before is None or before.shape != axes.shape:
        before = np.ones_like(axes)
    axes = axes * np.where((axes * before).sum(axis=1, keepdims=True) < 0, -1, 1)
    u, v = (axes @ values).reshape(2, *layer.shape[1:])
    return Bend(u, v, ("principal 1", "principal 2")), axes


def bent_cells(
    bend: Bend,
    said: Array | None,
    points: Dataset,
    limits: Limits,
    width: int,
    height: int,
    look: Look = Look(),  # noqa: B008 (frozen)
) -> Cells:
    """`height` lines of `width` cells. said: −1 … 1 over the plane (rows, columns), what the
    network says there; it colours the grid. limits: (u_min, u_max, v_min, v_max)."""
    columns, rows = width - AXIS, height - 2
    x, y = _dots(bend, limits, columns, rows)
    line_x, line_y, line_said = _grid_dots(x, y, said)
    inside = (line_x >= 0) & (line_x < 2 * columns) & (line_y >= 0) & (line_y < 4 * rows)
    line_x, line_y, line_said = line_x[inside], line_y[inside], line_said[inside]
    bits = masks(line_x, line_y, columns, rows)
    place = line_y // 4 * columns + line_x // 2
    count = np.bincount(place, minlength=rows * columns)
    share = np.bincount(place, line_said, rows * columns) / np.maximum(count, 1)
    level = np.digitize(share, (-0.3, 0.3)).reshape(rows, columns)
    found = inks(look)
    styles = [Style(color=ink) for ink in (found.low.faint, found.greys.plain, found.high.faint)]
    cells: Cells = [
        [
            cell(" ") if not b else cell("." if look.ascii else character(b), styles[k])
            for b, k in zip(line, levels, strict=True)
        ]
        for line, levels in zip(bits.tolist(), level.tolist(), strict=True)
    ]
    _draw_points(cells, bend, points, limits, columns, rows, look)
    return [*_framed(cells, bend.names, limits, columns, look), _floor(bend, limits, columns)]


def _dots(bend: Bend, limits: Limits, columns: int, rows: int) -> tuple[Array, Array]:
    """Where the grid's points come to, in dots from the left and from the top."""
    low_u, high_u, low_v, high_v = limits
    x = (bend.u - low_u) / (high_u - low_u) * (2 * columns - 1)
    y = (high_v - bend.v) / (high_v - low_v) * (4 * rows - 1)
    far = 10_000  # what is not finite is not in the picture
    return np.nan_to_num(x, nan=-far).clip(-far, far), np.nan_to_num(y, nan=-far).clip(-far, far)


def _grid_dots(x: Array, y: Array, said: Array | None) -> tuple[Array, Array, Array]:
    """The dots of the grid's lines, and what the network says at each."""
    said = np.zeros_like(x) if said is None else np.nan_to_num(said)
    starts, ends = [], []  # of the lines' pieces: x, y and what is said
    for along in (0, 1):
        across = x.shape[1 - along]
        chosen = np.unique(np.linspace(0, across - 1, min(LINES, across)).round().astype(int))
        lines = np.moveaxis(np.stack([x, y, said]), 1 + along, 1)[:, :, chosen]
        starts.append(lines[:, :-1].reshape(3, -1))
        ends.append(lines[:, 1:].reshape(3, -1))
    start, end = np.concatenate(starts, axis=1), np.concatenate(ends, axis=1)
    length = np.abs(end - start)[:2].max(axis=0)
    count = np.clip(length, 1, LONGEST).astype(int) + 1
    piece = np.repeat(np.arange(len(count)), count)
    t = (np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)) / (count[piece] - 1)
    dots = start[:, piece] + (end - start)[:, piece] * t
    return dots[0].round().astype(int), dots[1].round().astype(int), dots[2]


def lookup(picture: Array, points: Dataset) -> Array:
    """A picture's values (rows, columns) at the data set's points, between its cells' centres."""
    left, right, bottom, top = points.extent
    rows, columns = picture.shape
    is_plane = points.inputs.shape[1] > 1
    x = points.places[:, 0] if is_plane else points.inputs[:, 0]
    x = np.clip((x - left) / (right - left) * columns - 0.5, 0, columns - 1)
    y = np.zeros_like(x)
    if is_plane:
        y = (top - points.places[:, 1]) / (top - bottom) * rows - 0.5
        y = np.clip(y, 0, rows - 1)
    i, j = np.minimum(y.astype(int), max(rows - 2, 0)), np.minimum(x.astype(int), columns - 2)
    below, right_of = np.minimum(i + 1, rows - 1), j + 1
    s, t = y - i, x - j
    upper = picture[i, j] * (1 - t) + picture[i, right_of] * t
    lower = picture[below, j] * (1 - t) + picture[below, right_of] * t
    values: Array = upper * (1 - s) + lower * s
    return values


def _draw_points(
    cells: Cells,
    bend: Bend,
    points: Dataset,
    limits: Limits,
    columns: int,
    rows: int,
    look: Look,
) -> None:
    at = Bend(lookup(bend.u, points), lookup(bend.v, points), bend.names)
    x, y = _dots(at, limits, columns, rows)
    is_high = shares(points, points.targets[:, 0]) >= 0.5
    train, test = glyphs_of(look).points(points)
    rows_of = zip(x, y, kinds(points), is_high, points.train, strict=True)
    for px, py, kind, high, trains in rows_of:
        row, column = int(py // 4), int(px // 2)
        if 0 <= row < rows and 0 <= column < columns:
            several = points.task == "multiclass"
            style = _class_style(kind, look) if several else _side_style(bool(high), look)
            cells[row][column] = cell((train if trains else test)[kind], style)


@cache
def _side_style(high: bool, look: Look) -> Style:
    found = inks(look)
    return Style(color=(found.high if high else found.low).strong, bold=True)


@cache
def _class_style(kind: int, look: Look) -> Style:
    hues = inks(look).classes
    number = hues[kind % len(hues)][-1]
    return Style(color=colour(number) if look.colour else None, bold=True)


def _framed(
    cells: Cells,
    names: tuple[str, str],
    limits: Limits,
    columns: int,
    look: Look,
) -> Cells:
    """With the upright axis, and its name above."""
    side, ink = "|" if look.ascii else "│", Style(dim=True)
    lines = [text_cells(f"{names[1]:<{AXIS + columns}}"[: AXIS + columns], ink)]
    for i, line in enumerate(cells):
        value = f"{limits[3]:.3g}" if i == 0 else f"{limits[2]:.3g}" if i == len(cells) - 1 else ""
        lines.append([*text_cells(f"{value[: AXIS - 1]:>{AXIS - 1}}{side}", ink), *line])
    return lines


def _floor(bend: Bend, limits: Limits, columns: int) -> list[Segment]:
    low, high = f"{limits[0]:.3g}", f"{limits[1]:.3g}"
    middle = bend.names[0].center(max(0, columns - len(low) - len(high)))
    return text_cells((" " * AXIS + low + middle + high)[: AXIS + columns], Style(dim=True))


def steady_limits(bend: Bend, before: Limits | None) -> Limits:
    """Limits with room for the picture; those of before while they do."""
    found: list[float] = []
    for axis, values in enumerate((bend.u, bend.v)):
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        reach = max(high - low, 1e-6)
        if before is not None:
            old_low, old_high = before[2 * axis : 2 * axis + 2]
            if old_low <= low and high <= old_high and reach >= 0.5 * (old_high - old_low):
                found += [old_low, old_high]
                continue
        found += [low - 0.08 * reach, high + 0.08 * reach]
    return found[0], found[1], found[2], found[3]

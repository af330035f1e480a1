"""Edges: the weights between two columns of units, as curves of dots.

Blue is positive and orange negative; a negative one is dashed as well. The larger a weight, the
stronger its curve: dotted, thin, thick.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.braille import character, dot
from tui_nn.render.cells import Cells, cell
from tui_nn.render.layout import Layout
from tui_nn.render.look import Look
from tui_nn.render.wiring import Pick, Wiring

_DARK = ("#7a5326", "#c17d28", "#ffb04d"), ("#2b587a", "#3c8ac4", "#6cc0ff")
_LIGHT = ("#dcb98c", "#cf8530", "#9c5200"), ("#a3c6de", "#4a90c2", "#0a5288")
_GREY = ("#6a6a6a", "#a0a0a0", "#ffffff"), ("#a8a8a8", "#707070", "#000000")
_DIM = {True: "#34373c", False: "#d6d8da"}
_PICKED = {True: "#ffffff", False: "#000000"}


class Edge(NamedTuple):
    """From unit `source` of a column to unit `target` of the next, and how strong: −3 … 3."""

    source: int
    target: int
    strength: int


def visible(
    strengths: Array, layer: int, wiring: Wiring, layout: Layout, pick: Pick | None
) -> tuple[Edge, ...]:
    """The edges into a layer that are drawn, the strongest last. A picked unit has all of its own;
    those that would be left out are faint then."""
    fan_in, fan_out = strengths.shape
    ins = [
        i for i in range(fan_in) if layout.middle(layer - 1, wiring.slot(layer - 1, i)) is not None
    ]
    outs = [j for j in range(fan_out) if layout.middle(layer, j) is not None]
    found = [
        Edge(wiring.slot(layer - 1, i), j, strength)
        for i, row in zip(ins, strengths[ins][:, outs].tolist(), strict=True)
        for j, strength in zip(outs, row, strict=True)
        if strength or (pick is not None and _touches(pick, layer, wiring.slot(layer - 1, i), j))
    ]
    found.sort(key=lambda edge: (_is_of(pick, layer, edge), abs(edge.strength)))
    return tuple(found)


def _touches(pick: Pick, layer: int, source: int, target: int) -> bool:
    return pick[:2] in ((layer - 1, source), (layer, target))


def _is_of(pick: Pick | None, layer: int, edge: Edge) -> bool:
    return pick is not None and _touches(pick, layer, edge.source, edge.target)


def gap_cells(
    edges: tuple[Edge, ...],
    layer: int,
    wiring: Wiring,
    layout: Layout,
    pick: Pick | None,
    look: Look,
) -> Cells:
    """The cells between a layer and the one before, `layout.rows` lines of `layout.gap` − 2."""
    width = layout.gap - 2
    masks: dict[tuple[int, int], int] = {}
    styles: dict[tuple[int, int], Style] = {}
    signs: dict[tuple[int, int], int] = {}
    chosen, middle = None, None
    if pick is not None and pick.row is not None and pick.row < wiring.fan_in(pick.layer):
        chosen = wiring.slot(pick.layer - 1, pick.row), pick.unit
    for source, target, strength in edges:
        start, end = layout.middle(layer - 1, source), layout.middle(layer, target)
        assert start is not None
        assert end is not None
        own = pick is None or _touches(pick, layer, source, target)
        if pick is not None and pick.row is not None:
            own = pick.layer == layer and (source, target) == chosen
        style = edge_style(strength, own, pick is not None and pick.row is not None and own, look)
        path = curve(start, end, width, strength)
        if (source, target) == chosen and own:
            middle = path[len(path) // 2][0], "−" if strength < 0 else "+"
        for place, bit in path:
            masks[place] = masks.get(place, 0) | bit
            styles[place] = style
            signs[place] = strength
    if look.ascii:
        return [
            [
                cell("-" if signs[y, x] < 0 else "+", styles[y, x])
                if (y, x) in masks
                else cell(" ")
                for x in range(width)
            ]
            for y in range(layout.rows)
        ]
    lines: list[list[Segment]] = [[cell(" ")] * width for _ in range(layout.rows)]
    for (y, x), bits in masks.items():
        if 0 <= y < layout.rows:
            lines[y][x] = cell(character(bits), styles[y, x])
    if middle is not None:
        (y, x), sign = middle
        lines[y][x] = cell(sign, Style(color=_PICKED[look.dark], bold=True))
    return lines


def edge_through(
    edges: tuple[Edge, ...], layer: int, layout: Layout, x: int, y: int
) -> Edge | None:
    """The strongest of the edges into a layer that goes through a cell, or just past it."""
    for edge in reversed(edges):
        start, end = layout.middle(layer - 1, edge.source), layout.middle(layer, edge.target)
        if start is not None and end is not None:
            path = curve(start, end, layout.gap - 2, 2)
            if any(column == x and abs(row - y) <= 1 for (row, column), _ in path):
                return edge
    return None


@lru_cache(maxsize=8192)
def curve(
    start: int, end: int, width: int, strength: int
) -> tuple[tuple[tuple[int, int], int], ...]:
    """The dots of a curve through `width` cells that leaves and arrives level, as ((row, column),
    bit)."""
    dots: list[tuple[int, int]] = []
    here = start
    for x in range(2 * width):
        t = (x + 1) / (2 * width)
        there = round(start + (end - start) * (0.35 * t + 0.65 * t * t * (3 - 2 * t)))
        step = 1 if there > here else -1
        dots += [(x, y) for y in range(here, there, step)] or [(x, there)]
        here = there
    if abs(strength) <= 1:
        dots = dots[:: 5 if strength < 0 else 3]
    elif strength < 0:
        dots = [place for k, place in enumerate(dots) if k % 6 < 4]
    if abs(strength) == 3:
        dots += [(x, y + (1 if y % 4 < 3 else -1)) for x, y in dots]
    return tuple(((y // 4, x // 2), dot(x, y)) for x, y in dots)


@cache
def edge_style(strength: int, own: bool, picked: bool, look: Look) -> Style:
    """own: no other edge is looked at. picked: this one alone is."""
    if picked:
        return Style(color=_PICKED[look.dark], bold=True)
    if not own:
        return Style(color=_DIM[look.dark])
    if not look.colour:
        return Style(color=_GREY[0 if look.dark else 1][max(abs(strength), 1) - 1])
    inks = _DARK if look.dark else _LIGHT
    return Style(color=inks[strength > 0][max(abs(strength), 1) - 1])

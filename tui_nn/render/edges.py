"""Edges: the weights between two columns of units, as curves of dots.

Blue is positive and orange negative; a negative one is dashed as well. The larger a weight, the
stronger its curve: dotted, thin, thick.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from rich.style import Style

from tui_nn.engine.types import Array
from tui_nn.render.braille import character, dot
from tui_nn.render.cells import Cells, cell
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.plan import Plan
from tui_nn.render.wiring import Pick, Wiring


class Edge(NamedTuple):
    """From unit `source` of a column to unit `target` of the next, and how strong: −3 … 3."""

    source: int
    target: int
    strength: int


def visible(
    strengths: Array,
    weights: Array,
    layer: int,
    wiring: Wiring,
    plan: Plan,
    pick: Pick | None,
) -> tuple[Edge, ...]:
    """The edges into a layer that are drawn, the strongest last. A picked unit has all of its own;
    those that would be left out are faint then, by the sign of their weights."""
    fan_in, fan_out = strengths.shape
    ins = [
        i for i in range(fan_in) if plan.middle(layer - 1, wiring.slot(layer - 1, i)) is not None
    ]
    outs = [j for j in range(fan_out) if plan.middle(layer, j) is not None]
    found = []
    for i in ins:
        source = wiring.slot(layer - 1, i)
        for j, strength in zip(outs, strengths[i, outs].tolist(), strict=True):
            if not strength and pick is not None and _touches(pick, layer, source, j):
                strength = -1 if weights[i, j] < 0 else 1
            if strength:
                found.append(Edge(source, j, strength))
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
    plan: Plan,
    pick: Pick | None,
    look: Look,
) -> Cells:
    """The cells between a layer and the one before, `plan.rows` lines of `plan.gap` − 2."""
    width = plan.gap - 2
    chosen: tuple[int, int] | None = None
    one = pick is not None and pick.row is not None
    if pick and pick.row is not None and pick.layer == layer and pick.row < wiring.fan_in(layer):
        chosen = wiring.slot(layer - 1, pick.row), pick.unit
    masks: dict[tuple[int, int], int] = {}
    drawn: dict[tuple[int, int], Edge] = {}  # what gives a cell its colour
    for edge in sorted(edges, key=lambda edge: edge[:2] == chosen):
        start, end = plan.middle(layer - 1, edge.source), plan.middle(layer, edge.target)
        assert start is not None
        assert end is not None
        if edge[:2] == chosen and abs(edge.strength) == 1:
            edge = edge._replace(strength=2 * edge.strength)
        dots = curve(start, end, width, edge.strength)
        if edge[:2] == chosen:  # its cells are its own
            masks.update(dict.fromkeys((place for place, _ in dots), 0))
        for place, bit in dots:
            masks[place] = masks.get(place, 0) | bit
            drawn[place] = edge
    lines: Cells = [[cell(" ")] * width for _ in range(plan.rows)]
    for (y, x), edge in drawn.items():
        picked = edge[:2] == chosen
        own = picked if one else pick is None or _is_of(pick, layer, edge)
        sign = ("-" if edge.strength < 0 else "+") if look.ascii else character(masks[y, x])
        lines[y][x] = cell(sign, edge_style(edge.strength, own, picked, look))
    along = [place for place, edge in drawn.items() if edge[:2] == chosen]
    if along and not look.ascii:
        y, x = along[len(along) // 2]
        sign = "−" if drawn[y, x].strength < 0 else "+"
        lines[y][x] = cell(sign, edge_style(0, True, True, look))
    return lines


def edge_through(edges: tuple[Edge, ...], layer: int, plan: Plan, x: int, y: int) -> Edge | None:
    """The strongest of the edges into a layer that goes through a cell, or just past it."""
    for edge in reversed(edges):
        start, end = plan.middle(layer - 1, edge.source), plan.middle(layer, edge.target)
        if start is not None and end is not None:
            path = curve(start, end, plan.gap - 2, 2)
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
    found = inks(look)
    if picked:
        return Style(color=found.greys.bright, bold=True)
    if not own:
        return Style(color=found.greys.dim)
    tints = found.high if strength > 0 else found.low
    return Style(color=(tints.faint, tints.soft, tints.strong)[max(abs(strength), 1) - 1])

"""The network as a picture: its layers from left to right, each unit a small map of what it says
over the plane, and between them the weights.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise

import numpy as np
from rich.cells import cell_len
from rich.color import Color, blend_rgb
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset, features
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, cell, fitted, fitted_text, text_cells
from tui_nn.render.edges import edge_style, edge_through, gap_cells, visible
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import inks
from tui_nn.render.levels import SHADES, Levels, sample, spread, steady
from tui_nn.render.look import Look
from tui_nn.render.plan import MARK, Column, Plan, planned
from tui_nn.render.wiring import Pick, Wiring, plain

HEADER = 1  # line above the columns that says what they are
EDGES = 3  # that are drawn for each unit of the larger of two layers, at most
_SIGNS = 27  # cells that the colours take in the legend
_NOTHING, _UNSEEN = -100, 100  # no unit, and one whose picture nobody has
_OFF = 50  # added to the shades of a feature that is off
_ASCII = "==--.++##"  # from the lowest shade to the highest


def place(wiring: Wiring, width: int, height: int, pick: Pick | None) -> Plan:
    """Where all stands in a picture of this size; its rows come below the HEADER."""
    counts = tuple(wiring.units(layer) for layer in range(len(wiring.sizes) + 1))
    names = max((cell_len(one.label) for one in wiring.inputs), default=0)
    return planned(counts, width, height - HEADER, pick, names + MARK + 1)


def network_cells(
    neurons: list[Array],
    weights: list[Array] | None,
    points: Dataset,
    wiring: Wiring,
    levels: Levels,
    width: int,
    height: int,
    pick: Pick | None = None,
    look: Look = Look(),  # noqa: B008 (frozen)
) -> Cells:
    """`height` lines of `width` cells. neurons, weights: as a `Snapshot` has them. levels: of the
    picture before, which become those of this one."""
    plan = place(wiring, width, height, pick)
    small = [sample(layer, plan.height, plan.width) for layer in neurons]
    shades = levels.shades(small, wiring.activations)
    if wiring.inputs:
        shades[0] = _with_off(shades[0], points, wiring, plan)
    strengths: list[Array] = []
    if weights is not None:
        sizes = (len(wiring.sources), *wiring.sizes)
        most = [EDGES * max(pair) for pair in pairwise(sizes)]
        strengths = levels.strengths(weights, most)
    rows: Cells = [_labels(row, wiring, plan, pick, look) for row in range(plan.rows)]
    for column in plan.columns:
        if column is not plan.columns[0]:
            between = _blank(plan)
            if weights is not None:
                edges = visible(
                    strengths[column.layer - 1],
                    weights[column.layer - 1],
                    column.layer,
                    wiring,
                    plan,
                    pick,
                )
                between = _gap(edges, column.layer, wiring, plan, pick, look)
            for row, cells in zip(rows, between, strict=True):
                row += cells
        fan_in = wiring.fan_in(column.layer)
        units = _column(shades[column.layer], column, fan_in, plan, pick, look)
        for row, cells in zip(rows, units, strict=True):
            row += cells
    lines = [fitted(line, width) for line in [_header(wiring, plan, width, pick, look), *rows]]
    for column in plan.columns:
        if column.left_out:
            text = f"+ {column.left_out} more"
            y = HEADER + (column.tops[-1] + plan.height + 1) // 2
            _write(lines, column.x + (plan.width - len(text)) // 2, y, text, Style(dim=True))
    return lines


def legend_cells(has_weights: bool, points: Dataset, width: int, look: Look) -> list[Segment]:
    """What the maps are over, where it is not plain, and, as far as there is room, what the strokes
    mean."""
    strokes = _edges_legend(has_weights, look)
    if len(points.coordinates) <= 2:
        return strokes
    over = f"over {(' x ' if look.ascii else ' × ').join(points.axis_names)}"
    room = width - len(over) - 2
    if room < len(strokes):
        strokes = strokes[:_SIGNS] if room >= _SIGNS else []
    return [*strokes, *text_cells(f"  {over}" if strokes else over, Style(dim=True))]


def _edges_legend(has_weights: bool, look: Look) -> list[Segment]:
    if not has_weights:
        return text_cells("too many weights to draw them", Style(dim=True))
    strokes = ("+++", "-- ") if look.ascii else ("⠤⠤⠤", "⠤⠤ ⠤")
    dotted, thick = ("+ +", "+++") if look.ascii else ("⠄⠠⠄", "⠶⠶⠶")
    ink = Style(dim=True)
    return [
        *text_cells(strokes[1], edge_style(-2, True, False, look)),
        *text_cells(" negative  ", ink),
        *text_cells(strokes[0], edge_style(2, True, False, look)),
        *text_cells(" positive  ", ink),
        *text_cells(dotted, ink),
        *text_cells(" small ", ink),
        *text_cells(thick, ink),
        *text_cells(" large", ink),
    ]


def edge_at(levels: Levels, wiring: Wiring, plan: Plan, x: int, y: int) -> Pick | None:
    """The edge that is drawn at a cell below the HEADER, of several the strongest."""
    for column in plan.columns[1:]:
        left = column.x - plan.gap + MARK
        if left <= x < column.x - MARK and levels.drawn:
            drawn = levels.drawn[column.layer - 1]
            edges = visible(drawn, drawn, column.layer, wiring, plan, None)
            found = edge_through(edges, column.layer, plan, x - left, y)
            if found is not None:
                row = wiring.index(column.layer - 1, found.source)
                return Pick(column.layer, found.target, row)
    return None


_gap = lru_cache(maxsize=64)(gap_cells)


def _blank(plan: Plan) -> Cells:
    return [[cell(" ")] * (plan.gap - 2 * MARK)] * plan.rows


def _with_off(shades: Array, points: Dataset, wiring: Wiring, plan: Plan) -> Array:
    """The inputs' shades by their slots, with those of the features that are off."""
    found = [
        _off_shades(points.network_extent, len(points.signals), one.name, plan.height, plan.width)
        if one.at is None
        else shades[one.at]
        for one in wiring.inputs
        if one.at is None or one.at < len(shades)
    ]
    return np.array(found)


@lru_cache(maxsize=64)
def _off_shades(
    extent: tuple[float, float, float, float], coordinates: int, name: str, rows: int, columns: int
) -> Array:
    left, right, bottom, top = extent
    x, y = np.linspace(left, right, columns), np.linspace(top, bottom, rows)
    grid = np.column_stack([np.tile(x, rows), np.repeat(y, columns)])[:, :coordinates]
    values = features.compute([name], grid).reshape(1, rows, columns)
    shades: Array = steady(spread(values), None)[0] + _OFF
    return shades


def _column(
    shades: Array, column: Column, fan_in: int, plan: Plan, pick: Pick | None, look: Look
) -> Cells:
    """A layer's units, with the marks either side."""
    pixels = np.full((2 * plan.rows, plan.width), _NOTHING, np.int8)
    for i, top in enumerate(column.tops, column.first):
        pixels[top : top + plan.height] = shades[i] if i < len(shades) else _UNSEEN
    uppers, lowers = pixels[::2].tolist(), pixels[1::2].tolist()
    lines = [
        [
            cell(" "),
            *(_unit_cell(u, w, look) for u, w in zip(upper, lower, strict=True)),
            cell(" "),
        ]
        for upper, lower in zip(uppers, lowers, strict=True)
    ]
    if pick is not None and pick.layer == column.layer:
        bias = pick.row is not None and pick.row == fan_in
        _mark(lines, column.tops[pick.unit - column.first], plan, bias, look)
    return lines


def _mark(lines: Cells, top: int, plan: Plan, bias: bool, look: Look) -> None:
    """Brackets around the unit that is picked; a knob, if its bias is."""
    style = Style(color=inks(look).greys.bright, bold=True)
    covered = range(top, top + plan.height)
    for y in range(top // 2, (top + plan.height + 1) // 2):
        half = (2 * y in covered) + 2 * (2 * y + 1 in covered)
        left, right = "[]" if look.ascii else ("▝▘", "▗▖", "▐▌")[half - 1]
        lines[y][0], lines[y][-1] = cell(left, style), cell(right, style)
    if bias:
        lines[(top + plan.height // 2) // 2][0] = cell("*" if look.ascii else "◆", style)


@lru_cache(maxsize=8192)
def _unit_cell(upper: int, lower: int, look: Look) -> Segment:
    if upper == lower == _NOTHING:
        return cell(" ")
    if look.ascii:
        level = upper if upper != _NOTHING else lower
        return cell(*_ascii_unit(level, look))
    if upper == lower:
        return cell(" ", Style(bgcolor=_shade(upper, look)))
    if upper == _NOTHING:
        return cell("▄", Style(color=_shade(lower, look)))
    if lower == _NOTHING:
        return cell("▀", Style(color=_shade(upper, look)))
    return cell("▀", Style(color=_shade(upper, look), bgcolor=_shade(lower, look)))


def _ascii_unit(level: int, look: Look) -> tuple[str, Style | None]:
    if level == _UNSEEN:
        return "?", Style(dim=True)
    return (" " if level > SHADES else _ASCII[level + SHADES]), None


@cache
def _shade(level: int, look: Look) -> Color:
    found = inks(look)
    ground = Color.parse(found.greys.ground)
    low, middle, high = map(Color.parse, found.units)
    if level == _UNSEEN:
        return _mix(ground, middle, 0.7)
    off = level > SHADES
    share = (level - _OFF if off else level) / SHADES
    colour = _mix(middle, high if share > 0 else low, abs(share))
    return _mix(ground, colour, 0.35) if off else colour


def _mix(a: Color, b: Color, share: float) -> Color:
    return Color.from_triplet(blend_rgb(a.get_truecolor(), b.get_truecolor(), share))


def map_cells(levels: Array, look: Look) -> Cells:
    """One unit's shades (2 · rows, columns) as cells."""
    return [
        [_unit_cell(u, w, look) for u, w in zip(upper, lower, strict=True)]
        for upper, lower in zip(levels[::2].tolist(), levels[1::2].tolist(), strict=True)
    ]


def _labels(row: int, wiring: Wiring, plan: Plan, pick: Pick | None, look: Look) -> list[Segment]:
    """The inputs' names on a line, left of them; or that layers before are left out."""
    column = plan.columns[0]
    room = column.x - MARK
    if column.layer:
        return text_cells(
            ("<" if look.ascii else "‹").rjust(room) if row == plan.rows // 2 else " " * room
        )
    for i, top in enumerate(column.tops, column.first):
        if (top + plan.height // 2) // 2 == row:
            one = wiring.inputs[i]
            label = plain(one.label) if look.ascii else one.label
            picked = pick is not None and pick[:2] == (0, i)
            style = Style(bold=True) if picked else Style(dim=True) if one.at is None else None
            cut = input_label(label, room - 1, glyphs_of(look).cut)
            return text_cells(fitted_text(cut, room - 1, right=True) + " ", style)
    return [cell(" ")] * room


def input_label(label: str, room: int, more: str) -> str:
    """An input's name in at most so many cells; more: stands for what is left out. Of a category
    most of the room is for its own name."""
    column, equals, category = label.partition("=")
    if cell_len(label) > room and equals and room > 5:
        kept = max(room // 3, room - 1 - cell_len(category))
        column = fitted_text(column, min(cell_len(column), kept), more=more)
        category = fitted_text(
            category, min(cell_len(category), room - 1 - cell_len(column)), more=more
        )
        label = f"{column}={category}"
    return fitted_text(label, min(cell_len(label), room), more=more)


def _header(wiring: Wiring, plan: Plan, width: int, pick: Pick | None, look: Look) -> list[Segment]:
    line: list[Segment] = []
    for column in plan.columns:
        text = layer_title(wiring, column.layer)
        beside = len(line) + bool(line)  # the title before
        room = min(plan.width + plan.gap - 1, width - beside)
        if len(text) > room:
            text = text.split(",")[0].replace("out ", "")
        text = fitted_text(text, min(len(text), room), more=glyphs_of(look).cut)
        start = min(column.x + plan.width // 2 - len(text) // 2, width - len(text))
        start = max(start, beside)
        line += [cell(" ")] * (start - len(line))
        picked = pick is not None and pick.layer == column.layer
        line += text_cells(text, Style(bold=True) if picked else Style(dim=True))
    return line


def layer_title(wiring: Wiring, layer: int) -> str:
    """How many units a layer has, and of what kind."""
    if layer == 0:
        return "inputs"
    size, name = wiring.sizes[layer - 1], wiring.activations[layer - 1]
    if layer == len(wiring.sizes):
        return f"out {name}" if size == 1 else f"{size} out {name}"
    dropout = wiring.dropout[layer - 1]
    return f"{size} {name}" + (f", drop {dropout:g}" if dropout else "")


def _write(lines: Cells, x: int, y: int, text: str, style: Style) -> None:
    if y < len(lines):
        x = max(x, 0)
        lines[y][x : x + len(text)] = text_cells(text, style)[: max(0, len(lines[y]) - x)]

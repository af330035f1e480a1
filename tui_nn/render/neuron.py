"""One unit, or one weight, in figures: its equation, its mean, and what a step does to it."""

from __future__ import annotations

from textwrap import wrap

import numpy as np
from rich.cells import cell_len
from rich.style import Style

from tui_nn.engine import activations
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, fitted, fitted_text, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.levels import Levels, sample, spread
from tui_nn.render.look import Look
from tui_nn.render.network import map_cells
from tui_nn.render.wiring import Pick, Wiring
from tui_nn.session import Snapshot

COLUMN = 9  # cells of a figure in a table
LEAST_MAP = 4  # lines of the large map
_BOLD, _DIM = Style(bold=True), Style(dim=True)


def number(value: float | None, look: Look = Look()) -> str:  # noqa: B008 (frozen)
    """A figure with four significant digits."""
    if value is None:
        return "-" if look.ascii else "–"
    text = f"{value:.4g}"
    return text if look.ascii else text.replace("-", "−")


def equation(weights: list[Array], wiring: Wiring, pick: Pick, width: int, look: Look) -> str:
    """h1₂ = tanh(0.31·x − 1.2·y + 0.05), with as many of the largest terms as fit."""
    dots = "..." if look.ascii else "…"
    layer, unit = pick.layer, pick.unit
    head = f"{wiring.unit(layer, unit, look.ascii)} = {wiring.activations[layer - 1]}("
    *column, bias = weights[layer - 1][:, unit].tolist()
    names = [wiring.source(layer, row, look.ascii) for row in range(len(column))]
    by_size = sorted(range(len(column)), key=lambda row: -abs(column[row]))
    text = ""
    for kept in range(len(column), 0, -1):
        terms = [(column[row], names[row]) for row in sorted(by_size[:kept])]
        if kept < len(column):
            terms.append((0.0, dots))
        for digits in (3, 2):
            text = f"{head}{_sum([*terms, (bias, '')], digits, look)})"
            if len(text) <= width:
                return text
    return text[: width - len(dots)] + dots


def _sum(terms: list[tuple[float, str]], digits: int, look: Look) -> str:
    """Factors and names as a sum; a name without a factor (0) stands for itself."""
    times, minus = ("*", "-") if look.ascii else ("·", "−")
    text = ""
    for factor, name in terms:
        written = f"{abs(factor):.{digits}g}" + (times + name if name else "")
        if name and not name[0].isalnum():
            written = name
        sign = minus if factor < 0 else "+"
        text += f" {sign} {written}" if text else (minus if factor < 0 else "") + written
    return text


def title(wiring: Wiring, pick: Pick, look: Look) -> str:
    """What it is."""
    name = wiring.unit(pick.layer, pick.unit, look.ascii)
    arrow = "->" if look.ascii else "→"
    if pick.row is not None:
        return f"{wiring.source(pick.layer, pick.row, look.ascii)} {arrow} {name}"
    if pick.layer:
        return f"{name}, {wiring.activations[pick.layer - 1]}"
    if not wiring.has_features:
        return f"{name}: an input"
    on = wiring.index(0, pick.unit) is not None
    return f"{name}: an input, x switches it off" if on else f"{name}: off, x switches it on"


def figures(snapshot: Snapshot, wiring: Wiring, pick: Pick, look: Look) -> list[tuple[str, str]]:
    """The figures of a unit or an edge, each with its name."""
    layer, unit, row = pick
    minus = "d" if look.ascii else "Δ"
    slope = "dL/d" if look.ascii else "∂L/∂"
    found: list[tuple[str, str]] = []
    if layer and snapshot.weights is not None:
        at = layer - 1, wiring.fan_in(layer) if row is None else row, unit
        bias = at[1] == wiring.fan_in(layer)
        letter = "b" if bias else "w"
        found = [
            ("bias" if bias else "weight", number(_at(snapshot.weights, at), look)),
            (slope + letter, number(_at(snapshot.gradients, at), look)),
            (minus + letter, number(_at(snapshot.updates, at), look)),
        ]
    if row is not None:
        return found
    mean = mean_output(snapshot, wiring, layer, unit)
    found.insert(0, ("mean", number(mean, look)))
    if layer and snapshot.layers is not None:
        found.append(("saturated", f"{100 * snapshot.layers[layer - 1]['saturated']:.3g} %"))
    return found


def mean_output(snapshot: Snapshot, wiring: Wiring, layer: int, slot: int) -> float | None:
    """What a unit says, on average over the plane; None: nobody has its picture."""
    index = wiring.index(layer, slot)
    if snapshot.neurons is None or index is None or index >= len(snapshot.neurons[layer]):
        return None
    return float(snapshot.neurons[layer][index].mean())


def forward(snapshot: Snapshot, wiring: Wiring, pick: Pick) -> tuple[float, float | None] | None:
    """z = Σ w · ā + b of the mean inputs ā, and φ(z), if φ is of one unit alone."""
    layer = pick.layer
    assert snapshot.weights is not None
    means = [
        mean_output(snapshot, wiring, layer - 1, wiring.slot(layer - 1, row))
        for row in range(wiring.fan_in(layer))
    ]
    if None in means:
        return None
    column = snapshot.weights[layer - 1][:, pick.unit]
    z = float(np.array([*means, 1.0], float) @ column)
    name = wiring.activations[layer - 1]
    if name not in activations.REGISTRY:
        return z, None
    return z, float(activations.apply(name, np.array([[z]]))[0][0, 0])


def _at(blocks: list[Array] | None, at: tuple[int, int, int]) -> float | None:
    return None if blocks is None else float(blocks[at[0]][at[1], at[2]])


def line_cells(
    snapshot: Snapshot, wiring: Wiring, pick: Pick, width: int, lines: int, look: Look
) -> Cells:
    """What it is, and its figures, in two lines or one."""
    head = title(wiring, pick, look)
    head = fitted_text(head, min(cell_len(head), width), more=glyphs_of(look).cut)
    if pick.layer and pick.row is None and snapshot.weights is not None and lines > 1:
        head = equation(snapshot.weights, wiring, pick, width, look)
    parts = [f"{name} {value}" for name, value in figures(snapshot, wiring, pick, look)]
    if lines == 1:
        parts.insert(0, head)
    while len("  ".join(parts)) > width and len(parts) > 1:
        parts.pop()
    text = "  ".join(parts)
    return [fitted(text_cells(line), width) for line in ([head, text] if lines > 1 else [text])]


def box_cells(
    snapshot: Snapshot,
    wiring: Wiring,
    pick: Pick,
    levels: Levels,
    width: int,
    height: int,
    look: Look,
) -> Cells:
    """All of it in a box, with a large map, and, of a run that stands still, what the next step's
    gradient is and what the last step did to every weight of the unit."""
    head, more = title(wiring, pick, look), glyphs_of(look).cut
    lines: Cells = [text_cells(fitted_text(head, width, more=more), _BOLD)]
    layer, row = pick.layer, pick.row
    weights = snapshot.weights
    steps = (
        layer > 0
        and row is None
        and snapshot.status != "running"
        and weights is not None
        and snapshot.updates is not None
    )
    if layer and row is None and weights is not None:
        whole = equation(weights, wiring, pick, 2 * width - 6, look)
        lines += [text_cells(part) for part in wrap(whole, width)]
    for name, value in figures(snapshot, wiring, pick, look):
        if not (steps and name not in ("mean", "saturated")):  # the table has them
            lines.append([*text_cells(f"{name:<10}", _DIM), *text_cells(f"{value:>{COLUMN}}")])
    if steps:
        lines += _forward_cells(snapshot, wiring, pick, look)
        room = max(2, min(wiring.fan_in(layer) + 2, (height - len(lines)) * 3 // 5))
        lines += table_cells(snapshot, wiring, pick, width, room, look)
    elif row is not None and weights is not None:
        lines += [text_cells("enter sets it by hand", _DIM), []]
        lines += table_cells(snapshot, wiring, pick, width, height - len(lines), look)
    room = height - len(lines) - 1
    index = wiring.index(layer, pick.unit)
    if row is None and room >= LEAST_MAP and snapshot.neurons is not None and index is not None:
        units = snapshot.neurons[layer]
        if index < len(units):
            columns = min(width, 2 * room)
            values = sample(units[index : index + 1], 2 * min(room, columns // 2), columns)
            shares = (
                levels.shares(layer - 1, values, wiring.activations[layer - 1])
                if layer
                else spread(values)
            )
            lines += [[], *map_cells(levels.steadily(pick, shares)[0], look)]
    return [fitted(line, width) for line in lines[:height]]


def _forward_cells(snapshot: Snapshot, wiring: Wiring, pick: Pick, look: Look) -> Cells:
    found = forward(snapshot, wiring, pick)
    if found is None:
        return []
    z, a = found
    said = "" if a is None else f" a {number(a, look)}"
    return [[*text_cells("at means ", _DIM), *text_cells(f"z {number(z, look)}{said}")]]


def table_cells(
    snapshot: Snapshot, wiring: Wiring, pick: Pick, width: int, height: int, look: Look
) -> Cells:
    """Every incoming weight, ∂L/∂w and Δw, the largest |Δw| first; or, with one picked, in their
    order and around it. `height` lines at most."""
    blocks = snapshot.weights, snapshot.gradients, snapshot.updates
    figures = [None if each is None else each[pick.layer - 1][:, pick.unit] for each in blocks]
    updates, count = figures[2], wiring.fan_in(pick.layer) + 1
    name = max(6, min(9, width - 3 * (COLUMN + 1)))
    figure = min(COLUMN + 1, (width - name) // 3)
    heads = ("w", "dL/dw", "dw") if look.ascii else ("w", "∂L/∂w", "Δw")
    lines = [text_cells(f"{'from':<{name}}" + "".join(f"{h:>{figure}}" for h in heads), _DIM)]
    order = list(range(count))
    if pick.row is not None:
        order = order[max(0, min(pick.row - height // 2, count - height + 1)) :]
    elif updates is not None:
        order.sort(key=lambda row: -abs(updates[row]))
    for row in order[: height - 1]:
        values = [None if each is None else float(each[row]) for each in figures]
        text = "".join(f"{_short(value, figure - 1, look):>{figure}}" for value in values)
        source = wiring.source(pick.layer, row, look.ascii)
        picked = row == pick.row
        mark = (">" if look.ascii else "▸") if picked else ""
        cut = fitted_text(mark + source, name - 1, more=glyphs_of(look).cut)
        lines.append(text_cells(f"{cut} {text}", _BOLD if picked else None))
    return lines


def _short(value: float | None, width: int, look: Look) -> str:
    """A figure with four digits, or, where there is no room, with as many as there is."""
    if value is None:
        return number(None, look)
    for digits in (4, 3, 2, 1):
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        texts = f"{value:.{digits}g}".replace("e-0", "e-"), f"{mantissa}e{int(exponent)}"
        text = min(texts, key=lambda text: (len(text) > width, texts.index(text)))
        if len(text) <= width:
            break
    return text if look.ascii else text.replace("-", "−")

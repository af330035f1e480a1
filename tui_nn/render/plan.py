"""Where the columns of a network, their units and the edges between them stand in its picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tui_nn.render.wiring import Pick, Wiring

# Heights are counted in half rows, as half blocks are drawn.
LEAST, MOST = 3, 13  # of a unit, with the gap below it
NARROW, USUAL, WIDE = 4, 5, 12  # cells that a unit takes
LEAST_GAP, MOST_GAP = 7, 40  # cells between two columns
LABEL = 7  # cells left of the inputs, at least
LABELS = 5  # they take no more than this part of the width
MARK = 1  # a cell either side of a unit, which shows that it is picked


@dataclass(frozen=True)
class Column:
    """A layer: the cell it begins at, and the half row at which each unit from `first` begins.
    left_out: units that there is no room for."""

    layer: int
    x: int
    first: int
    tops: tuple[int, ...]
    left_out: int


@dataclass(frozen=True)
class Plan:
    """columns: those layers that fit, from the left; `rows` cells high. width, height: of a unit,
    in cells and in half rows. gap: cells between the units of two columns. label: cells left of
    the inputs, for their names."""

    rows: int
    width: int
    height: int
    gap: int
    columns: tuple[Column, ...]
    label: int = LABEL

    def column(self, layer: int) -> Column | None:
        first = self.columns[0].layer
        return self.columns[layer - first] if 0 <= layer - first < len(self.columns) else None

    def middle(self, layer: int, unit: int) -> int | None:
        """The line of dots (four a row) that a unit's edges come to; None if it is not drawn."""
        column = self.column(layer)
        if column is None or not 0 <= unit - column.first < len(column.tops):
            return None
        return 2 * column.tops[unit - column.first] + self.height - 1

    def unit_at(self, x: int, y: int) -> tuple[int, int] | None:
        """The layer and unit at a cell."""
        for column in self.columns:
            left = column.x - (self.label if column.layer == 0 else MARK)
            if left <= x < column.x + self.width + MARK:
                for i, top in enumerate(column.tops):
                    if top // 2 <= y <= (top + self.height - 1) // 2:
                        return column.layer, column.first + i
        return None

    def moved(self, pick: Pick | None, wiring: Wiring, right: int, down: int) -> Pick:
        """What an arrow key picks: the next unit or edge of the same column, or the unit of the
        next layer that stands nearest."""
        if pick is None:
            return Pick(1, 0)
        layer, unit, row = pick
        if down and row is not None:
            return Pick(layer, unit, (row + down) % (wiring.fan_in(layer) + 1))
        if down:
            return Pick(layer, (unit + down) % wiring.units(layer))
        other = min(max(layer + right, 0), len(wiring.sizes))
        return Pick(other, unit if other == layer else self.nearest(layer, unit, other))

    def nearest(self, layer: int, unit: int, other: int) -> int:
        """The unit of another layer that stands nearest."""
        column, height = self.column(other), self.middle(layer, unit)
        if column is None or height is None:
            return 0
        distance = [abs(2 * top + self.height - 1 - height) for top in column.tops]
        return column.first + distance.index(min(distance))


@lru_cache(maxsize=64)
def planned(
    counts: tuple[int, ...], width: int, rows: int, pick: Pick | None, label: int = LABEL
) -> Plan:
    """Columns of so many units in width x rows cells; a picked unit, and its layer, are shown.
    label: cells that the names of the inputs would take."""
    half_rows = 2 * rows
    room = half_rows // LEAST
    tallest = max(min(count, _capacity(count, room)) for count in counts)
    pitch = max(LEAST, min(MOST, half_rows // max(tallest, 1)))
    layers = len(counts)
    most = max(1, (width - LABEL + LEAST_GAP) // (NARROW + LEAST_GAP))
    shown = min(layers, most)
    least = shown * NARROW + (shown - 1) * LEAST_GAP + MARK
    label = max(LABEL, min(label, width // LABELS, width - least))
    free = width - label - MARK
    room = (free - (shown - 1) * LEAST_GAP) // shown
    room = min(room, free // (2 * shown - 1))  # a larger unit would take it from the edges
    unit_width = max(NARROW, min(WIDE, max(USUAL, 2 * (pitch // 2)), room))
    gap = (free - shown * unit_width) // max(shown - 1, 1)
    gap = max(LEAST_GAP, min(gap, MOST_GAP))
    # A layer that is picked is shown with one either side.
    last = layers if pick is None else max(shown, min(layers, pick.layer + 2))
    first = last - shown
    used = label + shown * unit_width + (shown - 1) * gap + MARK
    left = label + max(0, width - used) // 2
    columns = []
    for i, layer in enumerate(range(first, last)):
        count = counts[layer]
        fits = _capacity(count, half_rows // pitch)
        start = 0
        if pick is not None and pick.layer == layer:
            start = max(0, min(pick.unit - fits // 2, count - fits))
        taken = fits * pitch - 1 + (2 if fits < count else 0)
        top = max(0, (half_rows - taken) // 2)
        tops = tuple(top + k * pitch for k in range(fits))
        columns.append(Column(layer, left + i * (unit_width + gap), start, tops, count - fits))
    return Plan(rows, unit_width, pitch - 1, gap, tuple(columns), label)


def _capacity(count: int, room: int) -> int:
    """Units that fit: where not all do, a place is kept for saying so."""
    return count if count <= room else max(1, room - 1)

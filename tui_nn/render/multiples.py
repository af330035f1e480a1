"""Small multiples: what networks have learnt, one map beside the other."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.compare import Result
from tui_nn.compare.learnt import learnt
from tui_nn.render.cells import Cells, Picture, cell
from tui_nn.render.look import Look
from tui_nn.render.maps import surface_shape
from tui_nn.render.predictions import prediction_cells, side_by_side

NARROWEST, WIDEST = 24, 32  # columns of a map


def map_layout(width: int) -> tuple[int, int, int]:
    """Maps side by side, and the columns and lines of each."""
    beside = max(1, (width + 1) // (NARROWEST + 1))
    each = max(12, min(WIDEST, (width + 1) // beside - 1))
    return beside, each, each // 2


def multiples(named: Sequence[tuple[str, Result]], width: int, look: Look) -> Picture:
    """A map for each of the named runs."""
    beside, columns, lines = map_layout(width)
    maps = []
    for name, result in named:
        points, outputs, surface = learnt(result, *surface_shape(columns, lines))
        maps.append(prediction_cells(name, points, outputs, surface, columns, lines, look))
    rows = [maps[start : start + beside] for start in range(0, len(maps), beside)]
    return Picture([line for row in rows for line in _row(row)])


def _row(maps: Sequence[Cells]) -> Cells:
    return [*side_by_side(*maps), [cell(" ")]]

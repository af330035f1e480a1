"""Contours by marching squares (Lorensen and Cline 1987, in the plane): where a field is high."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array

# Of a cell with the corners a b above and d c below, which are inside as the bits 1, 2, 4, 8 say:
# from which to which of its edges (top, right, bottom, left) the contour runs, the inside being on
# its right.
_T, _R, _B, _L = range(4)
_WAYS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((_T, _L),),
    2: ((_R, _T),),
    3: ((_R, _L),),
    4: ((_B, _R),),
    5: ((_T, _L), (_B, _R)),
    6: ((_B, _T),),
    7: ((_B, _L),),
    8: ((_L, _B),),
    9: ((_T, _B),),
    10: ((_R, _T), (_L, _B)),
    11: ((_R, _B),),
    12: ((_L, _R),),
    13: ((_T, _R),),
    14: ((_L, _T),),
}


def region_path(
    field: Array, level: float, left: float, top: float, size: tuple[float, float]
) -> str:
    """The region in which a field is at least `level`, as the `d` of a path.

    field: (rows, columns), values at the middles of equal cells that fill the rectangle.
    """
    rows, columns = field.shape
    # The outermost values hold up to the edge of the rectangle, and beyond it is nothing: so every
    # contour is closed.
    inner = np.pad(field, 1, mode="edge")
    values = np.pad(inner, 1, constant_values=min(float(field.min()), level) - 1) - level
    x, y = left + _places(columns) * size[0], top + _places(rows) * size[1]
    follow = _edges_in_order(values >= 0)
    parts = []
    while follow:
        start, edge = follow.popitem()
        loop = [start]
        while edge != start:
            loop.append(edge)
            edge = follow.pop(edge)
        parts.append(_loop(np.array(loop), values, x, y))
    return "".join(parts)


def _places(count: int) -> Array:
    """The middles of so many cells between 0 and 1, and both ends, twice."""
    return np.concatenate([[0, 0], (np.arange(count) + 0.5) / count, [1, 1]])


def _edges_in_order(inside: Array) -> dict[int, int]:
    """Of each edge that a contour crosses, by which it leaves the cell that it enters there.

    An edge has the number of its upper or left end, twice, and one more if it is vertical.
    """
    columns = inside.shape[1]
    bits = inside.astype(int)
    kinds = bits[:-1, :-1] + 2 * bits[:-1, 1:] + 4 * bits[1:, 1:] + 8 * bits[1:, :-1]
    follow: dict[int, int] = {}
    for kind, ways in _WAYS.items():
        cells = 2 * np.flatnonzero(np.pad(kinds == kind, ((0, 1), (0, 1))))
        edges = (cells, cells + 3, cells + 2 * columns, cells + 1)
        for start, end in ways:
            follow |= dict(zip(edges[start].tolist(), edges[end].tolist(), strict=True))
    return follow


def _loop(edges: Array, values: Array, x: Array, y: Array) -> str:
    """A closed line through where the field crosses 0 on these edges."""
    vertical, (row, column) = edges % 2, np.divmod(edges // 2, values.shape[1])
    row2, column2 = row + vertical, column + 1 - vertical
    here, there = values[row, column], values[row2, column2]
    share = here / (here - there)
    across = x[column] + share * (x[column2] - x[column])
    down = y[row] + share * (y[row2] - y[row])
    points = zip(across.tolist(), down.tolist(), strict=True)
    return "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points) + "Z"

"""The network with what is picked of it in figures: beside it in a box, or in lines below."""

from __future__ import annotations

from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.render.cells import Cells, filled, fitted, text_cells
from tui_nn.render.levels import Levels
from tui_nn.render.look import Look
from tui_nn.render.network import legend_cells, network_cells
from tui_nn.render.neuron import box_cells, line_cells
from tui_nn.render.wiring import Pick, Wiring
from tui_nn.session import Snapshot

WITH_BOX = 76  # cells from which there is room for a box beside the graph
TWO_LINES = 15  # lines from which there is room for two of them below it


def graph_size(width: int, height: int, pick: Pick | None) -> tuple[int, int]:
    """What is left for the graph."""
    box = _box_width(width, pick)
    return width - (box + 2 if box else 0), height - _lines_below(width, height)


def _box_width(width: int, pick: Pick | None) -> int:
    return min(44, max(30, width // 3)) if pick is not None and width >= WITH_BOX else 0


def _lines_below(width: int, height: int) -> int:
    return 1 if width >= WITH_BOX or height < TWO_LINES else 2


def pane_cells(
    snapshot: Snapshot,
    points: Dataset,
    wiring: Wiring,
    levels: Levels,
    width: int,
    height: int,
    pick: Pick | None = None,
    message: str = "",
    look: Look = Look(),  # noqa: B008 (frozen)
) -> Cells:
    """`height` lines of `width` cells. The snapshot has neurons; message: stands below."""
    assert snapshot.neurons is not None
    size = graph_size(width, height, pick)
    cells = network_cells(
        snapshot.neurons, snapshot.weights, points, wiring, levels, *size, pick, look
    )
    box_width, rows = _box_width(width, pick), size[1]
    below = [legend_cells(snapshot.weights is not None, points, width, look)]
    if message:
        below = [text_cells(message, Style(bold=True))]
    elif pick is not None and not box_width:
        below = line_cells(snapshot, wiring, pick, width, height - rows, look)
    if pick is not None and box_width:
        box = box_cells(snapshot, wiring, pick, levels, box_width, rows, look)
        box = filled(box, box_width, rows)
        cells = [[*a, *text_cells("  "), *b] for a, b in zip(cells, box, strict=True)]
    return [*cells, *(fitted(line, width) for line in [*below, []][: height - rows])]

"""What a finished run leaves on the terminal: chart, truth | prediction, result table."""

from __future__ import annotations

from rich.console import Console

from tui_nn.render.chart import chart_legend, loss_chart
from tui_nn.render.look import Look
from tui_nn.render.maps import surface_shape
from tui_nn.render.plane import FRAME
from tui_nn.render.predictions import TruthAndPrediction
from tui_nn.render.tables import result_table
from tui_nn.session import Snapshot, TrainingSession

WIDEST, CHART_HEIGHT = 100, 15
MAP = (36, 18)  # columns and lines of a map; a cell is twice as high as wide


def map_size(console: Console) -> tuple[int, int]:
    """Columns and lines of each of the two maps that stand side by side."""
    width = max(8, min(MAP[0], console.width // 2 - 1))
    return width, max(FRAME + 3, MAP[1] * width // MAP[0])


def wanted_surface(console: Console) -> tuple[int, int]:
    """The surface that the maps show: in colours, or in textures where there are none."""
    return surface_shape(*map_size(console))


def look_of(console: Console) -> Look:
    """What can be shown on it."""
    colour = console.is_terminal and console.color_system is not None and not console.no_color
    return Look(colour=colour, ascii=console.options.ascii_only)


def print_result(console: Console, session: TrainingSession, end: Snapshot) -> None:
    """Draw the run's end in the width that there is."""
    ascii = console.options.ascii_only
    width = min(console.width, WIDEST)
    target = session.settings.target_loss
    history = session.history
    console.print(loss_chart(history, width, CHART_HEIGHT, log=True, target=target, ascii=ascii))
    console.print(chart_legend(history, target, log=True, ascii=ascii))
    console.print()
    if end.predictions is not None:
        size = map_size(console)
        console.print(
            TruthAndPrediction(session.shown, end.predictions, end.surface, *size, look_of(console))
        )
    console.print(result_table(end))

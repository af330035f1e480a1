"""The live loss chart."""

from __future__ import annotations

from rich.text import Text
from textual.reactive import reactive

from tui_nn.engine.types import Array
from tui_nn.render.chart import chart_cells, chart_legend
from tui_nn.ui.widgets.cell_view import CellView


class LossChart(CellView):
    """Draws the history it is given; `log_axis` switches the axis of the loss."""

    log_axis = reactive(False)

    def __init__(self) -> None:
        super().__init__()
        self._history: Array | None = None
        self._target: float | None = None
        self._legend = Text()

    def show(self, history: Array, target: float | None) -> None:
        """history: rows of HISTORY_COLUMNS; target: where the run is to end."""
        self._history, self._target = history, target
        self._draw()

    def watch_log_axis(self) -> None:
        self.border_title = f"Loss on a {'log' if self.log_axis else 'linear'} axis"
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        width, height = self.content_size
        if self._history is None or width < 20 or height < 5:
            self.show_cells([])
            return
        legend = chart_legend(self._history, self._target, log=self.log_axis)
        if legend != self._legend:  # setting it draws the whole widget anew
            self._legend = self.border_subtitle = legend
        self.show_cells(
            chart_cells(self._history, width, height, log=self.log_axis, target=self._target)
        )

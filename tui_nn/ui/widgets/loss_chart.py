"""The live loss chart."""

from __future__ import annotations

from textual.reactive import reactive
from textual_plotext import PlotextPlot

from tui_nn.engine.types import Array
from tui_nn.render.chart import draw_loss


class LossChart(PlotextPlot):
    """Draws the history it is given; `log_axis` switches the axis."""

    log_axis = reactive(False)

    def __init__(self) -> None:
        super().__init__()
        self._history: Array | None = None
        self._target: float | None = None

    def show(self, history: Array, target: float | None) -> None:
        self._history, self._target = history, target
        self._draw()

    def watch_log_axis(self) -> None:
        self.border_title = f"Loss ({'log' if self.log_axis else 'linear'})"
        self._draw()

    def _draw(self) -> None:
        if self._history is not None:
            draw_loss(self.plt, self._history, log=self.log_axis, target=self._target)
            self.refresh()

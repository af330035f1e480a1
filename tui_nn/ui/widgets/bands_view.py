"""The learning curves of a comparison, as a pane."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment

from tui_nn.render.axes import inner_size
from tui_nn.render.bands import Band, bands_chart
from tui_nn.render.cells import too_small
from tui_nn.render.look import Look
from tui_nn.ui.widgets.cell_view import CellView

SMALLEST = 24, 6  # cells


class BandsView(CellView):
    """Drawn when other curves come, or its size changes."""

    def __init__(self, target: float | None) -> None:
        super().__init__()
        self._target, self._bands, self._look = target, list[Band](), Look()
        self._log_axis = True

    @property
    def points(self) -> int:
        """That a curve is worth to have."""
        return 4 * inner_size(max(1, self.size.width), 1)[0]

    @property
    def log_axis(self) -> bool:
        return self._log_axis

    @log_axis.setter
    def log_axis(self, on: bool) -> None:
        self._log_axis = on
        self._draw()

    def show(self, bands: Sequence[Band], look: Look) -> None:
        self._bands, self._look = list(bands), look
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        (width, height), (columns, lines) = self.size, SMALLEST
        if not self._bands:
            self.show_cells([[Segment(" ")] * width] * height)
        elif width < columns or height < lines:
            self.show_cells(too_small(columns, lines, width))
        else:
            asked = self._bands, width, height, self._look, self._target
            self.show_cells(bands_chart(*asked, log=self._log_axis).cells)

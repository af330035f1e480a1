"""Ground truth and prediction, side by side on the same axes."""

from __future__ import annotations

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells
from tui_nn.render.maps import (
    DARK,
    GREY,
    LIGHT,
    UNICODE,
    prediction_cells,
    side_by_side,
    surface_shape,
    truth_cells,
)
from tui_nn.ui.widgets.cell_view import CellView


class PredictionMaps(CellView):
    """Draws the predictions it is given over the decision surface that fits its size."""

    def __init__(self) -> None:
        super().__init__()
        self._data: tuple[Dataset, Array, Array | None] | None = None
        self._truth: Cells = []  # drawn once a data set, size and theme

    @property
    def wanted_surface(self) -> tuple[int, int] | None:
        """The (rows, columns) of decision surface that this size can show."""
        return surface_shape(*self._map_size) if self._fits else None

    def show(self, dataset: Dataset, predictions: Array, surface: Array | None) -> None:
        """predictions: (N, 1); surface: of the shape that was wanted, or None: as it was."""
        same = self._data is not None and self._data[0] is dataset
        if surface is None and same and self._data is not None:
            surface = self._data[2]
        self._data = (dataset, predictions, surface)
        if not same:  # setting it draws the whole widget anew
            self.border_subtitle = UNICODE.legend(dataset)
        self._draw(truth=not same)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())

    def on_resize(self) -> None:
        self._draw()

    @property
    def _map_size(self) -> tuple[int, int]:
        return (self.content_size.width - 1) // 2, self.content_size.height

    @property
    def _fits(self) -> bool:
        width, height = self._map_size
        return width >= 12 and height >= 6

    def _draw(self, truth: bool = True) -> None:
        if self._data is None or not self._fits:
            self.show_cells([])
            return
        themed = DARK if self.app.current_theme.dark else LIGHT
        palette = GREY if self.app.no_color else themed
        if truth or not self._truth:
            self._truth = truth_cells(self._data[0], *self._map_size, palette=palette)
        prediction = prediction_cells(*self._data, *self._map_size, palette=palette)
        self.show_cells(side_by_side(self._truth, prediction))

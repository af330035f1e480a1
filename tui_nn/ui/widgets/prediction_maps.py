"""Ground truth and prediction, side by side on the same axes."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.maps import LEGEND, map_lines, prediction_title, surface_shape


class PredictionMaps(Widget):
    """Lines are built when data or size change, and drawn from the cache."""

    def __init__(self) -> None:
        super().__init__()
        self.border_title = "Ground truth | prediction"
        self.border_subtitle = LEGEND
        self._lines: list[Strip] = []
        self._data: tuple[Dataset, Array, Array | None] | None = None

    @property
    def wanted_surface(self) -> tuple[int, int] | None:
        """The (rows, columns) of decision surface that this size can show."""
        width, height = self._half()
        return surface_shape(width, height) if width >= 12 and height >= 6 else None

    def show(self, dataset: Dataset, predictions: Array, surface: Array | None) -> None:
        self._data = (dataset, predictions, surface)
        self._build()

    def on_resize(self) -> None:
        self._build()

    def _half(self) -> tuple[int, int]:
        return (self.content_size.width - 1) // 2, self.content_size.height

    def _build(self) -> None:
        width, height = self._half()
        if self._data is None or width < 12 or height < 6:
            self._lines = []
        else:
            dataset, predictions, surface = self._data
            dark = self.app.current_theme.dark
            truth = map_lines("Truth", dataset, dataset.targets, None, width, height, dark=dark)
            title = prediction_title(dataset, predictions)
            guess = map_lines(title, dataset, predictions, surface, width, height, dark=dark)
            self._lines = [
                Strip([*left, Segment(" "), *right])
                for left, right in zip(truth, guess, strict=True)
            ]
        self.refresh()

    def render_line(self, y: int) -> Strip:
        ground = self.rich_style
        if y >= len(self._lines):
            return Strip.blank(self.content_size.width, ground)
        return self._lines[y].apply_style(ground).extend_cell_length(self.content_size.width)

"""What a row of a comparison has learnt, as a pane."""

from __future__ import annotations

from tui_nn.compare.learnt import Learnt
from tui_nn.engine.types import Array
from tui_nn.render.cells import text_cells
from tui_nn.render.look import Look
from tui_nn.render.maps import surface_shades, surface_shape
from tui_nn.render.predictions import error_cells, prediction_cells, verdict_title
from tui_nn.ui.widgets.cell_view import CellView

SMALLEST = 20, 8  # cells


class LearntMap(CellView):
    """The predictions of the row's typical run, as far as it has come."""

    def __init__(self) -> None:
        super().__init__()
        self._shades: Array | None = None

    @property
    def surface(self) -> tuple[int, int] | None:
        """Rows and columns of the surface that it has room for; None: it has none."""
        (width, height), (columns, lines) = self.size, SMALLEST
        if not self.display or width < columns or height < lines:
            return None
        return surface_shape(width, height)

    def show(self, learnt: Learnt | None, look: Look, *, before: bool) -> None:
        """before: whether it is the row that was shown before, and goes on: what hardly changes of
        it is not sent again."""
        width, height = self.size
        if learnt is None:
            self.show_cells([[], text_cells(" enter opens it, with its map"[:width])])
            return
        points, outputs, surface = learnt
        if points.image is not None:  # there is no plane of their pixels
            self.show_cells(error_cells(points, outputs, width, height, look))
            return
        self._shades = surface_shades(
            points, surface, width, height, before=self._shades if before else None
        )
        title = verdict_title("Prediction", points, outputs, width, look)
        drawn = points, outputs, surface, width, height, look
        self.show_cells(prediction_cells(title, *drawn, shades=self._shades))

"""Drawing: the board in the place of the predictions, gone onto and left again."""

from __future__ import annotations

from typing import cast

from tui_nn.ui.view import View
from tui_nn.ui.widgets.drawing_board import DrawingBoard
from tui_nn.ui.widgets.pane_grid import PaneGrid

PLACE = "maps"


class Drawing:
    """Borrows a pane's place in the grid for a board."""

    def __init__(self, grid: PaneGrid) -> None:
        self._grid = grid

    async def begin_or_leave(self, view: View | None) -> None:
        """Onto the board, which shows this view, or off it again."""
        grid = self._grid
        if not grid.is_lent(PLACE):
            board = DrawingBoard()
            await grid.lend(PLACE, board)
            if view is not None:
                board.show(view)
        elif grid.is_inside(PLACE):
            cast(DrawingBoard, grid.panes[PLACE]).action_leave()
        else:
            grid.go_to(PLACE)

    async def end(self) -> None:
        """The pane is there again."""
        await self._grid.give_back(PLACE)

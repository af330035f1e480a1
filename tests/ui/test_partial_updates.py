"""A slow line gets what has changed, and no more."""

from rich.style import Style
from textual.app import App, ComposeResult

from tui_nn.render.cells import cell
from tui_nn.ui.widgets.cell_view import CellView


class Cells(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.cells = CellView()

    def compose(self) -> ComposeResult:
        yield self.cells


async def test_a_changed_cell_is_sent_without_the_line_before_it() -> None:
    app = Cells()
    async with app.run_test(size=(60, 4)) as pilot:
        lines = [
            [cell("a", Style(bgcolor=f"#{4 * x:02x}0000")) for x in range(60)] for _ in range(4)
        ]
        app.cells.show_cells(lines)
        await pilot.pause()
        changed = [list(line) for line in lines]
        changed[2][50] = cell("b")
        app.cells.show_cells(changed)
        compositor = app.screen._compositor
        compositor.update_widgets({app.cells})
        update = compositor.render_partial_update()
        assert update is not None
        sent = update.render_segments(app.console)
        assert sent.startswith("\x1b[3;51H")
        assert "b" in sent
        assert "a" not in sent


async def test_a_blank_of_another_ground_is_sent_without_ink() -> None:
    app = Cells()
    async with app.run_test(size=(10, 1)):
        app.cells.show_cells([[cell(" ", Style(bgcolor="#112233")), cell("x")]])
        blank, inked, *_ = app.cells.render_line(0)
        assert blank.style is not None
        assert blank.style.color is None
        assert inked.style is not None
        assert inked.style.color is not None

"""A slow line gets what has changed, and no more."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widgets import Static

from tui_nn.render.cells import cell
from tui_nn.ui import partial_updates
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


class Beside(Static):
    asked = 0

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked += 1
        return super().render_lines(crop)


class Corners(App[None]):
    """Two widgets at corners of the screen, one beside both, and one over the second."""

    CSS = """
    Static { width: 10; height: 3; }
    #above { layer: above; offset: 0 3; height: 1; width: 3; }
    Screen { layers: default above; }
    """

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("first", id="first")
            yield Beside("beside")
        yield Static("second", id="second")
        yield Static("top", id="above")


async def test_what_is_beside_a_change_is_not_asked_and_what_is_over_it_stays() -> None:
    app = Corners()
    async with app.run_test(size=(30, 6)) as pilot:
        await pilot.pause()
        beside = app.query_one(Beside)
        asked = beside.asked
        changed = {app.query_one("#first", Static), app.query_one("#second", Static)}
        for widget in changed:
            widget.update("##########", layout=False)
        compositor = app.screen._compositor
        compositor.update_widgets(changed)
        update = compositor.render_partial_update()
        assert update is not None
        sent = update.render_segments(app.console)
        assert beside.asked == asked
        assert sent.count("##########") == 1  # the first
        assert sent.count("#######") == 2
        assert "top" in sent
        beside.update("changed", layout=False)
        await pilot.pause()
        assert beside.asked > asked


async def test_a_blank_of_another_ground_is_sent_without_ink() -> None:
    app = Cells()
    async with app.run_test(size=(10, 1)):
        app.cells.show_cells([[cell(" ", Style(bgcolor="#112233")), cell("x")]])
        blank, inked, *_ = app.cells.render_line(0)
        assert blank.style is not None
        assert blank.style.color is None
        assert inked.style is not None
        assert inked.style.color is not None


def shown(screen: list[list[str]], sent: str) -> None:
    """Do what a terminal does with text and moves of the cursor."""
    for row, column, text in re.findall(r"\x1b\[(\d+);(\d+)H([^\x1b]*)", sent):
        screen[int(row) - 1][int(column) - 1 : int(column) - 1 + len(text)] = text


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 10), st.sampled_from("ab")), max_size=9)
)
def test_what_is_there_is_not_sent_again_and_what_was_written_over_is(
    changes: list[tuple[int, int, str]],
) -> None:
    """Each change is sent by itself, or, every third time, with the whole screen in two pieces."""
    partial_updates.forget()
    console, region = Console(), Region(0, 0, 10, 1)
    true, terminal = ["."] * 10, [["?"] * 10]

    def whole() -> str:
        pieces = [Strip([Segment("".join(true[:4]))]), Strip([Segment("".join(true[4:]))])]
        return LayoutUpdate([pieces], region).render_segments(console)

    shown(terminal, whole())
    for i, (start, length, text) in enumerate(changes):
        end = min(10, start + length)
        true[start:end] = text * (end - start)
        chops = [{0: Strip([Segment("".join(true))])}]
        partly = ChopsUpdate(chops, [(0, start, end)], [[10]])
        shown(terminal, whole() if i % 3 == 2 else partly.render_segments(console))
        assert terminal == [true]
    shown(terminal, whole())
    assert terminal == [true]
    assert whole() == ""
    partial_updates.forget()
    assert whole() != ""

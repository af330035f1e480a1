"""A comparison as it is trained: its rows, the best first, and their learning curves."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from rich.console import RenderableType
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from tui_nn.datasets.plain import plain
from tui_nn.render.figures import target
from tui_nn.render.look import Look
from tui_nn.runs.store import StoreError
from tui_nn.ui.scoreboard import Scoreboard, Sought
from tui_nn.ui.screens.overlay import Overlay
from tui_nn.ui.screens.text import TextScreen, keys_table
from tui_nn.ui.watch import FPS, taken
from tui_nn.ui.widgets.bands_view import BandsView
from tui_nn.ui.widgets.key_line import KeyLine
from tui_nn.ui.widgets.learnt_map import LearntMap
from tui_nn.ui.widgets.standings_table import StandingsTable

if TYPE_CHECKING:
    from tui_nn.ui.comparing import Comparing

WIDE = 140  # columns, from which on the curves stand beside the ranking
ROOMY = 110, 34  # from which on there is a map
SHARE = 4  # of the time between two looks that a look itself may take: one part in so many

ABOUT = """\
Every row is trained with several seeds, on all cores that the dashboard and its run leave free. \
The best row stands first: the one whose runs reach the target most often, then soonest, then have \
the lowest loss. Figures are medians of the runs, as far as they have come; a curve is the median \
with a band from quartile to quartile. The glyph before a row is that on its curve.
"""
HELP = {
    "enter": "Open the row in the dashboard: its run with the median loss, from where it has come "
    "to, paused. The comparison goes on.",
    "space a": "Mark a row: the chart shows the marked ones; unmark all: the best six.",
    "h j x": "Sort by the column to the left, to the right; reverse. Or click on a heading.",
    "l": "A linear or a log axis.",
    "s": "Stop; go on. What is known is kept.",
    "n": "Another comparison. This one ends, and stays among the recorded runs: "
    "tui-nn compare --resume goes on with it.",
    "escape": "Back to the dashboard. The comparison goes on behind it; c comes back.",
}


class ComparisonScreen(Overlay[str | None]):
    """Gives "new" where another comparison is asked for, else None."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("s", "stop", "stop, go on"),
        Binding("n", "dismiss('new')", "new"),
        Binding("l", "axis", "log axis", show=False),
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("escape,q,c", "dismiss(None)", "back", key_display="escape"),
    ]

    def __init__(self, comparing: Comparing) -> None:
        super().__init__()
        self._comparing = comparing
        self._board: Scoreboard | None = None
        plan = comparing.plan
        self.head, self.table = Static("", id="head", markup=False), StandingsTable(plan)
        self.chart, self.map = BandsView(target(plan)), LearntMap()
        self._sought = asyncio.Event()
        comparing.watched.add(self._sought)  # it may end before this is mounted
        self._waits = False

    def compose(self) -> ComposeResult:
        yield Static("tui-nn needs a window of 60×20.\nIt goes on; escape leaves.", id="too-small")
        yield self.head
        with Container(id="panes"):
            yield self.table
            yield self.chart
            yield self.map
        yield KeyLine()

    def on_mount(self) -> None:
        plan = self._comparing.plan
        seeds = f": medians and quartiles of {plan.repeats} seeds" if plan.repeats > 1 else ""
        self.table.border_title = "Best first"
        self.chart.border_title = f"Loss{seeds}"
        if (goal := target(plan)) is not None:
            self.chart.border_subtitle = f"{'--' if self._look.ascii else '⠄'} target {goal:g}"
        self.table.focus()
        self._sought.set()
        self.run_worker(self._follow())

    def on_unmount(self) -> None:
        self._comparing.watched.discard(self._sought)

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        self.set_class(width >= WIDE, "wide")
        self.set_class(width < 60 or height < 20, "tiny")
        self.map.display = width >= ROOMY[0] and height >= ROOMY[1]
        self.set_class(self.map.display, "mapped")
        self.call_after_refresh(self._sought.set)

    @property
    def at_rest(self) -> bool:
        """Whether all is drawn, and nothing is new."""
        return self._waits and not self._sought.is_set()

    async def _follow(self) -> None:
        """Show how it stands whenever there is news, for ever; see `ui/watch`."""
        while True:
            self._waits = True
            await self._sought.wait()
            self._sought.clear()
            self._waits = False
            began = time.monotonic()
            board = await self._comparing.board(self._wanted)
            spent = time.monotonic() - began
            self._show(board)
            shown = await taken(self.app.probe)  # type: ignore[attr-defined]
            pause = max(1 / FPS - (time.monotonic() - began), shown, SHARE * spent)
            if board.picked == self.table.picked:  # else its map is waited for
                await asyncio.sleep(pause)

    @property
    def _wanted(self) -> Sought:
        return Sought(
            tuple(self.table.marked), self.chart.points, self.table.picked, self.map.surface
        )

    @property
    def _look(self) -> Look:
        look: Look = self.app.look  # type: ignore[attr-defined]
        return look

    def _show(self, board: Scoreboard) -> None:
        before, self._board = self._board, board
        self.head.update(self._comparing.heading(self._look), layout=False)
        behind = "escape: it goes on behind the dashboard, c comes back"
        self.table.border_subtitle = behind if self._comparing.goes_on else ""
        self.table.show(board, self._look)
        if before is None or _curves(before) != _curves(board):
            self.chart.show(board.bands, self._look)
        if board.picked == self.table.picked:
            same = before is not None and before.picked == board.picked
            self.map.show(board.learnt, self._look, before=same and self._comparing.goes_on)
        self._name_map(board)

    def _name_map(self, board: Scoreboard) -> None:
        """By the row at the cursor; the map of another one does not stay below its name."""
        row = self.table.picked
        picked = next((one for one in board.standings if one.row == row), None)
        label = plain(self._comparing.plan.label(picked.values)) if picked else ""
        self.map.border_title = Content(label)
        if board.picked != row:
            self.map.show_cells([])

    @on(StandingsTable.Changed)
    def _changed(self) -> None:
        if self._board is not None:
            self._name_map(self._board)
        self._sought.set()

    @on(StandingsTable.Opened)
    async def _open(self, event: StandingsTable.Opened) -> None:
        try:
            has_begun = await self._comparing.open(event.row)
        except StoreError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if has_begun:
            self.dismiss(None)
        else:
            self.notify("it has not begun yet", severity="warning")

    def action_stop(self) -> None:
        self._comparing.stop_or_go_on()

    def action_axis(self) -> None:
        self.chart.log_axis = not self.chart.log_axis

    def action_help(self) -> None:
        self.app.push_screen(TextScreen("Comparison", *comparison_help()))


def comparison_help() -> list[RenderableType]:
    return [Text(ABOUT), keys_table(HELP)]


def _curves(board: Scoreboard) -> list[tuple[str, float, float]]:
    """What makes two pictures of curves the same: whose they are, and how far they have come."""
    return [
        (band.name, float(band.steps[-1]), float(np.nansum(band.values))) for band in board.bands
    ]

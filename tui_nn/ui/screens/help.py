"""The help overlay: what the screen shows, and the keys from the table of actions."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_nn.ui.actions import ACTIONS

SCREEN = """\
A neural network learns the points of a data set. The chart shows its loss, the error that \
training lowers: it falls while the network learns, and the run ends at the target.

Left the true classes of the points, right what the network predicts. The colours behind them \
are its output everywhere: orange is 0, blue is 1, grey is undecided.

A setting with • changes while the network trains; any other begins a new run. The form has those \
that make a difference in this run.
"""


class HelpScreen(ModalScreen[None]):
    """escape, ? or q closes it."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", key_display="escape")
    ]

    def compose(self) -> ComposeResult:
        keys = Table.grid(padding=(0, 2))
        keys.add_column(no_wrap=True, style="bold")
        keys.add_column(no_wrap=True)
        keys.add_column(style="dim")
        for action in ACTIONS:
            keys.add_row(action.shown, action.title, action.help)
        keys.add_row("escape", "Leave", "a field, or this help")
        keys.add_row("ctrl+p", "Command palette", "all of these by name, and themes")
        with VerticalScroll() as box:
            box.border_title = "Help"
            box.border_subtitle = "↑ ↓ scroll · escape closes"
            yield Static(Text(SCREEN))
            yield Static(keys)

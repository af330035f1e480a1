"""The help overlay, made from the table of actions."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_nn.ui.actions import ACTIONS


class HelpScreen(ModalScreen[None]):
    """All the keys; escape, ? or q closes it."""

    BINDINGS: ClassVar[list[Any]] = [Binding("escape,question_mark,q", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        table = Table.grid(padding=(0, 2))
        for action in ACTIONS:
            table.add_row(action.shown, action.title, action.help)
        table.add_row("ctrl+p", "Command palette", "all of these, and themes")
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "escape closes"
            yield Static(table)

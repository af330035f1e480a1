"""A page of text over the screen."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.console import RenderableType
from rich.table import Table
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui_nn.ui.screens.overlay import Overlay


def keys_table(help: dict[str, str]) -> Table:
    """What each key does, a row for each."""
    keys = Table.grid(padding=(0, 2))
    keys.add_column(no_wrap=True, style="bold")
    for key, does in help.items():
        keys.add_row(key, does)
    return keys


class TextScreen(Overlay[None]):
    """escape, enter, q, or the key that opened it closes it."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape,question_mark,e,q,enter", "dismiss", "Close", key_display="escape")
    ]

    def __init__(self, title: str, *parts: RenderableType) -> None:
        super().__init__()
        self._title, self._parts = title, parts

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self._title
            box.border_subtitle = "↑ ↓ scroll · escape closes"
            for part in self._parts:
                yield Static(part, markup=False)

"""What is there at once, while the panes are still being imported: their frames, and the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.layout import PANES, Layout, size_class
from tui_nn.ui.widgets.key_line import KeyLine
from tui_nn.ui.widgets.pane_grid import PaneGrid


class StatusLine(Static):
    """In the place, and with the style, of the one with figures."""


class Shown(Message):
    """The first frame is there."""


class Keys(KeyLine):
    """Tells the app when the keys are shown, which come after all else."""

    def on_mount(self) -> None:
        self.bindings_changed(self.screen)  # Textual would do so a frame later

    async def recompose(self) -> None:
        await super().recompose()
        after_refresh = self.screen.call_after_refresh
        after_refresh(
            after_refresh, self.app.post_message, Shown()
        )  # the first finds room for them


class Opening(Screen[None]):
    """The main screen's frame. It imports neither NumPy nor any picture."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = [action.binding for action in ACTIONS if action.footer]

    def __init__(self, layout: Path | None) -> None:
        super().__init__()
        panes: dict[str, Widget] = {name: Static() for name in PANES}
        for i, (name, title) in enumerate(PANES.items(), 1):
            panes[name].border_title = f"{i} {title}"
        self.shares = Layout(layout)
        self.grid = PaneGrid(panes, self.shares)
        self.footer = Keys()

    def compose(self) -> ComposeResult:
        yield StatusLine("starting …")
        yield self.grid
        yield self.footer

    def on_mount(self) -> None:
        self._arrange(*self.app.size)

    def on_resize(self, event: Resize) -> None:
        self._arrange(*event.size)

    def _arrange(self, width: int, height: int) -> None:
        self.shares.size = size_class(width, height)
        self.footer.show_command_palette = self.shares.size != "small"
        self.set_class(width < 60 or height < 20, "tiny")
        self.grid.show_layout()

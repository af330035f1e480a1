"""A screen over the main one."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen, ScreenResultType


class Overlay(ModalScreen[ScreenResultType]):
    """Closes once, however often the key is pressed: Textual would close what is below, too."""

    BINDINGS: ClassVar[list[Any]] = [Binding("ctrl+c", "app.quit", show=False)]

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        return super().dismiss(result) if self.is_active else AwaitComplete()

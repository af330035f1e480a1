"""Pins: runs that are kept beside the one that goes on, to compare with."""

from __future__ import annotations

from collections.abc import Callable

from tui_nn.session import Session, Snapshot
from tui_nn.settings import as_text, learning_rate
from tui_nn.ui.view import Pin

MOST = 3


class Pins:
    """The runs pinned last. changed: called when they are others."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.kept: list[Pin] = []
        self._count = 0  # how many there have been

    def add(self, session: Session, snapshot: Snapshot) -> Pin:
        """Pin the run as it is now."""
        self._count += 1
        settings = session.settings
        name = f"{self._count}: {settings.optimizer} lr {as_text(learning_rate(settings))}"
        pin = Pin(name, session.history.copy(), snapshot, session.shown, settings.dataset)
        self.keep(pin)
        return pin

    def keep(self, pin: Pin) -> None:
        self.kept = [*self.kept, pin][-MOST:]
        self._changed()

    def clear(self) -> None:
        self.kept = []
        self._changed()

"""Pins: runs that are kept beside the one that goes on, to compare with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_nn.session import Session, Snapshot
from tui_nn.ui.view import Pin

if TYPE_CHECKING:
    from tui_nn.runs.recorder import Recorder

MOST = 3


class Pins:
    """The runs pinned last. changed: called when they are others."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.kept: list[Pin] = []
        self._count = 0  # how many there have been

    def add(self, session: Session, snapshot: Snapshot, recorder: Recorder | None) -> Pin:
        """Pin the run as it is now. recorder: which knows what it is called."""
        self._count += 1
        name, id = "", f"pin {self._count}"
        if recorder and recorder.path and recorder.run.history is session.run_history:
            from tui_nn.render.run_list import SHORT

            name, id = recorder.run.label.name, recorder.run.id[:SHORT]
        history = session.history.copy()
        pin = Pin(name, history, snapshot, session.shown, session.settings, id)
        self.keep(pin)
        return pin

    def keep(self, pin: Pin) -> None:
        self.kept = [*self.kept, pin][-MOST:]
        self._changed()

    def clear(self) -> None:
        self.kept = []
        self._changed()

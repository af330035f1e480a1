"""The log pane: what happened, and at which step."""

from __future__ import annotations

from collections import deque

from textual.content import Content
from textual.widgets import RichLog

MOST = 500  # events that are shown


class EventLog(RichLog):
    """Shows the events that have the filter's text in them."""

    def __init__(self) -> None:
        super().__init__(max_lines=MOST, wrap=True, min_width=20)
        self._events: deque[tuple[int, str]] = deque(maxlen=MOST)
        self._filter = ""

    def add(self, step: int, event: str) -> None:
        self._events.append((step, event))
        if self._filter in event.lower():
            self.write(f"{step:>8}  {event}")

    def filter(self, text: str) -> None:
        """Show the events with this text only."""
        self._filter = text.lower()
        self.border_subtitle = Content(f"/{text}" if text else "")
        self.clear()
        for step, event in self._events:
            if self._filter in event.lower():
                self.write(f"{step:>8}  {event}")

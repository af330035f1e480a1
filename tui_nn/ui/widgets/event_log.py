"""The log pane: what happened, and at which step."""

from __future__ import annotations

from textual.widgets import RichLog


class EventLog(RichLog):
    """Shows the events that have the filter's text in them."""

    def __init__(self) -> None:
        super().__init__(max_lines=500, wrap=True, min_width=20)
        self._events: list[tuple[int, str]] = []
        self._filter = ""

    def add(self, step: int, event: str) -> None:
        self._events.append((step, event))
        if self._filter in event.lower():
            self.write(f"{step:>8}  {event}")

    def filter(self, text: str) -> None:
        """Show the events with this text only."""
        self._filter = text.lower()
        self.border_subtitle = f"/{text}" if text else ""
        self.clear()
        for step, event in self._events:
            if self._filter in event.lower():
                self.write(f"{step:>8}  {event}")

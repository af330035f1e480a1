"""The log pane: what happened, and at which step."""

from __future__ import annotations

from collections import deque

from textual.content import Content
from textual.events import Resize
from textual.widgets import RichLog

MOST = 500  # events that are shown


class EventLog(RichLog):
    """Shows the events that have the filter's text in them."""

    DEFAULT_CSS = """
    EventLog {
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        overflow-x: hidden; overflow-y: auto;
    }
    """

    def __init__(self) -> None:
        super().__init__(max_lines=MOST, wrap=True, min_width=20)
        self._events: deque[tuple[int, str]] = deque(maxlen=MOST)
        self._filter = ""
        self._wrapped = 0  # to so many cells

    def on_resize(self, event: Resize) -> None:
        if self._wrapped != (width := self.scrollable_content_region.width):
            self._wrapped = width
            self._write_all()
        self.call_after_refresh(self.scroll_end, animate=False)  # when it knows how much it has

    def add(self, step: int, event: str) -> None:
        self._events.append((step, event))
        if self._filter in event.lower():
            self.write(f"{step:>8}  {event}")

    def filter(self, text: str) -> None:
        """Show the events with this text only."""
        self._filter = text.lower()
        self.border_subtitle = Content(f"/{text}" if text else "")
        self._write_all()

    def _write_all(self) -> None:
        self.clear()
        for step, event in self._events:
            if self._filter in event.lower():
                self.write(f"{step:>8}  {event}")

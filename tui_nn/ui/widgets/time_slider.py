"""The slider of time: where in the run one is looking back at."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from tui_nn.session import Snapshot


class TimeSlider(Widget):
    """A line over the whole run; a click posts Chosen. Not there while one looks at the present."""

    @dataclass
    class Chosen(Message):
        """A moment was chosen, by its step."""

        step: int

    def __init__(self) -> None:
        super().__init__()
        self._moments: list[int] = []
        self._moment = 0
        self._length = 1  # of the line
        self.display = False

    def show(self, moments: list[int], moment: int | None) -> None:
        """moments: the steps that are kept; moment: the one that is looked at, None: now."""
        self.display = moment is not None
        if moment is not None:
            self._moments, self._moment = moments, moment
            self.refresh()

    def render(self) -> Text:
        last = self._moments[-1] if self._moments else 0
        words = f" step {self._moment} of {last}   < > move · b trains on from here · space: now"
        self._length = length = max(4, self.size.width - len(words) - 1)
        here = round(self._moment / max(1, last) * (length - 1))
        bar = "─" * here + "●" + "─" * (length - 1 - here)
        return Text(f" {bar}{words}"[: self.size.width], Style(bold=True), no_wrap=True)

    def on_click(self, event: Click) -> None:
        if self._moments and event.x <= self._length:
            wanted = (event.x - 1) / (self._length - 1) * self._moments[-1]
            i = min(bisect_left(self._moments, wanted), len(self._moments) - 1)
            self.post_message(self.Chosen(self._moments[i]))


def moment_beside(snapshot: Snapshot, moment: int | None, direction: int) -> int | None:
    """The moment before (-1) or after (1) the one that is looked at; None is now, which comes after
    the last one. A long run is crossed in some fifty moves."""
    moments = snapshot.moments
    if not moments or (moment is None and direction > 0):
        return None
    if moment is None:
        return moments[max(0, bisect_left(moments, snapshot.step) - 1)]
    there = bisect_left(moments, moment) + direction * max(1, len(moments) // 50)
    return moments[max(0, there)] if there < len(moments) else None

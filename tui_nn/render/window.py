"""The stretch of a run's steps that a chart shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

from tui_nn.render.axes import round_up

NARROWEST = 8.0  # steps


@dataclass(frozen=True)
class Window:
    """span: steps, or None for the whole run. start: the first step, or None for a window that
    stays with the newest."""

    span: float | None = None
    start: float | None = None

    def limits(self, last: float) -> tuple[float, float]:
        """The ends of the x axis, for a run whose newest step is `last`.

        They are round, and some way beyond the newest step: they must not move with each of them.
        """
        if self.span is None:
            return 0.0, round_up(max(1.0, last))
        if self.start is not None:
            return self.start, self.start + self.span
        stride = self.span / 8
        start = max(0.0, math.ceil((last - self.span) / stride) * stride)
        return start, start + self.span

    def zoomed(self, factor: float, anchor: float | None, last: float) -> Window:
        """So many times as wide; the anchor stays where it is, or else the newest step, if it is
        shown, or the middle."""
        start, end = self.limits(last)
        span = max(NARROWEST, (end - start) * factor)
        if span >= round_up(max(1.0, last)):
            return Window()
        if anchor is None:
            if self.start is None:
                return Window(span)
            anchor = (start + end) / 2
        return Window(span)._moved(anchor - (anchor - start) / (end - start) * span, last)

    def panned(self, share: float, last: float) -> Window:
        """Moved by a share of its width."""
        if self.span is None:
            return self
        return self._moved(self.limits(last)[0] + share * self.span, last)

    def showing(self, step: float, last: float) -> Window:
        """Moved so far that a step is in it."""
        start, end = self.limits(last)
        if self.span is None or start <= step <= end:
            return self
        return self._moved(step - self.span / 2, last)

    def _moved(self, start: float, last: float) -> Window:
        """At the right end it stays with the newest step."""
        assert self.span is not None
        start = max(0.0, start)
        return Window(self.span, None if start + self.span >= last else start)

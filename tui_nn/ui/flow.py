"""Flow control: whether the terminal has shown what was sent to it.

A slow line has room for many pictures before it is full, and would show them late. So, where the
terminal answers questions at all, each picture ends with one (DECRQM, whether it can synchronise
its output), and the next picture waits for the answer: it has come all the way.
"""

from __future__ import annotations

import asyncio

QUESTION = "\x1b[?2026$p"


class Flow:
    """Knows from the first answer, to a question that Textual asks, that the terminal does."""

    def __init__(self) -> None:
        self._answers = False
        self._shown = asyncio.Event()

    def answered(self) -> None:
        """The terminal has answered a question."""
        self._answers = True
        self._shown.set()

    def probe(self) -> asyncio.Event | None:
        """Set when the question, to be sent now, has been answered; None: it never is."""
        if not self._answers:
            return None
        self._shown.clear()
        return self._shown

"""Ending early, at a good place, when a signal asks for it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def heeded() -> list[signal.Signals]:
    """The signals that ask a program to end, without those that it was started to ignore, as by
    nohup."""
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    return [number for number in asking if signal.getsignal(number) != signal.SIG_IGN]


@contextmanager
def stopping_on_signals() -> Iterator[Callable[[], bool]]:
    """Whether a signal has asked to end; the second of a kind ends the program at once."""
    asked = False

    def stop(number: int, frame: object) -> None:
        nonlocal asked
        asked = True
        signal.signal(number, before[number])

    before = {int(number): signal.signal(number, stop) for number in heeded()}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

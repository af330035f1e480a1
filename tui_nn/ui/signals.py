"""How signals end the dashboard."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

GRACE = 1.0  # seconds that the event loop has for an orderly end


@contextmanager
def ended_by_signals(
    leave: Callable[[int], None],
    save: Callable[[], None],
    keep: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Let SIGTERM and SIGINT end the dashboard, and SIGHUP the program: its terminal has gone.

    Textual would die of the one without a goodbye, and wait for ever to draw on a terminal that
    has gone. These are real signal handlers, not the event loop's, since it may be waiting for the
    terminal too. The worker ends when its pipe closes. keep: what is tried first at SIGHUP.
    """
    loop = asyncio.get_running_loop()

    def within_grace(act: Callable[[], None]) -> None:
        """If the event loop has not done so by then."""
        signal.signal(signal.SIGALRM, lambda *_: act())
        signal.setitimer(signal.ITIMER_REAL, GRACE)

    def end(number: int) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # shell and kernel may both send one
        try:
            save()
        finally:
            os._exit(128 + number)

    def terminate(number: int, frame: object) -> None:
        within_grace(lambda: end(number))
        loop.call_soon_threadsafe(leave, 128 + number)

    def hang_up(number: int, frame: object) -> None:
        if keep is None:
            end(number)
            return
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with open(os.devnull, "r+b") as nothing:  # nobody is to wait for the terminal any more
            for fd in (0, 1, 2):
                os.dup2(nothing.fileno(), fd)
        # Between two of the loop's callbacks nothing is half done.
        within_grace(lambda: keep_or_end(number))
        loop.call_soon_threadsafe(keep_or_end, number)

    def keep_or_end(number: int) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert keep is not None
        try:
            keep()
        except Exception:
            end(number)
        os._exit(128 + number)

    signal.signal(signal.SIGHUP, hang_up)
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, terminate)
    if os.isatty(0):
        threading.Thread(target=_hang_up_with_the_terminal, daemon=True).start()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)  # it was in time


def _hang_up_with_the_terminal() -> None:
    """One that does not control us goes without a SIGHUP from the kernel."""
    poll = select.poll()
    poll.register(0, 0)  # a hang-up is always told
    poll.poll()
    os.kill(os.getpid(), signal.SIGHUP)

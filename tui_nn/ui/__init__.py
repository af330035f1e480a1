"""The dashboard. First the worker starts, then the first frame is drawn; all else comes later.

So this module imports nothing that is not needed for these two.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.session.process import WorkerProcess

if TYPE_CHECKING:
    from tui_nn.runs.place import Label
    from tui_nn.session import TrainingSession
    from tui_nn.settings import Settings

    Begin = Callable[[TrainingSession], Awaitable[None]]

GRACE = 1.0  # seconds that SIGTERM leaves for an orderly end


async def run_dashboard(
    settings: Settings | None,
    pace: int | None,
    log: Path | None,
    *,
    fps: float,
    ascii: bool,
    palette: str | None = None,
    store: Path | None = None,
    label: Label | None = None,
    begin: Begin | None = None,
    play: bool = True,
) -> int:
    """Open the dashboard on a new run; returns the exit code.

    settings: None for the default ones. log: where the log goes, by ctrl+s and when the dashboard
    ends; None: ctrl+s only, into the user's data directory. fps: pictures a second at most; ascii:
    of ASCII's glyphs; palette: see `Dashboard`. store: where its runs are recorded, under this
    label; None: nowhere. begin: what is done to the session before it is recorded. play: whether it
    trains then.
    Raises OSError if the log can't be written, WorkerDied if no worker starts.
    """
    gc.disable()  # until all is imported: nothing of that is garbage
    async with AsyncExitStack() as stack:
        worker = await WorkerProcess.start()
        stack.push_async_callback(worker.stop)
        from tui_nn.ui.app import Dashboard, layout_path

        async def open_session(events: list[tuple[int, str]]) -> TrainingSession:
            from tui_nn.runs.recorder import Recorder
            from tui_nn.session import TrainingSession
            from tui_nn.settings import Settings

            session = TrainingSession(
                settings or Settings(), pace=pace, playing=False, worker=worker
            )
            await stack.enter_async_context(session)
            if begin is not None:
                await begin(session)
            app.recorder = Recorder(session, store, events, app.tell, label=label, reason="stopped")
            await stack.enter_async_context(app.recorder)
            return session

        app = Dashboard(
            open_session,
            log,
            ascii=ascii,
            palette=palette,
            layout=layout_path(),
            fps=fps,
            store=store,
            play=play,
        )

        def save() -> None:
            if app.recorder is not None:
                app.recorder.save_now()
            if log is not None and app.is_open:
                with suppress(OSError):  # nobody is left who could be told
                    app.main.logbook.write(app.main.latest)

        _end_on_signals(app.leave, save)
        try:
            await app.run_async()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)  # it was in time
        if log is not None and app.is_open:
            await app.main.logbook.save(app.main.latest)
        gc.freeze()  # the process ends: what there is need not be looked through
        return app.return_code or 0


def _end_on_signals(leave: Callable[[int], None], save: Callable[[], None]) -> None:
    """Let SIGTERM and SIGINT end the dashboard, and SIGHUP the program: its terminal has gone.

    Textual would die of the one without a goodbye, and wait for ever to draw on a terminal that
    has gone. These are real signal handlers, not the event loop's, since it may be waiting for the
    terminal too. The worker ends when its pipe closes.
    """
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # shell and kernel may both send one
        try:
            save()
        finally:
            os._exit(128 + number)

    def terminate(number: int, frame: object) -> None:
        signal.signal(signal.SIGALRM, lambda *_: end(number))
        signal.setitimer(signal.ITIMER_REAL, GRACE)
        loop.call_soon_threadsafe(leave, 128 + number)

    signal.signal(signal.SIGHUP, lambda number, frame: end(number))
    signal.signal(signal.SIGTERM, terminate)
    signal.signal(signal.SIGINT, terminate)

"""The dashboard. First the worker starts, then the first frame is drawn; all else comes later.

So this module imports nothing that is not needed for these two.
"""

from __future__ import annotations

import gc
import signal
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.session.process import SessionError, WorkerProcess
from tui_nn.ui.signals import end_on_signals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_nn.hosting.handover import HostProcess
    from tui_nn.runs.place import Label
    from tui_nn.session import TrainingSession
    from tui_nn.settings import Settings

    Begin = Callable[[TrainingSession], Awaitable[None]]


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
    keep: bool = False,
    begin: Begin | None = None,
    play: bool = True,
) -> int:
    """Open the dashboard on a new run; returns the exit code.

    settings: None for the default ones. log: where the log goes, by ctrl+s and when the dashboard
    ends; None: ctrl+s only, into the user's data directory. fps: pictures a second at most; ascii:
    of ASCII's glyphs; palette: see `Dashboard`. store: where its runs are recorded, under this
    label; None: nowhere. begin: what is done to the session before it is recorded. play: whether it
    trains then. keep: the run goes on without us when the terminal hangs up.
    Raises OSError if the log can't be written, WorkerDied if no worker starts, HostError if the run
    could not be detached.
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

        def write_log() -> None:
            if log is not None and app.is_open:
                with suppress(OSError):  # nobody is left who could be told
                    app.main.logbook.write(app.main.latest)

        def save() -> None:
            if app.recorder is not None:
                app.recorder.save_now()
            write_log()

        def detach() -> HostProcess:
            from tui_nn.hosting.handover import hand_over

            assert app.recorder is not None
            app.main.logbook.add("detached")
            return hand_over(app.recorder)

        def go_on_without_us() -> None:
            if reason := app.obstacle():
                raise SessionError(reason)
            detach()
            write_log()

        end_on_signals(app.leave, save, go_on_without_us if keep else None)
        try:
            await app.run_async()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)  # it was in time
        if log is not None and app.is_open:
            await app.main.logbook.save(app.main.latest)
        if app.detached:
            host = detach()
            host.wait_until_ready()
            print(f"detached: run {host.run} goes on; tui-nn attach {host.run[:4]}")
        gc.freeze()  # the process ends: what there is need not be looked through
        return app.return_code or 0

"""The dashboard. First the worker starts, then the first frame is drawn; all else comes later.

So this module imports nothing that is not needed for these two.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.session.process import SessionError, WorkerProcess

if TYPE_CHECKING:
    from tui_nn.hosting.handover import HostProcess
    from tui_nn.runs.place import Label
    from tui_nn.runs.recorder import Recorder
    from tui_nn.session import TrainingSession
    from tui_nn.settings import Settings

GRACE = 1.0  # seconds that SIGTERM leaves for an orderly end


async def run_dashboard(
    settings: Settings | None,
    pace: int | None,
    log: Path | None,
    *,
    fps: float,
    ascii: bool,
    store: Path | None = None,
    label: Label | None = None,
    keep: bool = False,
) -> int:
    """Open the dashboard on a new run; returns the exit code.

    settings: None for the default ones. log: where the log goes, by ctrl+s and when the dashboard
    ends; None: ctrl+s only, into the user's data directory. fps: pictures a second at most; ascii:
    of ASCII's glyphs. store: where its runs are recorded, under this label; None: nowhere. keep:
    the run goes on without us when the terminal hangs up.
    Raises OSError if the log can't be written, WorkerDied if no worker starts, HostError if the run
    could not be detached.
    """
    gc.disable()  # until all is imported: nothing of that is garbage
    async with AsyncExitStack() as stack:
        worker = await WorkerProcess.start()
        stack.push_async_callback(worker.stop)
        from tui_nn.ui.app import Dashboard, layout_path

        recorder: Recorder | None = None

        async def begin(events: list[tuple[int, str]]) -> TrainingSession:
            nonlocal recorder
            from tui_nn.runs.recorder import Recorder
            from tui_nn.session import TrainingSession
            from tui_nn.settings import Settings

            session = TrainingSession(
                settings or Settings(), pace=pace, playing=False, worker=worker
            )
            await stack.enter_async_context(session)
            recorder = Recorder(session, store, events, app.tell, label=label, reason="stopped")
            await stack.enter_async_context(recorder)
            return session

        def obstacle() -> str:
            from tui_nn.hosting.handover import obstacle

            return "there is nothing yet" if recorder is None else obstacle(recorder)

        def write_log() -> None:
            if log is not None and app.is_open:
                with suppress(OSError):  # nobody is left who could be told
                    app.main.logbook.write(app.main.latest)

        def save() -> None:
            if recorder is not None:
                recorder.save_now()
            write_log()

        def detach() -> HostProcess:
            from tui_nn.hosting.handover import hand_over

            assert recorder is not None
            app.main.logbook.add("detached")
            return hand_over(recorder)

        def go_on_without_us() -> None:
            if reason := obstacle():
                raise SessionError(reason)
            detach()
            write_log()

        app = Dashboard(begin, log, ascii=ascii, layout=layout_path(), fps=fps)
        app.obstacle = obstacle
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


async def run_attached(path: Path, *, steer: bool, fps: float, ascii: bool) -> int:
    """Open the dashboard on the run of the host at this socket; see `hosting.attachment.attach`.

    Returns the exit code. Raises HostError.
    """
    from tui_nn.hosting.attachment import attach
    from tui_nn.ui.app import Dashboard, layout_path

    session, run = await attach(path, steer=steer)
    async with session:

        async def begin(events: list[tuple[int, str]]) -> TrainingSession:
            return session

        app = Dashboard(begin, ascii=ascii, layout=layout_path(), fps=fps, play=False)
        app.obstacle = lambda: ""
        end_on_signals(app.leave, lambda: None)
        try:
            await app.run_async()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        if app.is_open and not app.main.dead:
            ended = session.status == "finished"
            how = f"has ended; tui-nn runs show {run[:4]}"
            print(f"left: run {run} {how if ended else f'goes on; tui-nn attach {run[:4]}'}")
        return app.return_code or 0


def end_on_signals(
    leave: Callable[[int], None],
    save: Callable[[], None],
    keep: Callable[[], None] | None = None,
) -> None:
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

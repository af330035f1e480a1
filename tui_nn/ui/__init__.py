"""The dashboard. First the worker starts, then the first frame is drawn; all else comes later.

So this module imports nothing that is not needed for these two.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui_nn.session.process import SessionError, WorkerProcess
from tui_nn.ui.signals import ended_by_signals

if TYPE_CHECKING:
    from tui_nn.hosting.handover import HostProcess
    from tui_nn.runs.place import Label
    from tui_nn.session import TrainingSession
    from tui_nn.settings import Settings

    Begin = Callable[[TrainingSession], Awaitable[None]]


@dataclass(frozen=True)
class DashboardOptions:
    """What the dashboard is opened on, and how.

    pace: steps a second; None: as many as there can be. fps: pictures a second at most. settings:
    None for the default ones. log: where the log goes, by ctrl+s and when the dashboard ends; None:
    ctrl+s only, into the user's data directory. ascii: of ASCII's glyphs; palette: see `Dashboard`.
    store: where its runs are recorded, under this label; None: nowhere. stand_in: a file with the
    data, if it can be read only once. begin: what is done to the session before it is recorded.
    play: whether it trains then. keep: the run goes on without us when the terminal hangs up.
    """

    pace: int | None
    fps: float
    settings: Settings | None = None
    log: Path | None = None
    ascii: bool = False
    palette: str | None = None
    store: Path | None = None
    label: Label | None = None
    stand_in: BinaryIO | None = None
    begin: Begin | None = None
    play: bool = True
    keep: bool = False


async def run_dashboard(options: DashboardOptions) -> int:
    """Open the dashboard on a new run; returns the exit code.

    Raises OSError if the log can't be written, WorkerDied if no worker starts, CommandError if the
    data can't be used, HostError if the run could not be detached.
    """
    settings, log, store = options.settings, options.log, options.store
    gc.disable()  # until all is imported: nothing of that is garbage
    async with AsyncExitStack() as stack:
        worker = await WorkerProcess.start()
        stack.push_async_callback(worker.stop)
        from tui_nn.ui.app import Dashboard, layout_path

        async def start() -> TrainingSession:
            from tui_nn.session import TrainingSession
            from tui_nn.settings import Settings

            session = TrainingSession(
                settings or Settings(),
                pace=options.pace,
                playing=False,
                worker=worker,
                stand_in=options.stand_in,
            )
            return await stack.enter_async_context(session)

        early = None
        if settings is not None:
            from tui_nn.datasets import REGISTRY

            if settings.dataset not in REGISTRY:
                early = await start()
                await early.ready()  # what is wrong with them is said before the screen is taken

        async def open_session(events: list[tuple[int, str]]) -> TrainingSession:
            from tui_nn.runs.recorder import Recorder

            session = early or await start()
            if options.begin is not None:
                await options.begin(session)
            app.recorder = Recorder(
                session, store, events, app.tell, label=options.label, reason="stopped"
            )
            await stack.enter_async_context(app.recorder)
            return session

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

        app = Dashboard(
            open_session,
            log,
            ascii=options.ascii,
            palette=options.palette,
            layout=layout_path(),
            fps=options.fps,
            store=store,
            play=options.play,
        )
        with ended_by_signals(app.leave, save, go_on_without_us if options.keep else None):
            await app.run_async()
        if app.failure is not None:
            raise app.failure
        if log is not None and app.is_open:
            await app.main.logbook.save(app.main.latest)
        if app.detached:
            from tui_nn.render.run_list import SHORT

            host = detach()
            host.wait_until_ready()
            print(f"detached: run {host.run} goes on; tui-nn attach {host.run[:SHORT]}")
        gc.freeze()  # the process ends: what there is need not be looked through
        return app.return_code or 0

"""The dashboard on a run that a host keeps."""

from __future__ import annotations

from pathlib import Path

from tui_nn.hosting.attachment import attach
from tui_nn.render.run_list import SHORT
from tui_nn.session import Session
from tui_nn.ui.app import Dashboard, layout_path
from tui_nn.ui.signals import ended_by_signals


async def run_attached(
    path: Path, store: Path | None, *, steer: bool, fps: float, ascii: bool
) -> int:
    """Open the dashboard on the run of the host at this socket; see `hosting.attachment.attach`.

    store: whose runs it lists. Returns the exit code. Raises HostError.
    """
    session = await attach(path, steer=steer)
    async with session:

        async def begin(events: list[tuple[int, str]]) -> Session:
            return session

        app = Dashboard(begin, ascii=ascii, layout=layout_path(), fps=fps, store=store, play=False)
        with ended_by_signals(app.leave, lambda: None):
            await app.run_async()
        if app.is_open and not app.main.dead:
            run, ended = session.run_id, session.status == "finished"
            how = "has ended; tui-nn runs show" if ended else "goes on; tui-nn attach"
            print(f"left: run {run} {how} {run[:SHORT]}")
        return app.return_code or 0

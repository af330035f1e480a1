"""The dashboard. Textual is imported after the worker has started, so that both load at once."""

from __future__ import annotations

from pathlib import Path

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings


async def run_dashboard(settings: Settings, pace: int | None, log: Path | None) -> int:
    """Open the dashboard on a new run; returns the exit code.

    log: where the log goes, by ctrl+s and when the dashboard ends; None: ctrl+s only, into the
    user's data directory. Raises OSError if it can't be written.
    """
    async with TrainingSession(settings, pace=pace) as session:
        from tui_nn.ui.app import Dashboard

        app = Dashboard(session, log)
        await app.run_async()
        if log is not None:
            await app.main.save_log()
        return app.return_code or 0

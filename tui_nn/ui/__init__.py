"""The dashboard. Textual is imported after the worker has started, so that both load at once."""

from __future__ import annotations

from pathlib import Path

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings


async def run_dashboard(settings: Settings, pace: int | None, log: Path | None) -> int:
    """Open the dashboard on a new run; returns the exit code."""
    async with TrainingSession(settings, pace=pace) as session:
        from tui_nn.ui.app import Dashboard

        return await Dashboard(session, log).run_async() or 0

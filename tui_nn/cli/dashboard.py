"""Opening the dashboard. Its first frame is soon there because so little is imported here."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui_nn.cli.errors import RunError, UsageError

if TYPE_CHECKING:
    from tui_nn.ui import DashboardOptions

PACE = 200  # steps a second: the loss of xor falls after two seconds, and is low after twelve
FPS = 5.0  # pictures a second at most


def check_terminal(instead: str = "tui-nn train") -> None:
    """Raises UsageError where the dashboard can't be shown; instead: what to do then."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"the dashboard needs a terminal; without one: {instead}")
    if (term := os.environ.get("TERM", "")) in ("", "dumb", "unknown"):
        raise UsageError(f"the dashboard can't draw on TERM={term}; use {instead}")
    if "utf" not in (encoding := sys.stdout.encoding.lower()):
        advice = f"set LANG=C.UTF-8, or use {instead}"
        raise UsageError(f"the dashboard needs a UTF-8 locale, this is {encoding}: {advice}")


def open_dashboard(options: DashboardOptions) -> int:
    """Open it; returns the exit code. Raises UsageError, RunError."""
    import asyncio

    from tui_nn.hosting.directory import HostError
    from tui_nn.session import CommandError, SessionError
    from tui_nn.ui import run_dashboard

    try:
        return asyncio.run(run_dashboard(options))
    except HostError as error:
        raise RunError(str(error)) from None
    except SessionError as error:
        if not (isinstance(error, CommandError) and error.field):
            raise RunError(str(error)) from None
        from tui_nn.cli.data import data_error

        raise UsageError(data_error(error)) from None


def open_default() -> int:
    """What `tui-nn` does without options and variables: there is nothing to parse."""
    from tui_nn.runs.place import store_path
    from tui_nn.ui import DashboardOptions

    check_terminal()
    return open_dashboard(DashboardOptions(PACE, FPS, store=store_path(None)))

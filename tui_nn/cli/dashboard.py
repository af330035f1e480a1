"""Opening the dashboard. Its first frame is soon there because so little is imported here."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_nn.cli.errors import RunError, UsageError

if TYPE_CHECKING:
    from tui_nn.runs.place import Label
    from tui_nn.settings import Settings
    from tui_nn.ui import Begin

PACE = 500  # steps a second
FPS = 5.0  # pictures a second at most


def check_terminal(instead: str = "tui-nn train") -> None:
    """Raises UsageError where the dashboard can't be shown; instead: what to do then."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"the dashboard needs a terminal; without one: {instead}")
    if (term := os.environ.get("TERM", "")) in ("", "dumb", "unknown"):
        raise UsageError(f"the dashboard can't draw on TERM={term}; use {instead}")
    if "utf" not in (encoding := sys.stdout.encoding.lower()):
        advice = f"set LANG=C.UTF-8, or use {instead}"
        raise UsageError(f"the dashboard needs a UTF-8 locale, this is {encoding}: {advice}")


def open_dashboard(
    settings: Settings | None = None,
    pace: int | None = PACE,
    log: Path | None = None,
    *,
    fps: float = FPS,
    ascii: bool = False,
    palette: str | None = None,
    store: Path | None = None,
    label: Label | None = None,
    keep: bool = False,
    begin: Begin | None = None,
    play: bool = True,
) -> int:
    """Open it; returns the exit code. Raises RunError.

    settings: None for the default ones. begin, play: see `run_dashboard`.
    """
    import asyncio

    from tui_nn.hosting.directory import HostError
    from tui_nn.session import SessionError
    from tui_nn.ui import run_dashboard

    try:
        return asyncio.run(
            run_dashboard(
                settings,
                pace,
                log,
                fps=fps,
                ascii=ascii,
                palette=palette,
                store=store,
                label=label,
                keep=keep,
                begin=begin,
                play=play,
            )
        )
    except (SessionError, HostError) as error:
        raise RunError(str(error)) from None


def open_default() -> int:
    """What `tui-nn` does without options and variables: there is nothing to parse."""
    from tui_nn.runs.place import store_path

    check_terminal()
    return open_dashboard(store=store_path(None))

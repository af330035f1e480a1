"""What is taken along from a dashboard: the log of its run, and the line that repeats it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tui_nn.datasets.plain import brief

if TYPE_CHECKING:
    from tui_nn.ui.screens.main import MainScreen

SHOWN = 300  # characters of a command line that is copied whole


async def save_log(main: MainScreen) -> None:
    """Write the log's files, and say where they are."""
    try:
        paths = await main.logbook.save(main.latest)
    except OSError as error:
        main.notify(f"log not saved: {error}", severity="error", markup=False)
        return
    if not paths:
        main.notify("nothing to save yet")
        return
    saved = f"log saved: {paths[0]}" + "".join(f", {path.suffix}" for path in paths[1:])
    main.feedback.note(saved)
    main.notify(saved, markup=False)


def copy_command_line(main: MainScreen) -> None:
    """Into the clipboard, and show it."""
    line = shlex.join(["tui-nn", *main.session.settings.to_flags()])
    main.app.copy_to_clipboard(line)
    title = "Copied"
    if main.steering.altered:
        title += "; this run was changed on its way, see the log: these are its settings now"
    main.notify(brief(line, SHOWN), title=title, markup=False)

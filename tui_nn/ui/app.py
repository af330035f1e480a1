"""The app: the main screen on a session, the command palette, and the way out."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import platformdirs
from textual.app import App, SystemCommand
from textual.screen import Screen

from tui_nn.render.look import Look
from tui_nn.session import TrainingSession
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.flow import QUESTION, Flow
from tui_nn.ui.screens.main import MainScreen


class Dashboard(App[None]):
    """The dashboard on one session.

    log: where ctrl+s saves, or None for the data directory. play: begin to train when the first
    picture is there. options: of the main screen. ascii: draw with ASCII's glyphs.
    """

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "tui-nn"

    def __init__(
        self,
        session: TrainingSession,
        log: Path | None = None,
        *,
        ascii: bool = False,
        **options: Any,
    ) -> None:
        super().__init__()
        self._ascii, self._flow = ascii, Flow()
        self.main = MainScreen(session, log or default_log_path(), **options)
        self.main.set_class(ascii, "ascii")

    @property
    def look(self) -> Look:
        """How the panes are to draw."""
        return Look(self.current_theme.dark, not self.no_color, self._ascii)

    def tell(self, message: str) -> None:
        """Something that the user must know: shown, and kept in the log."""
        if self.is_running:
            self.main.note(message)
            self.notify(message, severity="warning", timeout=20, markup=False)
        else:
            print(f"tui-nn: {message}", file=sys.stderr)

    def probe(self) -> asyncio.Event | None:
        """Ask the terminal to say when it has shown all that was sent; None if it never answers."""
        shown = self._flow.probe()
        if shown is not None and self._driver is not None:
            self._driver.write(QUESTION)
        return shown

    def on_terminal_supports_synchronized_output(self) -> None:
        self._flow.answered()

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for command in super().get_system_commands(screen):
            if command.title not in ("Keys", "Maximize", "Minimize"):  # we have our own
                yield command
        if screen is self.main:
            for action in ACTIONS:
                if action.method not in ("help", "quit"):
                    yield SystemCommand(
                        action.title,
                        f"{action.help} ({action.shown})",
                        lambda method=action.method: self.call_later(self.main.run_action, method),
                    )


def default_log_path() -> Path:
    """A name of its own for every start, in the user's data directory."""
    folder = Path(platformdirs.user_data_dir("tui-nn", appauthor=False)) / "logs"
    return folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"


def layout_path() -> Path:
    """Where the layout of the panes is remembered."""
    return Path(platformdirs.user_config_dir("tui-nn", appauthor=False)) / "layout.json"

"""The app: the first frame, the main screen on a session, the command palette, the way out."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.command import CommandPalette
from textual.events import Event, Key
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import ThemeProvider

from tui_nn.session.process import SessionError
from tui_nn.ui import guards as guards  # of what is closed or has become shorter
from tui_nn.ui import partial_updates
from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.ascii import Ascii
from tui_nn.ui.flow import QUESTION, Flow
from tui_nn.ui.layout import Layout
from tui_nn.ui.screens.opening import Opening

if TYPE_CHECKING:
    from tui_nn.render.look import Look
    from tui_nn.runs.recorder import Recorder
    from tui_nn.session import Session
    from tui_nn.ui.screens.main import MainScreen

Events = list[tuple[int, str]]  # step and text of each


class Themes(ThemeProvider):
    """All themes, the one that is in use first: there the cursor begins."""

    @property
    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        return sorted(super().commands, key=lambda command: command[0] != self.app.theme)


class Dashboard(App[None]):
    """The dashboard on one session.

    session: one that has begun; or what begins one, called when the first frame is there, with the
    list that the run's events will be added to. `recorder`: of that session, where there is one;
    `failure`: why there is none.
    log: where ctrl+s saves, or None for the data directory. play: begin to train when the first
    picture is there. options: of the main screen. ascii: draw with ASCII's glyphs. palette: one of
    `look.PALETTES`, None for the one that is remembered.
    """

    # Before fields, which would copy.
    BINDINGS: ClassVar[list[Any]] = [Binding("ctrl+c", "quit", show=False, priority=True)]
    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "tui-nn"
    main: MainScreen
    recorder: Recorder | None = None
    failure: SessionError | None = None

    def __init__(
        self,
        session: Session | Callable[[Events], Awaitable[Session]],
        log: Path | None = None,
        *,
        ascii: bool = False,
        palette: str | None = None,
        layout: Path | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        kept = Layout(layout).theme
        if kept in self.available_themes and "TEXTUAL_THEME" not in os.environ:
            self.theme = kept
        self._ascii, self._palette, self._flow = ascii, palette, Flow()
        self._respelling = (Ascii(),) if ascii else ()
        self._log_path, self._options = log, options
        self._layout = layout
        self._events: Events = []
        self._early: list[Key] = []  # keys that were pressed before there was a main screen
        self.detached = False  # whether the run is to go on when the dashboard has ended
        self._begin_session = session if callable(session) else None
        self._begun = False
        if not callable(session):
            self._make_main(session)

    def _make_main(self, session: Session) -> None:
        from tui_nn.ui.screens.main import MainScreen

        log = self._log_path or default_log_path()
        self.main = MainScreen(
            session,
            log,
            events=self._events,
            layout=self._layout,
            recorder=self.recorder,
            **self._options,
        )
        if self._palette is not None:
            self.main.shares.palette = self._palette
            self.main.shares.save()

    def get_default_screen(self) -> Screen[None]:
        if self._begin_session is None:
            return self.main
        return Opening(self._layout)

    def on_resize(self) -> None:
        """Also after ctrl+z: the terminal may have lost what it showed."""
        partial_updates.forget()

    def on_shown(self) -> None:
        """Go on behind the first frame. Keys wait: they are for the main screen."""
        if self._begin_session is not None and not self._begun:
            self._begun = True
            self.run_worker(self._open(self._begin_session(self._events)))

    async def _open(self, beginning: Awaitable[Session]) -> None:
        try:
            session = await beginning
        except SessionError as error:
            self.failure = error
            self.exit()
            return
        await asyncio.sleep(0)  # the worker gets its settings, and builds while we import the panes
        self._make_main(session)
        self.add_mode("run", lambda: self.main)
        await self.switch_mode("run")
        for key in self._early:
            self.post_message(key)

    def on_main_screen_complete(self) -> None:
        if not gc.isenabled():
            gc.freeze()  # what is there now stays: it need not be looked through again
            gc.enable()

    async def on_event(self, event: Event) -> None:
        if not (isinstance(event, Key) and isinstance(self.screen, Opening)):
            await super().on_event(event)
        elif event.key in ("q", "ctrl+c"):
            self.leave()
        else:
            self._early.append(event)

    @property
    def is_open(self) -> bool:
        """Whether there is a main screen already."""
        return hasattr(self, "main")

    def leave(self, exit_code: int = 0) -> None:
        """End the dashboard."""
        if isinstance(self.screen, Opening):
            self.exit(return_code=exit_code)
        else:
            self.main.leave(exit_code)

    async def action_quit(self, key: str = "ctrl+c") -> None:
        if not self._warns(key):
            self.leave()

    def _warns(self, key: str) -> bool:
        """Say what ends with the dashboard that the user may not think of; False: nothing, or it
        was said just now."""
        return self.is_open and self.main.overlays.warn(key)

    def obstacle(self) -> str:
        """Why the run can't go on without the dashboard, or ""."""
        if not self.is_open or self.main.dead:
            return "nothing is being trained"
        if self.main.session.hosted:
            return ""
        from tui_nn.hosting.handover import obstacle

        return obstacle(self.recorder)

    async def action_detach(self) -> None:
        """Leave the dashboard, not the run; or say why that can't be."""
        if obstacle := self.obstacle():
            self.notify(obstacle, severity="warning", markup=False)
        elif not self._warns("ctrl+d"):
            self.detached = True
            await self.main.steering.begun()  # the key may have come before the first picture
            self.main.leave()

    def watch_theme(self, theme: str) -> None:
        """Keep the theme that is chosen, if none was given from outside."""
        if self.is_open and "TEXTUAL_THEME" not in os.environ:
            self.main.shares.theme = theme
            self.main.shares.save()

    @property
    def look(self) -> Look:
        """How the panes are to draw."""
        from tui_nn.render.look import Look

        look = Look(self.current_theme.dark, not self.no_color, self._ascii)
        return replace(look, palette=self.main.shares.palette) if self.is_open else look

    def tell(self, message: str) -> None:
        """Something that the user must know: shown, and kept in the log."""
        if self.is_running and self.is_open:
            self.main.feedback.note(message)
            self.notify(message, severity="warning", timeout=20, markup=False)
        else:
            print(f"tui-nn: {message}", file=sys.stderr)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What all that is drawn goes through."""
        return (*super().get_line_filters(), *self._respelling)

    def get_key_display(self, binding: Binding) -> str:
        """A key as it is written; the return key has a sign, which nobody knows in ASCII."""
        shown = super().get_key_display(binding)
        return "enter" if self._ascii and binding.key == "enter" else shown

    def probe(self) -> asyncio.Event | None:
        """Ask the terminal to say when it has shown all that was sent; None if it never answers."""
        shown = self._flow.probe()
        if shown is not None and self._driver is not None:
            self._driver.write(QUESTION)
        return shown

    def on_terminal_supports_synchronized_output(self) -> None:
        self._flow.answered()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for command in super().get_system_commands(screen):
            if command.title not in ("Keys", "Maximize", "Minimize"):  # we have our own
                yield command
        other = "textual-light" if self.current_theme.dark else "textual-dark"
        title = "Light theme" if self.current_theme.dark else "Dark theme"
        yield SystemCommand(title, "Other colours", lambda: setattr(self, "theme", other))
        if screen is self.main:
            for action in ACTIONS:
                if action.title not in ("Help", "Quit"):
                    yield SystemCommand(
                        action.title,
                        f"{action.help} ({action.shown})",
                        lambda method=action.method: self.call_later(self.main.run_action, method),
                    )

    def search_themes(self) -> None:
        self.push_screen(CommandPalette(providers=[Themes], placeholder="Search for themes…"))


def default_log_path() -> Path:
    """A name of its own for every start, in the user's data directory."""
    import platformdirs

    folder = Path(platformdirs.user_data_dir("tui-nn", appauthor=False)) / "logs"
    return folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"


def layout_path() -> Path:
    """Where the layout of the panes is remembered."""
    import platformdirs

    return Path(platformdirs.user_config_dir("tui-nn", appauthor=False)) / "layout.json"

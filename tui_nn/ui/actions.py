"""The table of actions, from which bindings, footer, help and command palette are made."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding


class Action(NamedTuple):
    """keys as Textual names them, comma-separated; `footer` is its short name there, or ""."""

    keys: str
    shown: str
    method: str
    title: str
    help: str
    footer: str = ""

    @property
    def binding(self) -> Binding:
        return Binding(
            self.keys,
            self.method,
            self.footer or self.title,
            key_display=self.shown,
            show=bool(self.footer),
            tooltip=f"{self.title}: {self.help}",
        )


ACTIONS = (
    Action(
        "space", "space", "steer('play_pause')", "Play, pause", "an ended run trains on", "play"
    ),
    Action("s", "s", "steer('step')", "One step", "then pause", "step"),
    Action("S", "S", "steer('epoch')", "One epoch", "then pause"),
    Action("r", "r", "steer('reset')", "Reset", "back to step 0, same seed", "reset"),
    Action("R", "R", "steer('new_seed')", "New seed", "back to step 0, next seed"),
    Action(
        "plus,equals_sign",
        "+",
        "steer('pace', (1,))",
        "Faster",
        "more steps a second, up to max",
        "pace",
    ),
    Action("minus", "-", "steer('pace', (-1,))", "Slower", "fewer steps a second, down to 1"),
    Action("d", "d", "steer('cycle', ('dataset', 1))", "Next data set", "begins anew", "data"),
    Action("D", "D", "steer('cycle', ('dataset', -1))", "Previous data set", "begins anew"),
    Action(
        "o", "o", "steer('cycle', ('optimizer', 1))", "Next optimizer", "while it runs", "optimizer"
    ),
    Action("O", "O", "steer('cycle', ('optimizer', -1))", "Previous optimizer", "while it runs"),
    Action(
        "a",
        "a",
        "steer('cycle', ('activation', 1))",
        "Next activation",
        "of the hidden units; anew",
    ),
    Action("A", "A", "steer('cycle', ('activation', -1))", "Previous activation", "begins anew"),
    Action("right_square_bracket", "]", "steer('rate', (1,))", "Learning rate up", "while it runs"),
    Action(
        "left_square_bracket", "[", "steer('rate', (-1,))", "Learning rate down", "while it runs"
    ),
    Action("l", "l", "axis", "Linear or log axis", "of the loss"),
    Action("1", "1", "pane('maps')", "Maps", "in a small window"),
    Action(
        "2,comma", ",", "pane('settings')", "Settings", "into the form; escape leaves", "settings"
    ),
    Action("3", "3", "pane('log')", "Log", "in a small window"),
    Action("tab", "tab", "next_pane", "Next pane or field", "pane in a small window, else field"),
    Action("ctrl+s", "ctrl+s", "save_log", "Save the log", "as .txt, .html and .svg"),
    Action("y", "y", "share", "Command line", "show and copy what reproduces this run"),
    Action("question_mark", "?", "help", "Help", "the keys and the screen", "help"),
    Action("q", "q", "quit", "Quit", "end the run and leave", "quit"),
)

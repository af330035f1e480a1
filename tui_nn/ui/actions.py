"""The table of actions, from which bindings, footer, help and palette are made."""

from __future__ import annotations

from typing import NamedTuple


class Action(NamedTuple):
    """keys as Textual names them, comma-separated; `footer` is its short name there, or ""."""

    keys: str
    shown: str
    method: str
    title: str
    help: str
    footer: str = ""


ACTIONS = (
    Action(
        "space", "space", "play_pause", "Play or pause", "after its end a run trains on", "play"
    ),
    Action("s", "s", "step", "One step", "take one step, then pause", "step"),
    Action("S", "S", "epoch", "One epoch", "take an epoch's steps, then pause"),
    Action("r", "r", "reset", "Reset", "back to step 0 with the same seed", "reset"),
    Action("R", "R", "new_seed", "New seed", "back to step 0 with the next seed"),
    Action("plus,equals_sign", "+", "faster", "Faster", "more steps a second, up to max", "fast"),
    Action("minus", "-", "slower", "Slower", "fewer steps a second, down to 1", "slow"),
    Action("d", "d", "cycle('dataset',1)", "Next data set", "a new network learns it", "data"),
    Action("D", "D", "cycle('dataset',-1)", "Previous data set", "a new network learns it"),
    Action("o", "o", "cycle('optimizer',1)", "Next optimizer", "while it runs", "optim"),
    Action("O", "O", "cycle('optimizer',-1)", "Previous optimizer", "while it runs"),
    Action("a", "a", "cycle('activation',1)", "Next activation", "of the hidden layers; resets"),
    Action("A", "A", "cycle('activation',-1)", "Previous activation", "resets"),
    Action("right_square_bracket", "]", "rate(1)", "Learning rate up", "while it runs"),
    Action("left_square_bracket", "[", "rate(-1)", "Learning rate down", "while it runs"),
    Action("l", "l", "axis", "Linear or log axis", "of the loss chart"),
    Action("tab", "tab", "next_pane", "Next pane", "in a small window, maps or form or log"),
    Action("comma", ",", "form", "Settings form", "escape leaves a field", "form"),
    Action("ctrl+s", "ctrl+s", "save_log", "Save the log", "as .txt, .html and .svg"),
    Action("y", "y", "share", "Command line", "show and copy what reproduces this run"),
    Action("question_mark", "?", "help", "Help", "this list", "help"),
    Action("q,ctrl+c", "q", "quit", "Quit", "end the run and leave", "quit"),
)

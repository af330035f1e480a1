"""The table of actions, from which bindings, footer, help and command palette are made."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding

from tui_nn.ui.layout import PANES


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


def _steer(command: str, *values: object) -> str:
    return f"steer('{command}', {values!r})"


def _open(what: str) -> str:
    return f"open('{what}')"


def _grid(method: str, *values: object) -> str:
    return f"grid('{method}', {values!r})"


RUN = (
    Action(
        "space",
        "space",
        "steer('play_pause')",
        "Play, pause",
        "an ended run trains on",
        "play/pause",
    ),
    Action("s", "s", "steer('step')", "One step", "then pause", "step"),
    Action("S", "S", "steer('epoch')", "One epoch", "then pause"),
    Action("colon", ":", _open("until"), "Run until", "loss, accuracy, epoch, time; N steps"),
    Action("r", "r", "steer('reset')", "Reset", "to step 0 and the very same weights", "reset"),
    Action("R", "R", "steer('new_seed')", "New seed", "to step 0; a seed set apart stays"),
    Action(
        "plus,equals_sign", "+", _steer("pace", 1), "Faster", "more steps a second, to max", "pace"
    ),
    Action("minus", "-", _steer("pace", -1), "Slower", "fewer steps a second, down to 1"),
    Action("less_than_sign", "<", "travel(-1)", "Back in time", "to a moment before"),
    Action("greater_than_sign", ">", "travel(1)", "Forward in time", "to now at the end"),
    Action("b", "b", "back", "Train on from here", "from the moment shown, or a divergence"),
)
SETTINGS = (
    Action("d", "d", _steer("cycle", "dataset", 1), "Next data set", "begins anew", "data"),
    Action("D", "D", _steer("cycle", "dataset", -1), "Previous data set", "begins anew"),
    Action("o", "o", _steer("cycle", "optimizer", 1), "Next optimizer", "as it runs", "optimizer"),
    Action("O", "O", _steer("cycle", "optimizer", -1), "Previous optimizer", "as it runs"),
    Action("a", "a", _steer("cycle", "activation", 1), "Next activation", "of the hidden units"),
    Action("A", "A", _steer("cycle", "activation", -1), "Previous activation", "begins anew"),
    Action("right_square_bracket", "]", _steer("rate", 1), "Learning rate up", "as it runs"),
    Action("left_square_bracket", "[", _steer("rate", -1), "Learning rate down", "as it runs"),
    Action("n", "n", "steer('noise')", "More noise", "on the points, as it runs; then none"),
    Action("N", "N", "steer('new_sample')", "New sample", "other points, which R then keeps"),
    Action("number_sign", "#", "steer('samples')", "More points", "as it runs; then few again"),
    Action(
        "percent_sign", "%", "steer('train_fraction')", "Fewer training points", "the others test"
    ),
    Action("F", "F", _open("data"), "Open a data file", "or a function; begins anew"),
    Action("E", "E", "draw", "Draw points", "learnt while you draw"),
    Action("u", "u", "steer('undo')", "Undo", "the last change of a setting"),
    Action("ctrl+r", "ctrl+r", _open("recipes"), "Recipes", "settings that work, or fail, and why"),
    Action("y", "y", "share", "Command line", "show and copy what reproduces this run"),
)
VIEW = (
    *(
        Action(
            f"{i}",
            f"{i}",
            _grid("go_to", name),
            f"Pane {title}",
            "show, go to, hide",
        )
        for i, (name, title) in enumerate(PANES.items(), 1)
    ),
    Action(
        *("comma", ",", _grid("go_into", "settings"), "Settings form"),
        *("into its fields; escape leaves", "settings"),
    ),
    Action("tab", "tab", _grid("go_beside", 1), "Next pane or field", "shift+tab: the one before"),
    Action("shift+tab", "shift+tab", _grid("go_beside", -1), "Previous pane or field", ""),
    Action("m", "m", "grid('maximise')", "Maximise", "the pane you are in; again: as before", ""),
    Action("ctrl+up", "ctrl+↑", _grid("stretch", 1, False), "Higher pane", "or drag its border"),
    Action("ctrl+down", "ctrl+↓", _grid("stretch", -1, False), "Lower pane", "or drag its border"),
    Action("ctrl+right", "ctrl+→", _grid("stretch", 1, True), "Wider pane", "or drag its border"),
    Action(
        "ctrl+left", "ctrl+←", _grid("stretch", -1, True), "Narrower pane", "or drag its border"
    ),
    Action("0", "0", "grid('reset')", "Reset the layout", "all panes as at first"),
    Action("C", "C", "palette", "Other colours", "that the colour-blind tell apart"),
    Action("l", "l", "axis", "Linear or log axis", "of the loss"),
    Action("p", "p", "pin", "Pin this run", "its curve and map stay, to compare"),
    Action("P", "P", "unpin", "Unpin", "all pinned runs"),
    Action("slash", "/", _open("filter"), "Filter", "the settings, points or events"),
    Action(
        "e",
        "e",
        _open("explain"),
        "Explain",
        "the pane you are in, in numbers of now",
        "explain",
    ),
)
PROGRAM = (
    Action(
        "c", "c", _open("compare"), "Compare settings", "all at once, the best first", "compare"
    ),
    Action("H", "H", _open("runs"), "Runs", "compare, name, go on with"),
    Action("ctrl+s", "ctrl+s", "save_log", "Save the log", "as .txt, .html and .svg"),
    Action("question_mark", "?", _open("help"), "Help", "the keys and the screen", "help"),
    Action("T", "T", "steer('take_over')", "Take over", "of another dashboard, and steer"),
    Action("ctrl+d", "ctrl+d", "app.detach", "Detach", "the run goes on: tui-nn attach"),
    Action("q", "q", "quit", "Quit", "ends a run that is not detached", "quit"),
)
TOPICS = {"The run": RUN, "Settings": SETTINGS, "Panes": VIEW, "Program": PROGRAM}
ACTIONS = (*RUN, *SETTINGS, *VIEW, *PROGRAM)

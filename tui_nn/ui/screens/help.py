"""The help overlay: what the screen shows, and, by topic, the keys from the table of actions."""

from __future__ import annotations

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tui_nn.ui.actions import TOPICS, Action
from tui_nn.ui.screens.text import TextScreen

SCREEN = """\
A neural network learns the points of a data set. The chart shows its loss, the error that \
training lowers: it falls while the network learns, and the run ends at the target. Beside the \
true classes of the points stands what the network predicts; the colours behind them are its \
output everywhere.

A setting with • changes while the network trains; any other begins a new run. The form has those \
that make a difference in this run. The keys of a pane that you are in stand at the bottom of the \
screen; e explains what it shows.
"""


class HelpScreen(TextScreen):
    """The keys, by topic."""

    def __init__(self) -> None:
        parts: list[RenderableType] = [Text(SCREEN)]
        for topic, actions in TOPICS.items():
            parts += [Text(topic, style="bold"), _keys(actions)]
        more = Table.grid(padding=(0, 2))
        more.add_row(Text("escape", "bold"), "Leave", "a field, a pane, or this help")
        more.add_row(Text("ctrl+p", "bold"), "Command palette", "all of these by name, and themes")
        super().__init__("Help", *parts, more)


def _keys(actions: tuple[Action, ...]) -> Table:
    keys = Table.grid(padding=(0, 2))
    keys.add_column(no_wrap=True, style="bold", width=9)
    keys.add_column(no_wrap=True, width=22)
    keys.add_column(style="dim")
    for action in actions:
        keys.add_row(action.shown, action.title, action.help)
    keys.add_row()
    return keys

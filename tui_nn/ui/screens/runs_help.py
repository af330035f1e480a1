"""What the runs screen is, and its keys."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from tui_nn.ui.screens.text import keys_table

ABOUT = """\
Every run that lived longer than a blink is here, also those of other programs, as they go. The \
one that is being trained goes on behind this screen. The runs of a comparison are one line; with \
the cursor there, the chart has the best of them.
"""
HELP = {
    "enter": "Go on with the run: paused, and bit for bit. The one before is kept as stopped. Or "
    "unfold the comparison, and fold it again.",
    "→ ←": "Unfold the comparison; fold it, also from one of its runs.",
    "space a": "Mark a run, or those of a comparison; all that are listed, or none. Their curves "
    "stand side by side.",
    "/": "Filter: words of name, note, data set, network, optimizer, end, or the beginning of an "
    "id; and dataset=xor optimizer!=gd ended=diverged loss<0.01 accuracy>=99% test_loss "
    "test_accuracy steps>10k seconds seed=3 age<2d; group=NAME: the runs of a comparison",
    "h j x": "Sort by the column to the left, to the right; reverse. Or click on a heading.",
    "p": "Pin the run's curve and map, to compare the one that is being trained with it.",
    "e E": "Its name; its note.",
    "d": "Delete the marked runs that are listed, or else the one at the cursor, or all of the "
    "comparison there. They are gone for good when this screen is left.",
    "u": "Undo: bring back what was deleted last, or the name or note before.",
    "tab": "Into the chart, with its keys: zoom, pan, read, smooth. l: a linear or a log axis.",
}


def runs_help() -> list[RenderableType]:
    return [Text(ABOUT), keys_table(HELP)]

"""Where the panes are: which are shown, how large, in which colours, and that it is remembered."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui_nn.render.look import PALETTES
from tui_nn.runs.files import write_atomically

# In the order of their keys, 1 and up.
PANES = {
    "loss": "Loss",
    "maps": "Predictions",
    "network": "Network",
    "layers": "Layers",
    "points": "Points",
    "settings": "Settings",
    "log": "Log",
}
COLUMNS = (("loss", "maps", "points", "log"), ("network", "layers"), ("settings",))
LARGE = ("loss", "maps", "network", "layers", "settings", "log")
DEFAULTS = {
    "small": ("loss", "maps"),
    "medium": ("loss", "maps", "network", "log"),
    "large": LARGE,
}
FORM = 44  # cells that the form is wide, where others stand beside it
NARROWEST, BROADEST = 30, 120
# Shares of the height of a column, and of the width that the form leaves over.
HEIGHTS = {"loss": 1.0, "maps": 1.1, "points": 1.0, "log": 0.35, "network": 1.4, "layers": 1.0}
WIDTHS = (1.0, 1.0)
STRETCH = 1.25  # what a key press makes a pane larger
SMALLEST, LARGEST = 0.05, 20.0  # of the shares


def size_class(width: int, height: int) -> str:
    """ "small", "medium" or "large", by what a window has room for."""
    if width < 100 or height < 36:
        return "small"
    return "large" if width >= 160 and height >= 42 else "medium"


class Layout:
    """The panes that are shown, for each class of window its own, and their shares of it.

    path: where it is remembered, or None. A file that can't be read is as none.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.size, self.palette, self.theme = "medium", PALETTES[0], ""
        self.solo = ""  # the pane that has all of the window
        self.reset()
        if path is not None:
            broken = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
            with suppress(OSError, *broken):
                self._read(json.loads(path.read_text(encoding="utf-8")))

    def reset(self) -> None:
        """As it was at first."""
        self._shown = {size: list(panes) for size, panes in DEFAULTS.items()}
        self.heights, self.widths, self.solo = dict(HEIGHTS), list(WIDTHS), ""
        self.form = FORM
        self._behind: list[str] = []  # what gave way to the form, and comes back after it

    @property
    def visible(self) -> list[str]:
        """The panes that the window shows now."""
        return [self.solo] if self.solo else self._shown[self.size]

    @property
    def naming(self) -> str:
        """The pane whose title names those that are not shown: in a small window the lower one,
        else the uppermost at the right; the form's is too narrow."""
        if self.size == "small":
            return self.visible[-1]
        columns = ([name for name in names if name in self.visible] for names in COLUMNS[:-1])
        return [*self.visible[:1], *(names[0] for names in columns if names)][-1]

    def next_palette(self) -> None:
        self.palette = PALETTES[(PALETTES.index(self.palette) + 1) % len(PALETTES)]

    def show(self, pane: str) -> None:
        """Show a pane, and hide what there is no room for beside it."""
        if self.solo:
            self.solo = pane
        shown = self._shown[self.size]
        if self.size == "small":
            shown[:] = ["loss"] if pane == "loss" else ["loss", pane]
        elif pane not in shown:
            if self.size == "medium":
                middle = COLUMNS[1]
                leaves = ("settings",) if pane in middle else middle if pane == "settings" else ()
                if pane == "settings":
                    self._behind = [name for name in shown if name in middle]
                shown[:] = [name for name in shown if name not in leaves]
            shown.append(pane)

    def hide(self, pane: str) -> None:
        """Hide a pane, unless it is the last."""
        self.solo = ""
        shown = self._shown[self.size]
        if pane == "settings" and self.size == "medium":
            shown += [name for name in self._behind if name not in shown]
        if pane in shown and len(shown) > 1:
            shown.remove(pane)

    def stretch(self, pane: str, direction: int, *, across: bool) -> None:
        """A larger (1) or smaller (-1) share for a pane: of the width, across, or the height."""
        factor = STRETCH**direction
        if not across and pane in self.heights:
            self.heights[pane] = _share(self.heights[pane] * factor)
        column = next(i for i, panes in enumerate(COLUMNS) if pane in panes)
        if across and column < len(self.widths):
            self.widths[column] = _share(self.widths[column] * factor)
        elif across:
            self.form = _cells(self.form * factor)

    def save(self) -> None:
        """Remember it, if that is wanted and possible."""
        if self._path is not None:
            kept = {"shown": self._shown, "heights": self.heights, "widths": self.widths}
            kept |= {"form": self.form, "palette": self.palette, "theme": self.theme}
            with suppress(OSError):  # the dashboard is as good without
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, json.dumps(kept))

    def _read(self, kept: dict[str, Any]) -> None:
        shown = {
            size: [pane for pane in PANES if pane in kept["shown"][size]] or list(panes)
            for size, panes in DEFAULTS.items()
        }
        heights = {pane: _share(kept["heights"][pane]) for pane in HEIGHTS}
        widths = [_share(width) for width in kept["widths"][: len(WIDTHS)]]
        form = _cells(kept.get("form", FORM))
        self._shown, self.heights, self.form = shown, heights, form  # all of it, or nothing
        self.widths = widths + list(WIDTHS[len(widths) :])
        del self._shown["small"][2:]
        if kept.get("palette") in PALETTES:
            self.palette = kept["palette"]
        self.theme = str(kept.get("theme", ""))


def _share(number: float) -> float:
    return min(LARGEST, max(SMALLEST, float(number)))


def _cells(number: float) -> int:
    return round(min(BROADEST, max(NARROWEST, number)))

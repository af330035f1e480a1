"""The columns of panes: shows what the layout says, and lets borders be dragged."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import MouseDown, MouseMove, MouseUp
from textual.message import Message
from textual.widget import Widget

from tui_nn.ui.layout import COLUMNS, NARROWEST, PANES, Layout

MOST = "70%"  # of the window that the form takes from others
LOWEST = 8  # lines of a small window in which the chart finds room, with the border
LEAST = 20, 3  # columns and lines that a drag leaves of a pane


class PaneGrid(Horizontal):
    """panes: a widget for each name of `layout.PANES`.

    One may have a `title` of its own, and a `focus_first` if it has fields.
    """

    class Arranged(Message):
        """Other panes are shown, or their sizes have changed."""

    def __init__(self, panes: dict[str, Widget], shares: Layout) -> None:
        super().__init__()
        self.panes, self.shares = panes, shares
        self._columns = [Vertical() for _ in COLUMNS]
        self._current = "loss"
        self._lent: dict[str, Widget] = {}  # panes in whose place another widget stands
        self._dragged: list[str] | list[int] = []  # two panes, or two columns
        self._grip = 0  # cells from where it was grasped to the first of the second of them

    def compose(self) -> ComposeResult:
        for column, names in zip(self._columns, COLUMNS, strict=True):
            with column:
                for name in names:
                    yield self.panes[name]

    def show_layout(self) -> None:
        """Show the panes as the layout says: in a small window one above the other."""
        shares, visible = self.shares, self.shares.visible
        small = shares.size == "small"
        self.styles.layout = "vertical" if small else "horizontal"
        used = [[name for name in names if name in visible] for names in COLUMNS]
        for i, (column, names) in enumerate(zip(self._columns, used, strict=True)):
            column.display = bool(names)
            heights = {
                name: (1.0 if name == "loss" else 1.2) if small else shares.heights.get(name, 1.0)
                for name in names
            }
            if small:
                column.styles.width, column.styles.height = "100%", _parts(sum(heights.values()))
                column.styles.min_height = LOWEST if "loss" in names else None
            else:
                form = names == ["settings"] and len(visible) > 1
                column.styles.width = shares.form if form else _parts(shares.widths[min(i, 1)])
                column.styles.max_width = MOST if form else None
                column.styles.height, column.styles.min_height = "100%", None
            for name in COLUMNS[i]:
                pane = self.panes[name]
                pane.display = name in names
                if name in names:
                    pane.styles.height = _parts(heights[name])
                    pane.styles.min_height = LOWEST if small and name == "loss" else None
        self.show_titles()

    def show_titles(self) -> None:
        """One pane names those that are not shown, with their keys; in a small window all."""
        shares, visible = self.shares, self.shares.visible
        for i, (name, title) in enumerate(PANES.items(), 1):
            pane = self.panes[name]
            said = f"{i} {getattr(pane, 'title', '') or title}"
            if name == shares.naming and shares.size == "small":
                said = " ".join(map(self._tab, PANES))
            elif name == shares.naming and len(visible) < len(PANES):
                tabs = " ".join(self._tab(n) for n in PANES if n not in visible)
                said = f"{said} ─ {tabs}"  # the border between
            said = Content.from_markup(said).markup  # as the widget keeps it
            if pane.border_title != said:  # to set it draws the widget whole
                pane.border_title = said

    def _tab(self, name: str) -> str:
        """Reverse if it is shown: a click goes there."""
        style = "reverse" if name in self.shares.visible else "$foreground 60%"
        said = f"{list(PANES).index(name) + 1} {PANES[name]}"
        return f"[{style} @click=screen.grid('go_to', ('{name}',))]{said}[/]"

    @property
    def current(self) -> str:
        """The pane that has the focus, or had it last."""
        for name in PANES:
            if self.is_inside(name):
                self._current = name
        visible = self.shares.visible
        return self._current if self._current in visible else visible[0]

    def is_inside(self, name: str) -> bool:
        """Whether the focus is in a pane."""
        focused = self.screen.focused
        return focused is not None and self.panes[name] in focused.ancestors_with_self

    def go_to(self, name: str) -> None:
        """Show a pane and go there; hide it when one is there already."""
        if self.is_inside(name):
            self._hide(name)
        else:
            self._show(name)
            self.panes[name].focus()

    def go_into(self, name: str) -> None:
        """The same, into the first field of a pane that has fields."""
        pane: Any = self.panes[name]
        if self.is_inside(name) and self.screen.focused is not pane:
            self._hide(name)
        else:
            self._show(name)
            pane.focus_first()

    def _show(self, name: str) -> None:
        self.shares.show(name)
        self._current = name
        self._changed()

    def _hide(self, name: str) -> None:
        """In a small window there is nothing that could take its room."""
        if self.shares.size != "small":
            self.shares.hide(name)
            self.screen.set_focus(None)
            self._changed()

    async def lend(self, name: str, guest: Widget) -> None:
        """Let another widget stand in a pane's place, and go there."""
        pane = self._lent[name] = self.panes[name]
        pane.display = False
        self.panes[name] = guest
        await self._columns[next(i for i, names in enumerate(COLUMNS) if name in names)].mount(
            guest, after=pane
        )
        self.go_to(name)

    async def give_back(self, name: str) -> None:
        """Let the pane stand there again."""
        guest, self.panes[name] = self.panes[name], self._lent.pop(name)
        await guest.remove()
        self.screen.set_focus(None)
        self._changed()

    def is_lent(self, name: str) -> bool:
        return name in self._lent

    def go_beside(self, direction: int) -> None:
        """In a small window to the next (1) or previous (-1) pane, else to what is focused next."""
        if self.shares.size == "small" and not self.is_inside("settings"):
            names = list(PANES)
            here = names.index(self.shares.visible[-1])
            self.go_to(names[(here + direction) % len(names)])
        elif direction > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def maximise(self) -> None:
        """Let the current pane have all of the window, or no longer."""
        self.shares.solo = "" if self.shares.solo else self.current
        self._changed()

    def stretch(self, direction: int, across: bool) -> None:
        """Make the current pane larger (1) or smaller (-1)."""
        self.shares.stretch(self.current, direction, across=across)
        self._changed()

    def reset(self) -> None:
        """All panes as at first."""
        self.shares.reset()
        self._changed()

    def _changed(self) -> None:
        self.show_layout()
        self.shares.save()
        self.post_message(self.Arranged())

    def _grasp(self, x: int, y: int) -> None:
        """Take hold of the common border of two panes, or columns, at this place of the screen: it
        is that of the one and that of the other, two cells."""
        there = [i for i, column in enumerate(self._columns) if column.display]
        for left, right in pairwise(there):
            self._grip = self._columns[right].region.x - x
            if self._grip in (0, 1):
                self._dragged = [left, right]
                return
        for names in COLUMNS:
            shown = [name for name in names if self.panes[name].display]
            for above, below in pairwise(shown):
                region = self.panes[below].region
                self._grip = region.y - y
                if self._grip in (0, 1) and region.x < x < region.right - 1:
                    self._dragged = [above, below]
                    return

    def on_mouse_down(self, event: MouseDown) -> None:
        event.stop()
        if self.shares.size != "small" and not self.shares.solo:
            self._grasp(int(event.screen_x), int(event.screen_y))
            if self._dragged:
                self.capture_mouse()

    def on_mouse_move(self, event: MouseMove) -> None:
        """The border follows; what is beside it gets shares as large as it is."""
        if not self._dragged:
            return
        first, second = self._dragged
        if isinstance(first, str) and isinstance(second, str):
            one, other = self.panes[first].region, self.panes[second].region
            first_has, total = int(event.screen_y) + self._grip - one.y, one.height + other.height
            _share_out(self.shares.heights, first, second, first_has, total, LEAST[1])
        elif isinstance(first, int) and isinstance(second, int):
            left, right = self._columns[first].region, self._columns[second].region
            first_has, total = int(event.screen_x) + self._grip - left.x, left.width + right.width
            if second == len(COLUMNS) - 1:
                self.shares.form = max(NARROWEST, total - max(LEAST[0], first_has))
            else:
                _share_out(self.shares.widths, first, second, first_has, total, LEAST[0])
        self.show_layout()

    def on_mouse_up(self, event: MouseUp) -> None:
        if self._dragged:
            self._dragged = []
            self.release_mouse()
            self._changed()


def _parts(share: float) -> str:
    """A share for the style sheet. Whole numbers add up, so that no line is left over."""
    return f"{round(1000 * share)}fr"


def _share_out(shares: Any, one: Any, other: Any, part: int, total: int, least: int) -> None:
    """Let one have this part of the total, and the other what it leaves, at least so many cells."""
    both = shares[one] + shares[other]
    shares[one] = both * min(max(least, part), total - least) / total
    shares[other] = both - shares[one]

"""What Textual 8.2 forgets to ask, and would end the program for: is it still there?

Keys and clicks that come in one read are carried out after whatever the first of them did.
"""

from __future__ import annotations

from typing import Any

from textual.await_complete import AwaitComplete
from textual.command import CommandList, CommandPalette
from textual.events import Click
from textual.widgets import OptionList
from textual.widgets._select import SelectCurrent

_move, _click, _dismiss = OptionList._move_page, OptionList._on_click, CommandPalette.dismiss
_watch_busy = CommandPalette._watch__show_busy
_watch_visible = CommandPalette._watch__list_visible
_update = SelectCurrent.update


def move_page(self: OptionList, direction: Any) -> None:
    """A page on, in a list that has lines: it was opened just now, or has no room."""
    if self._index_to_line:
        _move(self, direction)


async def click(self: OptionList, event: Click) -> None:
    """On an option that there still is: the list may have become shorter."""
    if event.style.meta.get("option", 0) < self.option_count:
        await _click(self, event)


def dismiss(self: CommandPalette, result: Any = None) -> AwaitComplete:
    """Close the palette once, not what is below it, too."""
    return _dismiss(self, result) if self.is_active else AwaitComplete()


async def watch_busy(self: CommandPalette) -> None:
    """In a palette that was closed while it looked for commands there is no list."""
    if self.query(CommandList):
        await _watch_busy(self)


def watch_visible(self: CommandPalette) -> None:
    """Likewise."""
    if self.query(CommandList):
        _watch_visible(self)


def update(self: SelectCurrent, label: Any) -> None:
    """Of a select that is taken down while it is being made nothing is there."""
    if self.query("#label"):
        _update(self, label)


OptionList._move_page = move_page  # type: ignore[method-assign]
OptionList._on_click = click  # type: ignore[method-assign]
CommandPalette.dismiss = dismiss  # type: ignore[method-assign, assignment]
CommandPalette._watch__show_busy = watch_busy  # type: ignore[method-assign]
CommandPalette._watch__list_visible = watch_visible  # type: ignore[method-assign]
SelectCurrent.update = update  # type: ignore[method-assign]

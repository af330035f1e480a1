"""Page keys on a list that has no lines: one that was opened just now, or has no room.

Textual 8 looks for the highlighted line without asking whether there is one.
"""

from __future__ import annotations

from typing import Any

from textual.widgets import OptionList

_move = OptionList._move_page


def move_page(self: OptionList, direction: Any) -> None:
    if self._index_to_line:
        _move(self, direction)


OptionList._move_page = move_page  # type: ignore[method-assign]

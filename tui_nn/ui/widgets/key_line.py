"""The line of keys at the bottom of the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

LAST = ("question_mark", "ctrl+p")  # there is always room for these


class KeyLine(Footer):
    """Textual's, without the keys that the line has no room for: it would cut one in two."""

    def __init__(self) -> None:
        super().__init__(compact=True)
        self._width = 0  # that its keys were chosen for

    def compose(self) -> ComposeResult:
        self._width = self.app.size.width
        keys = [key for key in super().compose() if isinstance(key, FooterKey)]
        last = [key for key in keys if key.key in LAST]
        room = self._width - sum(map(_cells, last))
        for key in keys:
            if key not in last:
                room -= _cells(key)
                if room < 0:
                    break
                yield key
        yield from last

    def on_resize(self) -> None:
        if self._width != self.app.size.width:
            self.refresh(recompose=True)


def _cells(key: FooterKey) -> int:
    return len(f"{key.key_display} {key.description} ")

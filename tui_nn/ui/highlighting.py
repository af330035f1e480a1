"""What is typed, or stands to be changed, without anything that a terminal would obey."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.text import Text

from tui_nn.datasets.plain import plain


class Plain(Highlighter):
    def highlight(self, text: Text) -> None:
        text.plain = plain(text.plain)

"""The command palette."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette


class Palette(CommandPalette):
    """Textual's, which may be closed while it still looks for commands: it would show the end of
    that in a list that is gone, and take the app along."""

    async def _watch__show_busy(self) -> None:
        if self.query(CommandList):
            await super()._watch__show_busy()

    def _watch__list_visible(self) -> None:
        if self.query(CommandList):
            super()._watch__list_visible()

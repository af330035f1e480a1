"""The line of keys at the bottom of the screen."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

ALWAYS = ("q", "question_mark")  # there is room for these, and for the command palette


Shown = tuple[str, str, str, str, bool, str, str]  # what a FooterKey is made of


class KeyLine(Footer):
    """Textual's, without three of its faults: a key that there is no room for is left out, not cut
    in two; a key that is no longer shown is forgotten, not kept for ever by a data binding; and
    nothing is made anew where other bindings show the same keys.

    names: of actions, that are others here than in their bindings.
    """

    def __init__(self, names: dict[str, str] | None = None) -> None:
        super().__init__(compact=True)
        self._names = names or {}
        self._width = 0  # that its keys were chosen for; 0: there are none yet
        self._shown: list[Shown] = []

    def compose(self) -> ComposeResult:
        if not self._bindings_ready:
            return
        self._width = self.app.size.width
        self._shown = self._choose()
        for key, display, description, action, disabled, tooltip, classes in self._shown:
            yield FooterKey(key, display, description, action, disabled, tooltip, classes=classes)

    def _choose(self) -> list[Shown]:
        """The keys that there is room for."""
        keys: dict[str, Shown] = {}  # by their action, which may have several
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            palette = binding.key == self.app.COMMAND_PALETTE_BINDING
            shown = self.show_command_palette if palette else binding.show
            if shown and binding.action not in keys:
                keys[binding.action] = (
                    binding.key,
                    self.app.get_key_display(binding),
                    self._names.get(binding.action, binding.description),
                    binding.action,
                    not enabled,
                    tooltip,
                    "-compact -command-palette" if palette else "-compact",
                )
        kept = (*ALWAYS, self.app.COMMAND_PALETTE_BINDING)
        last = [key for key in keys.values() if key[0] in kept]
        room = self.app.size.width - sum(map(_cells, last))
        first: list[Shown] = []
        for key in keys.values():
            if key not in last:
                room -= _cells(key)
                if room < 0:
                    break
                first.append(key)
        return first + last

    def bindings_changed(self, screen: Screen[Any]) -> None:
        new = screen is not self.screen or not self._bindings_ready
        if new or self._choose() != self._shown:
            super().bindings_changed(screen)

    def on_resize(self) -> None:
        if self._width not in (0, self.app.size.width):
            self.refresh(recompose=True)


def _cells(key: Shown) -> int:
    _, display, description, *_ = key
    return len(f"{display} {description} ")

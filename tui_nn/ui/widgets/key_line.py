"""The line of keys at the bottom of the screen."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

ALWAYS = ("q", "question_mark")  # there is room for these, and for the command palette


class KeyLine(Footer):
    """Textual's, without two of its faults: a key that there is no room for is left out, not cut in
    two; and a key that is no longer shown is forgotten, not kept for ever by a data binding.

    names: of actions, that are others here than in their bindings.
    """

    def __init__(self, names: dict[str, str] | None = None) -> None:
        super().__init__(compact=True)
        self._names = names or {}
        self._width = 0  # that its keys were chosen for; 0: there are none yet

    def compose(self) -> ComposeResult:
        if not self._bindings_ready:
            return
        self._width = room = self.app.size.width
        keys: dict[str, FooterKey] = {}  # by their action, which may have several
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            palette = binding.key == self.app.COMMAND_PALETTE_BINDING
            shown = self.show_command_palette if palette else binding.show
            if shown and binding.action not in keys:
                keys[binding.action] = FooterKey(
                    binding.key,
                    self.app.get_key_display(binding),
                    self._names.get(binding.action, binding.description),
                    binding.action,
                    disabled=not enabled,
                    tooltip=tooltip,
                    classes="-command-palette" if palette else "",
                )
        kept = (*ALWAYS, self.app.COMMAND_PALETTE_BINDING)
        last = [key for key in keys.values() if key.key in kept]
        room -= sum(map(_cells, last))
        for key in keys.values():
            if key not in last:
                room -= _cells(key)
                if room < 0:
                    break
                yield key
        yield from last

    def on_resize(self) -> None:
        if self._width not in (0, self.app.size.width):
            self.refresh(recompose=True)


def _cells(key: FooterKey) -> int:
    return len(f"{key.key_display} {key.description} ")

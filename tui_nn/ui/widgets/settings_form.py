"""The settings form: every field of `Settings`, grouped, with its help and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Checkbox, Input, Label, Select

from tui_nn.settings import GROUPS, Settings, as_text, bounds, field_info, label


class SettingsForm(VerticalScroll):
    """Posts Changed when a field is committed; shows what it is told to show."""

    can_focus = False

    @dataclass
    class Changed(Message):
        """The user has given a setting another value, as typed."""

        name: str
        value: Any

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.border_title = "Settings"
        self.border_subtitle = "• live   others reset"
        self._settings = settings

    def compose(self) -> ComposeResult:
        for group in GROUPS:
            yield Label(group, classes="group")
            for name in Settings.model_fields:
                if field_info(name)["group"] == group:
                    with Horizontal(classes="field"):
                        mark = "•" if field_info(name)["live"] else " "
                        yield Label(f"{mark}{label(name)}")
                        yield self._control(name)
                    yield Label("", id=f"wrong-{name}", classes="wrong", markup=False)

    def _control(self, name: str) -> Input | Select[str] | Checkbox:
        value, field = getattr(self._settings, name), Settings.model_fields[name]
        choices = field_info(name)["choices"]
        control: Input | Select[str] | Checkbox
        if choices:
            control = Select(
                [(c, c) for c in choices], value=value, allow_blank=False, id=name, compact=True
            )
        elif field.annotation is bool:
            control = Checkbox("", value, id=name, compact=True)
        else:
            control = Input(as_text(value), id=name, compact=True)
        control.tooltip = f"{field.description}: {bounds(name)}"
        return control

    def show(self, settings: Settings) -> None:
        """Show these values where they differ from those shown; clear the marks of errors."""
        for name in self._settings.differences(settings):
            self._set(name, getattr(settings, name))
        self._settings = settings

    def _set(self, name: str, value: Any) -> None:
        control = self.query_one(f"#{name}")
        with self.prevent(Input.Changed, Select.Changed, Checkbox.Changed):
            if isinstance(control, Input):
                control.value = as_text(value)
            elif isinstance(control, (Select, Checkbox)):
                control.value = value
        self.mark(name, "")

    def mark(self, name: str, message: str) -> None:
        """Mark a field as wrong and say what is allowed; an empty message takes the mark back."""
        line = self.query_one(f"#wrong-{name}", Label)
        line.update(message)
        line.set_class(bool(message), "shown")
        self.query_one(f"#{name}").set_class(bool(message), "invalid")

    def _changed(self, name: str | None, value: Any) -> None:
        if name and as_text(getattr(self._settings, name)) != as_text(value):
            self.post_message(self.Changed(name, value))
        elif name:
            self.mark(name, "")

    @on(Input.Submitted)
    @on(Input.Blurred)
    def _typed(self, event: Input.Submitted | Input.Blurred) -> None:
        self._changed(event.input.id, event.value)

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        self._changed(event.select.id, event.value)

    @on(Checkbox.Changed)
    def _ticked(self, event: Checkbox.Changed) -> None:
        self._changed(event.checkbox.id, event.value)

"""The settings form: every field of `Settings`, grouped, with its help and what it accepts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import AwaitMount
from textual.widgets import Input, Label, Select

from tui_nn.datasets.plain import called
from tui_nn.settings import (
    GROUPS,
    Settings,
    applies,
    bounds,
    field_info,
    is_list,
    label,
    shown_text,
)
from tui_nn.ui.highlighting import Plain

LIVE = "•"  # marks a setting that may change while the network trains
ROOM = 17  # cells for what is chosen, in the narrowest form


def about(name: str) -> str:
    """What a setting is, and what it accepts."""
    help = field_info(name)["help"]
    return help if field_info(name)["choices"] and not is_list(name) else f"{help}: {bounds(name)}"


def resolution(name: str, settings: Settings, resolved: Settings) -> str:
    """What "auto" stands for where these settings decide it: "auto = 0.01", or nothing."""
    now, then = getattr(settings, name), getattr(resolved, name)
    return "" if now == then else f"{now} = {shown_text(name, then)}"


def joined(text: str, resolution: str) -> str:
    """The text, and what "auto" stands for."""
    return f"{text.removesuffix(', or auto')}; {resolution}" if resolution else text


class Field(Vertical):
    """A setting's line: its name, its control, its help; and, below, what is wrong with it."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__()
        self.setting = name
        self._value = self._text(value)
        self.committed = ""  # what was in the control when it was committed last
        self._about = Label(about(name), classes="about", markup=False)
        self._wrong = Label(classes="wrong", markup=False)
        self._listed = self._options()
        self.control = self._make_control()

    def _text(self, value: object) -> str:
        """What stands in the control. Drawn points would be too many: they are counted."""
        return shown_text(self.setting, value)

    def _make_control(self) -> Input | Select[str]:
        if self._listed:
            return Select(
                self._listed, value=self._value, allow_blank=False, compact=True, id=self.setting
            )
        # A cursor that blinks would send bytes while nothing happens.
        control = Input(
            self._value,
            compact=True,
            select_on_focus=True,
            highlighter=Plain(),
            id=self.setting,
        )
        control.cursor_blink = False
        control.disabled = self.setting == "points"
        return control

    def _options(self) -> list[tuple[str, str]]:
        choices = [] if is_list(self.setting) else list(field_info(self.setting)["choices"])
        if Settings.model_fields[self.setting].annotation is bool:
            choices = ["false", "true"]
        if choices and self._value not in choices:
            # One for each hidden layer, as in tanh,relu; or a file, or a function.
            choices.append(self._value)
        if self.setting == "dataset":
            return [(called(choice, ROOM), choice) for choice in choices]
        return [(choice, choice) for choice in choices]

    def compose(self) -> ComposeResult:
        with Horizontal():
            mark = LIVE if field_info(self.setting)["live"] else " "
            yield Label(f"{mark} {label(self.setting)}", classes="name")
            yield self.control
            yield self._about
        yield self._wrong

    def show(self, value: object) -> None:
        """Show the value that holds now; if it is the old one, what is being typed is let be."""
        text = self._text(value)
        if text == self._value == self.control.value and not self.has_class("invalid"):
            return  # as nearly always, and there are many fields
        waits = self.control.value == self.committed and not self.has_class("invalid")
        if text != self._value or waits or not (self.edited and self.control.has_focus):
            self._value = text
            self.restore()

    def explain(self, resolution: str) -> None:
        """Say what it is, and what its value stands for."""
        if (text := joined(about(self.setting), resolution)) != self._about.content:
            self._about.update(text)

    def mark(self, reason: str) -> None:
        """Mark the control as wrong and say what is allowed; "" takes the mark back."""
        if reason or self.has_class("invalid"):  # to say nothing anew would cost a new layout
            self._wrong.update(reason)
            self.set_class(bool(reason), "invalid")

    @property
    def edited(self) -> bool:
        """Whether something else stands in the control than the value that holds."""
        return self.control.value != self._value

    def restore(self) -> None:
        """Show the value that holds; what was wrong is forgotten."""
        if isinstance(self.control, Select) and not self.control.query("#label"):
            self.call_later(self.restore)  # it is not whole yet
            return
        with self.control.prevent(Select.Changed):
            if isinstance(self.control, Select) and self._listed != self._options():
                self._listed = self._options()
                self.control.set_options(self._listed)
            self.control.value = self._value
        self.mark("")


class SettingsForm(VerticalScroll):
    """Posts Changed when a field is committed; shows what it is told to show.

    A setting that makes no difference in the run, as an option of another optimizer, has no field.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape", "show_all", "all settings"),
        Binding("escape", "screen.leave_field", "leave"),
        Binding("tab", "app.focus_next", "next field"),
    ]

    @dataclass
    class Changed(Message):
        """The user has given a setting another value, as typed."""

        name: str
        value: str

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._fields: dict[str, Field] = {}
        self._filter = ""
        self._filled = False
        self._whole = asyncio.Event()  # not while it is being filled
        self._whole.set()
        self._mounting: list[AwaitMount] = []  # of fields

    def on_mount(self) -> None:
        self._hint()

    def _hint(self) -> None:
        if self._filter:
            self.border_subtitle = f"filtered: {self._filter} (/ changes it, esc clears it)"
        else:
            self.border_subtitle = f"{LIVE} while it runs; others begin anew"

    async def fill(self) -> None:
        """Make the fields: so many would hold up the first picture, so they come after it."""
        self._whole.clear()
        groups = []
        for group in GROUPS:
            names = [n for n in Settings.model_fields if field_info(n)["group"] == group]
            fields = [self._add(name) for name in names if applies(name, self._settings)]
            groups.append(Vertical(Label(group), *fields, id=group, classes="group"))
        await self.mount(*groups)
        self._filled = True
        self.show(self._settings)
        self._whole.set()

    async def settled(self) -> None:
        """Wait until every field is there: Textual can't take down one that is half there."""
        await self._whole.wait()
        while self._mounting:
            await self._mounting.pop()

    def filter(self, text: str) -> None:
        """Show the settings with this text in their name or help only."""
        self._filter = text.lower()
        self._hint()
        self.show(self._settings)

    def action_show_all(self) -> None:
        self.filter("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape ends a filter first; what is being typed it takes back before."""
        edited = any(field.edited for field in self._fields.values())
        return action != "show_all" or (bool(self._filter) and not edited)

    def _wanted(self, name: str) -> bool:
        if not applies(name, self._settings):
            return False
        return not self._filter or self._filter in f"{label(name)} {name} {about(name)}".lower()

    def _add(self, name: str) -> Field:
        self._fields[name] = Field(name, getattr(self._settings, name))
        return self._fields[name]

    def show(self, settings: Settings) -> None:
        """Show these settings, each that makes a difference."""
        self._settings, resolved = settings, settings.resolved()
        before: dict[str, Field] = {}  # the last field of each group so far
        used = set()  # groups in which a field is shown
        for name in Settings.model_fields if self._filled else ():
            group, wanted = field_info(name)["group"], self._wanted(name)
            if field := self._fields.get(name):
                field.display = wanted
                field.show(getattr(settings, name))
            elif wanted:
                field = self._add(name)
                mounting = self.query_one(f"#{group}").mount(field, after=before.get(group, 0))
                self._mounting.append(mounting)
            if field:
                field.explain(resolution(name, settings, resolved))
                before[group] = field
            if wanted:
                used.add(group)
        for box in self.children:
            box.display = box.id in used

    def mark(self, name: str, reason: str) -> bool:
        """Mark a field as wrong and say what is allowed; False if it was not what was edited."""
        field = self._fields.get(name)
        if field is None or not field.edited:
            return False
        field.mark(reason)
        return True

    def forget(self) -> None:
        """Take back what was typed and does not hold."""
        for field in self._fields.values():
            if field.edited:
                field.restore()

    def focus_first(self) -> None:
        for field in self.query(Field):
            if field.display:
                field.control.focus()
                break

    def on_resize(self) -> None:
        self.set_class(self.size.width >= 80, "wide")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        name = event.control.id
        if name in self._fields:
            now = resolution(name, self._settings, self._settings.resolved())
            room = self.size.width - 4  # between the corners
            texts = joined(about(name), now), joined(bounds(name), now), now or bounds(name)
            self.border_subtitle = next((t for t in texts if len(t) <= room), texts[-1])

    def on_descendant_blur(self) -> None:
        self._hint()

    @on(Input.Submitted)
    @on(Input.Blurred)
    @on(Select.Changed)
    def _commit(self, event: Input.Submitted | Input.Blurred | Select.Changed) -> None:
        field = self._fields[str(event.control.id)]
        if field.edited:
            field.committed = str(field.control.value)
            self.post_message(self.Changed(field.setting, str(field.control.value)))
        else:
            field.mark("")

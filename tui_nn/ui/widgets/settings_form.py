"""The settings form: every field of `Settings`, grouped, with its help and what it accepts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import AwaitMount
from textual.widgets import Input, Label, Select, Static

from tui_nn.datasets.plain import plain
from tui_nn.settings import (
    GROUPS,
    Settings,
    applies,
    bounds,
    field_info,
    label,
    shown_text,
)
from tui_nn.ui.widgets.settings_field import LIVE, Field, about, joined, resolution

NAME = 20  # cells of a name, as in the style sheet


def outline(settings: Settings) -> Content:
    """The form as it looks, in one piece: sooner there than its fields."""
    lines = []
    for group in GROUPS:
        lines.append(Content.styled(group, "bold $text-accent"))
        for name in Settings.model_fields:
            if field_info(name)["group"] == group and applies(name, settings):
                mark = LIVE if field_info(name)["live"] else " "
                value = shown_text(name, getattr(settings, name))
                lines.append(Content(f"{f'{mark} {label(name)}':<{NAME}.{NAME}}{value}"))
    return Content("\n").join(lines)


def _names(name: str) -> str:
    """What a setting is found by."""
    return f"{label(name)} {name}".lower()


class SettingsForm(VerticalScroll):
    """Posts Changed when a field is committed; shows what it is told to show.

    A setting that makes no difference in the run, as an option of another optimizer, has no field.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape", "show_all", "all settings"),
        Binding("escape", "screen.leave_field", "leave"),
        Binding("tab", "next_field", "next field"),
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
        self._outline = Static(id="outline")  # stands in the place of the fields until these come
        self._whole = asyncio.Event()  # not while it is being filled
        self._whole.set()
        self._mounting: list[AwaitMount] = []  # of fields

    def compose(self) -> ComposeResult:
        yield self._outline

    def on_mount(self) -> None:
        self._hint()
        self.show(self._settings)

    def _hint(self) -> None:
        if self._filter:
            said = f"filtered: {plain(self._filter)} (/ changes it, esc clears it)"
        else:
            said = f"{LIVE} while it runs; others begin anew"
        self.border_subtitle = Content(said)

    async def fill(self) -> None:
        """Make the fields: so many would hold up the first picture, so they come after it."""
        self._whole.clear()
        groups = []
        for group in GROUPS:
            names = [n for n in Settings.model_fields if field_info(n)["group"] == group]
            fields = [self._add(name) for name in names if applies(name, self._settings)]
            groups.append(Vertical(Label(group), *fields, id=group, classes="group"))
            groups[-1].display = False  # until all are there
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

    @property
    def is_filtered(self) -> bool:
        return bool(self._filter)

    def action_show_all(self) -> None:
        """End the filter, and stand on what was found."""
        if self.has_focus:
            self.focus_first()
        self.filter("")

    def action_next_field(self) -> None:
        if self.has_focus:
            self.focus_first()
        else:
            self.screen.focus_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape ends a filter first; what is being typed it takes back before."""
        edited = any(field.edited for field in self._fields.values())
        return action != "show_all" or (self.is_filtered and not edited)

    def _wanted(self, name: str) -> bool:
        if not applies(name, self._settings):
            return False
        return self._filter in f"{_names(name)} {about(name).lower()}"

    def _add(self, name: str) -> Field:
        self._fields[name] = Field(name, getattr(self._settings, name))
        return self._fields[name]

    def show(self, settings: Settings) -> None:
        """Show these settings, each that makes a difference."""
        self._settings, resolved = settings, settings.resolved()
        self._outline.display = not self._filled
        if not self._filled:
            self._outline.update(outline(settings))
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
        for box in self.query(".group"):
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
        """The first field in whose name the filter's text is, or else the first that is shown."""
        shown = [field for field in self.query(Field) if field.display]
        named = [field for field in shown if self._filter in _names(field.setting)]
        for field in (named or shown)[:1]:
            field.control.focus()

    def on_resize(self) -> None:
        self.set_class(self.size.width >= 80, "wide")

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        name = event.control.id
        if name in self._fields:
            now = resolution(name, self._settings, self._settings.resolved())
            room = self.size.width - 4  # between the corners
            texts = joined(about(name), now), joined(bounds(name), now), now or bounds(name)
            self.border_subtitle = Content(next((t for t in texts if len(t) <= room), texts[-1]))

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

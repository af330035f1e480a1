"""What is to be compared: settings with values that are ready, and a line for any other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from tui_nn.compare import Comparison, PlanError, Variation
from tui_nn.compare.line import names_in, parse_line, ready_made, toggled
from tui_nn.render.comparison import plan_heading, value_text
from tui_nn.settings import Settings, label
from tui_nn.ui.highlighting import Plain
from tui_nn.ui.screens.overlay import Overlay

if TYPE_CHECKING:
    from tui_nn.ui.comparing import Comparing

NAME = 16  # cells of a setting's name
HINT = "NAME=V1,V2  hidden=4;8,8  lr=log:0.01..10:7  momentum=lin:0..0.9:4  repeats=3"


class VaryScreen(Overlay[Comparison | None]):
    """Gives a comparison that can be begun, or None.

    base: the run whose settings all others are. comparing: keeps the line. reads_once: whether its
    data can't be read again.
    """

    BINDINGS: ClassVar[list[Any]] = [
        Binding("escape", "dismiss(None)", "leave"),
        Binding("space", "choose", "choose", show=False),
    ]

    def __init__(self, base: Settings, comparing: Comparing, *, reads_once: bool) -> None:
        super().__init__()
        self._base, self._comparing, self._reads_once = base, comparing, reads_once
        self._ready = ready_made(base)
        self._list = OptionList(*map(self._option, self._ready))
        self._input = Input(
            comparing.line, HINT, compact=True, select_on_focus=False, highlighter=Plain()
        )
        self._input.cursor_blink = False
        self._said = Label("", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "Compare: what varies?"
            box.border_subtitle = "space chooses · tab to the line · enter begins · escape leaves"
            yield self._list
            yield self._input
            yield self._said

    def on_mount(self) -> None:
        self._list.focus()
        self._list.highlighted = 0
        self._follow()

    def _option(self, variation: Variation) -> Option:
        return Option(self._words(variation, chosen=False), variation.name)

    def _words(self, variation: Variation, *, chosen: bool) -> Text:
        values = "  ".join(map(value_text, variation.values))
        words = Text(no_wrap=True, overflow="ellipsis")
        words.append(f"[{'x' if chosen else ' '}] {label(variation.name):<{NAME}} ", "bold")
        return words.append(values)

    @on(Input.Changed)
    def _follow(self) -> None:
        """Say what the line means, and mark what is chosen in it."""
        line = self._comparing.line = self._input.value
        chosen = names_in(line)
        for i, variation in enumerate(self._ready):
            words = self._words(variation, chosen=variation.name in chosen)
            if words.plain != str(self._list.get_option_at_index(i).prompt):
                self._list.replace_option_prompt_at_index(i, words)
        try:
            plan = parse_line(line, self._base)
        except PlanError as error:
            self._say(str(error), wrong=bool(line.strip()))
        else:
            seeds = f" ({plan.repeats} seeds each)" if plan.repeats > 1 else ""
            self._say(plan_heading(plan, plan.size) + seeds)

    def _say(self, words: str, *, wrong: bool = False) -> None:
        self._said.set_class(wrong, "wrong")
        self._said.update(words)

    def action_choose(self) -> None:
        """Add the setting at the cursor to the line, or take it out."""
        if self._list.highlighted is not None:
            self._input.value = toggled(self._input.value, self._ready[self._list.highlighted])

    @on(OptionList.OptionSelected)
    async def _selected(self, event: OptionList.OptionSelected) -> None:
        await self._begin()

    @on(Input.Submitted)
    async def _begin(self) -> None:
        """What is wrong is said below the line, which stays as it is."""
        line = self._input.value
        if not line.strip():
            self._say("choose what varies: space ticks a setting, or type a line", wrong=True)
            return
        if self._reads_once:
            self._say("data that can be read only once can't be compared: give a file", wrong=True)
            return
        try:
            plan = parse_line(line, self._base)
            comparison = await asyncio.to_thread(Comparison, plan)
        except PlanError as error:
            self._say(str(error), wrong=True)
        else:
            self.dismiss(comparison)

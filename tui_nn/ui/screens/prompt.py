"""A line to type something into, at the bottom of the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Label

from tui_nn.ui.highlighting import Plain
from tui_nn.ui.screens.overlay import Overlay


class Prompt(Overlay[str | None]):
    """Gives the text that `check` lets pass, or None after escape.

    check: ValueError says what is allowed. attempt: what takes its time to say whether the text is
    right, which it tells with `answer`. live: told of every change, as of a filter; ValueError
    says what is allowed.
    """

    BINDINGS: ClassVar[list[Any]] = [Binding("escape", "dismiss(None)", "leave")]

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        check: Callable[[str], object] | None = None,
        attempt: Callable[[str, Prompt], None] | None = None,
        live: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._title, self._check, self._attempt, self._live = title, check, attempt, live
        self._waits = False  # for an answer
        self._input = Input(value, compact=True, select_on_focus=True, highlighter=Plain())
        self._input.cursor_blink = False
        self._wrong = Label("", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self._title
            box.border_subtitle = "enter · escape leaves"
            yield self._input
            yield self._wrong

    def on_mount(self) -> None:
        self._tell(self._input.value)  # it may be that of a time before

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._wrong.update("")
        self._tell(event.value)

    def _tell(self, text: str) -> None:
        try:
            if self._live:
                self._live(text)
        except ValueError as error:
            self._wrong.update(str(error))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        try:
            if self._check:
                self._check(event.value)
        except ValueError as error:
            self._wrong.update(str(error))
            return
        if self._attempt is None:
            self.dismiss(event.value)
        elif not self._waits:
            self._waits = True
            self._attempt(event.value, self)

    def answer(self, wrong: str) -> None:
        """Close if nothing is wrong with what was entered; else say it."""
        self._waits = False
        if wrong:
            self._wrong.update(wrong)
        else:
            self.dismiss(self._input.value)

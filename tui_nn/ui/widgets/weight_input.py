"""The field in which a weight is set by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input

from tui_nn.settings import short_text
from tui_nn.ui.highlighting import Plain


class WeightInput(Input):
    """Posts the number that was entered, or what is wrong with it."""

    DEFAULT_CSS = """
    WeightInput { display: none; dock: bottom; height: 1; width: 100%; }
    WeightInput.invalid { background: $error 30%; }
    """

    @dataclass
    class Entered(Message):
        value: float

    @dataclass
    class Wrong(Message):
        reason: str

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=True, highlighter=Plain())
        self.cursor_blink = False

    @property
    def open(self) -> bool:
        return bool(self.display)

    def edit(self, value: float) -> None:
        self.value = f"{value:.6g}"
        self.remove_class("invalid")
        self.display = True
        self.focus()

    def close(self) -> None:
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()  # the form's fields are the main screen's, this is not

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            value = float(event.value)
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            self.post_message(self.Entered(value))
        else:
            self.add_class("invalid")
            said = f"{short_text(event.value)}: a weight is a finite number, as 0.5 or -1e-3"
            self.post_message(self.Wrong(said))

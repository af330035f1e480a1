"""A line of the settings form: a setting, its control, its help, and what is wrong with it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Label, Select

from tui_nn.datasets.plain import called
from tui_nn.settings import Settings, bounds, field_info, is_list, label, shown_text
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

    def _options(self) -> list[tuple[Content, str]]:
        """What may be chosen, as it is shown and as it is set."""
        choices = [] if is_list(self.setting) else list(field_info(self.setting)["choices"])
        if Settings.model_fields[self.setting].annotation is bool:
            choices = ["false", "true"]
        if choices and self._value not in choices:
            # One for each hidden layer, as in tanh,relu; or a file, or a function.
            choices.append(self._value)
        is_data = self.setting == "dataset"
        return [
            (Content(called(choice, ROOM) if is_data else choice), choice) for choice in choices
        ]

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

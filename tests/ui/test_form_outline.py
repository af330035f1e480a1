"""What stands in the form's place until its fields are there."""

from textual.app import App, ComposeResult

from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.widgets.settings_form import SettingsForm


class Alone(App[None]):
    CSS_PATH = Dashboard.CSS_PATH

    def __init__(self) -> None:
        super().__init__()
        self.form = SettingsForm(Settings(optimizer="adam", learning_rate=0.02))

    def compose(self) -> ComposeResult:
        yield self.form

    @property
    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return [strip.text.replace("▼", " ").rstrip() for strip in strips]


async def test_the_form_can_be_read_before_its_fields_are_there_and_nothing_moves_then() -> None:
    app = Alone()
    async with app.run_test(size=(44, 60)) as pilot:
        await pilot.pause()
        assert any("• Learning rate     0.02" in line for line in app.lines)
        app.form.show(Settings(seed=7))
        await pilot.pause()
        before = app.lines
        assert any("  Seed              7" in line for line in before)
        await app.form.fill()
        await pilot.pause()
        assert app.lines == before

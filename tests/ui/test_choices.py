"""Keys and form with settings that not every choice goes with."""

from driving import dashboard
from textual.widgets import Select

from tui_nn.ui.widgets.settings_field import Field
from tui_nn.ui.widgets.status_line import StatusLine


async def test_the_form_shows_a_function_a_layer_and_a_key_leaves_it() -> None:
    async with dashboard(target_loss=None, activation=("tanh", "relu")) as driver:
        await driver.field("seed")
        shown = driver.main.query_one("#activation", Select)
        await driver.until(lambda: shown.value == "tanh,relu")
        await driver.pilot.press("a")
        await driver.until(lambda: shown.value == "sigmoid")
        assert driver.session.settings.activation == "sigmoid"


async def test_a_rate_of_auto_is_shown_with_what_it_stands_for() -> None:
    async with dashboard((200, 60), target_loss=None) as driver:
        rate = await driver.field("learning_rate")
        form, line = driver.main.form, driver.main.query_one(StatusLine)
        await driver.until(lambda: "gd lr 1 " in str(line.render()))
        rate.focus()
        await driver.until(lambda: str(form.border_subtitle).endswith("at most 1e9; auto = 1"))
        await driver.pilot.press("escape", "o")
        await driver.until(lambda: "adam lr 0.01 " in str(line.render()))
        assert rate.value == "auto"


async def test_a_key_skips_what_does_not_go_with_mini_batches() -> None:
    async with dashboard(target_loss=None, batch_size=8) as driver:
        await driver.until_step(5)
        await driver.pilot.press("O")
        await driver.until(lambda: driver.session.settings.optimizer == "rprop")


async def test_an_early_stop_is_an_end_with_a_reason() -> None:
    async with dashboard(pace=None, patience=1, min_delta=9.0, target_loss=None) as driver:
        await driver.until_status("finished")
        line = driver.main.query_one(StatusLine)
        await driver.until(lambda: "back at the best" in str(line.render()))


async def test_the_form_has_the_fields_that_make_a_difference() -> None:
    async with dashboard(playing=False) as driver:
        await driver.field("momentum")
        assert not driver.main.query("#beta1")
        assert not driver.main.query("#samples")
        await driver.pilot.press("o", "d")
        beta1 = await driver.field("beta1")
        await driver.until(lambda: driver.main.query("#samples"))
        shown = [field.setting for field in driver.main.query(Field) if field.display]
        assert shown[:2] == ["dataset", "samples"]
        assert "momentum" not in shown
        assert shown.index("beta1") == shown.index("learning_rate") + 1
        beta1.focus()
        beta1.value = "0.8"
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.session.settings.beta1 == 0.8)

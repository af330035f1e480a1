"""Keys and form with settings that not every choice goes with."""

from driving import dashboard
from textual.widgets import Select

from tui_nn.ui.widgets.status_line import StatusLine


async def test_the_form_shows_a_function_a_layer_and_a_key_leaves_it() -> None:
    async with dashboard(target_loss=None, activation=("tanh", "relu")) as driver:
        await driver.field("seed")
        shown = driver.main.query_one("#activation", Select)
        await driver.until(lambda: shown.value == "tanh,relu")
        await driver.pilot.press("a")
        await driver.until(lambda: shown.value == "sigmoid")
        assert driver.session.settings.activation == "sigmoid"


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

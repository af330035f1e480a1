"""`:` and how far to train; `ctrl+r` and its recipes; `e` and its explanations."""

from driving import Driver, dashboard
from textual.widgets import Input, Label, OptionList

from tui_nn.settings.recipes import RECIPES
from tui_nn.ui.layout import PANES
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.recipes import RecipesScreen
from tui_nn.ui.screens.text import TextScreen


async def type_in(driver: Driver, text: str) -> None:
    await driver.until(lambda: isinstance(driver.app.screen, Prompt))
    driver.app.screen.query_one(Input).value = text
    await driver.pilot.press("enter")


async def test_a_wrong_goal_says_what_is_allowed_and_escape_leaves() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("colon")
        await type_in(driver, "loss of 3")
        label = driver.app.screen.query_one(Label)
        await driver.until(lambda: "loss 0.01" in str(label.render()))
        await driver.pilot.press("7")
        await driver.until(lambda: str(label.render()) == "")
        await driver.pilot.press("escape")
        assert driver.app.screen is driver.main
        assert driver.session.status == "paused"
        assert len(driver.session.history) == 1


async def test_a_number_is_so_many_steps() -> None:
    async with dashboard(playing=False, target_loss=None) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("colon", "1", "0", "0", "enter")
        await driver.until_step(100)
        await driver.until_status("paused")
        assert driver.main.latest is not None
        assert driver.main.latest.step == 100


async def test_a_run_pauses_at_the_loss_that_was_asked_for() -> None:
    async with dashboard(pace=None, playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("colon")
        await type_in(driver, "loss 0.1")
        await driver.until(lambda: driver.main.latest and driver.main.latest.train_loss <= 0.1)
        await driver.until_status("paused")
        assert driver.main.latest is not None
        assert 0.05 < driver.main.latest.train_loss <= 0.1
        assert "until loss 0.1" in str(driver.main.logbook.events)
        await driver.pilot.press("colon")
        await type_in(driver, "loss 0.2")
        await driver.notified("reached already")


async def test_a_recipe_is_found_and_begun() -> None:
    async with dashboard(playing=False, seed=3) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("ctrl+r")
        options = driver.app.screen.query_one(OptionList)
        count = options.option_count
        assert count > len(RECIPES)
        assert "+ works, - fails" in str(options.border_subtitle)
        assert "xor" in str(options.get_option_at_index(0).prompt)  # this data set's come first
        await driver.pilot.press("slash")
        await type_in(driver, "squares instead")
        assert isinstance(driver.app.screen, RecipesScreen)
        assert options.option_count == 1
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.session.settings.dataset == "circle")
        recipe = next(r for r in RECIPES if r.title == "squares instead of units")
        assert driver.session.settings == recipe.settings().changed(seed=3)
        await driver.pilot.press("u")
        await driver.until(lambda: driver.session.settings.dataset == "xor")


async def test_enter_begins_the_first_recipe_and_escape_none() -> None:
    async with dashboard(playing=False, dataset="sine") as driver:
        await driver.until_status("paused")
        before = driver.session.settings
        await driver.pilot.press("ctrl+r", "escape")
        assert driver.app.screen is driver.main
        assert driver.session.settings == before
        await driver.pilot.press("ctrl+r", "enter")
        first = next(recipe for recipe in RECIPES if recipe.dataset == "sine")
        await driver.until(lambda: driver.session.settings == first.settings())


async def test_e_explains_each_pane() -> None:
    async with dashboard((80, 24), playing=False) as driver:
        await driver.field("seed")
        for key, name in enumerate(PANES, 1):
            await driver.pilot.press(str(key))
            driver.main.panes[name].focus()
            if name == "settings":  # where e is a letter
                driver.main.form.focus_first()
                await driver.pilot.press("escape")
            await driver.pilot.press("e")
            screen = driver.app.screen
            assert isinstance(screen, TextScreen), name
            assert PANES[name] in str(screen.query_one("VerticalScroll").border_title)
            await driver.pilot.press("e")
            assert driver.app.screen is driver.main


async def test_a_key_that_is_pressed_twice_closes_once() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        for opens, closes in (
            ("ctrl+r", "enter"),
            ("ctrl+r", "escape"),
            ("question_mark", "enter"),
            ("colon", "1"),
        ):
            await driver.pilot.press(opens)
            if closes == "1":
                driver.app.simulate_key("1")
                closes = "enter"
            for _ in range(3):
                driver.app.simulate_key(closes)
            await driver.until(lambda: driver.app.screen is driver.main)
        await driver.pilot.pause()

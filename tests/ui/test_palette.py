"""The command palette that is closed while it still looks for commands."""

from pathlib import Path

import pytest
from driving import Driver, dashboard
from textual.command import CommandList, CommandPalette

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard


async def test_it_is_closed_before_it_has_found_anything() -> None:
    async with dashboard(playing=False) as driver:
        await driver.pilot.press("ctrl+p")
        palette = driver.app.screen
        assert isinstance(palette, CommandPalette)
        await driver.pilot.press("escape")
        await driver.until(lambda: not palette.children)
        await palette._watch__show_busy()
        palette._watch__list_visible()


async def test_the_other_theme_is_a_command() -> None:
    async with dashboard(playing=False) as driver:
        for title, dark in (("Light theme", False), ("Dark theme", True)):
            commands = {c.title: c for c in driver.app.get_system_commands(driver.app.screen)}
            assert not {"Light theme", "Dark theme"} - {title} & set(commands)
            commands[title].callback()
            assert driver.app.current_theme.dark is dark


async def test_the_theme_that_is_in_use_is_the_first_of_the_themes() -> None:
    async with dashboard(playing=False) as driver:
        driver.app.theme = "nord"
        driver.app.search_themes()
        options = await driver.shown(CommandList)
        await driver.until(lambda: options.option_count > 2)
        assert "nord" in str(options.get_option_at_index(0).prompt)


@pytest.mark.parametrize("given", ["", "textual-ansi"])
async def test_the_theme_that_is_chosen_is_kept_but_one_that_is_given_goes_first(
    tmp_path: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "layout.json", []
    for at_start in ("", "", given):
        if at_start:  # which Textual reads as it is imported
            monkeypatch.setenv("TEXTUAL_THEME", at_start)
        async with TrainingSession(Settings(), pace=None, playing=False) as session:
            app = Dashboard(session, play=False, layout=path)
            async with app.run_test() as pilot:
                seen.append(app.theme)
                if not at_start:
                    app.theme = "textual-light"
                driver = Driver(app, pilot)
                await driver.field("seed")
                await driver.settled()
    assert seen == ["textual-dark", "textual-light", "textual-dark" if given else "textual-light"]


async def test_ctrl_c_quits_from_the_command_palette() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("ctrl+p")
        await driver.until(lambda: driver.app.screen is not driver.main)
        await driver.pilot.press("ctrl+c")
        await driver.until(lambda: driver.app._exit)

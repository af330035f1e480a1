"""Notifications cover nothing that is being worked on."""

from pathlib import Path

import pytest
from driving import dashboard
from recorded import enter
from textual.widgets import Footer, Input
from textual.widgets._toast import Toast

from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.widgets.run_list import RunList

LONG = "learning rate: what is said here takes three lines, since it is as long as a diagnosis " * 2


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_keys_form_lists_and_lines_to_type_into_stay_in_sight(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "runs.sqlite3"
    enter(path)
    async with dashboard(size, playing=False, store=path, notifications=True) as driver:
        await driver.field("seed")
        field = driver.main.query_one("#dataset")
        if size == (120, 40):
            await driver.pilot.press("6")
        if size != (80, 24):
            driver.main.notify(LONG, severity="warning")
            await driver.until(lambda: driver.main.query(Toast))
            await driver.pilot.pause()
            toast = driver.main.query_one(Toast).region
            assert toast.bottom <= field.region.y
            assert not toast.overlaps(driver.main.footer.region)
        await driver.pilot.press("colon")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        line = driver.app.screen.query_one(Input)
        driver.app.notify(LONG)
        await driver.until(lambda: driver.app.screen.query(Toast))
        await driver.pilot.pause()
        assert not any(t.region.overlaps(line.region) for t in driver.app.screen.query(Toast))
        await driver.pilot.press("escape", "H")
        rows, screen = await driver.shown(RunList), driver.app.screen
        await driver.until(lambda: screen.query(Toast))
        await driver.pilot.pause()
        for toast in screen.query(Toast):
            assert not toast.region.overlaps(rows.region)
            assert not toast.region.overlaps(screen.query_one(Footer).region)

"""With --ascii there is nothing but ASCII on any screen, of whatever widget."""

from pathlib import Path

import pytest
from driving import Driver
from recorded import enter
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import Select

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.ascii import in_ascii
from tui_nn.ui.layout import PANES

# What opens a screen, and what leaves it again.
SCREENS = {
    "help": (["question_mark"], ["escape"]),
    "recipes": (["ctrl+r"], ["escape"]),
    "filter": (["slash"], ["escape"]),
    "goal": (["colon", "x", "enter"], ["escape"]),
    "data": (["F"], ["escape"]),
    "palette": (["ctrl+p"], ["escape"]),
    "commands": (["ctrl+p", "p", "a"], ["escape"]),
    "runs": (["H"], []),
    "marked": (["space", "a", "p"], []),
    "help of runs": (["question_mark"], ["escape", "escape"]),
    "comparison": (["c"], []),
    "varied": (["space", "down", "space"], ["enter"]),
    "standings": ([], []),
    "help of comparison": (["question_mark"], ["escape", "escape"]),
    "drawing": (["E"], ["escape"]),
    "back in time": (["less_than_sign"], ["greater_than_sign"]),
    "a notification": (["p"], []),
    "a command line": (["y"], ["escape"]),
}


async def look(driver: Driver, name: str, odd: dict[str, str]) -> None:
    await driver.pilot.pause(0.1)
    screen = driver.app.screen
    for y, strip in enumerate(screen._compositor.render_strips()):
        for x, char in enumerate(strip.text):
            if not char.isascii():
                widget = type(screen.get_widget_at(x, y)[0]).__name__
                odd[f"{name}: {widget}"] = odd.get(f"{name}: {widget}", "") + char


async def go_through(driver: Driver, pilot: Pilot[None], odd: dict[str, str]) -> None:
    for key, pane in enumerate(PANES, 1):
        await pilot.press(str(key))
        await look(driver, pane, odd)
        if pane != "settings":  # whose fields take what is typed
            await pilot.press("e")
            await look(driver, f"explained {pane}", odd)
            await pilot.press("escape")
    field = driver.main.query_one("#optimizer", Select)
    field.focus()
    await pilot.press("enter")
    await look(driver, "choices", odd)
    await pilot.press("escape", "escape")
    for name, (opens, leaves) in SCREENS.items():
        await pilot.press(*opens)
        await look(driver, name, odd)
        await pilot.press(*leaves)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_nothing_but_ascii_is_drawn(tmp_path: Path, size: tuple[int, int]) -> None:
    path, odd = tmp_path / "runs.sqlite3", dict[str, str]()
    enter(path, 100, name="名é")
    settings = Settings(dataset="circle", activation="tanh", train_fraction=0.7)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        app = Dashboard(session, tmp_path / "run", ascii=True, play=False, store=path)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.field("seed")
            await session.step(300)
            app.main.watcher.wake()
            await driver.until_step(300)
            await go_through(driver, pilot, odd)
            await driver.back()
            await driver.settled()
            app.workers.cancel_all()
    assert odd == {}


@pytest.mark.parametrize("text", ["╭─ loss ─╮", "x² ≤ ½ … ⠒", "naïve 名前 🔎", "plain"])
def test_what_is_respelt_takes_as_many_cells(text: str) -> None:
    assert in_ascii(text).isascii()
    assert cell_len(in_ascii(text)) == cell_len(text)

"""Names that somebody's file has are shown as they are: none of them is taken as markup."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import Driver, dashboard
from textual.widgets import Input

from tui_nn.ui.screens.comparison import ComparisonScreen
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.runs import RunsScreen
from tui_nn.ui.screens.text import TextScreen
from tui_nn.ui.screens.vary import VaryScreen
from tui_nn.ui.widgets.prediction_maps import PredictionMaps

NAMES = ["[/c]", "[bold]x", "[@click=app.quit]z", "\x1b[31mred"]
FILES = ["run[lr=0.1,n=8].csv", "iris[train].csv", "[@click=app.quit]z.csv", "[/c]x.csv"]
TABLE = [",".join(NAMES)] + [
    f"{i % 7},{i % 5}.5,{i % 3},{NAMES[i % len(NAMES)]}" for i in range(40)
]


def drawn(driver: Driver) -> str:
    """All that the screen would send, but for the styles."""
    strips = driver.app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip)


@asynccontextmanager
async def opened(path: Path, size: tuple[int, int], **options: object) -> AsyncIterator[Driver]:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(TABLE))
    settings = {"dataset": str(path), "target_loss": None, **options}
    async with dashboard(size, playing=False, store=path.parent / "runs", **settings) as driver:
        await driver.until_status("paused")
        yield driver


@pytest.mark.parametrize("name", FILES)
async def test_the_names_of_files(name: str, tmp_path: Path) -> None:
    async with opened(tmp_path / name, (200, 60)) as driver:
        await driver.field("seed")
        await driver.settled()
        await driver.pilot.pause()
        called = name.rpartition("/")[2]
        assert called in str(driver.main.status.content)
        assert called[:16] in str(driver.main.query_one("#dataset SelectCurrent #label").content)


async def test_what_is_filtered_for() -> None:
    async with dashboard(playing=False) as driver:
        await driver.field("seed")
        for words in ("[/", "[bold]x", "[@click=app.quit]z"):
            for pane in ("6", "7"):
                await driver.pilot.press(pane, "escape", "slash")
                (await driver.shown(Input)).value = words
                await driver.pilot.pause()
                await driver.pilot.press("enter")
                await driver.back()
            assert words in drawn(driver)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_columns_and_classes_in_every_pane_and_screen(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async with opened(tmp_path / "[" / FILES[-1], size, train_fraction=0.6) as driver:
        press, app = driver.pilot.press, driver.app
        await driver.session.step(20)
        driver.main.watcher.wake()
        await driver.until_step(20)
        await driver.field("seed")

        async def look() -> None:
            await driver.pilot.pause()
            assert app.is_running
            assert drawn(driver).isprintable()

        async def over(kind: type, *keys: str) -> None:
            await press(*keys)
            await driver.until(lambda: isinstance(app.screen, kind))
            await look()

        for pane in "1234567":
            if pane == "6":
                continue
            await press(pane, "m")
            await look()
            for _ in driver.main.query_one(PredictionMaps).kinds if pane == "2" else "x":
                await over(TextScreen, "e")
                await driver.back()
                for key in ("v", "g", "right", "down", "enter", "w", "t"):
                    app.simulate_key(key)  # looked at when all of them have been done
                await look()
            for key in ("escape", "m", "escape"):
                app.simulate_key(key)
            await look()
        await press("p")
        await look()
        await over(Prompt, "F")
        app.screen.query_one(Input).value = f"{tmp_path}/no[/c].csv"
        await press("enter")
        await driver.until(lambda: isinstance(app.screen, Prompt) and not app.screen._waits)
        await look()
        await driver.back()
        await press("d")
        await driver.until(lambda: driver.session.settings.dataset == "xor")
        await press("u")
        await driver.until(lambda: driver.session.settings.dataset != "xor")
        await look()
        await over(VaryScreen, "c")
        app.screen.query_one(Input).value = "drop=[/c];[bold]x"
        await press("enter")
        await look()
        app.screen.query_one(Input).value = "seed=1,2 max_steps=20"
        await press("enter")
        await driver.until(lambda: isinstance(app.screen, ComparisonScreen))
        await driver.until(lambda: not driver.main.overlays.comparing.goes_on)
        await look()
        await driver.back()
        await over(RunsScreen, "H")
        await driver.until(lambda: app.screen.list.comparison)
        await look()
        await press("right", "down")
        await driver.until(lambda: app.screen.list.run is not None)
        for key in ("e", "E"):
            await press(key)
            app.screen.query_one(Input).value = NAMES[1] + NAMES[2]
            await press("enter")
            await driver.until(lambda: isinstance(app.screen, RunsScreen))
            await look()
        await press("p")
        await look()
        await driver.back()
        await look()

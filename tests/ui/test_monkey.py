"""A monkey at the keys and the mouse: whatever it does, the dashboard and its worker live on.

MONKEYS=20 MONKEY_KEYS=2000 pytest tests/ui/test_monkey.py lets as many of them at it, each a seed
of its own, for about two minutes each.
"""

import asyncio
import os
import string
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest
from driving import Driver, dashboard
from recorded import enter
from textual.errors import NoWidget

from tui_nn.ui.actions import ACTIONS
from tui_nn.ui.screens.prompt import Prompt

MONKEYS = int(os.environ.get("MONKEYS", "2"))
KEYS = int(os.environ.get("MONKEY_KEYS", "160"))
BATCH = 40  # keys between two looks whether all is well
SIZES = [
    *((80, 24), (120, 40), (200, 60), (60, 20), (1, 1), (20, 5)),
    *((59, 20), (100, 36), (160, 42), (300, 15), (61, 90)),
]
BOUND = [*[key for action in ACTIONS for key in action.keys.split(",")], "ctrl+p"]
TYPED = [*string.ascii_letters, *string.digits, "full_stop", "minus", "comma", "space"]
MOVES = [
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
    *("escape", "escape", "enter", "tab", "shift+tab", "backspace"),
]


async def play_about(driver: Driver, random: Random) -> None:
    for _ in range(KEYS // BATCH):
        for _ in range(BATCH):
            driver.app.simulate_key(random.choice(random.choice([BOUND, BOUND, TYPED, MOVES])))
            await asyncio.sleep(0)
        if random.random() < 0.5:
            await driver.pilot.resize_terminal(*random.choice(SIZES))
        width, height = driver.app.size
        for _ in range(2):
            with suppress(NoWidget):  # beneath the pointer is a screen that is not laid out yet
                await driver.pilot.click(offset=(random.randrange(width), random.randrange(height)))
        await driver.pilot.pause()


@pytest.mark.timeout(60 + KEYS / 2)
@pytest.mark.parametrize("seed", range(MONKEYS))
async def test_the_dashboard_outlives_a_monkey(seed: int, tmp_path: Path) -> None:
    random = Random(seed)
    store = tmp_path / "runs.sqlite3"
    for steps in (20, 40):
        enter(store, steps)
    pace = random.choice([None, 500])
    async with dashboard(pace=pace, log=tmp_path / "run", store=store) as driver:
        driver.main.leave = lambda exit_code=0: None  # type: ignore[method-assign]
        await driver.field("seed")
        await play_about(driver, random)
        await driver.pilot.resize_terminal(120, 40)
        async with asyncio.timeout(20):
            snapshot = await driver.session.snapshot()
        assert snapshot.status in ("running", "paused", "finished")
        await driver.back()
        await driver.pilot.press("escape", "colon")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.pilot.press("escape", "r")
        await driver.until(lambda: "reset" in str(driver.main.logbook.events[-3:]))
        assert not driver.main.dead

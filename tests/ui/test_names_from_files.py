"""Names that somebody's file has reach no terminal as something that it would obey."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from driving import Driver, dashboard
from textual.widgets import Input

from tui_nn.ui.highlighting import Plain
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.vary import VaryScreen
from tui_nn.ui.widgets.weight_input import WeightInput

EVIL = "kind\x1b]0;owned\x07\x1b[31m\x9b2J"


def drawn(driver: Driver) -> str:
    """All that the screen would send, but for the styles."""
    strips = driver.app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip)


def line_of(field: Input) -> str:
    return "".join(segment.text for segment in field.render_line(0))


@asynccontextmanager
async def own_data(tmp_path: Path) -> AsyncIterator[Driver]:
    path = tmp_path / "own.csv"
    path.write_text(f"x,y,{EVIL}\n" + "1,2,a\n2,1,b\n" * 5)
    settings = {"dataset": str(path), "target": EVIL, "drop": ("y",)}
    async with dashboard((120, 60), playing=False, **settings) as driver:
        await driver.until_status("paused")
        yield driver


async def form(driver: Driver) -> Input:
    await driver.pilot.press("6")
    field = await driver.field("target")
    await driver.settled()
    field.focus()
    return field


async def typed(driver: Driver, key: str, screen: type, text: str) -> Input:
    """The line of a screen that a key opens, with this text."""
    await driver.pilot.press(key)
    await driver.until(lambda: isinstance(driver.app.screen, screen))
    field = driver.app.screen.query_one(Input)
    field.value = text
    return field


async def prompt(driver: Driver) -> Input:
    return await typed(driver, "F", Prompt, f"no.csv --target {EVIL}")


async def prompt_that_refuses(driver: Driver) -> Input:
    field = await prompt(driver)
    await driver.pilot.press("enter")
    return field


async def vary(driver: Driver) -> Input:
    return await typed(driver, "c", VaryScreen, f"target={EVIL},x")


def test_the_field_of_a_weight_neither_blinks_nor_obeys() -> None:
    field = WeightInput()
    assert not field.cursor_blink
    assert isinstance(field.highlighter, Plain)


@pytest.mark.parametrize("opened", [form, prompt, prompt_that_refuses, vary])
async def test_what_is_drawn_has_no_control_characters(
    opened: Callable[[Driver], Awaitable[Input]], tmp_path: Path
) -> None:
    async with own_data(tmp_path) as driver:
        field = await opened(driver)
        await driver.until(lambda: "31m" in line_of(field))
        assert line_of(field).isprintable()
        assert drawn(driver).isprintable()
        await driver.back()

"""Comparisons in the dashboard: chosen, watched, opened, left behind, and ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from driving import Driver, OwnedDashboard, dashboard
from textual.app import App
from textual.pilot import Pilot

from tui_nn.compare import Comparison, Cores, background
from tui_nn.compare.line import parse_line
from tui_nn.render.look import Look
from tui_nn.runs import records
from tui_nn.runs.store import Store
from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.comparing import Comparing
from tui_nn.ui.scoreboard import Scoreboards, Sought, in_place
from tui_nn.ui.screens.comparison import ComparisonScreen
from tui_nn.ui.screens.vary import VaryScreen
from tui_nn.ui.widgets.standings_table import StandingsTable

SHORT = {"max_steps": 200, "steps_per_epoch": 50}
Compare = Callable[..., bool]


@pytest.fixture(autouse=True)
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for processes to start, but where it is about them."""
    if "processes" not in request.node.name:
        monkeypatch.setattr(background, "Cores", lambda workers, here: Cores(1))


def comparing_of(driver: Driver) -> Comparing:
    assert driver.main.overlays.comparing is not None
    return driver.main.overlays.comparing


def said(screen: VaryScreen) -> str:
    return str(screen._said.content)


async def until_done(driver: Driver, screen: ComparisonScreen) -> None:
    """And drawn."""
    await driver.until(lambda: "done" in str(screen.head.content) and screen.at_rest)


async def begin(driver: Driver, line: str) -> ComparisonScreen:
    """Type it where it is asked for, and begin."""
    asking = driver.app.screen
    assert isinstance(asking, VaryScreen)
    asking._input.value = line
    await driver.pilot.press("enter")
    await driver.until(lambda: isinstance(driver.app.screen, ComparisonScreen))
    screen = driver.app.screen
    assert isinstance(screen, ComparisonScreen)
    return screen


@asynccontextmanager
async def compared(
    line: str, store: Path | None = None, **settings: Any
) -> AsyncIterator[tuple[Driver, ComparisonScreen]]:
    """The screen of a comparison that has been begun by the keys."""
    async with dashboard(store=store, playing=False, **{**SHORT, **settings}) as driver:
        await driver.pilot.press("c")
        yield driver, await begin(driver, line)


async def test_settings_are_chosen_or_typed_and_what_is_wrong_is_said(tmp_path: Path) -> None:
    async with dashboard(playing=False, **SHORT) as driver:
        await driver.pilot.press("c")
        screen = driver.app.screen
        assert isinstance(screen, VaryScreen)
        await driver.pilot.press("space", "down", "down", "space")
        line = screen._input.value
        assert line.startswith("learning_rate=0.1,0.3,1,3,10 activation=")
        assert "xor: learning rate and activation; 150 runs, each until loss" in said(screen)
        await driver.pilot.press("space")
        assert screen._input.value == "learning_rate=0.1,0.3,1,3,10"
        await driver.pilot.press("tab", *" lr=2", "enter")
        assert isinstance(driver.app.screen, VaryScreen)
        assert said(screen) == "learning_rate: varies twice"
        screen._input.value = "lr=1,-1"
        await driver.pilot.press("enter")
        await driver.until(lambda: "a number above 0" in said(screen))
        await driver.pilot.press("escape", "c")
        again = driver.app.screen
        assert isinstance(again, VaryScreen)
        assert again._input.value == "lr=1,-1"  # nothing is lost


async def test_the_map_is_never_that_of_another_row_than_the_one_at_the_cursor() -> None:
    async with compared("lr=0.001,1 repeats=1") as (driver, screen):
        await until_done(driver, screen)
        await driver.until(lambda: screen.at_rest and screen.map._cells)

        async def never(sought: Sought) -> None:
            await asyncio.Event().wait()

        screen._comparing.board = never  # type: ignore[method-assign, assignment]
        before = str(screen.map.border_title)
        await driver.pilot.press("end")
        await driver.until(lambda: str(screen.map.border_title) != before)
        assert screen.map._cells == []


async def test_nothing_begins_before_something_is_chosen() -> None:
    async with dashboard(playing=False, **SHORT) as driver:
        await driver.pilot.press("c", "enter")
        screen = driver.app.screen
        assert isinstance(screen, VaryScreen)
        assert "choose what varies" in said(screen)


async def test_it_is_watched_best_first_and_recorded(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    async with compared("lr=0.001,1 repeats=2", path, target_loss=0.25) as (driver, screen):
        comparing = comparing_of(driver)
        await until_done(driver, screen)
        table = screen.table
        assert table.order.tolist() == [1, 0]
        assert "2/2" in text(table, 1)
        assert "0/2" in text(table, 2)
        assert len(screen.chart._bands) == 2
        await driver.pilot.press("space")
        await driver.until(lambda: len(screen.chart._bands) == 1)
        assert comparing._background is not None
        name = comparing._background.name
        assert f"recorded as {name}" in str(screen.head.content)
        await driver.until(lambda: "best learning_rate=1" in str(driver.main.logbook.events))
        for key in ("l", "question_mark", "escape", "x", "a"):
            await driver.pilot.press(key)
        for size in ((60, 20), (30, 8), (80, 24), (200, 60)):
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause()
    with Store(path) as store:
        found = records.records(store, group=name)
    assert sorted(run.reason or "" for run in found) == ["max_steps"] * 2 + ["target_loss"] * 2


async def test_an_end_while_its_screen_comes_up_is_told_there_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mount = ComparisonScreen.on_mount

    async def mount_late(screen: ComparisonScreen) -> None:
        while "comparison done" not in str(screen._comparing._main.logbook.events):
            await asyncio.sleep(0.01)
        mount(screen)

    monkeypatch.setattr(ComparisonScreen, "on_mount", mount_late)
    async with compared("lr=1", max_steps=1) as (driver, screen):
        await until_done(driver, screen)
        assert not driver.app._notifications


def text(table: Any, line: int) -> str:
    found: str = table.render_line(line).text
    return found


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_enter_opens_the_run_of_the_median_loss(tmp_path: Path, is_recorded: bool) -> None:
    path = tmp_path / "runs.sqlite3" if is_recorded else None
    line = "activation=sigmoid,tanh repeats=1"
    async with compared(line, path, target_loss=None) as (driver, screen):
        await until_done(driver, screen)
        await driver.pilot.press("home", "enter")
        await driver.until(lambda: driver.app.screen is driver.main)
        await driver.until(lambda: driver.main.latest and driver.main.latest.step == 200)
        session = driver.session
        assert session.settings.activation == "tanh"
        assert session.history[[0, -1], 0].tolist() == [0, 200]
        await session.step(50)
        await driver.until(lambda: driver.main.watcher.wake() or session.last_step == 250)
        first = comparing_of(driver)._background
        assert first is not None
        await driver.pilot.press("c", "n")  # it is still there, and gives way to another one
        await driver.until(lambda: isinstance(driver.app.screen, VaryScreen))
        screen = await begin(driver, "seed=1,2,3")
        assert not first._thread.is_alive()
        await driver.until(lambda: len(screen.table.order) == 3)


async def test_processes_go_on_behind_the_dashboard_and_end_with_it(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    line = "lr=0.001,0.002 repeats=1"
    async with compared(line, path, max_steps=10**9, target_loss=None) as (driver, screen):
        background = comparing_of(driver)._background
        assert background is not None
        await driver.until(lambda: len(screen.chart._bands) == 2)
        await driver.pilot.press("escape")
        await driver.until(lambda: "c: comparing" in str(driver.main.status.content))
        await driver.pilot.press("s")
        await driver.until(lambda: driver.main.latest and driver.main.latest.step > 0)
        assert driver.main.overlays.warn("ctrl+d")
        await driver.notified(
            f"would end here, and tui-nn compare --resume {background.name} goes on"
        )
        assert not driver.main.overlays.warn("ctrl+d")
    assert not background._thread.is_alive()
    with Store(path) as store:
        assert [run.reason for run in records.records(store)] == ["interrupted"] * 2


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_who_quits_is_warned_that_it_ends_and_means_it_the_second_time(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[int] = []
    line = "lr=0.001,0.002 repeats=1"
    async with compared(line, max_steps=10**9, target_loss=None) as (driver, _):
        monkeypatch.setattr(driver.main, "leave", lambda code=0: left.append(code))
        await driver.pilot.press("escape", key)
        await driver.notified(f"would end here. {key} again leaves")
        assert not left
        await driver.pilot.press(key)
        await driver.until(lambda: left)


async def test_the_cursor_stays_at_the_best_in_sight_until_it_is_moved() -> None:
    plan = parse_line("lr=0.001,0.01,0.1,1,10 hidden=2;4;8 repeats=1", Settings())
    board = Scoreboards(Comparison(plan)).board(Sought())
    table = StandingsTable(plan)
    app = App[None]()
    async with app.run_test(size=(80, 10)) as pilot:
        await app.mount(table)
        await pilot.pause()
        table.show(board, Look())
        await pilot.pause()
        assert table.picked == table.order[0] == 0
        table.show(replace(board, standings=board.standings[::-1]), Look())
        assert table.picked == table.order[0] == table.in_sight[0] == 14
        table.action_pick(1)
        table.show(board, Look())
        assert table.picked == 13
        assert 13 in table.in_sight


def test_curves_keep_their_places() -> None:
    assert in_place([], [3, 1]) == [3, 1]
    assert in_place([3, 1], [1, 2, 3]) == [3, 1, 2]
    assert in_place([3, 1, 2], [4, 2, 1]) == [4, 1, 2]
    assert in_place([3, 1, 2], [2]) == [2]


PICTURES = [
    ((80, 24), "textual-dark", False),
    ((120, 40), "textual-dark", True),
    ((200, 60), "textual-light", False),
]


@pytest.mark.parametrize(("size", "theme", "ascii"), PICTURES)
def test_pictures(snap_compare: Compare, size: tuple[int, int], theme: str, ascii: bool) -> None:
    settings = {"dataset": "circle", "activation": "tanh", "steps_per_epoch": 50}
    app = made(ascii=ascii, max_steps=300, **settings)

    async def look(pilot: Pilot[None]) -> None:
        app.theme = theme
        driver = await opened(app, pilot)
        screen = await begin(driver, "learning_rate=0.03,0.1,0.3,1,3 hidden=2;8,8 repeats=2")
        await until_done(driver, screen)
        # Which curve has which place depends on who was the best when, and that on the machine.
        comparing_of(driver)._boards._places.clear()
        screen._sought.set()
        await until_done(driver, screen)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=look)


def test_a_picture_of_the_question(snap_compare: Compare) -> None:
    app = made()

    async def look(pilot: Pilot[None]) -> None:
        await opened(app, pilot)
        await pilot.press("space", "down", "down", "space")
        assert isinstance(app.screen, VaryScreen)
        app.screen._input.value += " momentun=0"
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=look)


def made(*, ascii: bool = False, **settings: Any) -> OwnedDashboard:
    session = TrainingSession(Settings(**settings), pace=None, playing=False)
    return OwnedDashboard(session, play=False, ascii=ascii)


async def opened(app: OwnedDashboard, pilot: Pilot[None]) -> Driver:
    await app.train(pilot, 0)
    await pilot.press("c")
    return Driver(app, pilot)

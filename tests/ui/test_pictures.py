"""Snapshots of the screens, at the three sizes; `pytest --snapshot-update` takes them anew."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from driving import OwnedDashboard
from recorded import compared, enter
from textual.pilot import Pilot

from tui_nn.runs.store import Store
from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.screens.runs import RunsScreen

SIZES = [(80, 24), (120, 40), (200, 60)]
Compare = Callable[..., bool]


def picture(snap_compare: Compare, size: tuple[int, int], *keys: str, **settings: Any) -> bool:
    theme = settings.pop("theme", "textual-dark")
    steps = settings.pop("steps", 900)
    ascii = settings.pop("ascii", False)
    session = TrainingSession(Settings(**settings), pace=None, playing=False)
    app = OwnedDashboard(session, play=False, ascii=ascii)

    async def train(pilot: Pilot[None]) -> None:
        app.theme = theme
        await app.train(pilot, steps)
        await pilot.press(*keys)
        await app.settle(pilot)  # a pane that comes to sight asks for what it draws

    return snap_compare(app, terminal_size=size, run_before=train)


@pytest.mark.parametrize("size", SIZES)
def test_main(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size)


def test_main_light_with_test_points_on_a_linear_axis(snap_compare: Compare) -> None:
    options = {"dataset": "spiral", "activation": "tanh", "noise": 0.05, "train_fraction": 0.6}
    assert picture(snap_compare, (120, 40), "l", theme="textual-light", **options)


@pytest.mark.parametrize("pane", "234567")
def test_the_panes_of_a_small_window(snap_compare: Compare, pane: str) -> None:
    assert picture(snap_compare, (80, 24), pane)


@pytest.mark.parametrize("pane", "35")
def test_panes_beside_the_loss_in_a_medium_window(snap_compare: Compare, pane: str) -> None:
    assert picture(snap_compare, (120, 40), pane, dataset="circle", activation="tanh", steps=300)


@pytest.mark.parametrize("size", SIZES)
def test_drawing(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("E", "g", "left", "left", "left", "left", "1", "up", "up", "2")
    points = "-3,3,0;3,-3,1;4,4,0;-4,-4,1;0,5,2"
    quick = {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.03, "steps": 300}
    assert picture(snap_compare, size, *keys, dataset="drawn", points=points, **quick)


def test_ascii(snap_compare: Compare) -> None:
    assert picture(snap_compare, (120, 40), ascii=True, dataset="circle", steps=300)


def test_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert picture(snap_compare, (120, 40), dataset="circle", steps=300)


def test_a_wrong_value(snap_compare: Compare) -> None:
    assert picture(snap_compare, (120, 40), "comma", "tab", "9", "enter")


@pytest.mark.parametrize("size", SIZES[:2])
def test_help(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert picture(snap_compare, size, "question_mark")


def test_diverged(snap_compare: Compare) -> None:
    diverging = {"dataset": "circle", "activation": "relu", "output_activation": "linear"}
    settings = Settings(learning_rate=1e6, init="normal", **diverging)
    session = TrainingSession(settings, pace=None, playing=False)
    app = OwnedDashboard(session, play=False)

    async def train(pilot: Pilot[None]) -> None:
        await app.train(pilot, 0)
        await pilot.press("space")
        while app.main.latest is None or app.main.latest.status != "finished":
            await pilot.pause(0.05)

    assert snap_compare(app, terminal_size=(80, 24), run_before=train)


@pytest.mark.parametrize(
    ("size", "theme", "ascii"),
    [
        ((80, 24), "textual-dark", False),
        ((120, 40), "textual-dark", True),
        ((200, 60), "textual-light", False),
    ],
)
def test_runs(
    snap_compare: Compare,
    size: tuple[int, int],
    theme: str,
    ascii: bool,
    tmp_path: Path,
) -> None:
    path = tmp_path / "runs.sqlite3"
    seen = [
        enter(path, 1500, "defaults", "max_steps"),
        enter(path, 900, "by Adam", "stopped", optimizer="adam", learning_rate=0.02),
        enter(path, 1200, "", "target_loss", dataset="circle", activation="tanh", noise=0.05),
        enter(path, 400, "a wide one", None, dataset="spiral", hidden="32,32", train_fraction=0.7),
    ]
    rates = [enter(path, 300, learning_rate=rate, end="max_steps") for rate in (0.1, 0.3, 1.0)]
    compared(path, "rates", rates)
    seen = [*rates, *seen]
    for i, run in enumerate(seen):
        with Store(path) as store, store.transaction():
            store.query(
                "UPDATE runs SET id = ?, started = ? WHERE number = ?",
                [f"{i}{'3d3e91ab2c1'}", time.time() - 3000 * (len(seen) - i) ** 2, run.number],
            )
    session = TrainingSession(Settings(), pace=None, playing=False)
    app = OwnedDashboard(session, play=False, ascii=ascii, store=path)

    async def look(pilot: Pilot[None]) -> None:
        app.theme = theme
        await app.train(pilot, 0)
        await pilot.press("H")
        screen = app.screen
        assert isinstance(screen, RunsScreen)
        while not screen.list.order.size or screen.list.uncharted:
            await pilot.pause(0.02)
        await pilot.press("end", "right", "home", "space", "down", "space")
        while screen.chart.chart is None or len(screen.chart.chart.pins) < 2:
            await pilot.pause(0.02)
        await pilot.pause(0.2)

    assert snap_compare(app, terminal_size=size, run_before=look)


def test_a_window_that_is_too_small(snap_compare: Compare) -> None:
    assert picture(snap_compare, (20, 5))

"""`E` and the board: points are drawn while the real worker learns them."""

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest
from driving import Driver, dashboard
from textual.widgets import Input, Label

from tui_nn.datasets.drawn import MOST, Drawing
from tui_nn.experiment import prepare
from tui_nn.settings import Settings
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.widgets.drawing_board import DrawingBoard
from tui_nn.ui.widgets.prediction_maps import PredictionMaps

TWO = "-1,-1,0;1,1,1"


async def board_of(driver: Driver) -> DrawingBoard:
    """The board, on which the run's points are."""
    await driver.pilot.press("E")
    await driver.until(lambda: driver.main.query(DrawingBoard))
    board = driver.main.query_one(DrawingBoard)
    await driver.until(lambda: board.has_focus and board._points is not None)
    await driver.settled()
    return board


def counts(board: DrawingBoard) -> list[int]:
    return np.bincount(board.drawing.labels).tolist()


def text(board: DrawingBoard) -> str:
    return "\n".join(board.render_line(y).text for y in range(board.content_size.height))


def points(driver: Driver) -> str | None:
    return driver.session.settings.points


def said(driver: Driver) -> str:
    return " ".join(notice.message for notice in driver.app._notifications)


async def test_points_are_put_and_removed_while_it_trains() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(20)
        before, run = driver.session.settings, driver.session.run_number
        board = await board_of(driver)
        assert counts(board) == [11, 10]
        assert "class 0: 11" in text(board)
        assert not driver.main.query_one(PredictionMaps).display
        await driver.pilot.press("up", "up", "1", "down", "enter")
        assert counts(board) == [11, 12]  # at once
        await driver.until(lambda: points(driver) == board.drawing.text)
        settings = driver.session.settings
        assert (settings.dataset, settings.extent) == ("drawn", (0, 1))
        assert len(driver.session.shown.inputs) == 23
        assert driver.session.run_number == run  # the network was kept
        await driver.pilot.press("x", "c", "c", "enter")
        assert counts(board) == [12, 11]
        await driver.until(lambda: points(driver) == board.drawing.text)
        await driver.until(lambda: board._shades is not None)  # behind the points, as it learns
        await driver.pilot.press("u", "u", "u", "u")
        await driver.until(lambda: driver.session.settings == before)
        await driver.until(lambda: counts(board) == [11, 10])
        await driver.pilot.press("escape")
        await driver.until(lambda: driver.main.query_one(PredictionMaps).display)
        assert not driver.main.query(DrawingBoard)
        log = str(driver.main.logbook.events)
        assert "dataset = drawn" in log
        assert "drawn: 21 points of 2 classes" in log
        assert driver.session.status == "running"


async def test_the_keys_of_the_run_still_work_on_the_board() -> None:
    async with dashboard(target_loss=None, dataset="drawn", points=TWO) as driver:
        await board_of(driver)
        await driver.pilot.press("space")
        await driver.until_status("paused")
        await driver.pilot.press("n", "o", "s")
        await driver.until(lambda: driver.session.settings.optimizer != "gd")
        assert driver.session.settings.noise == 0.05
        board = driver.main.query_one(DrawingBoard)
        assert board.drawing.text == TWO  # without the noise
        await driver.pilot.press("d")  # another data set: its points are there
        await driver.until(lambda: driver.session.settings.dataset == "xor")
        await driver.until(lambda: counts(board) == [11, 10])
        assert points(driver) == TWO  # kept, for when one comes back
        await driver.pilot.press("y")
        assert "points" not in driver.app.clipboard
        await driver.pilot.press("D")
        await driver.until(lambda: counts(board) == [1, 1])


async def test_a_third_class_begins_a_new_run() -> None:
    async with dashboard(target_loss=None, dataset="drawn", points=TWO) as driver:
        await driver.until_step(20)
        run = driver.session.run_number
        board = await board_of(driver)
        await driver.pilot.press("2")
        await driver.until(lambda: driver.session.run_number != run)
        assert driver.session.settings.points == f"{TWO};0,0,2" or counts(board) == [1, 1, 1]
        await driver.until(lambda: "3 points of 3 classes" in str(driver.main.logbook.events))
        await driver.until(lambda: driver.session.status == "running")
        await driver.pilot.press("x")
        await driver.until(lambda: points(driver) == TWO)


async def test_without_points_the_run_waits_for_one() -> None:
    async with dashboard(target_loss=None, dataset="drawn", points=TWO) as driver:
        board = await board_of(driver)
        await driver.pilot.press("X")
        assert counts(board) == []
        await driver.until_status("paused")
        await driver.until(lambda: "paused until there is one" in text(board))
        assert points(driver) == TWO
        await driver.pilot.press("u")
        await driver.until_status("running")
        assert counts(board) == [1, 1]
        await driver.pilot.press("X")
        await driver.until_status("paused")
        await driver.pilot.press("1")
        await driver.until_status("running")
        assert points(driver) == board.drawing.text
        assert counts(board) == [0, 1]
        await driver.pilot.press("x", "escape")
        await driver.until(lambda: not driver.main.query(DrawingBoard))
        assert "nothing is drawn" in str(driver.main.logbook.events)
        assert len(driver.session.shown.inputs) == 1


@pytest.mark.parametrize("dataset", ["sine", "digits", "plane"])
async def test_what_has_no_classes_in_a_plane_gets_an_empty_one(dataset: str) -> None:
    async with dashboard(playing=False, dataset=dataset) as driver:
        board = await board_of(driver)
        assert counts(board) == []
        assert f"{dataset} can't be drawn" in text(board)
        await driver.pilot.press("1", "left", "0")
        await driver.until(lambda: points(driver) == board.drawing.text)
        await driver.until(lambda: len(driver.session.shown.inputs) == 2)
        assert driver.session.shown.extent == (-6, 6, -6, 6)
        await driver.until(lambda: "can't" not in text(board))


async def test_what_is_drawn_while_the_worker_is_busy_is_learnt_together_and_undone_alone() -> None:
    async with dashboard(target_loss=None, dataset="drawn", points=TWO, pace=50) as driver:
        board = await board_of(driver)
        busy, ask = asyncio.Event(), driver.session.set
        asked = []

        async def slow(**changes: object) -> None:
            asked.append(changes)
            await busy.wait()
            await ask(**changes)

        driver.session.set = slow  # type: ignore[method-assign]
        for key in ("1", "left", "1", "left", "1"):
            began = time.perf_counter()
            await driver.pilot.press(key)
            assert time.perf_counter() - began < 1
        assert counts(board) == [1, 4]
        await driver.until(lambda: len(asked) == 1)
        await asyncio.sleep(0.3)  # pictures of the run as it was
        assert counts(board) == [1, 4]
        busy.set()
        await driver.until(lambda: points(driver) == board.drawing.text)
        assert len(asked) == 2
        await driver.pilot.press("u")
        await driver.until(lambda: counts(board) == [1, 2])


async def test_what_is_refused_is_taken_back() -> None:
    two = {"points": f"{TWO};0,3,2", "output_activation": "softmax"}
    async with dashboard(target_loss=None, dataset="drawn", **two) as driver:
        board = await board_of(driver)
        board._place = (0, 3)
        await driver.pilot.press("x")
        await driver.until(lambda: "several classes" in said(driver))
        await driver.until(lambda: counts(board) == [1, 1, 1])
        assert driver.session.settings.points == two["points"]


async def test_the_mouse_paints_and_removes_and_a_stroke_is_one_change() -> None:
    async with dashboard(target_loss=None, dataset="drawn", points=TWO) as driver:
        board = await board_of(driver)
        left, top = board.content_region.offset
        x, y = left + 20, top + 4
        pilot = driver.pilot
        await pilot.mouse_down(offset=(x, y))
        for step in range(1, 5):
            await pilot.hover(offset=(x + step, y))
        await pilot.mouse_up(offset=(x + 4, y))
        assert counts(board) == [6, 1]
        assert len({tuple(point) for point in board.drawing.points.tolist()}) == 7
        await driver.until(lambda: points(driver) == board.drawing.text)
        await pilot.press("u")
        await driver.until(lambda: counts(board) == [1, 1])
        assert points(driver) == TWO
        board._place = (1, 1)
        row, column = board._cell
        await pilot.click(offset=(left + 5 + column, top + 1 + row), button=3)
        await driver.until(lambda: counts(board) == [1])


async def test_brushes_put_and_remove_many_the_same_ones_each_time() -> None:
    found = []
    for _ in range(2):
        async with dashboard(playing=False, dataset="drawn", points="5,5,0") as driver:
            board = await board_of(driver)
            await driver.pilot.press("g", "1", "g", "right", "1")
            found.append(board.drawing.text)
            assert counts(board) == [1, 25]
            assert "20 of class 1" in text(board)
            for _ in range(3):
                await driver.pilot.press("x")
            assert len(board.drawing.labels) < 15
            assert board.drawing.points[0].tolist() == [5, 5]
    assert found[0] == found[1]


async def test_there_are_at_most_so_many_points() -> None:
    many = Drawing.parse("").added(np.random.default_rng(0).uniform(-6, 6, (MOST, 2)), 1)
    async with dashboard(playing=False, dataset="drawn", points=many.text) as driver:
        board = await board_of(driver)
        await driver.pilot.press("1")
        assert len(board.drawing.labels) == MOST
        assert "5,000 points" in said(driver)
        field = await driver.field("points")
        assert field.value.startswith("5000 points of 1 class, ")
        assert field.disabled
        await driver.pilot.press("y")
        assert many.text in driver.app.clipboard
        assert max(len(notice.message) for notice in driver.app._notifications) <= 300


async def test_points_are_saved_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with dashboard(playing=False) as driver:
        board = await board_of(driver)
        await driver.pilot.press("w")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.pilot.press("enter")
        await driver.until(lambda: "tui-nn --dataset drawn.csv" in said(driver))
        found = prepare(Settings(dataset="./drawn.csv")).dataset
        assert np.array_equal(found.inputs, board.drawing.points)
        await driver.pilot.press("w")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        wrong = driver.app.screen.query_one(Label)
        for name, reason in (("drawn", "there already"), ("no/such/folder.csv", "no such file")):
            driver.app.screen.query_one(Input).value = name
            await driver.pilot.press("enter")
            await driver.until(lambda reason=reason: reason in str(wrong.render()))
        await driver.pilot.press("escape", "X", "w")
        assert "no points to save" in said(driver)


async def test_windows_of_any_size_and_panes_beside_the_board() -> None:
    async with dashboard(size=(80, 24), playing=False) as driver:
        board = await board_of(driver)
        for size in ((10, 5), (200, 60), (60, 20)):
            await driver.pilot.resize_terminal(*size)
        await driver.pilot.press("E")  # which was hidden in between
        await driver.until(lambda: board.has_focus)
        await driver.pilot.press("1", "m", "left", "m")
        await driver.until(lambda: board._shades is not None)
        await driver.pilot.press("tab")
        assert not board.has_focus
        assert not board.display
        await driver.pilot.press("E")
        await driver.until(lambda: board.has_focus)
        await driver.pilot.press("E")
        await driver.until(lambda: not driver.main.query(DrawingBoard))

"""The board in an app of its own; and `E`, which shows it while the real worker learns."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from driving import Driver, dashboard
from textual.app import App, ComposeResult
from textual.widgets import Input, Label

from tui_nn.datasets.drawn import MOST, Drawing
from tui_nn.experiment import prepare
from tui_nn.render.look import Look
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.view import View
from tui_nn.ui.widgets.drawing_board import DrawingBoard
from tui_nn.ui.widgets.prediction_maps import PredictionMaps

TWO = "-1,-1,0;1,1,1"


class Pane(App[None]):
    """A board beside a run in the same process; `learn` is what steering does."""

    CSS = "DrawingBoard { height: 1fr; border: round $foreground 30%; }"

    def __init__(self, look: Look | None = None, **settings: Any) -> None:
        super().__init__()
        given = {"dataset": "drawn", "points": TWO, "target_loss": None, **settings}
        self.training = Training(Settings.parse(given), None, False)
        self.look, self.board, self.drawn = look or Look(), DrawingBoard(), 0
        self.left: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.board

    def on_mount(self) -> None:
        self.board.focus()
        self.show()

    def on_drawing_board_drawn(self) -> None:
        self.drawn += 1

    def on_drawing_board_left(self, event: DrawingBoard.Left) -> None:
        self.left.append(event.event)

    def show(self) -> None:
        run = self.training
        snapshot = run.snapshot(Wanted(**{"predictions": False, **self.board.wanted()}))
        history = run.take_history()
        view = View(snapshot, run.settings, history, points=run.shown, look=self.look)
        self.board.show(view)

    def learn(self) -> dict[str, Any]:
        changes = self.board.sheet.take()
        if changes:
            self.training.set(changes)
        self.board.sheet.landed(well=True)
        self.show()
        return changes

    @property
    def counts(self) -> list[int]:
        return np.bincount(self.board.sheet.drawing.labels).tolist()

    @property
    def text(self) -> str:
        height = self.board.content_size.height
        return "\n".join(self.board.render_line(y).text for y in range(height))

    @property
    def said(self) -> str:
        return " ".join(notice.message for notice in self._notifications)


async def until(true: Callable[[], object], pause: Callable[[float], Awaitable[None]]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        await pause(0.01)


async def test_points_are_put_and_removed_at_the_cursor() -> None:
    app = Pane()
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        assert "class 0 at 0, 0" in app.text
        assert "[ ]" in app.text
        await pilot.press("1", "right", "up", "0")
        assert app.counts == [2, 2]
        assert "● class 0: 2" in app.text
        assert app.drawn == 2
        assert app.learn()["points"] == app.board.sheet.drawing.text
        assert app.learn() == {}
        assert len(app.training.shown.inputs) == 4
        await pilot.press("enter", "delete", "backspace")  # two points in one place
        assert app.counts == [1, 2]
        await pilot.press("shift+left", "shift+down", "x")  # nothing is near
        assert app.counts == [1, 2]
        app.board.action_move(-99, -99)
        await pilot.press("1")  # the corner
        x, y = app.board.sheet.drawing.points[-1]
        assert -6 < x < -5.8
        assert 5.5 < y < 6
        await pilot.press("c", "c")
        assert "class 0 at" in app.text
        await pilot.press("c", "c", "9")
        assert "class 9 at" in app.text
        assert "in a new run" in app.text
        assert app.board.sheet.drawing.classes == 2  # it is not meant, perhaps
        await pilot.press("9")
        assert app.board.sheet.drawing.classes == 10
        assert "♥9:1" in app.text
        await pilot.press("escape")
        await pilot.pause()
        assert app.left == ["drawn: 5 points, 3 classes"]


async def test_what_is_drawn_before_the_run_knows_is_kept_and_what_is_refused_is_not() -> None:
    app = Pane()
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        first = app.board.sheet.drawing
        await pilot.press("1", "right")
        app.show()  # a picture of before
        assert app.counts == [1, 2]
        app.board.sheet.take()
        await pilot.press("1", "right")
        app.show()
        app.board.sheet.landed(well=True)
        app.show()  # the second one is still to be taken
        assert app.counts == [1, 3]
        app.learn()
        assert app.counts == [1, 3]
        await pilot.press("0")
        app.board.sheet.take()
        app.board.sheet.landed(well=False)
        app.show()
        assert app.counts == [1, 3]
        app.training.set({"points": TWO})  # as undo does, or another dashboard
        app.show()
        assert app.board.sheet.drawing.text == first.text
        app.training.set({"dataset": "xor"})
        app.show()
        assert app.counts == [11, 10]
        await pilot.press("1")
        assert app.learn().keys() == {"dataset", "points", "extent", "noise"}
        assert app.training.settings.extent == (0, 1)


async def test_the_mouse_paints_and_removes_and_a_stroke_is_one_change() -> None:
    app = Pane()
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        await pilot.mouse_down(offset=(20, 5))
        stroke = app.board.sheet.stroke
        for x in (20, 21, 22, 22, 69):
            await pilot.hover(offset=(x, 5))
        await pilot.mouse_up(offset=(69, 5))
        assert app.counts == [5, 1]
        assert app.board.sheet.stroke is stroke
        places = app.board.sheet.drawing.points[2:]
        assert len(set(places[:, 0].tolist())) == 4
        assert len(set(places[:, 1].tolist())) == 1
        assert places[:, 0].max() <= 6
        await pilot.click(offset=(21, 5), button=3)
        assert app.counts == [4, 1]
        assert app.board.sheet.stroke is not stroke
        await pilot.hover(offset=(30, 9))  # no button
        await pilot.click(offset=(30, 0))  # the border
        assert app.counts == [4, 1]


async def test_brushes_put_and_remove_many_the_same_ones_each_time() -> None:
    app = Pane(points="5,5,0")
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        before = app.board.sheet.drawing
        await pilot.press("g", "1")
        assert app.counts == [1, 5]
        once = app.board.sheet.drawing.text
        app.board.sheet.change(before)
        await pilot.press("1")
        assert app.board.sheet.drawing.text == once
        await pilot.press("g", "right", "1")
        assert app.counts == [1, 25]
        assert "20 of class 1" in app.text
        await pilot.press("x", "x", "x")
        assert len(app.board.sheet.drawing.labels) < 15
        assert app.board.sheet.drawing.points[0].tolist() == [5, 5]


async def test_there_are_at_most_so_many_points_and_each_is_put_at_once() -> None:
    many = Drawing.parse("").added(np.random.default_rng(0).uniform(-6, 6, (MOST - 1, 2)), 1)
    app = Pane(points=many.text)
    async with app.run_test(size=(200, 60)) as pilot:
        app.show()
        app.board.action_put(0)
        assert app.counts == [1, MOST - 1]
        app.board.action_put(0)
        await pilot.pause()
        assert app.counts == [1, MOST - 1]
        await until(lambda: "5,000 points" in app.said, pilot.pause)
        assert app.learn()["points"].count(";") == MOST - 1


async def test_other_data_sets_get_an_empty_plane_or_what_was_drawn_last() -> None:
    for dataset, points in (("sine", None), ("digits", None), ("plane", TWO)):
        app = Pane(dataset=dataset, points=points)
        async with app.run_test(size=(70, 20)) as pilot:
            app.show()
            assert app.counts == ([1, 1] if points else [])
            assert f"{dataset} can't be drawn" in app.text
            assert app.board.wanted() == {} or dataset == "plane"
            await pilot.press("1")
            changes = app.board.sheet.take()
            assert (changes["dataset"], changes["extent"]) == ("drawn", (-6, 6))


@pytest.mark.parametrize("look", [Look(dark=False), Look(colour=False), Look(ascii=True)])
async def test_every_look_tells_classes_apart_by_glyph(look: Look) -> None:
    app = Pane(look, points=f"{TWO};3,3,2", dataset="drawn")
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        glyphs = "ABC" if look.ascii else "●▲■"
        for label, glyph in enumerate(glyphs):
            assert f"{glyph} class {label}: 1" in app.text
            assert app.text.count(glyph) == 2
        assert app.text.isascii() or not look.ascii
        await pilot.resize_terminal(12, 5)
        assert "needs" in app.text


async def test_points_are_saved_and_nothing_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = Pane()
    async with app.run_test(size=(70, 20)) as pilot:
        app.show()
        await pilot.press("0", "1", "w", "enter")
        await until(lambda: "tui-nn --dataset drawn.csv" in app.said, pilot.pause)
        assert "--task" not in app.said
        found = prepare(Settings(dataset="./drawn.csv")).dataset
        assert np.array_equal(found.inputs, app.board.sheet.drawing.points)
        await pilot.press("w")
        await until(lambda: isinstance(app.screen, Prompt), pilot.pause)
        wrong = app.screen.query_one(Label)
        for name, reason in (("drawn", "there already"), ("no/such/folder.csv", "no such file")):
            app.screen.query_one(Input).value = name
            await pilot.press("enter")
            await until(lambda reason=reason: reason in str(wrong.render()), pilot.pause)
        app.screen.query_one(Input).value = "~/few one"
        monkeypatch.setenv("HOME", str(tmp_path))
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, Prompt) is False, pilot.pause)
        await pilot.press("X", "w")
        await until(lambda: "no points to save" in app.said, pilot.pause)
        await pilot.press("0", "2", "2", "w")
        await until(lambda: isinstance(app.screen, Prompt), pilot.pause)
        app.screen.query_one(Input).value = "two.csv"
        await pilot.press("enter")
        await until(lambda: "two.csv --task multiclass" in app.said, pilot.pause)
        few = prepare(Settings(dataset="./two.csv", task="multiclass")).dataset
        assert few.classes == ("0", "2")
        names = {path.name for path in tmp_path.iterdir()}
        assert names == {"drawn.csv", "few one.csv", "two.csv"}


async def board_of(driver: Driver) -> DrawingBoard:
    await driver.pilot.press("E")
    await driver.until(lambda: driver.main.query(DrawingBoard))
    board = driver.main.query_one(DrawingBoard)
    await driver.until(lambda: board.has_focus and board._shades is not None)
    return board


async def test_the_worker_learns_what_is_drawn_and_undo_takes_it_back() -> None:
    async with dashboard(size=(80, 24), target_loss=None) as driver:
        session, press = driver.session, driver.pilot.press
        await driver.until_step(20)
        before, run = session.settings, session.run_number
        board = await board_of(driver)
        assert not driver.main.query_one(PredictionMaps).display
        await press("up", "1")
        await driver.until(lambda: session.settings.points == board.sheet.drawing.text)
        assert len(session.shown.inputs) == 22
        assert session.run_number == run  # the network was kept
        await driver.until(lambda: board._shades is not None)
        await press("2", "2")  # which needs another one
        await driver.until(lambda: session.run_number != run)
        await driver.until(lambda: session.status == "running")
        assert "23 points, 3 classes" in str(driver.main.logbook.events)
        await press("u", "u")
        await driver.until(lambda: session.settings == before)
        await driver.until(lambda: len(board.sheet.drawing.labels) == 21)
        await press("X")
        await driver.until_status("paused")
        await press("u")
        await driver.until_status("running")
        assert len(board.sheet.drawing.labels) == 21
        await press("X")
        await driver.until_status("paused")
        await press("1", "right", "0")
        await driver.until(lambda: session.settings.points == board.sheet.drawing.text)
        await driver.until_status("running")
        await press("d")  # elsewhere, the points are kept for when one comes back
        await driver.until(lambda: session.settings.dataset == "xor")
        assert session.settings.points is not None
        await press("y")
        assert "points" not in driver.app.clipboard
        await press("D")
        await driver.until(lambda: session.settings.dataset == "drawn")
        await press("tab")
        await driver.until(lambda: not board.display)
        await press("E")
        await driver.until(lambda: board.has_focus)
        await press("y", "E")
        await driver.until(lambda: driver.main.query_one(PredictionMaps).display)
        assert session.settings.points in driver.app.clipboard
        assert not driver.main.query(DrawingBoard)
        assert "drawn: 2 points, 2 classes" in str(driver.main.logbook.events)


async def test_escape_twice_in_one_read_leaves_once() -> None:
    async with dashboard(size=(80, 24), playing=False) as driver:
        await driver.until_status("paused")
        await board_of(driver)
        for key in ("escape", "escape", "E"):
            driver.app.simulate_key(key)
            await asyncio.sleep(0)
        await driver.pilot.pause()
        assert driver.app.is_running

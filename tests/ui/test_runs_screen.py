"""The screen of the recorded runs, most of it without a run behind it."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from driving import dashboard
from recorded import compared, enter
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, Label

from tui_nn.render.look import Look
from tui_nn.runs import records
from tui_nn.runs.records import Record, Resumption
from tui_nn.runs.store import Store
from tui_nn.session import Snapshot, Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui import store_thread
from tui_nn.ui.screens import runs as screen
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.screens.runs import RunsScreen
from tui_nn.ui.view import Pin
from tui_nn.ui.widgets.run_list import RunList

ADAM = {"optimizer": "adam", "learning_rate": 0.02, "batch_size": 7, "target_loss": None}


class Alone(App[None]):
    look = Look()

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.path, self.current, self.pins = path, 0, list[Pin]()
        self.chosen: list[Resumption | None] = []
        self.latest: Snapshot | None = None

    def on_mount(self) -> None:
        screen = RunsScreen(self.path, lambda: self.current, self.pins.append, lambda: self.latest)
        self.push_screen(screen, self.chosen.append)


class Driver:
    def __init__(self, app: Alone, pilot: Pilot[None]) -> None:
        assert isinstance(app.screen, RunsScreen)
        self.app, self.screen, self.press = app, app.screen, pilot.press
        self.pilot = pilot

    @property
    def table(self) -> RunList:
        return self.screen.list

    @property
    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]

    @property
    def pins(self) -> int:
        """Of the chart."""
        return len(self.screen.chart.chart.pins) if self.screen.chart.chart else 0

    async def until(self, true: Callable[[], object]) -> None:
        for _ in range(500):
            if true():
                return
            await self.pilot.pause(0.02)
        raise AssertionError("it did not happen within ten seconds")


@asynccontextmanager
async def runs(
    path: Path | None, count: int, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Driver]:
    """The screen, when so many runs are listed."""
    app = Alone(path)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        driver = Driver(app, pilot)
        await driver.until(lambda: len(driver.table.order) == count)
        yield driver


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite3"


def kept(path: Path) -> list[Record]:
    with Store(path) as store:
        return records.records(store)


async def test_runs_are_listed_newest_first_with_their_curves(path: Path) -> None:
    first, second = enter(path, name="first"), enter(path, 50, dataset="circle", **ADAM)
    async with runs(path, 2, (200, 40)) as driver:
        await driver.until(lambda: "█" in driver.lines[2])
        _, newest, before, *_, summary = driver.lines
        assert newest.split()[0] == second.id[:8]
        assert newest.split()[2:6] == ["circle", "8-8", "adam", "50"]
        assert before.split()[0] == first.id[:8]
        assert "interrupted" in before
        assert before.split()[-1] == "first"
        assert summary.startswith("2 runs")
        await driver.until(lambda: second.id[:8] in str(driver.screen.chart.border_title))
        assert "--dataset circle" in str(driver.screen.chart.border_subtitle)
        # That of another program appears by itself, and the cursor stays with its run.
        third = enter(path, end=None)
        await driver.until(lambda: third.id[:8] in driver.lines[1])
        assert "training" in driver.lines[1]
        assert driver.table.run == second


async def test_of_a_run_that_goes_on_its_last_curve_is_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "TICK", 0.02)
    monkeypatch.setattr(screen, "SHARE", 0)
    number = enter(path, end=None).number
    async with runs(path, 1) as driver:
        kept, sparks = driver.screen.chart.curves, driver.table.curves
        await driver.until(lambda: kept and sparks)
        with Store(path) as store, store.transaction():
            store.add_points(number, np.array([[300, 0.1, 1, np.nan, np.nan]]))
        await driver.until(lambda: kept[number].step == sparks[number][0] == 300)
        assert (len(kept), len(sparks)) == (1, 1)
        assert kept[number].pin.history[-1, 0] == 300


async def test_filters_sorts_and_marks(path: Path) -> None:
    one, two, three = (enter(path, 50 * n, seed=n, **ADAM).number for n in (1, 2, 3))
    async with runs(path, 3) as driver:
        table = driver.table
        await driver.press("slash", *("s", "t", "e", "p", "s", "greater_than_sign", "5", "0"))
        await driver.until(lambda: len(table.order) == 2)
        await driver.press("less_than_sign")  # it is not a condition any more
        assert len(table.order) == 2
        await driver.until(lambda: str(driver.app.screen.query_one(Label).render()))
        await driver.press("backspace", "enter")
        table.sort("steps")
        assert table.order.tolist() == [two, three]
        await driver.press("x", "home", "space")
        assert table.order.tolist() == [three, two]
        assert (table.marked, table.picked) == ([three], two)
        await driver.until(lambda: driver.pins == 1)
        await driver.press("a")
        await driver.until(lambda: driver.pins == 2)
        assert "2 of 3 runs  2 marked  /steps>50" in driver.lines[-1]
        assert [line[0] for line in driver.lines[1:3]] == ["△", "□"]
        await driver.press("a")
        assert table.marked == []
        await driver.press("slash", "backspace", "enter")
        await driver.until(lambda: len(table.order) == 3)
        assert one in table.order


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("opt", "optimizer="),
        ("optimizer=", "there is adam"),
        ("optimizer=sg", "there is adam"),
        ("loss<", "a number"),
        ("loss<0", "no run matches"),
    ],
)
async def test_a_filter_that_is_half_typed_leaves_the_list_as_it_was(
    path: Path, typed: str, said: str
) -> None:
    enter(path, **ADAM)
    async with runs(path, 1) as driver:
        await driver.press("slash")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        driver.app.screen.query_one(Input).value = typed
        label = driver.app.screen.query_one(Label)
        await driver.until(lambda: said in str(label.render()))
        assert len(driver.table.order) == 1
        if typed != "loss<":  # what is entered holds
            await driver.press("enter")
            await driver.until(lambda: len(driver.table.order) == 0)
            assert f"/{typed}" in driver.lines[-1]


async def test_escape_clears_the_filter_first(path: Path) -> None:
    for seed in range(7):
        enter(path, seed=seed, **ADAM)
    async with runs(path, 7) as driver:
        await driver.press("slash", *"seed", "equals_sign", "1", "enter")
        await driver.until(lambda: len(driver.table.order) == 1)
        await driver.press("escape")
        await driver.until(lambda: len(driver.table.order) == 7)
        await driver.press("a")
        assert "7 marked, 6 of 7 drawn" in driver.lines[-1]
        await driver.press("escape")
        await driver.until(lambda: driver.app.chosen == [None])


async def test_what_is_deleted_comes_back_until_the_screen_is_left(path: Path) -> None:
    going_on, first, second, third = (enter(path, end=e).number for e in (None, "x", "x", "x"))
    async with runs(path, 4) as driver:
        await driver.press("home", "d", "space", "space", "d")
        assert "3 deleted: u brings them back" in driver.lines[-1]
        assert driver.table.order.tolist() == [going_on]
        assert len(kept(path)) == 4
        await driver.press("u")
        assert driver.table.order.tolist() == [second, first, going_on]
        assert driver.table.marked == [second, first]
        await driver.press("home", "space", "space")
        assert driver.table.marked == []
        await driver.press("end", "d")
        await driver.until(lambda: driver.app._notifications)
        assert "is being trained" in next(iter(driver.app._notifications)).message
        await driver.press("escape")
        await driver.until(lambda: len(kept(path)) == 3)
        assert driver.app.chosen == [None]
    assert third not in [run.number for run in kept(path)]


async def test_nothing_is_deleted_from_a_store_that_can_only_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = enter(path, end="x").number
    monkeypatch.setattr("tui_nn.runs.database.os.access", lambda *_: False)
    async with runs(path, 1) as driver:
        await driver.press("d")
        await driver.until(lambda: driver.app._notifications)
        assert "read-only" in next(iter(driver.app._notifications)).message
        assert driver.table.order.tolist() == [number]


async def test_who_leaves_does_not_wait_for_a_store_that_is_being_opened(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(path)
    asked, free, closed = Event(), Event(), Event()

    class Held(Store):
        @classmethod
        def for_reading(cls, path: Path) -> Store:
            asked.set()
            free.wait(3)
            return cls(path)

        def close(self) -> None:
            super().close()
            closed.set()

    monkeypatch.setattr(store_thread, "Store", Held)
    async with runs(path, 0) as driver:
        await driver.until(asked.is_set)
        began = time.monotonic()
        await driver.press("escape")
        await driver.until(lambda: driver.app.chosen)
        assert time.monotonic() - began < 2
        free.set()
        await driver.until(closed.is_set)


async def test_names_and_notes_are_given(path: Path) -> None:
    enter(path, name="old")
    async with runs(path, 1) as driver:
        await driver.press("e")
        assert isinstance(driver.app.screen, Prompt)
        await driver.press(*"new", "enter")
        await driver.until(lambda: kept(path)[0].name == "new")
        await driver.press("E", *"why", "enter")
        await driver.until(lambda: kept(path)[0].note == "why")
        await driver.until(lambda: "new" in driver.lines[1])
        await driver.until(lambda: "why" in str(driver.screen.chart.border_subtitle))
        await driver.press("d", "u")  # what was done last comes back first
        assert driver.screen._deleted == []
        await driver.press("u")
        await driver.until(lambda: kept(path)[0].note == "old")
        assert kept(path)[0].name == "new"
        await driver.press("u", "u")
        await driver.until(lambda: kept(path)[0].name == "old")
        await driver.until(lambda: "old" in driver.lines[1])


async def test_the_words_of_a_run_are_undone_and_not_its_figures(path: Path) -> None:
    number = enter(path, end=None).number
    async with runs(path, 1) as driver:
        await driver.press("e", *"new", "enter")
        await driver.until(lambda: kept(path)[0].name == "new")
        with Store(path) as store, store.transaction():
            store.add_points(number, np.array([[300, 0.1, 1, np.nan, np.nan]]))
        await driver.until(lambda: driver.table.runs[number].step == 300)
        await driver.press("u")
        await driver.until(lambda: driver.table.runs[number].name == "")
        assert driver.table.runs[number].step == 300


async def test_enter_chooses_and_p_pins(path: Path) -> None:
    run = enter(path, name="good one", **ADAM)
    async with runs(path, 1) as driver:
        await driver.press("p")
        await driver.until(lambda: driver.app.pins)
        (pin,) = driver.app.pins
        assert "good one" in pin.name
        assert pin.snapshot.predictions is not None
        assert pin.history[-1, 0] == 200
        await driver.press("enter")
        await driver.until(lambda: driver.app.chosen)
    (chosen,) = driver.app.chosen
    assert chosen is not None
    assert (chosen.origin.id, chosen.state["trainer"]["step"]) == (run.id, 200)
    async with runs(path, 1) as driver:
        driver.app.current = run.number  # it is open already
        await driver.press("enter")
        await driver.until(lambda: driver.app.chosen)
    assert driver.app.chosen == [None]


@pytest.mark.parametrize("wording", ["nothing is recorded", "no runs yet", "it is a folder"])
async def test_without_runs_it_says_why(path: Path, wording: str) -> None:
    if wording == "it is a folder":
        path.mkdir()
    async with runs(None if wording.startswith("nothing") else path, 0) as driver:
        await driver.until(lambda: wording in driver.lines[-1])
        await driver.press(*"dupaeE", "space", "enter", "down", "end", "x", "h")
        assert not driver.screen.chart.display
        if wording == "no runs yet":
            enter(path)
            await driver.until(lambda: len(driver.table.order) == 1)
        await driver.press("q")
        await driver.until(lambda: driver.app.chosen == [None])


async def test_it_fits_every_window(path: Path) -> None:
    enter(path, name="名前 [red]x[/red] \x1b[31m")
    async with runs(path, 1, (60, 20)) as driver:
        await driver.press("question_mark", "escape")
        for size in ((80, 24), (30, 8), (200, 60)):
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause()
            assert all("\x1b" not in line for line in driver.lines)
        assert "名前 [red]x[/red]" in driver.lines[1]


async def test_the_columns_are_of_what_differs_between_the_runs_that_are_listed(path: Path) -> None:
    for rate, name in ((0.1, "one"), (0.2, "two"), (0.2, "three")):
        enter(path, name=name, **ADAM | {"learning_rate": rate})
    async with runs(path, 3) as driver:
        assert "learning rate" in driver.lines[0]
        await driver.press("slash", *"two", "enter")
        await driver.until(lambda: len(driver.table.order) == 1)
        assert "learning rate" not in driver.lines[0]


async def test_a_comparison_is_one_line_until_it_is_unfolded(path: Path) -> None:
    before = enter(path, 20, name="before")
    rates = [enter(path, 50, learning_rate=rate) for rate in (0.1, 0.3, 1.0)]
    after = enter(path, 30, "", None)
    compared(path, "rates", rates)
    best = min(rates, key=lambda run: run.train_loss or 1.0)
    first, second, third = (run.number for run in rates)
    async with runs(path, 3) as driver:
        table, press = driver.table, driver.press
        order = [after.number, -1, before.number]
        assert table.order.tolist() == order
        assert "learning rate" not in driver.lines[0]
        assert driver.lines[2].split()[:2] == ["▸3", "runs"]
        assert f"comparison rates: best loss {best.train_loss:.5f}" in driver.lines[2]
        assert "5 runs  1 comparison folded: enter unfolds" in driver.lines[-1]
        await press("home", "down")  # the chart has its best run, and then the others
        await driver.until(lambda: "the best of rates" in str(driver.screen.chart.border_title))
        await driver.until(lambda: driver.pins == 2)
        assert best.id[:8] in str(driver.screen.chart.border_title)
        unfolded = [after.number, -1, third, second, first, before.number]
        for unfold, fold in (("right", "left"), ("enter", "enter")):
            await press(unfold)
            assert table.order.tolist() == unfolded
            assert "learning rate" in driver.lines[0]
            await press(fold)
            assert table.order.tolist() == order
        await press("right", "right", "down", "left")  # from one of its runs
        assert (table.order.tolist(), table.picked) == (order, -1)
        table.sort("loss")  # where its best run would stand
        better = [run for run in (before, after) if (run.train_loss or 1) < (best.train_loss or 1)]
        assert table.order.tolist().index(-1) == len(better)
        await press("slash", *"group", "equals_sign", *"rates", "enter")  # who filters means runs
        await driver.until(lambda: len(table.order) == 3)
        assert set(table.order.tolist()) == {first, second, third}
        assert "3 of 5 runs  /group=rates" in driver.lines[-1]
        await press("escape")
        assert table.picked == -1  # where the run is


async def test_what_is_done_to_a_comparison_is_done_to_its_runs_or_refused(path: Path) -> None:
    rates = [enter(path, 20 * i, learning_rate=i / 4) for i in (1, 2, 3)]
    other = enter(path, 50)
    compared(path, "rates", rates)
    ranked = [run.number for run in sorted(rates, key=lambda run: run.train_loss or 1.0)]
    async with runs(path, 2) as driver:
        table, press = driver.table, driver.press
        for key in "peE":
            await press("end", key)
            await driver.until(lambda: driver.app._notifications)
            (told,) = driver.app._notifications
            assert told.message == "this is a comparison, not a run: enter unfolds it"
            driver.app.clear_notifications()
        assert (driver.app.pins, driver.app.screen) == ([], driver.screen)
        await press("end", "space")
        assert table.marked == ranked  # the best first: of many they are drawn
        await press("end", "space")
        assert table.marked == []
        await press("a")
        assert sorted(table.marked) == sorted([*ranked, other.number])
        await press("a", "end", "d")
        assert "3 deleted: u brings them back" in driver.lines[-1]
        assert table.order.tolist() == [other.number]
        await press("u")
        assert table.order.tolist() == [other.number, -1]
        await press("end", "d", "escape")
        await driver.until(lambda: len(kept(path)) == 1)


async def test_the_runs_of_a_comparison_differ_to_the_eye_at_the_smallest(path: Path) -> None:
    values = [
        {"learning_rate": rate, "activation": name, "seed": seed}
        for rate in (0.1, 0.3)
        for name in ("tanh", "relu")
        for seed in (0, 1)
    ]
    compared(path, "rates", [enter(path, 1, **one) for one in values])
    async with runs(path, 1, (80, 24)) as driver:
        for keys in (["right"], ["slash", *"rates", "enter"]):
            await driver.press(*keys)
            await driver.until(lambda: len(driver.table.order) >= 8)
            assert all(name in driver.lines[0] for name in ("learning rate", "activation", "seed"))


async def test_the_row_of_the_run_that_goes_on_keeps_up_with_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "TICK", 0.02)
    number = enter(path, 200, end=None).number
    latest = Training(Settings(), None, True).snapshot(Wanted())
    async with runs(path, 1) as driver:
        assert driver.table.runs[number].step == 200
        driver.app.current, driver.app.latest = number, replace(latest, step=345, train_loss=0.125)
        await driver.until(lambda: "345" in driver.lines[1] and "0.12500" in driver.lines[1])


async def test_the_chart_of_the_run_that_goes_on_has_what_is_written_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "TICK", 0.02)
    monkeypatch.setattr(screen, "SHARE", 0)
    number = enter(path, 200, end=None).number
    latest = Training(Settings(), None, True).snapshot(Wanted())
    async with runs(path, 1) as driver:
        driver.app.current, driver.app.latest = number, replace(latest, step=345, train_loss=0.125)
        await driver.until(lambda: "345" in driver.lines[1])
        await driver.until(lambda: driver.screen.chart.curves)
        with Store(path) as store, store.transaction():
            store.add_points(number, np.array([[345, 0.125, 1, np.nan, np.nan]]))
        curves = driver.screen.chart.curves
        await driver.until(lambda: curves[number].pin.history[-1, 0] == 345)


async def test_in_the_dashboard_a_run_goes_on_bit_for_bit(path: Path) -> None:
    values = {"dataset": "circle", "dropout": 0.2, **ADAM}
    run = enter(path, 120, **values)
    whole = Training(Settings(**values), None, False)
    whole.trainer.run(200)
    async with dashboard(store=path) as driver:
        session, main = driver.session, driver.main
        await driver.pilot.press("H")
        screen = driver.app.screen
        assert isinstance(screen, RunsScreen)
        await driver.until(lambda: screen.list.run)
        view, step = main.view, session.last_step
        await driver.until(lambda: session.last_step > step + 50)
        assert main.view is view  # what can't be seen is not drawn
        await driver.pilot.press("enter")
        await driver.until(lambda: main.latest and main.latest.step == 120)
        assert (session.status, session.settings.optimizer) == ("paused", "adam")
        assert main.view is not None
        assert main.view.history[[0, -1], 0].tolist() == [0, 120]
        assert f"goes on with run {run.id}" in str(main.logbook.events)
        await session.step(80)
        await driver.until(lambda: main.watcher.wake() or session.last_step == 200)
        weights = await session.weights()
    for i, expected in enumerate(whole.trainer.network.weights):
        assert np.array_equal(weights[f"W{i}"], expected)

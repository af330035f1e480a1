"""The table of the points in an app of its own, on real runs without a process."""

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from views import Run

from tui_nn.experiment import prepare
from tui_nn.render.look import Look
from tui_nn.render.points import Points, decimal
from tui_nn.settings import Settings
from tui_nn.ui.view import View
from tui_nn.ui.widgets.points_table import PointsTable

Compare = Callable[..., bool]


class Alone(App[None]):
    CSS = "PointsTable { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = PointsTable()
        self.picked: list[int | None] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_points_table_point_picked(self, event: PointsTable.PointPicked) -> None:
        self.picked.append(event.index)

    def lines(self) -> list[str]:
        return [self.pane.render_line(y).text for y in range(self.pane.size.height)]


@asynccontextmanager
async def table(
    view: View, size: tuple[int, int] = (80, 12)
) -> AsyncIterator[tuple[Alone, Pilot[None]]]:
    app = Alone()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        app.pane.show(view)
        app.pane.focus()
        await pilot.pause()
        yield app, pilot


def with_outputs(view: View, outputs: Any) -> View:
    predictions = np.asarray(outputs, float).reshape(view.points.targets.shape)
    return dataclasses.replace(
        view, snapshot=dataclasses.replace(view.snapshot, predictions=predictions)
    )


async def test_a_row_a_point_with_truth_class_output_and_error() -> None:
    view = Run().view()
    outputs = view.points.targets.copy()
    outputs[:2] = [[0.25], [0.125]]
    async with table(with_outputs(view, outputs)) as (app, pilot):
        lines = app.lines()
        assert lines[0].split() == ["▲point", "x", "y", "truth", "class", "output", "error"]
        assert lines[1].split() == ["1", "0.000", "0.000", "0", "0", "0.250", "0.250"]
        assert lines[2].split() == ["2", "✗", "0.000", "1.000", "1", "0", "0.125", "0.875"]
        assert lines[-1].strip() == "21 points, 1 wrong"
        assert app.pane.wanted() == {"predictions": True}
        app.pane.display = False
        await pilot.pause()
        assert app.pane.wanted() == {}


async def test_several_classes_and_values() -> None:
    view = Run(dataset="rings", samples=30).view()
    outputs = np.tile([0.2, 0.5, 0.3], (30, 1))
    async with table(with_outputs(view, outputs), (90, 12)) as (app, _):
        points = app.pane.points
        assert points is not None
        said = points.dataset.targets.argmax(axis=1)
        assert points.wrong.tolist() == (said != 1).tolist()
        error = points.column("error")
        assert error is not None
        assert error.values == pytest.approx(np.array([0.8, 0.5, 0.7])[said])
    view = Run(dataset="plane", samples=30).view()
    low, high = view.points.value_range
    outputs = view.points.targets + 0.09 * (high - low)
    outputs[3] += 0.02 * (high - low)
    outputs[4] = np.nan
    async with table(with_outputs(view, outputs)) as (app, _):
        assert app.pane.points is not None
        assert np.flatnonzero(app.pane.points.wrong).tolist() == [3, 4]
        assert "class" not in app.lines()[0]


async def test_sorting_by_keys_and_by_the_heading() -> None:
    view = Run().view()
    outputs = np.linspace(0, 1, 21)
    async with table(with_outputs(view, outputs)) as (app, pilot):
        await pilot.press("h")  # the last column: error
        errors = np.abs(view.points.targets[:, 0] - outputs)
        assert app.pane.order.tolist() == np.argsort(errors, kind="stable").tolist()
        await pilot.press("x")
        assert app.pane.order[0] == errors.argmax()
        assert "▼error" in app.lines()[0]
        await pilot.press("j")
        assert app.pane.sort_by == "point"
        assert app.pane.order[0] == 20
        x = app.lines()[0].index("output")
        await pilot.click(offset=(x, 0))
        assert (app.pane.sort_by, app.pane.order[0]) == ("output", 20)
        await pilot.click(offset=(x, 0))
        assert (app.pane.sort_by, app.pane.order[0]) == ("output", 0)


async def test_errors_only_and_filters() -> None:
    view = Run(dataset="linear", train_fraction=0.5).view()
    outputs = np.linspace(0, 1, 100)
    wrong = (outputs >= 0.5) != view.points.targets[:, 0]
    async with table(with_outputs(view, outputs)) as (app, pilot):
        await pilot.press("f")
        assert app.pane.order.tolist() == np.flatnonzero(wrong).tolist()
        assert "errors only" in app.lines()[-1]
        await pilot.press("f")
        error = np.abs(outputs - view.points.targets[:, 0])
        app.pane.filter("error > 0.3 and class = 1")
        assert app.pane.order.tolist() == np.flatnonzero((error > 0.3) & (outputs >= 0.5)).tolist()
        app.pane.filter("TEST")
        assert app.pane.order.tolist() == np.flatnonzero(~view.points.train).tolist()
        app.pane.filter("output = 0.505")  # as it is written
        assert app.pane.order.tolist() == [50]
        app.pane.filter("nothing like it")
        assert not len(app.pane.order)
        assert app.lines()[-1].startswith("0 of 100 points")
        for text, allowed in (
            ("foo > 3", "foo: one of point, set, x, y, truth, class, output, error"),
            ("error > 0 and clas = 1", "did you mean class?"),
            ("error > some", "error > a number, not some"),
        ):
            with pytest.raises(ValueError, match=allowed.replace("?", r"\?")):
                app.pane.filter(text)
        await pilot.press("down", "end", "pageup", "h", "x", "f")
        app.pane.filter("")
        assert len(app.pane.order) == wrong.sum()


async def test_rows_are_picked_by_keys_and_by_clicks() -> None:
    async with table(Run().view()) as (app, pilot):
        await pilot.press("down", "down", "end", "up", "home", "pagedown")
        await pilot.click(offset=(10, 3))
        await pilot.pause()
        assert app.picked == [0, 1, 20, 19, 0, 10, 3]
        await pilot.click(offset=(10, 11))  # the summary
        assert app.pane.picked == 3
        await pilot.press("escape")
        await pilot.pause()
        assert app.picked[-1] is app.pane.picked is None
        await pilot.press("down")
        app.pane.show(Run(dataset="linear", samples=10).view())
        await pilot.press("end")
        app.pane.show(Run(dataset="linear", samples=5).view())  # there is no tenth
        await pilot.pause()
        assert app.picked[-1] is app.pane.picked is None


async def test_the_picked_row_stays_in_sight_when_it_moves() -> None:
    view = Run().view()
    async with table(with_outputs(view, np.linspace(0, 1, 21))) as (app, pilot):
        await pilot.press("h", "h")  # by output
        await pilot.press("down", "down")
        outputs = np.linspace(0, 1, 21)
        outputs[1] = 0.99
        app.pane.show(with_outputs(view, outputs))
        await pilot.pause()
        assert app.pane.picked == 1
        row = app.pane.order.tolist().index(1)
        assert row == 19
        assert app.pane.scroll_offset.y <= row < app.pane.scroll_offset.y + 10


async def test_while_it_runs_it_is_drawn_a_few_times_a_second_and_at_last_as_it_is() -> None:
    view = Run().view()
    running = dataclasses.replace(view.snapshot, status="running")
    async with table(with_outputs(view, np.zeros(21))) as (app, _):
        app.pane.show(with_outputs(dataclasses.replace(view, snapshot=running), np.ones(21)))
        app.pane.show(with_outputs(view, np.full(21, 0.75)))
        assert "0.750" in app.lines()[1]


async def test_only_cells_that_changed_are_drawn_again() -> None:
    view = Run().view()
    outputs = np.full(21, 0.25)
    async with table(with_outputs(view, outputs)) as (app, _):
        drawn: list[Any] = []
        refresh = app.pane.refresh
        app.pane.refresh = lambda *regions, **more: drawn.extend(regions) or refresh(*regions)  # type: ignore
        app.pane.show(with_outputs(view, outputs))
        assert drawn == []
        outputs = outputs.copy()
        outputs[3] = 0.251
        app.pane.show(with_outputs(view, outputs))
        assert {(region.y, region.height) for region in drawn} == {(4, 1)}
        assert sum(region.width for region in drawn) < 15


async def test_ten_thousand_points_and_a_point_too_many() -> None:
    run = Run(dataset="spiral", samples=10_000)
    run.points = run.training.dataset
    view = run.view()
    async with table(with_outputs(view, np.zeros(10_000)), (60, 20)) as (app, pilot):
        await pilot.press("end")
        assert app.lines()[-2].split()[0] == "10000"
        assert "10,000 points" in app.lines()[-1]
        app.pane.show(Run(dataset="linear", samples=50).view())
        await pilot.pause()
        assert (app.pane.picked, app.pane.scroll_offset.y) == (None, 32)
        app.pane.show(dataclasses.replace(view, points=Run().points))  # they don't belong together
        assert app.lines()[-1].startswith("50 points")


async def test_where_there_is_little_room_the_columns_are_shifted_beside_the_number() -> None:
    async with table(Run().view(), (38, 6)) as (app, pilot):
        assert app.lines()[0].split() == ["▲point", "truth", "class", "error"]
        await pilot.press("h")
        assert app.lines()[0].startswith(" point")
        assert "▲y" in app.lines()[0]
        await pilot.press("left", "left", "left", "left")
        assert app.lines()[0].split()[:2] == ["point", "truth"]
        await pilot.resize_terminal(80, 6)
        await pilot.pause()
        assert app.lines()[0].split()[1:4] == ["x", "▲y", "truth"]


@pytest.mark.parametrize("dataset", ["xor", "rings", "digits", "sine"])
async def test_truth_class_and_error_are_never_among_the_hidden_columns(dataset: str) -> None:
    run = Run(dataset=dataset, train_fraction=0.5)
    async with table(run.view(), (34, 6)) as (app, _):
        said = {"truth", "error"} | ({"class"} if run.points.task != "regression" else set())
        assert said <= set(app.lines()[0].split())


def flowers(folder: Path, inputs: int = 4, rows: int = 12) -> Run:
    """A table of two classes with names, and many columns, one of which is a category."""
    rng = np.random.default_rng(0)
    names = [f"measurement of a flower, number {i}" for i in range(inputs)]
    lines = [",".join(["colour", *(f'"{name}"' for name in names), "species"])]
    for i in range(rows):
        values = ",".join(f"{v:.2f}" for v in rng.normal(1000, 300, inputs))
        lines.append(f"{'red' if i % 3 else 'white'},{values},{'lily' if i % 2 else 'rose'}")
    (folder / "flowers.csv").write_text("\n".join(lines))
    return Run(dataset=str(folder / "flowers.csv"))


async def test_the_output_of_two_named_classes_says_of_which(tmp_path: Path) -> None:
    points = Points(flowers(tmp_path, 500).view().points)
    names = [column.name for column in points.columns]
    assert "output rose" in names
    assert points.column("output") is points.column("output rose")


def test_large_numbers_are_told_apart() -> None:
    assert [decimal(value) for value in (100123.0, 100123.4, 12345.6)] == [
        "100123",
        "100123",
        "12345.6",
    ]
    assert decimal(123456789.0) == "1.235e8"


async def test_of_many_columns_what_is_said_comes_first(tmp_path: Path) -> None:
    view = flowers(tmp_path, 500).view()
    async with table(with_outputs(view, np.full(12, 0.25)), (60, 8)) as (app, pilot):
        lines = app.lines()
        assert " ".join(lines[0].split()[:6]) == "▲point truth class error output rose"
        assert lines[1].split() == ["1", "✗", "rose", "lily", "0.750", "0.250", "white"]
        await pilot.press("h")  # the last column
        assert app.lines()[0].startswith(" point")
        assert app.lines()[0].rstrip().endswith("499") or "▲measurement" in app.lines()[0]
        names = app.pane.names
        assert len(set(names)) == len(names) == 506
        first = app.pane.order[0]
        assert first == view.points.inputs[:, 500].argmin()
        assert f"{view.points.inputs[first, 500]:.3f}" in app.lines()[1]
        await pilot.press(*["right"] * 5)
        assert len(app.lines()[1]) == 60


async def test_dates_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "picked.csv"
    path.write_text("picked,x,kind\n2024-04-24,1,a\n2024-05-01,2,b\n2024-06-30,3,a\n")
    points = Points(prepare(Settings(dataset=str(path))).dataset)
    assert [points.column("picked").cell(i).strip() for i in range(3)] == [
        *("2024-04-24", "2024-05-01", "2024-06-30")
    ]


async def test_filters_know_the_names_of_classes(tmp_path: Path) -> None:
    view = flowers(tmp_path).view()
    outputs = np.tile([0.25, 0.75], 6)
    async with table(with_outputs(view, outputs)) as (app, _):
        for text, wanted in (
            ("truth = Lily", view.points.targets[:, 0] == 0),
            ("class != lily and colour = red", (outputs > 0.5) & (np.arange(12) % 3 > 0)),
            ("rose", view.points.targets[:, 0] == 1),
        ):
            app.pane.filter(text)
            assert app.pane.order.tolist() == np.flatnonzero(wanted).tolist(), text
        with pytest.raises(ValueError, match="truth: one of lily, rose; did you mean rose"):
            app.pane.filter("truth = roses")
        app.pane.filter("colour = red")
        app.pane.show(Run().view())  # points that have no such column
        assert len(app.pane.order) == 21
        assert "clears" not in app.lines()[-1]


def shown(
    app: Alone, run: Run, theme: str, *keys: str, text: str = ""
) -> Callable[[Pilot[None]], Any]:
    async def show(pilot: Pilot[None]) -> None:
        app.theme = theme
        await pilot.pause()
        app.pane.show(run.view(100))
        app.pane.focus()
        await pilot.pause(0.1)  # the scrollbar takes a cell of the width
        await pilot.press(*keys)
        if text:
            app.pane.filter(text)

    return show


@pytest.mark.parametrize("size", [(40, 8), (100, 40)])
def test_picture(snap_compare: Compare, size: tuple[int, int]) -> None:
    app, run = Alone(), Run(dataset="spiral", samples=60, train_fraction=0.5, activation="tanh")
    keys = ("h", "x", "down", "down")
    assert snap_compare(app, terminal_size=size, run_before=shown(app, run, "textual-dark", *keys))


def test_picture_of_three_classes_in_a_light_theme(snap_compare: Compare) -> None:
    app, run = Alone(), Run(Look(dark=False), dataset="rings", samples=60)
    show = shown(app, run, "textual-light", "f", text="error > 0.5")
    assert snap_compare(app, terminal_size=(90, 20), run_before=show)

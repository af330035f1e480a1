"""The pane "Predictions", in an app of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui_nn.render.judgement import wrong
from tui_nn.render.look import Look
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.view import Pin, Planes, View
from tui_nn.ui.widgets.prediction_maps import PredictionMaps

Compare = Callable[..., bool]


class Pane(App[None]):
    """A pane on a run; `train` takes steps and shows what it has come to."""

    CSS = "PredictionMaps { height: 1fr; border: round $foreground 30%; }"

    def __init__(self, look: Look | None = None, **settings: Any) -> None:
        super().__init__()
        quick = {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.03}
        self.settings = Settings(**quick | settings)
        self.training = Training(self.settings, None, False)
        self.look, self.pins = look or Look(), list[Pin]()
        self.points = self.training.dataset.sample(2000)
        self.maps, self.asked, self.planes = PredictionMaps(), 0, Planes()

    def compose(self) -> ComposeResult:
        yield self.maps

    def on_mount(self) -> None:
        self.maps.focus()

    def on_prediction_maps_wants_other(self) -> None:
        self.asked += 1
        self.show()

    def view(self, **changes: Any) -> View:
        wanted = Wanted(**self.maps.wanted(), axes=self.maps.axes)
        snapshot = self.training.snapshot(wanted)
        return View(
            replace(snapshot, **changes),
            self.settings,
            self.training.take_history(),
            points=self.planes.points(self.points, snapshot.plane),
            pins=self.pins,
            look=self.look,
        )

    def show(self, **changes: Any) -> None:
        self.maps.show(self.view(**changes))

    def train(self, steps: int) -> None:
        self.training.trainer.run(steps)
        self.show()

    def pin(self, name: str) -> None:
        self.pins = [
            *self.pins,
            Pin(name, self.training.take_history(), self.view().snapshot, self.points),
        ]

    @property
    def text(self) -> str:
        height = self.maps.content_size.height
        return "\n".join(self.maps.render_line(y).text for y in range(height))

    @property
    def floor(self) -> str:
        """The line of the axes that go across."""
        return self.text.splitlines()[-1]

    def grounds(self) -> int:
        """How many cells of the left picture have a ground."""
        lines = [self.maps.render_line(y) for y in range(1, self.maps.content_size.height - 1)]
        cells = [s for line in lines for s in line.crop(5, self.maps.picture_size[0])]
        grounds = [s.style.bgcolor for s in cells if s.style and s.style.bgcolor]
        return sum("(" in ground.name for ground in grounds)


async def test_it_wants_the_surface_that_its_size_can_show() -> None:
    app = Pane()
    async with app.run_test(size=(60, 20)) as pilot:
        assert app.maps.wanted() == {"predictions": True, "surface": (32, 23)}
        app.show()
        await pilot.press("v")
        assert app.maps.wanted() == {"predictions": True, "surface": None}
        assert app.asked == 1
        await pilot.press("v", "v", "v")
        await pilot.resize_terminal(110, 20)
        assert app.maps.wanted()["surface"] == (32, 30)
        app.maps.display = False
        assert app.maps.wanted() == {}


async def test_v_shows_where_it_is_wrong_in_the_predictions_place() -> None:
    app = Pane(dataset="rings")
    async with app.run_test(size=(60, 20)) as pilot:
        app.train(100)
        assert "Prediction:" in app.text
        await pilot.press("v")
        await pilot.pause()
        assert "Confusion" in app.text
        assert "precision" in app.text or "prec" in app.text
        assert "Prediction:" not in app.text
        await pilot.press("v", "v")  # past the importance
        await pilot.pause()
        assert "Prediction:" in app.text


async def test_where_there_is_room_all_three_are_there_and_v_takes_one_away() -> None:
    app = Pane(dataset="plane")
    async with app.run_test(size=(110, 24)) as pilot:
        app.train(10)
        for part in ("Ground truth", "R²", "Predicted ↑ true →"):
            assert part in app.text
        await pilot.press("v")
        await pilot.pause()
        assert "Predicted against true" not in app.text
        assert "Prediction: R²" in app.text


async def test_t_leaves_the_training_points_alone_or_the_test_points() -> None:
    app = Pane(dataset="linear", train_fraction=0.5)
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        assert "△" in app.text or "▲" in app.text
        assert "test" in str(app.maps.border_subtitle)
        every = int(app.text.split("Prediction: ")[1].split()[0])
        await pilot.press("t")
        assert app.maps.part == "training"
        assert "△" not in app.text
        assert "▲" not in app.text
        assert "test" not in str(app.maps.border_subtitle)
        training = int(app.text.split("Prediction: ")[1].split()[0])
        await pilot.press("t")
        assert not {"○", "●"} & set(app.text)
        assert training + int(app.text.split("Prediction: ")[1].split()[0]) == every
        await pilot.press("t")
        assert int(app.text.split("Prediction: ")[1].split()[0]) == every


async def test_judged_are_the_test_points_unless_t_says_otherwise() -> None:
    app = Pane(dataset="linear", train_fraction=0.7)
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        for title in ("Confusion", "ROC"):
            await pilot.press("v")
            for part, said in (
                ("test", "of 30 test points"),
                ("training", "of 70 training points"),
                ("all", "of 100 points: 70 training, 30 test"),
                ("test", "of 30 test points"),
            ):
                assert f"{title}, {part}: " in app.text
                assert said in str(app.maps.border_subtitle)
                await pilot.press("t")
            await pilot.press("t", "t")  # round to the test points
        await pilot.press("v", "v")
        every = int(app.text.split("Prediction: ")[1].split()[0])
        assert every == 100 - right(app)


async def test_beside_the_maps_of_all_points_the_test_points_are_judged() -> None:
    app = Pane(dataset="linear", train_fraction=0.7)
    async with app.run_test(size=(120, 24)) as pilot:
        app.show()
        for part, glyphs in (("test", "○●△▲"), ("training", "○●"), ("test", "△▲"), ("all", "○●△▲")):
            assert f"Confusion, {part}: " in app.text
            maps = "".join(line[: app.maps.picture_size[0]] for line in app.text.splitlines())
            assert set(maps) & set("○●△▲") == set(glyphs)
            await pilot.press("t")
        assert app.maps.part is None
    app = Pane(dataset="plane", train_fraction=0.7)
    async with app.run_test(size=(130, 24)):
        app.train(20)
        assert "Predicted ↑ true →, test" in app.text


async def test_where_all_points_train_there_is_nothing_to_choose() -> None:
    app = Pane(dataset="linear")
    async with app.run_test(size=(80, 24)) as pilot:
        app.show()
        await pilot.press("v", "t")
        assert app.maps.part is None
        assert "Confusion: predicted" in app.text
        assert "of 100 training points" in str(app.maps.border_subtitle)


def right(app: Pane) -> int:
    """How many points are said right."""
    view = app.view()
    assert view.snapshot.predictions is not None
    return int((~wrong(view.points, view.snapshot.predictions)).sum())


async def test_x_leaves_the_classes_of_the_surface() -> None:
    app = Pane()
    async with app.run_test(size=(60, 20)) as pilot:
        app.train(50)

        def grounds() -> set[str]:
            strips = [app.maps.render_line(y) for y in range(2, 16)]
            styles = [s.style for strip in strips for s in strip if s.text in " ▀" and s.style]
            return {s.bgcolor.name for s in styles if s.bgcolor and "(" in s.bgcolor.name}

        assert len(grounds()) > 3
        await pilot.press("x")
        assert app.maps.discrete
        assert len(grounds()) == 2


async def test_w_shows_a_pinned_run_in_the_ground_truths_place() -> None:
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.show()
        await pilot.press("w")
        assert "Ground truth" in app.text  # nothing is pinned
        app.pin("early")
        app.train(100)
        app.pin("late")
        await pilot.resize_terminal(70, 18)  # then the pinned surfaces don't fit
        app.show()
        for title in ("pinned: early: ", "pinned: late: ", "Ground truth"):
            await pilot.press("w")
            assert title in app.text


async def test_a_pin_of_another_data_set_says_which(tmp_path: Path) -> None:
    app = Pane(dataset="linear")
    async with app.run_test(size=(100, 20)) as pilot:
        app.show()
        app.pin("adam one")
        here = app.pins[0]
        app.pins = [
            replace(here, settings=Settings(dataset=name)) for name in ("linear", "/a/b/iris.csv")
        ]
        app.show()
        await pilot.press("w")
        assert "pinned: adam one: " in app.text
        await pilot.press("w")
        assert "pinned: iris.csv, ada…: 52 wrong" in app.text


async def test_a_pinned_run_on_other_points_is_not_drawn_over_these() -> None:
    app = Pane(dataset="linear")
    async with app.run_test(size=(60, 20)) as pilot:
        app.show()
        app.pin("other")
        other = replace(app.points, targets=1 - app.points.targets)
        app.pins = [replace(app.pins[0], points=points) for points in (other, None)]
        app.show()
        for _ in app.pins:
            await pilot.press("w")
            assert "has other points" in app.text


async def test_what_hardly_changes_stays_while_it_runs_and_is_exact_at_rest() -> None:
    app = Pane()
    async with app.run_test(size=(60, 20)):
        app.train(300)
        exact = app.maps._shades
        surface = app.view().snapshot.surface
        assert surface is not None
        assert exact is not None
        nudged = np.clip(surface + 0.03, 0, 1)
        app.show(status="running", surface=nudged)
        running = app.maps._shades
        app.show(status="paused", surface=nudged)
        at_rest = app.maps._shades
        assert running is not None
        assert at_rest is not None
        assert np.sum(running != exact) < np.sum(at_rest != exact)
        app.show()
        assert np.array_equal(app.maps._shades, exact)


async def test_a_snapshot_without_predictions_leaves_them() -> None:
    app = Pane()
    async with app.run_test(size=(60, 20)):
        app.train(100)
        before = app.text
        app.show(predictions=None, surface=None)
        assert app.text == before


async def test_too_small_a_pane_says_what_it_needs() -> None:
    app = Pane()
    async with app.run_test(size=(24, 8)):
        app.show()
        assert app.maps.wanted() == {}
        assert "needs 25x5 cells" in app.text


@pytest.mark.parametrize("dataset", ["linear", "rings", "plane", "sine"])
async def test_without_colours_none_is_sent(dataset: str) -> None:
    app = Pane(Look(colour=False), dataset=dataset)
    async with app.run_test(size=(60, 20)) as pilot:
        app.train(50)
        for _ in range(2):
            strips = [app.maps.render_line(y) for y in range(18)]
            grounds = {s.style.bgcolor for strip in strips for s in strip if s.style}
            assert len(grounds) == 1
            await pilot.press("v")


WIDE = "f(a, b, c, d) = a + b > c*d"


async def test_of_more_than_two_inputs_the_axes_are_chosen() -> None:
    app = Pane(dataset=WIDE)
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(20)
        assert " a " in app.floor
        await pilot.press("right")  # past b, which is up
        await pilot.pause()
        assert app.maps.axes == (2, 1)
        assert " c " in app.floor
        await pilot.press("up", "up", "left")
        await pilot.pause()
        assert app.maps.axes == (1, 3)
        assert " b " in app.floor
        assert "other inputs at their mean" in str(app.maps.border_subtitle)


async def test_g_shows_the_plane_of_the_principal_components_and_the_axes_again() -> None:
    app = Pane(dataset=WIDE)
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(20)
        await pilot.press("right", "g")
        await pilot.pause()
        assert "PC1 3" in app.floor  # 34 %: they are spread evenly over four
        assert "other components at their mean" in str(app.maps.border_subtitle)
        assert app.maps._surface is not None
        await pilot.press("g")
        await pilot.pause()
        assert app.maps.axes == (0, 1)


async def test_a_pinned_run_is_not_drawn_over_another_plane() -> None:
    app = Pane(dataset=WIDE)
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(20)
        app.pin("early")
        app.show()
        await pilot.press("w")
        with_surface = app.grounds()
        await pilot.press("right")
        await pilot.pause()
        assert "pinned: early" in app.text
        assert app.grounds() < with_surface


async def test_of_two_inputs_there_are_no_other_axes() -> None:
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.show()
        await pilot.press("right", "up", "g")
        assert app.maps.axes == ()
        assert not app.maps.check_action("principal", ())
        app.maps.axes = (3, 4)  # of another data set
        app.maps._view = None
        app.show()
        assert app.maps.axes == ()


async def test_v_goes_round_all_that_there_is_to_show() -> None:
    app = Pane(dataset=WIDE, train_fraction=0.6)
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(100)
        for part in ("Each class", "ROC, test: AUC", "Loss grows", "Ground truth"):
            await pilot.press("v")
            await pilot.pause()
            assert part in app.text.replace("How much the loss grows", "Loss grows"), app.text
    app = Pane(dataset="plane")
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(10)
        assert app.maps.kinds == ["maps", "errors", "importance"]


async def test_the_importance_is_only_measured_while_it_is_in_sight() -> None:
    app = Pane(dataset=WIDE)
    async with app.run_test(size=(80, 20)) as pilot:
        app.train(10)
        assert "importance" not in app.maps.wanted()
        app.maps.kind = "importance"
        await pilot.pause()
        assert app.maps.wanted() == {"predictions": True, "surface": None, "importance": True}
        assert {line[0] for line in app.text.splitlines()[1:5]} == set("abcd")
        app.points = replace(app.points)
        view = app.view()
        app.maps.show(replace(view, snapshot=replace(view.snapshot, importance=None)))
        assert "measuring" in app.text  # of other points it is another


CASES = {
    "xor": ((60, 20), {"dataset": "xor"}, 40, []),
    "rings": ((110, 24), {"dataset": "rings", "train_fraction": 0.7}, 150, []),
    "plane": ((60, 20), {"dataset": "plane", "train_fraction": 0.7}, 30, ["v"]),
    "sine": ((200, 58), {"dataset": "sine", "train_fraction": 0.7}, 60, []),
    "small": ((40, 8), {"dataset": "rings"}, 100, []),
    "axes": ((110, 24), {"dataset": WIDE, "train_fraction": 0.7}, 100, ["right", "down"]),
    "principal": ((80, 14), {"dataset": WIDE, "train_fraction": 0.7}, 100, ["g"]),
    "figures": ((80, 12), {"dataset": "rings", "train_fraction": 0.7}, 150, ["v", "t", "t"]),
    "curves": ((80, 24), {"dataset": "spiral", "samples": 300}, 100, ["v", "v"]),
    "importance": ((80, 12), {"dataset": WIDE, "train_fraction": 0.7}, 100, ["v", "v", "v"]),
    "discrete": ((80, 24), {"dataset": "multi-gauss"}, 500, ["x"]),
}


@pytest.mark.parametrize("case", CASES)
def test_pictures(snap_compare: Compare, case: str) -> None:
    size, settings, steps, keys = CASES[case]
    assert picture(snap_compare, size, steps, keys, **settings)


def test_picture_of_a_pinned_run_in_a_light_theme(snap_compare: Compare) -> None:
    app = Pane(Look(dark=False), dataset="spiral", train_fraction=0.7)

    async def before(pilot: Pilot[None]) -> None:
        app.theme = "textual-light"
        app.train(200)
        app.pin("200 steps")
        app.train(800)
        await pilot.press("w")

    assert snap_compare(app, terminal_size=(110, 24), run_before=before)


def picture(
    compare: Compare, size: tuple[int, int], steps: int, keys: list[str], **settings: Any
) -> bool:
    app = Pane(**settings)

    async def before(pilot: Pilot[None]) -> None:
        app.train(steps)
        await pilot.press(*keys)
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=before)

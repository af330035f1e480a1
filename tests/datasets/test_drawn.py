"""Points that are drawn: as text and as a file, what they are learnt as, and who trains."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.datasets.drawn import CLASSES, FAR, MOST, Drawing, rounded
from tui_nn.experiment import build_dataset, build_trainer, prepare
from tui_nn.settings import Settings, SettingsError

NUMBERS = st.floats(-FAR, FAR, allow_nan=False)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, CLASSES - 1)), min_size=1)


def drawn(points: str, **settings: object) -> Settings:
    return Settings.parse({"dataset": "drawn", "points": points, **settings})


@given(POINTS)
def test_text_and_points_are_the_same(points: list[tuple[float, float, int]]) -> None:
    given = ";".join(",".join(map(str, point)) for point in points)
    drawing = Drawing.parse(given)
    assert np.allclose(drawing.points, [point[:2] for point in points], rtol=1e-5)
    assert drawing.labels.tolist() == [point[2] for point in points]
    again = Drawing.parse(drawing.text)
    assert again.text == drawing.text
    assert np.array_equal(again.points + 0.0, Drawing.parse(again.text).points)
    settings = drawn(f" {given.replace(';', ' ; ')};\n")
    assert settings.points == drawing.text
    assert Settings.parse(settings.model_dump()) == settings


@given(st.text("0123456789,;.-+enaif \n", max_size=40))
def test_whatever_is_typed_is_points_or_a_settings_error(text: str) -> None:
    with suppress(SettingsError):
        settings = Settings.parse({"points": text})
        assert settings.points is None or Drawing.parse(settings.points).text == settings.points


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("1,2,0;3,x,1", "3,x,1: each point is x,y,class, as 0.5,-1,0"),
        ("1,2", "1,2: each point is x,y,class"),
        ("1,2,0.5", "each point is x,y,class"),
        ("1,2,10", "class 10: 0 to 9"),
        ("1,2,-1", "class -1: 0 to 9"),
        ("nan,2,1", "a number up to 1e"),
        ("1e400,2,1", "a number up to 1e"),
        (f"1,2,{'9' * 30}", "each point is x,y,class"),
        (";".join(["1,2,0"] * (MOST + 1)), "5,001 points; at most 5,000"),
        ("\x1b[31m,2,0", "�[31m,2,0: each point"),
    ],
)
def test_what_is_wrong_with_points_is_said(points: str, said: str) -> None:
    with pytest.raises(SettingsError, match="points") as error:
        Settings.parse({"points": points})
    assert said in error.value.reason
    assert error.value.reason.isprintable()


@pytest.mark.parametrize("points", [None, "", "none", ";"])
def test_without_points_there_is_no_drawn_set(points: str | None) -> None:
    with pytest.raises(SettingsError, match="dataset drawn: has no points") as error:
        Settings.parse({"dataset": "drawn", "points": points})
    assert error.value.field == "dataset"


@pytest.mark.parametrize(
    "points", ["1,2,0", "1,2,1", "1,2,0;1,2,1", "0,0,0;1,1,9", "1,2,0;1,2,0;3,4,0", "50,-1e6,1"]
)
@pytest.mark.parametrize("share", [1.0, 0.5, 0.01])
def test_few_points_train(points: str, share: float) -> None:
    trainer = build_trainer(drawn(points, train_fraction=share, max_epochs=None))
    trainer.run(60)
    assert np.isfinite(trainer.evaluate().train_loss)
    assert trainer.training_points.count >= 1


def test_the_classes_are_those_up_to_the_highest() -> None:
    assert build_dataset(drawn("0,0,0;1,1,0")).task == "binary"
    three = build_dataset(drawn("0,0,0;1,1,2"))
    assert (three.task, three.targets.tolist()) == ("multiclass", [[1, 0, 0], [0, 0, 1]])


def test_the_plane_is_the_extent_or_what_the_points_need() -> None:
    assert build_dataset(drawn("0,0,0")).extent == (-6, 6, -6, 6)
    assert build_dataset(drawn("0,0,0", extent="0,1")).extent == (0, 1, 0, 1)
    assert build_dataset(drawn("0.5,9,0", extent="0,1,-1,2")).extent == (0, 1, -1, 9)
    with pytest.raises(SettingsError, match="extent"):
        drawn("0,0,0", extent="1,0")


def test_the_other_points_train_or_test_as_before_when_one_comes_or_goes() -> None:
    rng = np.random.default_rng(0)
    drawing = Drawing.parse("").added(rng.uniform(-6, 6, (200, 2)), 1)

    def training(drawing: Drawing) -> set[tuple[float, ...]]:
        data = build_dataset(drawn(drawing.text, train_fraction=0.5))
        assert data.train.sum() == round(len(data.train) / 2)
        return set(map(tuple, data.inputs[data.train].tolist()))

    before = training(drawing)
    assert len(before ^ training(drawing.added(np.array([[1.5, 2.0]]), 0))) <= 2
    assert len(before ^ training(drawing.without(17))) <= 3


def test_points_are_put_and_the_nearest_is_found() -> None:
    drawing = Drawing.parse("0,0,0;1,0,1;5,5,2")
    assert drawing.near(0.9, 0, (1, 1)).tolist() == [1, 0]
    assert drawing.near(0.9, 0, (0.5, 1)).tolist() == [1]
    assert drawing.near(3, 3, (1, 1)).tolist() == []
    assert Drawing.parse("").near(0, 0, (1, 1)).tolist() == []
    assert drawing.without(0).text == "5,5,2;1,0,1"
    assert drawing.without(2).text == "0,0,0;1,0,1"
    full = drawing.added(np.zeros((MOST, 2)), 1)
    assert len(full.labels) == MOST
    assert full.added(np.zeros((3, 2)), 1).text == full.text
    assert rounded(np.array([[0.12345, 7.0]]), (0, 1, 0, 1)).tolist() == [[0.123, 7.0]]
    assert rounded(np.array([[123.4, 7.0]]), (0, 5000, 0, 9000)).tolist() == [[123.0, 7.0]]


@pytest.mark.parametrize("name", ["xor", "linear", "circle", "moons", "rings", "f(a, b) = a > b"])
def test_points_of_classes_in_a_plane_can_be_drawn_upon(name: str) -> None:
    settings = Settings(dataset=name, extent=(-1, 1))
    data = build_dataset(settings)
    drawing = Drawing.of(data)
    assert drawing is not None
    left, right, bottom, top = data.extent
    close = min(right - left, top - bottom) / 1000
    assert np.abs(drawing.points - data.inputs).max() <= close
    same = build_dataset(drawn(drawing.text, extent=data.extent))
    assert np.array_equal(same.targets, data.targets)
    assert same.extent == data.extent


@pytest.mark.parametrize("name", ["plane", "sine", "digits", "f(x, y) = x", "f(a, b, c) = a > b"])
def test_others_can_not(name: str) -> None:
    assert Drawing.of(build_dataset(Settings(dataset=name))) is None


def test_many_points_are_drawn_as_a_sample() -> None:
    drawing = Drawing.of(build_dataset(Settings(dataset="circle", samples=20_000)))
    assert drawing is not None
    assert len(drawing.labels) == MOST
    assert np.bincount(drawing.labels).min() > MOST // 3


def test_a_saved_drawing_is_a_data_file(tmp_path: Path) -> None:
    drawing = Drawing.of(build_dataset(Settings(dataset="rings")))
    assert drawing is not None
    path = tmp_path / "rings.csv"
    path.write_text(drawing.csv)
    assert drawing.csv.startswith("x,y,class\n")
    found = prepare(Settings(dataset=str(path))).dataset
    assert (found.task, found.classes) == ("multiclass", ("0", "1", "2"))
    assert found.coordinates == ("x", "y")
    assert np.array_equal(found.inputs, drawing.points)
    assert np.array_equal(found.targets.argmax(axis=1), drawing.labels)
    again = Drawing.of(found)  # which can be drawn upon
    assert again is not None
    assert np.abs(again.points - drawing.points).max() < 0.01
    path.write_text("x,y,class\n100,0,0\n200,1,1\n300,0,0\n400,1,1\n")
    assert Drawing.of(prepare(Settings(dataset=str(path))).dataset) is None
    path.write_text("x,y,class\nred,0,0\nblue,1,1\nred,0,0\nblue,1,1\n")
    assert Drawing.of(prepare(Settings(dataset=str(path))).dataset) is None

"""What predictions are worth, as pictures: figures of classes, ROC and calibration, importance."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from test_maps import ASCII, CLASSES, CORNERS, PLAIN

from tui_nn.datasets.preprocessing import Input, Preprocessing, Target
from tui_nn.render.binary_curves import reliability_cells, roc_cells
from tui_nn.render.cells import Cells, fitted, shifted, text_cells
from tui_nn.render.class_figures import class_figures_cells
from tui_nn.render.confusion import confusion_cells
from tui_nn.render.importance import importance_cells
from tui_nn.render.look import Look
from tui_nn.render.maps import map_cells
from tui_nn.render.points import Points, heading_cells, row_cells
from tui_nn.render.predictions import curves_cells, points_legend

WIDE_NAMES = Preprocessing((Input("x"), Input("y")), Target("kind", ("猫の種類", "犬")))
SIZES = [(25, 5), (39, 9), (60, 30)]


def text(cells: Cells, width: int, height: int) -> str:
    assert [len(line) for line in cells] == [width] * height
    return "\n".join("".join(cell.text for cell in line) for line in cells)


def points(count: int = 26, each: int = 4) -> Any:
    targets = np.tile(np.eye(count), (each, 1))
    rows = len(targets)
    return dataclasses.replace(
        CLASSES, inputs=np.zeros((rows, 2)), targets=targets, train=np.ones(rows, bool)
    )


def named(*names: str) -> Any:
    """Points with these inputs."""
    inputs = np.zeros((len(CORNERS.inputs), len(names)))
    return dataclasses.replace(CORNERS, inputs=inputs, names=names)


def test_the_figures_of_each_class() -> None:
    three = points(3, each=2)
    said = np.eye(3)[[0, 1, 2, 0, 2, 2]]
    lines = text(class_figures_cells(three, said, 45, 8, PLAIN), 45, 8).splitlines()
    assert lines[1].split() == ["class", "precision", "recall", "F1", "support"]
    assert lines[3].split()[1:] == ["1", "1.000", "0.500", "0.667", "2"]
    assert lines[4].split()[1:] == ["2", "0.667", "1.000", "0.800", "2"]
    assert lines[5].split() == ["mean", "0.889", "0.833", "0.822", "6"]


def test_of_many_classes_the_worst_are_named() -> None:
    many = points()
    said = many.targets.copy()
    said[7] = np.eye(26)[8]
    drawn = text(class_figures_cells(many, said, 39, 9, PLAIN), 39, 9)
    assert drawn.splitlines()[2].split()[1] == "7"
    assert "and 21 classes of a higher F1" in drawn


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", [PLAIN, ASCII, Look(dark=False)])
def test_all_fit_at_every_size(size: tuple[int, int], look: Look) -> None:
    outputs = np.array([[0.2], [0.9], [0.6], [0.4]])[: len(CORNERS.targets)]
    found = {"increase": np.array([0.5, np.nan, -0.1]), "rows": 9, "loss": 0.2, "test": True}
    pictures = [
        class_figures_cells(points(), points().targets, *size, look),
        roc_cells(CORNERS, outputs, *size, look),
        reliability_cells(CORNERS, outputs, *size, look),
        importance_cells(found, named("a", "b" * 24, "c"), *size, look),
    ]
    for picture in pictures:
        assert text(picture, *size).isascii() or not look.ascii


def test_the_roc_curve_of_a_perfect_score_goes_by_the_corner() -> None:
    drawn = text(roc_cells(CORNERS, CORNERS.targets, 45, 22, ASCII), 45, 22).splitlines()
    assert "AUC 1.000" in drawn[0]
    assert drawn[1][5:].count("*") >= 38
    assert all(line[5] in "*o" for line in drawn[2:-1])
    one = dataclasses.replace(CORNERS, targets=np.ones_like(CORNERS.targets))
    assert "both classes" in text(roc_cells(one, one.targets, 45, 22, PLAIN), 45, 22)


def test_the_area_is_of_the_ranks_of_the_outputs_whatever_they_are() -> None:
    outputs = np.array([[1.5], [3.0], [3.0], [np.nan]])
    assert "AUC 1.000" in text(roc_cells(CORNERS, outputs, 45, 22, PLAIN), 45, 22)
    none = np.full((4, 1), np.nan)
    assert "both classes" in text(roc_cells(CORNERS, none, 45, 22, PLAIN), 45, 22)
    assert "no outputs" in text(reliability_cells(CORNERS, none, 45, 22, PLAIN), 45, 22)


@pytest.mark.parametrize("output", ["sigmoid", "linear", "tanh"])
def test_only_probabilities_have_a_calibration(output: str) -> None:
    outputs = np.array([[0.2], [0.9], [0.6], [0.4]])
    left, right = curves_cells(CORNERS, outputs, output, 25, 9, PLAIN)
    assert "AUC 1.000" in text(left, 25, 9)
    said = " ".join(text(right, 25, 9).split())
    assert ("error 0.275" in said) == (output == "sigmoid")
    assert (f"{output} outputs are no probabilities" in said) == (output != "sigmoid")


def test_bars_of_the_importance_are_sorted_and_as_long_as_they_are_large() -> None:
    increase = np.array([0.1, np.nan, 0.4, -0.2, 0.2])
    found = {"increase": increase, "rows": 90, "loss": 0.2, "test": False}
    drawn = text(importance_cells(found, named(*"abcde"), 60, 6, ASCII), 60, 6).splitlines()
    assert "90 training points" in drawn[0]
    assert [line.split()[0] for line in drawn[1:]] == list("ceadb")
    assert [line.count("=") for line in drawn[1:]] == [49, 24, 12, 0, 0]
    assert drawn[5].split() == ["b", "-"]
    assert "an input" in drawn[0]
    made = dataclasses.replace(CORNERS, features=("x", "y", "xy", "x2", "y2"))
    assert "with a feature shuffled" in text(importance_cells(found, made, 70, 6, PLAIN), 70, 6)
    one = text(importance_cells(found | {"rows": 1}, named(*"abcde"), 60, 6, PLAIN), 60, 6)
    assert one.strip() == "too few points to shuffle"
    few = text(importance_cells(found, named(*"abcde"), 50, 4, PLAIN), 50, 4)
    assert "and 3 of less importance, 1 not measured yet" in few


@pytest.mark.parametrize("size", [(25, 9), (39, 9), (60, 14)])
def test_wide_characters_take_their_two_cells(size: tuple[int, int]) -> None:
    width, height = size
    animals = dataclasses.replace(CORNERS, preprocessing=WIDE_NAMES)
    assert animals.classes == ("猫の種類", "犬")
    outputs = np.array([[0.2], [0.9], [0.6], [0.6]])
    found = {"increase": np.array([0.5, 0.1]), "rows": 9, "loss": 0.2, "test": True}
    columns = dataclasses.replace(CORNERS, names=("体重の平均値", "高さ"))
    three = dataclasses.replace(
        columns, names=("体重の平均値", "高さの平均値", "c"), inputs=np.zeros((4, 3))
    )
    for picture in (
        class_figures_cells(animals, outputs, *size, PLAIN),
        confusion_cells(animals, outputs, *size, PLAIN),
        reliability_cells(animals, outputs, *size, PLAIN),
        importance_cells(found, columns, *size, PLAIN),
        map_cells("title", three, outputs, None, *size, PLAIN),
    ):
        assert [cell_len("".join(c.text for c in line)) for line in picture] == [width] * height
    assert cell_len(points_legend(animals, PLAIN, 20)) <= 20


def test_columns_of_wide_names_stand_below_each_other() -> None:
    table = Points(dataclasses.replace(CORNERS, preprocessing=WIDE_NAMES))
    table.update(np.array([[0.2], [0.9], [0.6], [0.6]]))
    shown = PLAIN, 0, 80
    heading = "".join(c.text for c in heading_cells(table, "x", False, *shown))
    rows = ["".join(c.text for c in row_cells(table, i, False, *shown)) for i in range(4)]
    assert "猫の種類" in rows[0]
    assert {cell_len(line) for line in (heading, *rows)} == {table.starts[-1]}
    line = text_cells("a猫b")
    for cut in (fitted(line, 2), shifted(line, 2)):  # each through the middle
        assert "".join(c.text for c in cut) in ("a ", " b")

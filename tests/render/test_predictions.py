"""Predictions of one coordinate, and where predictions are wrong."""

import dataclasses

import numpy as np
import pytest
from test_maps import ASCII, CLASSES, CORNERS, PLAIN, VALUES

from tui_nn.datasets import Dataset
from tui_nn.datasets.preprocessing import Input, Preprocessing, Target
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells
from tui_nn.render.curve import curve_cells
from tui_nn.render.inks import inks
from tui_nn.render.judgement import wrong
from tui_nn.render.look import Look
from tui_nn.render.predictions import error_cells

LINE = Dataset(
    "line",
    "regression",
    np.linspace(-1, 1, 5)[:, np.newaxis],
    np.linspace(-1, 1, 5)[:, np.newaxis],
    np.ones(5, bool),
    (-1.0, 1.0, -1.0, 1.0),
)


def text(cells: Cells, width: int, height: int) -> str:
    assert [len(line) for line in cells] == [width] * height
    return "\n".join("".join(cell.text for cell in line) for line in cells)


def curve(surface: Array | None, look: Look = PLAIN, outputs: Array = LINE.targets) -> str:
    return text(curve_cells("Title", LINE, outputs, surface, 25, 9, look), 25, 9)


def test_a_curve_rises_from_the_bottom_left_to_the_top_right() -> None:
    values = np.linspace(-1, 1, 20).reshape(1, 20, 1)
    drawn = curve(values).split("\n")
    assert drawn[1].rstrip()[-1] in "⠁⠈⠉⠊⠔⠋⠜"
    assert all(any("⠀" < c <= "⣿" for c in line) for line in drawn[1:8])
    ascii_drawn = curve(values, ASCII)
    assert ascii_drawn.isascii()
    assert ascii_drawn.split("\n")[7][5] == "*"  # the edge is still within
    assert ascii_drawn.count("*") >= 20


def test_a_leap_of_the_curve_is_drawn_without_holes_and_nan_is_not() -> None:
    leap = np.repeat([-1.0, 1.0], 10).reshape(1, 20, 1)
    drawn = curve(leap, ASCII).split("\n")
    assert all("*" in line for line in drawn[1:8])
    curve(np.full((1, 20, 1), np.nan))
    curve(np.full((1, 20, 1), 1e300))


def test_points_are_at_their_truth_and_marked_where_the_prediction_is_off() -> None:
    assert all(glyph in curve(None) for glyph in "○◑●")
    drawn = curve(None, outputs=LINE.targets + np.array([[0], [0], [0.3], [0], [0]]))
    assert drawn.count("✗") == 1
    assert drawn.split("\n")[4][15] == "✗"


@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_classes_of_one_coordinate_have_a_curve_as_well(task: str) -> None:
    targets = np.array([[0.0], [0], [1], [1], [1]])
    if task == "multiclass":
        targets = np.eye(3)[[0, 1, 1, 2, 2]]
    line = dataclasses.replace(LINE, task=task, targets=targets, extent=(-1.0, 1.0, -0.5, 2.5))
    cells = curve_cells("", line, targets, targets[np.newaxis], 25, 9, PLAIN)
    assert any("⠀" < c <= "⣿" for c in text(cells, 25, 9))


def test_a_confusion_matrix_has_a_row_a_true_class() -> None:
    outputs = np.array([[0.1], [0.2], [0.9], [0.1]])
    drawn = text(error_cells(CORNERS, outputs, 25, 9, PLAIN), 25, 9).split("\n")
    assert [line.split() for line in drawn if line.strip()] == [
        ["Confusion:", "predicted", "→"],
        ["true", "○", "0", "●", "1"],
        ["○", "0", "2", "·"],
        ["●", "1", "1", "1"],
    ]


def test_the_names_of_classes_are_cut_with_a_sign() -> None:
    names = Preprocessing((Input("x"), Input("y")), Target("kind", ("versicolor", "virginica")))
    points = dataclasses.replace(CORNERS, preprocessing=names)
    drawn = text(error_cells(points, points.targets, 30, 9, PLAIN, "test"), 30, 9)
    assert "Confusion, test: predicted" in drawn
    assert "○ ver… " in drawn  # a row; where marks have no room, columns are without them
    assert "virginica" in drawn


def test_what_little_is_wrong_in_the_matrix_is_less_red() -> None:
    targets = np.zeros((20, 1))
    points = dataclasses.replace(
        CORNERS, inputs=np.zeros((20, 2)), targets=targets, train=targets[:, 0] == 0
    )
    grounds = []
    for count in (1, 4, 10):
        said = (np.arange(20) < count).astype(float)[:, np.newaxis]
        cells = error_cells(points, said, 25, 9, Look())
        style = next(c.style for c in cells[3][15:] if c.text.isdigit() and c.style)
        grounds.append(style.bgcolor and style.bgcolor.number)
    assert grounds == [None, inks(Look()).faint_fault, inks(Look()).fault]


def test_what_is_wrong_in_the_matrix_is_not_in_colour_alone() -> None:
    outputs = np.array([[0.1], [0.2], [0.9], [0.1]])
    cells = error_cells(CORNERS, outputs, 25, 9, PLAIN)
    styles = {c.text: c.style for line in cells[2:] for c in line if c.text in "12" and c.style}
    assert styles["2"].reverse is False
    assert any(c.style and c.style.reverse for line in cells for c in line)
    assert text(error_cells(CLASSES, CLASSES.targets, 30, 9, ASCII), 30, 9).isascii()


def test_ten_classes_fit_or_the_most_frequent_mistakes_are_named() -> None:
    ten = dataclasses.replace(
        CLASSES,
        inputs=np.zeros((10, 2)),
        targets=np.eye(10),
        train=np.ones(10, bool),
    )
    assert "♥ 9" in text(error_cells(ten, ten.targets, 36, 18, PLAIN), 36, 18)
    heads = text(error_cells(ten, ten.targets, 36, 18, PLAIN), 36, 18).split("\n")[1]
    assert heads.split() == ["true", *"0123456789"]
    said = np.eye(10)[[0, 3, 2, 3, 4, 5, 6, 7, 8, 0]]
    assert "Confusion: 2 wrong" in text(error_cells(ten, said, 20, 9, PLAIN), 20, 9)
    assert "1  1 → 3" in text(error_cells(ten, said, 20, 9, PLAIN), 20, 9)
    assert "and 2 other kinds" in text(error_cells(ten, said, 26, 2, PLAIN), 26, 2)


def test_good_values_lie_on_the_diagonal() -> None:
    drawn = text(error_cells(VALUES, VALUES.targets, 45, 22, PLAIN), 45, 22).split("\n")
    assert "true: mean error 0" in drawn[0]
    first, last = (next(i for i, line in enumerate(drawn) if c in line) for c in "●○")
    assert drawn[first].index("●") > drawn[last].index("○")
    assert first < last
    off = text(error_cells(VALUES, np.full((4, 1), np.nan), 45, 22, ASCII), 45, 22)
    assert off.isascii()
    assert "X" in off


def test_the_picked_point_is_between_brackets() -> None:
    drawn = curve_cells("", LINE, LINE.targets, None, 25, 9, PLAIN, 2)
    assert "[◑]" in "".join(cell.text for cell in drawn[4])


def test_what_is_no_number_is_wrong() -> None:
    outputs = CORNERS.targets.copy()
    assert not wrong(CORNERS, outputs).any()
    outputs[CORNERS.targets[:, 0] == 0] = np.nan  # which is no class 0
    assert np.array_equal(wrong(CORNERS, outputs), CORNERS.targets[:, 0] == 0)

"""Ground truth and prediction as maps."""

import dataclasses

import numpy as np
import pytest
from rich.color import ColorType

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.maps import map_cells, surface_shades, surface_shape
from tui_nn.render.plane import tick
from tui_nn.render.predictions import points_legend, truth_cells, verdict_title
from tui_nn.render.svg import svg_map

CORNERS = Dataset(
    "corners",
    "binary",
    np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    np.array([[0.0], [1.0], [1.0], [0.0]]),
    np.ones(4, bool),
    (0.0, 1.0, 0.0, 1.0),
)
CLASSES = dataclasses.replace(CORNERS, task="multiclass", targets=np.eye(4)[:, [0, 2, 1, 3]])
VALUES = dataclasses.replace(
    CORNERS, task="regression", targets=np.array([[-2.0], [0.0], [1.0], [2.0]])
)
PLAIN, ASCII = Look(colour=False), Look(colour=False, ascii=True)


def lines(
    outputs: Array, points: Dataset = CORNERS, surface: Array | None = None, look: Look = PLAIN
) -> list[str]:
    shades = surface_shades(points, surface, 25, 9)
    cells = map_cells("Title", points, outputs, shades, 25, 9, look)
    assert [len(line) for line in cells] == [25] * 9
    return ["".join(cell.text for cell in line) for line in cells]


def test_points_stand_where_they_are_and_the_axes_say_so() -> None:
    drawn = lines(CORNERS.targets)
    assert drawn[0].strip() == "Title"
    assert drawn[1] == "   1│●" + " " * 18 + "○"
    assert drawn[7] == "   0│○" + " " * 18 + "●"
    assert drawn[8] == "    └0" + "─" * 18 + "1"


def test_a_misclassified_point_has_another_glyph() -> None:
    drawn = lines(np.array([[0.1], [0.2], [0.9], [0.1]]))
    assert drawn[7].endswith("✗")
    assert "".join(drawn).count("✗") == 1


def test_the_picked_point_is_between_brackets_and_above_the_others() -> None:
    twice = dataclasses.replace(CORNERS, inputs=np.full((4, 2), 0.5))
    outputs = np.array([[0.1], [0.2], [0.9], [0.1]])
    for picked, glyph in ((None, " ✗ "), (0, "[○]"), (2, "[●]")):
        cells = map_cells("", twice, outputs, None, 25, 9, PLAIN, picked)
        assert glyph in "".join(cell.text for cell in cells[4])
    cells = map_cells("", CORNERS, CORNERS.targets, None, 25, 9, PLAIN, 0)
    assert "".join(cell.text for line in cells for cell in line).count("[") == 0  # at the edge


def test_the_surface_lies_behind_the_points() -> None:
    surface = np.tile(np.linspace(0, 1, 20), (14, 1))[..., np.newaxis]
    assert surface.shape[:2] == surface_shape(25, 9)
    shades = surface_shades(CORNERS, surface, 25, 9)
    cells = map_cells("", CORNERS, CORNERS.targets, shades, 25, 9, Look())
    left, right, point = (cells[y][x].style for y, x in ((3, 5), (3, 24), (1, 5)))
    assert left is not None
    assert right is not None
    assert point is not None
    assert left.bgcolor != right.bgcolor
    assert point.bgcolor == left.bgcolor
    # Textual leaves colours alone that know their RGB, and the terminal gets the short code.
    assert left.bgcolor is not None
    assert left.bgcolor.type is ColorType.EIGHT_BIT
    assert left.bgcolor.triplet is not None


@pytest.mark.parametrize("points", [CORNERS, CLASSES, VALUES])
def test_what_is_not_finite_or_of_another_size_does_no_harm(points: Dataset) -> None:
    count = points.targets.shape[1]
    surface = np.zeros((14, 20, count))
    surface[0, :3] = np.array([np.nan, np.inf, -np.inf])[:, np.newaxis]
    lines(points.targets, points, surface)
    assert lines(points.targets, points, surface[:4]) == lines(points.targets, points)
    assert "".join(lines(np.full((4, count), np.nan), points)).count("✗") >= 2


def test_without_colours_a_texture_says_what_the_surface_is() -> None:
    surface = np.tile(np.linspace(0, 1, 20), (14, 1))[..., np.newaxis]
    for look in (PLAIN, ASCII):
        row = lines(CORNERS.targets, surface=surface, look=look)[3]
        assert row[6] == " " != row[23]
    for points in (CLASSES, VALUES):
        surface = np.tile(points.targets[np.repeat([0, 2], 10)], (14, 1, 1))
        row = lines(points.targets, points, surface, ASCII)[3]
        assert row[6] != row[23]


def test_every_class_has_a_glyph_and_so_has_a_test_point() -> None:
    drawn = "".join(lines(CLASSES.targets, CLASSES))
    assert all(glyph in drawn for glyph in "●▲■◆")
    half = dataclasses.replace(CLASSES, train=np.array([True, True, False, False]))
    drawn = "".join(lines(half.targets, half))
    assert all(glyph in drawn for glyph in "●■△◇")
    assert "hollow test" in points_legend(half, PLAIN, 80)


def test_a_value_has_one_of_five_glyphs_and_is_wrong_beyond_a_tenth_of_the_range() -> None:
    drawn = "".join(lines(VALUES.targets, VALUES))
    assert all(glyph in drawn for glyph in "○◑◕●")
    assert "✗" not in "".join(lines(VALUES.targets + 0.39, VALUES))
    assert "".join(lines(VALUES.targets + 0.41, VALUES)).count("✗") == 4
    assert "-2 to 2" in points_legend(VALUES, PLAIN, 80)
    assert "✗ off by > 10% of that" in points_legend(VALUES, PLAIN, 80)


def test_more_than_two_inputs_are_a_projection_that_is_named() -> None:
    wide = dataclasses.replace(CORNERS, inputs=np.tile(CORNERS.inputs, 2), axes=(3, 0))
    drawn = lines(CORNERS.targets, wide)
    assert drawn[1] == "   1│●" + " " * 18 + "○"
    assert drawn[7] == "   0│○" + " " * 18 + "●"
    assert " x3 " in drawn[8]
    assert drawn[4].startswith("  x0│")
    assert "other inputs at their mean" in points_legend(wide, PLAIN, 80)


def test_test_points_have_glyphs_of_their_own() -> None:
    half = dataclasses.replace(CORNERS, train=np.array([True, True, False, False]))
    drawn = {cell.text for line in truth_cells(half, 25, 9, Look()) for cell in line}
    assert {"○", "●", "△", "▲"} <= drawn
    assert "△ ▲ test" in points_legend(half, PLAIN, 80)
    assert "test" not in points_legend(CORNERS, PLAIN, 80)
    assert len(points_legend(half, PLAIN, 40)) <= 40


def test_ascii_is_ascii() -> None:
    for points in (CORNERS, CLASSES, VALUES):
        surface = np.zeros((14, 20, points.targets.shape[1]))
        assert "".join(lines(points.targets * 3, points, surface, ASCII)).isascii()
        assert verdict_title("P", points, points.targets, 40, ASCII).isascii()
        assert points_legend(points, ASCII, 80).isascii()


def test_the_title_says_how_good_the_predictions_are() -> None:
    wrong = 1 - CORNERS.targets
    assert verdict_title("Prediction", CORNERS, wrong, 40, PLAIN) == "Prediction: 4 wrong"
    assert verdict_title("Prediction", CORNERS, wrong, 12, PLAIN) == "4 wrong"
    title = verdict_title("Prediction", VALUES, VALUES.targets + 0.5, 40, PLAIN)
    assert title == "Prediction: R² 0.886, mean error 0.5"
    assert verdict_title("Prediction", VALUES, VALUES.targets, 12, PLAIN) == "R² 1.000"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-1.3, "-1.3"),
        (-1.193, "-1.2"),
        (12_345, "12k"),
        (-0.00012, "-1e-4"),
        (1000.5, "1000"),
        (131_000, "131k"),
        (1_020_000, "1M"),
        (-131_000, "-1e5"),
        (1e12, "1e12"),
    ],
)
def test_ticks_are_short(value: float, text: str) -> None:
    assert tick(value) == text


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((131_000.0, 1_020_000.0), "131,000 to 1,020,000"),
        ((1000.5, 1059.5), "1,000.5 to 1,059.5"),
        ((-2.0, 2.0), "-2 to 2"),
        ((0.001234, 0.005678), "0.00123 to 0.00568"),
        ((1e-9, 3e-9), "1.00e-09 to 3.00e-09"),
    ],
)
def test_the_ends_of_the_values_can_be_told_apart(ends: tuple[float, float], said: str) -> None:
    targets = np.array([[ends[0]], [ends[1]], [ends[1]], [ends[0]]])
    points = dataclasses.replace(VALUES, targets=targets)
    assert f"● {said}" in points_legend(points, PLAIN, 80).replace("○◔◑◕", "")


def test_the_mean_error_is_written_out() -> None:
    points = dataclasses.replace(VALUES, targets=VALUES.targets * 1e5)
    title = verdict_title("Prediction", points, points.targets + 22_345, 60, PLAIN)
    assert title.endswith("mean error 22,000")


FLOWERS = ("setosa", "versicolor", "virginica")


@pytest.mark.parametrize("width", range(12, 100))
def test_the_entries_of_the_legend_never_run_together(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dataset, "classes", FLOWERS)
    points = dataclasses.replace(
        CORNERS,
        task="multiclass",
        inputs=np.tile(CORNERS.inputs, 2),
        targets=np.eye(4)[:, :3],
        train=np.array([True, True, False, False]),
    )
    said = points_legend(points, PLAIN, width)
    assert len(said) <= width
    assert "✗ wrong" in said or "✗ misclassified" in said
    for word in ("hollow", "✗", "other"):
        assert word not in said or f"  {word}" in said


def test_the_name_of_the_upright_axis_is_never_written_downwards() -> None:
    wide = dataclasses.replace(
        CORNERS, inputs=np.tile(CORNERS.inputs, 2), names=("size", "rooms", "b", "c")
    )
    for title in ("T", "Prediction: 13 wrong", "P" * 25):
        cells = map_cells(title, wide, wide.targets, None, 25, 9, PLAIN)
        drawn = ["".join(cell.text for cell in line) for line in cells]
        assert [len(line) for line in drawn] == [25] * 9
        assert "rooms ↑" in drawn[0] or "↑ rooms" in drawn[-1]
        assert all(line[:4].strip() in ("", "0", "1") for line in drawn[1:-1])


@pytest.mark.parametrize(("missed", "mark"), [(1, "○"), (2, "○"), (3, "✗")])
def test_a_cell_of_several_points_is_marked_where_most_of_them_are_wrong(
    missed: int, mark: str
) -> None:
    shared = dataclasses.replace(
        CORNERS, inputs=np.zeros((80, 2)), targets=np.zeros((80, 1)), train=np.ones(80, bool)
    )
    outputs = (np.arange(80) < 20 * missed).astype(float)[:, np.newaxis]
    cells = map_cells("", shared, outputs, None, 25, 9, PLAIN)
    drawn = {cell.text for line in cells for cell in line}
    assert drawn & set("○✗") == {mark}
    assert ('class="wrong"' in svg_map(shared, outputs, title="")) == (mark == "✗")


def test_a_cell_with_few_wrong_points_shows_that_there_are_some_where_they_are_rare() -> None:
    look, x = Look(), np.array([0.0] * 80 + [1.0] * 320)
    points = dataclasses.replace(
        CORNERS,
        inputs=np.column_stack([x, x]),
        targets=np.zeros((400, 1)),
        train=np.ones(400, bool),
    )

    def grounds(outputs: Array) -> set[int]:
        cells = map_cells("", points, outputs, None, 25, 9, look)
        styles = [cell.style for line in cells for cell in line if cell.text == "○"]
        return {style.bgcolor.number for style in styles if style and style.bgcolor}

    some = np.zeros((400, 1))
    some[:20] = 1
    assert inks(look).faint_fault in grounds(some)
    many = some.copy()
    many[80:200] = 1
    assert inks(look).faint_fault not in grounds(many)


def test_where_few_are_wrong_each_of_them_is_found() -> None:
    x = np.arange(100) % 4 / 3
    points = dataclasses.replace(
        CORNERS,
        inputs=np.column_stack([x, x]),
        targets=np.zeros((100, 1)),
        train=np.ones(100, bool),
    )
    outputs = np.zeros((100, 1))
    outputs[[5, 42]] = 1  # each in a cell with 24 that are right
    cells = map_cells("", points, outputs, None, 25, 9, PLAIN)
    assert sum(cell.text == "✗" for line in cells for cell in line) == 2
    assert 'class="wrong"' in svg_map(points, outputs, title="")

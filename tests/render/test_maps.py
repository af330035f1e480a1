"""Ground truth and prediction as maps."""

import dataclasses

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.maps import UNICODE, map_cells, surface_shape, truth_cells

CORNERS = Dataset(
    "corners",
    "binary",
    np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]),
    np.array([[0.0], [1.0], [1.0], [0.0]]),
    np.ones(4, bool),
    (0.0, 1.0, 0.0, 1.0),
)


def lines(outputs: Array, surface: Array | None = None, **options: bool) -> list[str]:
    cells = map_cells("Title", CORNERS, outputs, surface, 25, 9, **options)
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


def test_the_surface_lies_behind_the_points() -> None:
    surface = np.tile(np.linspace(0, 1, 20), (14, 1))[..., np.newaxis]
    assert surface.shape[:2] == surface_shape(25, 9)
    cells = map_cells("", CORNERS, CORNERS.targets, surface, 25, 9)
    left, right = cells[3][5].style, cells[3][24].style
    assert left is not None
    assert right is not None
    assert left.bgcolor != right.bgcolor
    assert cells[1][5].style.bgcolor == left.bgcolor  # type: ignore[union-attr]
    # NaN, infinities and a surface of a size that is no longer wanted do no harm.
    surface[0, :3, 0] = np.nan, np.inf, -np.inf
    map_cells("", CORNERS, CORNERS.targets, surface, 25, 9)
    assert lines(CORNERS.targets, surface[:4]) == lines(CORNERS.targets)


def test_test_points_have_glyphs_of_their_own() -> None:
    half = dataclasses.replace(CORNERS, train=np.array([True, True, False, False]))
    cells = truth_cells(half, 25, 9)
    assert {"○", "●", "△", "▲"} <= {cell.text for line in cells for cell in line}
    assert "△ ▲ test" in UNICODE.legend(half)
    assert "test" not in UNICODE.legend(CORNERS)


def test_ascii_is_ascii() -> None:
    drawn = truth_cells(CORNERS, 20, 9, ascii=True)
    assert all(cell.text.isascii() for line in drawn for cell in line)
    assert {"o", "#"} <= {cell.text for line in drawn for cell in line}

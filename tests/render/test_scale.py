"""Axes of maps whose values are categories, true and false, or dates."""

import dataclasses
from datetime import date

import numpy as np
import pytest
from test_maps import ASCII, PLAIN

from tui_nn.datasets import Dataset
from tui_nn.datasets.extent import around
from tui_nn.datasets.preprocessing import Input, Preprocessing, Target
from tui_nn.engine.types import Array
from tui_nn.render.maps import map_cells, surface_shades, surface_shape
from tui_nn.render.plane import names_below
from tui_nn.render.scale import days
from tui_nn.render.svg import svg_map

GOODS = ("Donaudampfschifffahrt", "Ei", "Rindfleischetikettierung")
FIRST = (date(2021, 3, 1) - date(1970, 1, 1)).days
INPUTS = (
    Input("goods", "category", GOODS),
    Input("in_stock", "boolean"),
    Input("delivered on", "date"),
    Input("price"),
)


def points(across: int, up: int) -> Dataset:
    inputs = np.array([[i % 3, i % 2, FIRST + 100 * i, i / 7] for i in range(12)], float)
    whole = Dataset(
        "goods.csv",
        "binary",
        inputs,
        np.array([[i % 2] for i in range(12)], float),
        np.ones(12, bool),
        (0.0, 1.0, 0.0, 1.0),
        preprocessing=Preprocessing(INPUTS, Target("good", ("no", "yes"))),
    )
    extent = (*around(inputs[:, across]), *around(inputs[:, up]))
    return dataclasses.replace(whole, axes=(across, up), extent=extent)


def drawn(
    across: int, up: int, width: int = 39, height: int = 12, surface: Array | None = None
) -> list[str]:
    one = points(across, up)
    shades = surface_shades(one, surface, width, height)
    cells = map_cells("Title", one, one.targets, shades, width, height, PLAIN)
    assert [len(line) for line in cells] == [width] * height
    return ["".join(cell.text for cell in line) for line in cells]


def test_categories_across_have_their_names_below_their_points() -> None:
    *picture, names, axis = drawn(0, 3)
    assert "Donaudampfsch…" in names
    assert "Rindfleischet…" in names
    assert axis.strip() == "goods"
    below = {i for line in picture for i, c in enumerate(line) if c in "○●"}
    assert {names.index("Ei"), names.index("Ei") + 1} & below


def test_names_at_the_edge_leave_those_beside_them_whole() -> None:
    four = names_below(("Donaudampf", "Rindfleisch", "kurz", "Übersicht"), -0.2, 3.2, 34, PLAIN)
    assert "".join(c.text for c in four) == "Donau…─Rindfle…────kurz───Übersic…"


def test_categories_up_have_their_names_beside_their_points() -> None:
    lines = drawn(3, 0, 60)
    assert lines[0].startswith("goods ↑ ")
    rows = [line for line in lines if set(line) & set("○●")]
    assert [row.split("│")[0].strip() for row in rows] == ["Rindfleischet…", "Ei", "Donaudampfsch…"]


def test_true_and_false_are_words() -> None:
    assert next(line.split("│")[0].strip() for line in drawn(3, 1) if "●" in line) == "true"
    assert "false" in drawn(1, 3)[-2]


@pytest.mark.parametrize("width", [24, 39, 60])
def test_days_are_dates(width: int) -> None:
    across, up = drawn(2, 3, width)[-1], drawn(3, 2, width)
    assert across.split("└")[1].startswith("2021" if width < 30 else "2021-01-05")
    assert up[1].split("│")[0].strip().startswith("2024")
    assert "1.8" not in across


def test_two_dates_have_what_tells_them_apart() -> None:
    assert days(FIRST, FIRST + 400, 10) == ("2021-03-01", "2022-04-05")
    assert days(FIRST, FIRST + 400, 8) == ("2021-03", "2022-04")
    assert days(FIRST, FIRST + 400, 4) == ("2021", "2022")
    assert days(FIRST, FIRST + 30, 8) == ("03-01", "03-31")


@pytest.mark.parametrize("size", [(12, 5), (13, 6), (25, 9), (39, 8), (100, 40)])
@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (2, 0), (3, 2)])
def test_the_picture_has_its_size_and_its_ground(
    size: tuple[int, int], axes: tuple[int, int]
) -> None:
    surface = np.ones((*surface_shape(*size), 1))
    drawn(*axes, *size, surface)
    one = points(*axes)
    cells = map_cells("Title", one, one.targets, None, *size, ASCII)
    assert "".join(cell.text for line in cells for cell in line).isascii()


def test_a_page_has_names_and_dates_too() -> None:
    one = points(0, 2)
    page = svg_map(one, one.targets, title="Truth")
    assert "Ei<" in page
    assert ">2022" in page


@pytest.mark.parametrize("axes", [(4, 3), (3, 4)])
def test_whole_numbers_are_whole_at_the_ends_of_an_axis(axes: tuple[int, int]) -> None:
    one = points(3, 0)
    names = Preprocessing((*INPUTS, Input("id")), Target("good", ("no", "yes")))
    inputs = np.column_stack([one.inputs, 100_000 + 273 * np.arange(12.0)])
    extent = tuple(edge for i in axes for edge in around(inputs[:, i]))
    own = dataclasses.replace(one, inputs=inputs, axes=axes, extent=extent, preprocessing=names)
    cells = map_cells("Title", own, own.targets, None, 39, 12, PLAIN)
    text = "\n".join("".join(cell.text for cell in line) for line in cells)
    low, high = around(inputs[:, 4])
    assert f"{low:.0f}" in text
    assert f"{high:.0f}" in text
    assert f"{low:.0f}." not in text

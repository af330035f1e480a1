"""Planes of more than two inputs: two of them, or the principal components."""

import dataclasses

import numpy as np
import pytest

from tui_nn.datasets import Dataset
from tui_nn.datasets.preprocessing import Input, Preprocessing, Target
from tui_nn.datasets.principal import fit

RNG = np.random.default_rng(5)
POINTS = RNG.normal(size=(60, 5)) @ RNG.normal(size=(5, 5)) + 3


def test_the_components_are_those_of_the_singular_value_decomposition() -> None:
    found = fit(POINTS)
    _, lengths, vectors = np.linalg.svd(POINTS - POINTS.mean(axis=0))
    assert found.shares == pytest.approx(lengths[:2] ** 2 / (lengths**2).sum())
    for mine, theirs in zip(found.directions, vectors[:2], strict=True):
        assert mine == pytest.approx(theirs * np.sign(theirs[np.abs(theirs).argmax()]))
    there = found.project(POINTS)
    assert there.mean(axis=0) == pytest.approx([0, 0])
    assert found.project(found.points(there)) == pytest.approx(there)


def test_of_fewer_points_than_inputs_they_are_the_same() -> None:
    few = POINTS[:4]
    _, lengths, vectors = np.linalg.svd(few - few.mean(axis=0))
    found = fit(few)
    assert found.shares == pytest.approx(lengths[:2] ** 2 / (lengths**2).sum())
    assert np.abs((found.directions * vectors[:2]).sum(axis=1)) == pytest.approx([1, 1])


@pytest.mark.parametrize("points", [np.ones((5, 3)), np.ones((1, 3)), np.outer([1, 2, 3], [1, 1])])
def test_where_there_is_no_second_direction_nothing_is_made_up(points: np.ndarray) -> None:
    found = fit(points.astype(float))
    assert np.isfinite(found.directions).all()
    assert found.shares[1] == 0
    assert not found.directions[1].any()
    assert np.array_equal(found.directions[0] != 0, [found.shares[0] > 0] * points.shape[1])


def table() -> Dataset:
    """Four columns, one of them words, in units far apart."""
    inputs = np.column_stack(
        [POINTS[:, 0] * 1000, POINTS[:, 1], RNG.integers(0, 3, 60), POINTS[:, 2]]
    )
    known = Preprocessing(
        (
            Input("far", mean=3000, scale=2000, typical=3000),
            Input("near", mean=3, scale=2, typical=3),
            Input("word", "category", ("a", "b", "c"), typical=1),
            Input("last", mean=3, scale=2, typical=2.5),
        ),
        Target("t", ("no", "yes")),
    )
    train = np.arange(60) < 40
    return Dataset(
        "table", "binary", inputs, np.ones((60, 1)), train, (0, 1, 0, 1), preprocessing=known
    )


def test_a_plane_of_two_inputs_holds_the_others() -> None:
    data = table().along((3, 0))
    assert data.axis_names == ("last", "far")
    assert np.array_equal(data.places, data.inputs[:, [3, 0]])
    left, right, bottom, top = data.extent
    assert left < data.inputs[:, 3].min() < data.inputs[:, 3].max() < right
    assert bottom < data.inputs[:, 0].min() < data.inputs[:, 0].max() < top
    grid = data.grid(2, 4)
    assert grid.shape == (8, 6)
    assert np.ptp(grid[:4, 5]) > 0  # across
    assert grid[0, 0] > grid[4, 0]  # the top row first
    assert np.array_equal(grid[:, 1:5], np.tile([0, 0, 1, 0], (8, 1)))


def test_the_plane_of_principal_components_is_that_of_what_the_network_gets() -> None:
    data = table().along(None)
    inputs = data.network_inputs()
    assert data.principal is not None
    assert data.principal.centre == pytest.approx(inputs[:40].mean(axis=0))
    assert data.places == pytest.approx(data.principal.project(inputs))
    left, right, bottom, top = data.extent
    assert (data.places > [left, bottom]).all()
    assert (data.places < [right, top]).all()
    grid = data.grid(3, 3)
    middle = (
        data.principal.centre + [(left + right) / 2, (bottom + top) / 2] @ data.principal.directions
    )
    assert grid[4] == pytest.approx(middle)
    assert data.axis_names[0] == f"PC1 {data.principal.shares[0]:.0%}"


def test_a_plane_travels() -> None:
    data = table()
    for axes in ((1, 3), None):
        there = data.along(axes)
        again = data.on(there.plane)
        assert (again.axes, again.extent) == (there.axes, there.extent)
        assert again.places == pytest.approx(there.places)


def test_axes_that_are_not_there_leave_it_as_it_is() -> None:
    data = table()
    for axes in ((0, 4), (-1, 0), (0, 1)):
        assert data.along(axes) is data
    flat = dataclasses.replace(data, inputs=data.inputs[:, :2], preprocessing=None)
    assert flat.along(None) is flat.along((1, 0)) is flat


def test_inputs_of_one_column_belong_together() -> None:
    assert table().input_groups == [("far", 1), ("near", 1), ("word", 3), ("last", 1)]
    told = Dataset(
        "xy",
        "binary",
        POINTS[:, :2],
        np.ones((60, 1)),
        np.ones(60, bool),
        (0, 1, 0, 1),
        ("x", "xy"),
    )
    assert told.input_groups == [("x", 1), ("xy", 1)]


def test_columns_that_are_cut_off_alike_stay_apart() -> None:
    names = [f"a measurement that is long {i}" for i in range(12)]
    known = Preprocessing(tuple(map(Input, names)), Target("t", ("no", "yes")))
    assert len(set(known.names)) == len(set(known.columns)) == 12
    assert max(map(len, known.names)) == len(known.names[0]) == 24
    data = dataclasses.replace(table(), inputs=np.zeros((60, 12)), preprocessing=known)
    assert len(data.feature_labels) == 12

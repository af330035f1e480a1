"""Shades of a surface, and that small changes don't change them."""

import dataclasses

import numpy as np
import pytest
from test_maps import CLASSES, CORNERS, VALUES

from tui_nn.datasets import Dataset
from tui_nn.render.judgement import classes
from tui_nn.render.look import Look
from tui_nn.render.shades import CERTAINTIES, SHADES, SLACK, shade_numbers, shades_of


def test_a_shade_stays_until_the_value_is_a_quarter_of_a_shade_beyond_its_bounds() -> None:
    bound, step = 3.5 / (SHADES - 1), 1 / (SHADES - 1)
    first = shades_of(CORNERS, np.array([[bound - 0.01 * step]]))
    near = np.array([[bound + (SLACK - 0.01) * step]])
    far = np.array([[bound + (SLACK + 0.01) * step]])
    assert shades_of(CORNERS, near, first) == first == 3
    assert shades_of(CORNERS, far, first) == 4
    assert shades_of(CORNERS, near) == 4  # at rest


@pytest.mark.parametrize("points", [CORNERS, CLASSES, VALUES])
@pytest.mark.parametrize("discrete", [False, True])
def test_shades_are_within_the_scale_and_stay_where_nothing_changes(
    points: Dataset, discrete: bool
) -> None:
    rng = np.random.default_rng(1)
    outputs = rng.normal(0.5, 1, (30, 40, points.targets.shape[1]))
    shades = shades_of(points, outputs, discrete=discrete)
    assert shades.shape == (30, 40)
    assert shades.min() >= 0
    assert shades.max() < len(shade_numbers(points.task, Look()))
    assert np.array_equal(shades_of(points, outputs, shades, discrete), shades)
    # After a leap the shades before it don't matter.
    leapt = outputs[::-1] + 0.0
    after = shades_of(points, leapt, shades, discrete)
    exact = shades_of(points, leapt, discrete=discrete)
    if points.task != "multiclass":
        assert np.abs(after - exact).max() <= 1


def test_a_class_is_kept_while_another_is_hardly_ahead() -> None:
    before = np.array([0 * CERTAINTIES])
    hardly, clearly = np.array([[0.48, 0.52, 0, 0]]), np.array([[0.4, 0.6, 0, 0]])
    assert shades_of(CLASSES, hardly, before) == before
    assert shades_of(CLASSES, clearly, before) == CERTAINTIES
    assert shades_of(CLASSES, hardly) == CERTAINTIES
    sure = shades_of(CLASSES, np.array([[0, 0, 0, 1.0]]), before)
    assert sure == 3 * CERTAINTIES + CERTAINTIES - 1


def test_discrete_shades_are_the_classes_or_five_steps() -> None:
    outputs = np.linspace(0, 1, 50)[:, np.newaxis]
    assert set(shades_of(CORNERS, outputs, discrete=True)) == {0, SHADES - 1}
    assert len(set(shades_of(VALUES, outputs * 4 - 2, discrete=True))) == 5
    outputs = np.random.default_rng(1).uniform(0, 1, (50, 4))
    shades = shades_of(CLASSES, outputs, discrete=True)
    assert np.array_equal(shades // CERTAINTIES, classes(outputs))
    assert set(shades % CERTAINTIES) == {CERTAINTIES - 1}


def test_a_truth_that_does_not_vary_has_a_shade() -> None:
    flat = dataclasses.replace(VALUES, targets=np.ones((4, 1)))
    assert len(shades_of(flat, flat.targets)) == 4

"""Histograms of a layer's numbers, and how many of its units are saturated."""

import numpy as np
import pytest

from tui_nn.engine.losses import MeanSquaredError
from tui_nn.engine.network import Network, columns
from tui_nn.engine.statistics import histogram, layer_statistics


def test_a_histogram_counts_every_value_once() -> None:
    values = np.random.default_rng(0).normal(size=(40, 25))
    found = histogram(values)
    assert (found.low, found.high) == (values.min(), values.max())
    assert found.counts == np.histogram(values, 16)[0].tolist()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("scale", [1.0, "largest", "smallest"])
def test_a_histogram_of_any_size_of_numbers(dtype: type, scale: float | str) -> None:
    limits = np.finfo(dtype)
    factor = {"largest": limits.max, "smallest": limits.tiny}.get(str(scale), dtype(1))
    found = histogram(np.array([-1, -1, 0, 1], dtype) * factor)
    assert (found.counts[0], found.counts[8], found.counts[15]) == (2, 1, 1)


def test_a_histogram_of_one_value_of_none_and_of_what_is_not_finite() -> None:
    assert histogram(np.full(7, 3.0)).counts == [7.0] + [0.0] * 15
    assert sum(histogram(np.array([np.nan, np.inf])).counts) == 0
    assert sum(histogram(np.array([])).counts) == 0
    assert sum(histogram(np.array([1.0, np.nan, 2.0])).counts) == 2


def test_of_very_many_values_some_are_counted() -> None:
    found = histogram(np.linspace(0, 1, 1_000_000))
    assert 30_000 < sum(found.counts) <= 65_536
    assert np.ptp(found.counts) <= 1


def test_statistics_say_how_weights_gradients_and_outputs_spread() -> None:
    network = Network((2, 8, 1), "sigmoid")
    network.initialize("normal", np.random.default_rng(1))
    rows = np.random.default_rng(2).uniform(size=(30, 2))
    inputs, truth = columns(rows, network.parameters.dtype), np.ones((1, 30))
    network.biases[0][:3] = 100
    first, last = layer_statistics(network, MeanSquaredError, inputs, truth)
    assert (first.units, last.units) == (8, 1)
    assert first.saturated_units == 3 / 8
    assert first.weights.counts == np.histogram(network.weights[0], 16)[0].tolist()
    assert first.gradients.counts == np.histogram(network.gradient_blocks[0][:-1], 16)[0].tolist()
    assert sum(first.activations.counts) == 8 * 30
    assert 0 <= first.activations.low <= first.activations.high <= 1

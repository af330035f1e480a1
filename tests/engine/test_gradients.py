"""Backpropagation against central differences, over random shapes and activations."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.engine import losses
from tui_nn.engine.activations import REGISTRY as ACTIVATIONS
from tui_nn.engine.network import Network, Pass

# relu's slope jumps at 0, where differences mean nothing; it is checked against PyTorch's values.
SMOOTH = sorted(set(ACTIVATIONS) - {"relu"})


@settings(max_examples=40, deadline=None)
@given(
    hidden=st.lists(st.integers(1, 5), max_size=3),
    inner=st.sampled_from(SMOOTH),
    outer=st.sampled_from(SMOOTH),
    points=st.integers(1, 6),
    seed=st.integers(0, 2**32 - 1),
)
def test_gradients_are_central_differences(
    hidden: list[int], inner: str, outer: str, points: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    network = Network((2, *hidden, 2), inner, outer)
    network.parameters[:] = rng.normal(0, 0.7, network.parameters.shape)
    inputs, truth = rng.normal(size=(points, 2)), rng.normal(size=(2, points))
    loss = losses.REGISTRY["mse"]
    passes = Pass(network, inputs)
    passes.forward()
    passes.backward(loss, truth)
    analytic, h = network.gradients.copy(), 1e-5
    numeric = np.empty_like(analytic)
    for i, value in enumerate(network.parameters.copy()):
        ends = []
        for moved in (value + h, value - h):
            network.parameters[i] = moved
            ends.append(loss.value(passes.forward(), truth))
        network.parameters[i] = value
        numeric[i] = (ends[0] - ends[1]) / (2 * h)
    scale = max(np.abs(analytic).max(), 1e-3)
    assert np.abs(analytic - numeric).max() / scale < 1e-6


def test_saturated_sigmoid_neither_overflows_nor_warns() -> None:
    z = np.array([-1e308, -745.0, 0.0, 745.0, 1e308])
    a, slope = np.empty_like(z), np.empty_like(z)
    with np.errstate(all="raise"):
        ACTIVATIONS["sigmoid"].forward(z, a)
        ACTIVATIONS["sigmoid"].derivative(z, a, slope)
    assert a.tolist() == [0, 0, 0.5, 1, 1]
    assert slope.tolist() == [0, 0, 0.25, 0, 0]

"""Backpropagation against central differences, over random shapes, activations and losses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.engine import losses
from tui_nn.engine.activations import OUTPUTS, REGISTRY
from tui_nn.engine.evaluation import Points
from tui_nn.engine.losses import Loss
from tui_nn.engine.metrics import Accuracy
from tui_nn.engine.network import Network, Pass, columns
from tui_nn.engine.regularization import Penalty

# Differences mean nothing across a kink; these are checked against PyTorch's values.
KINKED = {"relu", "leaky_relu", "selu", "hinge", "mae", "huber"}
SMOOTH = sorted(set(REGISTRY) - KINKED)


def compatible(loss: type[Loss]) -> list[str]:
    found = []
    for name in OUTPUTS:
        try:
            losses.check(loss, name)
        except ValueError:
            continue
        found.append(name)
    return sorted(set(found) - KINKED)


COMBINATIONS = [
    (name, output)
    for name, loss in losses.REGISTRY.items()
    if name not in KINKED
    for output in compatible(loss)
]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_gradients_are_central_differences(data: st.DataObject) -> None:
    hidden = data.draw(st.lists(st.integers(1, 5), max_size=3), "hidden")
    inner = [data.draw(st.sampled_from(SMOOTH), "activation") for _ in hidden]
    loss_name, output = data.draw(st.sampled_from(COMBINATIONS), "loss and output")
    points = data.draw(st.integers(1, 6), "points")
    outputs = data.draw(st.integers(2 if output == "softmax" else 1, 3), "outputs")
    l1, l2 = (data.draw(st.sampled_from([0.0, 0.1]), name) for name in ("l1", "l2"))
    biases = data.draw(st.booleans(), "penalise biases")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    loss = losses.REGISTRY[loss_name]
    network = Network((2, *hidden, outputs), inner, output)
    network.parameters[:] = rng.normal(0, 0.7, network.parameters.shape)
    rows = rng.normal(size=(points, 2))
    inputs = columns(rows, network.parameters.dtype)
    truth = np.eye(outputs)[rng.integers(0, outputs, points)].T
    if loss_name == "mse":
        truth = rng.normal(size=(outputs, points))
    penalty = Penalty(network, l1, l2, biases=biases)
    passes = Pass(network, points, loss)
    for _ in range(2):  # buffers that are used again give the same
        passes.forward(inputs)
        passes.backward(truth)
        penalty.add_to(network.gradients)
    analytic, h = network.gradients.copy(), 1e-5
    numeric = np.empty_like(analytic)
    evaluated = Points(network, rows, truth.T, loss, Accuracy)
    for i, value in enumerate(network.parameters.copy()):
        ends = []
        for moved in (value + h, value - h):
            network.parameters[i] = moved
            ends.append(evaluated.evaluate()[0] + penalty.value())
        network.parameters[i] = value
        numeric[i] = (ends[0] - ends[1]) / (2 * h)
    scale = max(np.abs(analytic).max(), 1e-2)
    assert np.abs(analytic - numeric).max() / scale < 1e-6


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("cross_entropy", "sigmoid"),
        ("binary_cross_entropy", "tanh"),
        ("hinge", "sigmoid"),
        ("mse", "softmax"),
    ],
)
def test_a_loss_that_makes_no_sense_with_the_output_is_refused(loss: str, output: str) -> None:
    network = Network((2, 3, 2), "tanh", output)
    with pytest.raises(ValueError, match=f"{loss}|{output}") as refused:
        Pass(network, 4, losses.REGISTRY[loss])
    assert "\n" not in str(refused.value)


def test_activations_are_one_or_one_a_hidden_layer() -> None:
    with pytest.raises(ValueError, match="2 hidden layers"):
        Network((2, 3, 3, 1), ["tanh"])
    with pytest.raises(ValueError, match="sofmax"):
        Network((2, 3, 3, 1), "tanh", "sofmax")
    with pytest.raises(ValueError, match="softmax"):
        Network((2, 3, 3, 1), "softmax")

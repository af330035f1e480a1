"""Initializers: the spread of the weights is the formula's, and equal seeds draw alike."""

import numpy as np
import pytest

from tui_nn.engine.initializers import REGISTRY
from tui_nn.engine.network import Network

FAN_IN, FAN_OUT = 300, 200
# Standard deviation of weights and of biases.
SPREAD = {
    "normal": (1, 1),
    "uniform": (1 / np.sqrt(3), 1 / np.sqrt(3)),
    "xavier_normal": (np.sqrt(2 / (FAN_IN + FAN_OUT)), 0),
    "xavier_uniform": (np.sqrt(2 / (FAN_IN + FAN_OUT)), 0),
    "he_normal": (np.sqrt(2 / FAN_IN), 0),
    "he_uniform": (np.sqrt(2 / FAN_IN), 0),
    "lecun_normal": (np.sqrt(1 / FAN_IN), 0),
    "orthogonal": (np.sqrt(1 / FAN_IN), 0),
    "zeros": (0, 0),
    "torch_linear": (np.sqrt(1 / (3 * FAN_IN)), np.sqrt(1 / (3 * FAN_IN))),
    "playground": (0.5 / np.sqrt(3), 0),
}


@pytest.mark.parametrize("name", REGISTRY)
def test_spread(name: str) -> None:
    weights, biases = REGISTRY[name](np.random.default_rng(0), FAN_IN, FAN_OUT)
    assert weights.shape == (FAN_IN, FAN_OUT)
    assert biases.shape == (FAN_OUT,)
    assert weights.std() == pytest.approx(SPREAD[name][0], rel=0.02)
    assert biases.std() == pytest.approx(SPREAD[name][1], rel=0.15, abs=1e-12)
    assert abs(weights.mean()) <= 0.02 * max(SPREAD[name][0], 1e-9)
    again, _ = REGISTRY[name](np.random.default_rng(0), FAN_IN, FAN_OUT)
    assert np.array_equal(weights, again)


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5)])
def test_orthogonal_weights_are(shape: tuple[int, int]) -> None:
    weights, _ = REGISTRY["orthogonal"](np.random.default_rng(0), *shape)
    product = weights.T @ weights if shape[0] >= shape[1] else weights @ weights.T
    np.testing.assert_allclose(product, np.eye(min(shape)), atol=1e-12)


def test_playgrounds_biases() -> None:
    _, biases = REGISTRY["playground"](np.random.default_rng(0), 2, 3)
    assert biases.tolist() == [0.1] * 3


def test_members_of_a_stack_are_drawn_as_alone() -> None:
    stack, alone = Network((2, 3, 1), members=2), Network((2, 3, 1))
    stack.initialize("he_normal", [np.random.default_rng(k) for k in (4, 5)])
    alone.initialize("he_normal", np.random.default_rng(5))
    assert np.array_equal(stack.parameters[1], alone.parameters)

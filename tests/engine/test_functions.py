"""Activations and losses, values and gradients, are PyTorch's and the exact ones, to 1e-13.

Values from record_torch_functions.py, at a thousand points with the extremes among them; where
torch is installed, from torch itself too.
"""

import importlib.util
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.engine import losses, metrics
from tui_nn.engine.activations import REGISTRY, Softmax, apply

sys.path.insert(0, str(Path(__file__).parent))
from record_torch_functions import (
    CLASSES,
    LABELS,
    LOGITS,
    POINTS,
    TARGETS,
    torch_values,
)

RECORDED = np.load(Path(__file__).with_name("torch_functions.npz"))
SOURCES = ["recorded"] + (["live"] if importlib.util.find_spec("torch") else [])


@pytest.fixture(scope="module", params=SOURCES)
def oracle(request: pytest.FixtureRequest) -> Any:
    return RECORDED if request.param == "recorded" else torch_values()


def functions(name: str, dtype: str = "float64") -> np.ndarray[Any, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        a, slope = apply(name, POINTS.astype(dtype))
    return np.stack([a[0], slope[0]])


@pytest.mark.parametrize("name", REGISTRY)
def test_activations_agree_with_torch(name: str, oracle: Any) -> None:
    # Relative to 1 at least: in their tails PyTorch's own forms keep no more, as in ½(1 + erf).
    # There the exact values judge, below.
    theirs = oracle[f"activation/{name}"]
    assert (np.abs(functions(name) - theirs) <= 1e-13 * np.maximum(1, np.abs(theirs))).all()


@pytest.mark.parametrize("name", REGISTRY)
def test_activations_are_exact_in_their_tails_too(name: str) -> None:
    exact = RECORDED[f"exact/{name}"]
    # Below, e^z has too few digits: denormals, and the cube in gelu_tanh's exponent.
    visible = np.abs(exact) > (1e-30 if name == "gelu_tanh" else 1e-300)
    if name == "tanh":
        visible[1] &= np.abs(POINTS) < 3  # 1 − a² has lost digits beyond, as PyTorch's has
    error = np.abs(functions(name) - exact)
    assert (error[visible] <= 1e-13 * np.abs(exact[visible])).all()
    assert error[~visible].max(initial=0) <= (1e-30 if name == "gelu_tanh" else 1e-15)


@pytest.mark.parametrize("name", REGISTRY)
def test_activations_in_single_precision(name: str) -> None:
    ours, exact = functions(name, "float32"), RECORDED[f"exact/{name}"]
    assert ours.dtype == np.float32
    # At ±tiny a float32 is 0, and a slope may jump there; sines want the point itself.
    plain = (np.abs(POINTS) > 1e-30) & (np.abs(POINTS) <= 40)
    scale = np.maximum(1, np.abs(exact)) * (1 + (np.abs(POINTS) if name == "sine" else 0))
    assert (np.abs(ours - exact) <= 1e-6 * scale)[:, plain].all()


def loss_functions(name: str) -> tuple[Any, Any]:
    """Value at each point alone, and the gradient by z of the loss over all the points."""
    if name == "cross_entropy":
        z, truth = LOGITS, np.eye(3)[CLASSES].T
        a = np.empty_like(z)
        Softmax(z, a, a).forward()
    else:
        z = POINTS[None]
        truth = (LABELS if name in ("binary_cross_entropy", "hinge") else TARGETS)[None]
        a = apply("sigmoid", z)[0] if name == "binary_cross_entropy" else z
    gradient = np.empty_like(a)
    loss = losses.REGISTRY[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss(a, gradient).gradient(truth)
        values = [loss.value(z[:, i : i + 1], truth[:, i : i + 1]) for i in range(z.shape[1])]
        assert loss.value(z, truth) == pytest.approx(np.mean(values), rel=1e-13)
    return np.array(values), gradient


@pytest.mark.parametrize("name", losses.REGISTRY)
def test_losses_agree_with_torch(name: str, oracle: Any) -> None:
    values, gradient = loss_functions(name)
    theirs = oracle[f"loss/{name}"]
    # Binary cross-entropy is relative to 1 (a point's share of it) at least: PyTorch's values
    # cancel where the output is right, and in a − y, both its and ours, a is rounded beside 1.
    floor = 1.0 if name == "binary_cross_entropy" else 0.0
    np.testing.assert_allclose(values, theirs[0], 1e-13, 1e-13 * floor)
    np.testing.assert_allclose(gradient, theirs[1:], 1e-13, 1e-13 * floor / len(POINTS))


def test_binary_cross_entropy_is_exact_where_pytorchs_cancels() -> None:
    values, _ = loss_functions("binary_cross_entropy")
    # The floor is for denormals, which have too few digits.
    np.testing.assert_allclose(values, RECORDED["exact/binary_cross_entropy"], 1e-13, 1e-300)


def test_stacked_networks_get_a_loss_and_a_metric_each() -> None:
    rng = np.random.default_rng(0)
    outputs, truth = rng.normal(size=(3, 4, 10)), np.eye(3)[rng.integers(0, 3, 10)].T
    for loss in losses.REGISTRY.values():
        together = loss.value(outputs, truth[:, None])
        alone = [loss.value(outputs[:, k], truth) for k in range(4)]
        np.testing.assert_allclose(together, alone, rtol=1e-14)
    for metric in metrics.REGISTRY.values():
        together = metric.of(outputs, truth[:, None])
        alone = [metric.of(outputs[:, k], truth) for k in range(4)]
        np.testing.assert_allclose(together, alone, rtol=1e-14)


def test_metrics() -> None:
    truth = np.array([[0, 0, 1, 1, 1.0]])
    said = np.array([[0.1, 0.5, 0.4, 0.9, 0.6]])
    assert metrics.Accuracy.of(said, truth) == pytest.approx(3 / 5)
    assert metrics.confusion(said, truth).tolist() == [[1, 1], [1, 2]]
    assert metrics.Accuracy.of(said - 0.55, truth, boundary=0.0) == pytest.approx(4 / 5)
    classes, chosen = np.eye(3)[[0, 1, 2, 2]].T, np.eye(3)[[0, 2, 2, 2]].T
    assert metrics.Accuracy.of(chosen, classes) == 3 / 4
    assert metrics.confusion(chosen, classes).tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 2]]
    assert metrics.R2.of(truth, truth) == 1
    assert metrics.R2.of(np.full((1, 5), 0.6), truth) == pytest.approx(0)
    assert np.isnan(metrics.R2.of(truth, np.ones((1, 5))))
    assert np.isnan(metrics.R2.of(truth[:, :1].repeat(10_000, axis=1), np.full((1, 10_000), 0.1)))

"""What `tui-nn bench` times in JAX learns what the engine learns."""

from typing import Any

import numpy as np
import pytest

from tui_nn import datasets
from tui_nn.bench import peers
from tui_nn.bench.jax_peer import jax_steps
from tui_nn.bench.peers import Task

pytest.importorskip("jax")


@pytest.mark.parametrize("whole_loop", [False, True])
@pytest.mark.parametrize(
    ("dataset", "optimizer", "rate", "options"),
    [
        ("xor", "gd", 1.0, {}),
        ("linear", "gd", 1.0, {}),
        ("xor", "adam", 0.01, {}),
        ("linear", "adam", 0.01, {}),
        ("circle", "adam", 0.001, {"hidden": "relu", "output": "softmax"}),
        ("circle", "gd", 0.03, {"hidden": "tanh", "output": "tanh"}),
    ],
)
def test_it_arrives_where_the_engine_does(
    dataset: str, optimizer: str, rate: float, options: dict[str, Any], whole_loop: bool
) -> None:
    points = datasets.load(dataset, np.random.default_rng(0))
    truth = points.targets
    if options.get("output") == "softmax":
        truth = np.hstack([truth, 1 - truth])
    sizes = (points.inputs.shape[1], 8, 8, truth.shape[1])
    task = Task(sizes, points.inputs, truth, optimizer, rate, **options)
    ours, theirs = peers.engine(task), jax_steps(task, whole_loop=whole_loop)
    start = task.network()
    for steps in (1, 99):
        ours(steps)
        trained = theirs(steps)
    network = ours.__self__.network  # the engine's contestant is Trainer.advance
    for i, (weights, biases) in enumerate(trained):
        assert np.abs(np.subtract(weights, start.weights[i])).max() > 1e-3
        np.testing.assert_allclose(weights, network.weights[i], rtol=0, atol=1e-9)
        np.testing.assert_allclose(biases, network.biases[i], rtol=0, atol=1e-9)


def test_batches_are_taken_in_float32() -> None:
    points = datasets.load("circle", np.random.default_rng(0), samples=40)
    task = Task((2, 8, 1), points.inputs, points.targets, "adam", 0.01, batch=10, dtype="float32")
    trained = jax_steps(task)(9)
    assert all(array.dtype == np.float32 for layer in trained for array in layer)

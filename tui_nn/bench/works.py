"""What is compared: the assignment's step, mini-batches, populations, large networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from shutil import which

import numpy as np

from tui_nn import datasets
from tui_nn.bench import peers
from tui_nn.bench.jax_peer import jax_steps
from tui_nn.bench.measure import OURS, Run, Work
from tui_nn.bench.peers import Task
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import REGISTRY as OPTIMIZERS
from tui_nn.engine.population import Population

# The contestants that may be missing: what finds them. A name's variant follows a comma.
INSTALLED: dict[str, Callable[[], object]] = {
    "PyTorch": partial(find_spec, "torch"),
    "scikit-learn": partial(find_spec, "sklearn"),
    "JAX": partial(find_spec, "jax"),
    "Playground in V8": partial(which, "node"),
}


def works() -> Iterator[Work]:
    """All that is compared."""
    for dataset in ("xor", "linear"):
        for optimizer in ("gd", "adam"):
            yield small(dataset, optimizer)
    yield mini_batches((2, 4, 2, 1))
    yield mini_batches((2, 8, 8, 1))
    for dataset in ("xor", "linear"):
        for dtype in ("float64", "float32"):
            yield population(dataset, dtype)
    yield large((64, 64, 64, 10), 128)
    yield large((784, 256, 256, 10), 256)
    yield large((784, 512, 512, 10), 512)


def small(dataset: str, optimizer: str) -> Work:
    """The assignment's step: 2-8-8-1, sigmoid, mean squared error, all points at once."""
    points = datasets.load(dataset, np.random.default_rng(0))
    rate = {"gd": 1.0, "adam": 0.01}[optimizer]
    task = Task((2, 8, 8, 1), points.inputs, points.targets, optimizer, rate)
    contestants: dict[str, Callable[[], Run]] = {
        OURS: lambda: peers.engine(task),
        "textbook NumPy": lambda: peers.textbook(task),
        "lean NumPy": lambda: peers.lean(task),
        "PyTorch": lambda: peers.pytorch(task),
        "scikit-learn": lambda: peers.scikit_learn(task),
        "JAX": lambda: jax_steps(task),
        "JAX, loop compiled": lambda: jax_steps(task, whole_loop=True),
    }
    return Work(f"2-8-8-1 {dataset}, {optimizer}", _installed(contestants))


def mini_batches(sizes: tuple[int, ...]) -> Work:
    """TensorFlow Playground's step: batches of 10 of 500 points, tanh, gradient descent."""
    points = datasets.load("circle", np.random.default_rng(0), samples=500)
    task = Task(sizes, points.inputs, points.targets, "gd", 0.03, "tanh", "tanh", batch=10)
    contestants: dict[str, Callable[[], Run]] = {
        OURS: lambda: peers.engine(task),
        "PyTorch": lambda: peers.pytorch(task),
        "JAX": lambda: jax_steps(task),
        "Playground in V8": lambda: peers.playground(sizes),
    }
    return Work(f"{_text(sizes)} tanh, batch 10", _installed(contestants))


def population(dataset: str, dtype: str, members: int = 64) -> Work:
    """The assignment's step for many networks at once, against one at a time."""
    sizes = (2, 8, 8, 1)
    points = datasets.load(dataset, np.random.default_rng(0))
    task = Task(sizes, points.inputs, points.targets, "gd", 1.0, dtype=dtype)

    def together() -> Run:
        rngs = [np.random.default_rng(k) for k in range(members)]
        network = Network(sizes, dtype=dtype, members=members)
        network.initialize("normal", rngs)
        rule = OPTIMIZERS["gd"](network.parameters, np.ones((members, 1)))
        return Population(network, rule, "mse", task.inputs, task.truth, rngs=rngs).run

    one = {"one at a time": lambda: peers.engine(task)}
    return Work(
        f"population of {members}, {dataset}, {dtype}", {OURS: together, **one}, {OURS: members}
    )


def large(sizes: tuple[int, ...], batch: int) -> Work:
    """Classification with relu, softmax, Adam and float32, where matrix products are the work."""
    rng = np.random.default_rng(0)
    inputs = rng.random((8 * batch, sizes[0]), np.float32)
    truth = np.eye(sizes[-1])[rng.integers(0, sizes[-1], len(inputs))]
    task = Task(sizes, inputs, truth, "adam", 1e-3, "relu", "softmax", batch, "float32")
    contestants: dict[str, Callable[[], Run]] = {
        OURS: lambda: peers.engine(task),
        "matrix products alone": lambda: peers.products(sizes, batch),
        "PyTorch": lambda: peers.pytorch(task),
        "JAX": lambda: jax_steps(task),
    }
    name = f"{_text(sizes)} relu, batch {batch}, adam, float32"
    return Work(name, _installed(contestants))


def _installed(contestants: dict[str, Callable[[], Run]]) -> dict[str, Callable[[], Run]]:
    missing = {name for name, find in INSTALLED.items() if not find()}
    return {name: c for name, c in contestants.items() if name.partition(",")[0] not in missing}


def _text(sizes: tuple[int, ...]) -> str:
    return "-".join(map(str, sizes))

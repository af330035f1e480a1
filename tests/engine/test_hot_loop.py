"""A step allocates nothing that stays, and the number of BLAS threads changes nothing."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from tui_nn.engine import optimizers
from tui_nn.engine.network import Network
from tui_nn.engine.population import Population
from tui_nn.engine.regularization import PlaygroundPenalty
from tui_nn.engine.schedules import Cosine
from tui_nn.engine.trainer import Evaluation, Trainer


def trainer(
    batch_size: int | None = None, sizes: tuple[int, ...] = (2, 8, 8, 1), **options: Any
) -> Trainer:
    rng = np.random.default_rng(0)
    network = Network(sizes, "gelu")
    network.initialize("xavier_normal", rng)
    inputs = rng.normal(size=(200, sizes[0]))
    truth = rng.integers(0, 2, (200, sizes[-1])).astype(float)
    rule = optimizers.Adam(network.parameters)
    options = {"dropout": 0.1, "rng": rng, **options}
    return Trainer(network, rule, "mse", inputs, truth, batch_size=batch_size, **options)


@pytest.mark.parametrize("batch_size", [None, 30])
@pytest.mark.parametrize("extras", [False, True])
def test_memory_is_flat(batch_size: int | None, extras: bool) -> None:
    looks = 0

    def look(step: int, _: Evaluation) -> None:
        nonlocal looks
        looks += 1

    one = trainer(batch_size, train=np.arange(200) % 5 > 0, report=look)
    if extras:
        one.schedule = Cosine()
        one.penalty = PlaygroundPenalty(one.network, l1=0.001, l2=0.001)
        one.clip_norm, one.clip_value = 0.1, 0.05
    tracemalloc.start()
    one.run(1000)  # the interpreter fills some pools of its own
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    one.run(2000)
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert looks == 3000 / 25
    assert after - before < 1000
    assert peak - before < 20_000  # an order of the points, no buffers of layers


def test_a_populations_memory_is_flat() -> None:
    rngs = [np.random.default_rng(k) for k in range(8)]
    network = Network((2, 8, 1), members=8)
    network.initialize("normal", rngs)
    inputs = rngs[0].normal(size=(50, 2))
    rule = optimizers.GradientDescent(network.parameters, 0.1)
    together = Population(network, rule, "mse", inputs, inputs[:, :1], rngs=rngs)
    together.run(50)
    tracemalloc.start()
    together.run(10)
    before, _ = tracemalloc.get_traced_memory()
    together.run(500)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 1000


def test_the_number_of_blas_threads_changes_nothing() -> None:
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            one = trainer(100, (40, 200, 200, 3))
            one.advance(30)
        results.append(one.network.parameters)
    difference = np.abs(results[0] - results[1]).max() / np.abs(results[0]).max()
    assert difference <= 1e-12

"""Many points: prepared part by part, laid out store by store, and the result is the same."""

import numpy as np
import pytest

from tui_nn import Adam, Network, Trainer
from tui_nn.engine import batches, evaluation

RNG = np.random.default_rng(0)
INPUTS, TRUTH = RNG.normal(size=(103, 2)), RNG.uniform(size=(103, 1))
TRAIN = RNG.uniform(size=103) < 0.8


def trainer(**options: object) -> Trainer:
    network = Network((2, 5, 1))
    network.initialize("normal", np.random.default_rng(1))
    rule, rng = Adam(network.parameters, 0.01), np.random.default_rng(2)
    options = {"inputs": INPUTS, "truth": TRUTH, "train": TRAIN, "batch_size": 10} | options
    return Trainer(network, rule, "mse", rng=rng, **options)  # type: ignore[arg-type]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "STORE", 25)
    monkeypatch.setattr(evaluation, "_CHUNK", 17)


def test_stores_and_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trainer()
    whole.run(57)
    monkeypatch.setattr(batches, "STORE", 25)
    some = trainer()
    some.run(57)
    assert np.array_equal(some.network.parameters, whole.network.parameters)


@pytest.mark.usefixtures("parts")
def test_a_run_resumes_within_a_store() -> None:
    once, first, second = trainer(), trainer(), trainer()
    once.run(60)
    first.run(23)
    second.load_state_dict(first.state_dict())
    second.run(37)
    assert np.array_equal(second.network.parameters, once.network.parameters)


@pytest.mark.usefixtures("parts")
def test_points_are_prepared_where_they_are_taken_in() -> None:
    raw = INPUTS * 3 + 1
    mine = trainer(inputs=raw, prepare=(lambda x: (x - 1) / 3, lambda y: y))
    expected = trainer(inputs=(raw - 1) / 3)
    for one in (mine, expected):
        one.run(20)
    assert np.array_equal(mine.network.parameters, expected.network.parameters)
    assert mine.evaluate() == expected.evaluate()

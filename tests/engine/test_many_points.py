"""Many points: prepared part by part, laid out store by store, and the result is the same."""

import tracemalloc
from typing import Any

import numpy as np
import pytest

from tui_nn import Adam, Network, Trainer
from tui_nn.engine import batches, evaluation
from tui_nn.engine.cohort import Cohort

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
    monkeypatch.setattr(batches, "STORE", 25 * 3)
    monkeypatch.setattr(evaluation, "_CHUNK", 17)
    monkeypatch.setattr(evaluation, "KEPT", 0)


def test_stores_and_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trainer()
    whole.run(57)
    monkeypatch.setattr(batches, "STORE", 25 * 3)
    monkeypatch.setattr(evaluation, "KEPT", 0)
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


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("train", [None, TRAIN])
def test_loss_and_metric_of_parts_are_those_of_the_whole(train: Any) -> None:
    evaluated = trainer(train=train, metric="r2").evaluate()
    network = trainer().network
    chosen = np.ones(103, bool) if train is None else train
    said, truth = network.predict(INPUTS)[chosen], TRUTH[chosen]
    spread = np.square(truth - truth.mean()).sum()
    assert evaluated.train_loss == pytest.approx(np.square(said - truth).mean(), rel=1e-12)
    assert evaluated.train_accuracy == pytest.approx(
        1 - np.square(said - truth).sum() / spread, rel=1e-12
    )


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shared", [True, False])
def test_a_cohort_of_many_points_is_its_trainers_alone(dtype: str, shared: bool) -> None:
    def one(k: int) -> Trainer:
        network = Network((2, 5, 1), dtype=dtype)
        network.initialize("normal", np.random.default_rng(k))
        rule, rng = Adam(network.parameters, 0.01), np.random.default_rng(10 + k)
        own = INPUTS if shared else INPUTS + k
        return Trainer(network, rule, "mse", own, TRUTH, train=TRAIN, batch_size=10, rng=rng)

    together, alone = [one(k) for k in range(3)], [one(k) for k in range(3)]
    Cohort(together).run(57)
    for mine, other in zip(together, alone, strict=True):
        other.run(57)
        assert np.array_equal(mine.network.parameters, other.network.parameters)
        assert mine.evaluate() == other.evaluate()


def test_points_may_be_anything_that_is_made_ready() -> None:
    rows = np.array([["a", 1.0], ["b", 2.0], ["a", 3.0]], object)
    made = trainer(
        inputs=rows, truth=TRUTH[:3], train=None, batch_size=None,
        prepare=(lambda r: np.column_stack([r[:, 0] == "a", r[:, 1]]).astype(float), lambda y: y),
    )  # fmt: skip
    given = trainer(
        inputs=np.array([[1, 1], [0, 2], [1, 3.0]]), truth=TRUTH[:3], train=None, batch_size=None
    )
    assert made.evaluate() == given.evaluate()


def test_no_points_are_refused() -> None:
    with pytest.raises(ValueError, match=r"inputs: \(0, 2\): must be at least one point"):
        trainer(inputs=INPUTS[:0], truth=TRUTH[:0], train=None)


def test_many_points_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "KEPT", 2**18)
    inputs = np.random.default_rng(0).normal(size=(100_000, 20))
    network = Network((20, 4, 1))
    network.initialize("normal", np.random.default_rng(1))
    tracemalloc.start()
    one = Trainer(
        network, Adam(network.parameters), "mse", inputs, inputs[:, :1] > 0, batch_size=100,
        prepare=(lambda x: x * 2, lambda y: y),
    )  # fmt: skip
    one.run(300)
    one.evaluate()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < inputs.nbytes / 2

"""Runs: what learns, what can't, and that a result depends on its settings alone."""

import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import Adam, GradientDescent, Lbfgs
from tui_nn.engine.range_test import range_test
from tui_nn.engine.regularization import Penalty
from tui_nn.engine.schedules import Exponential
from tui_nn.engine.trainer import Evaluation, StopRules, Trainer
from tui_nn.experiment import apply_live, build_dataset, build_trainer
from tui_nn.settings import Settings


def train(trainer: Trainer) -> str:
    while trainer.reason is None:
        trainer.run(10_000)
    return trainer.reason


@pytest.mark.parametrize("dataset", ["xor", "linear"])
@pytest.mark.parametrize("seed", range(10))
def test_the_defaults_reach_their_target(dataset: str, seed: int) -> None:
    trainer = build_trainer(Settings(dataset=dataset, seed=seed))
    assert train(trainer) == "target_loss"
    assert trainer.evaluate().train_accuracy >= (1.0 if dataset == "xor" else 0.98)


def test_a_linear_model_fails_on_xor() -> None:
    settings = Settings(
        activation="linear", output_activation="linear", learning_rate=0.002, max_epochs=20
    )
    trainer = build_trainer(settings)
    assert train(trainer) == "max_epochs"
    # It finds the best plane there is, which is nearly flat: no better than guessing the mean.
    data = build_dataset(settings)
    inputs = np.column_stack([data.inputs, np.ones(len(data.inputs))])
    plane, *_ = np.linalg.lstsq(inputs, data.targets)
    best = np.mean((inputs @ plane - data.targets) ** 2)
    assert best > 0.2
    assert trainer.evaluate().train_loss == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("batch_size", ["full", 8])
@pytest.mark.parametrize("optimizer", ["gd", "adam"])
def test_a_resumed_run_is_bit_identical(batch_size: int | str, optimizer: str) -> None:
    settings = Settings(
        dataset="circle", batch_size=batch_size, optimizer=optimizer, learning_rate=0.01
    )
    whole, first, second = (build_trainer(settings) for _ in range(3))
    whole.run(250)
    first.run(100)
    second.load_state_dict(first.state_dict())
    for _ in range(15):
        second.evaluate()
        second.run(10)
    assert np.array_equal(whole.network.parameters, second.network.parameters)


DIVERGING = Settings(
    dataset="circle", activation="relu", output_activation="linear", learning_rate=1e6
)


def test_divergence_keeps_the_last_finite_parameters() -> None:
    trainer = build_trainer(DIVERGING)
    start = trainer.network.parameters.copy()
    assert train(trainer) == "diverged"
    assert np.array_equal(trainer.network.parameters, start)
    assert trainer.run(10) == 0
    with pytest.raises(ValueError, match="diverged"):
        trainer.resume()


@pytest.mark.parametrize("settings", [Settings(), DIVERGING, Settings(max_steps=37)])
@pytest.mark.parametrize("slice_of_steps", [1, 7, 1000])
def test_how_a_run_is_cut_changes_nothing(settings: Settings, slice_of_steps: int) -> None:
    whole, cut = build_trainer(settings), build_trainer(settings)
    train(whole)
    while cut.reason is None:
        cut.run(slice_of_steps)
        cut.evaluate()
    assert (cut.step, cut.reason) == (whole.step, whole.reason)
    assert np.array_equal(cut.network.parameters, whole.network.parameters)


def test_an_ended_run_goes_on_past_its_limit_but_not_past_another() -> None:
    trainer = build_trainer(Settings(max_steps=40, max_epochs=1))
    assert train(trainer) == "max_steps"
    trainer.resume()
    assert train(trainer) == "max_epochs"
    assert trainer.step == 500


def test_a_new_limit_lets_an_ended_run_go_on() -> None:
    old = Settings(max_steps=40)
    trainer = build_trainer(old)
    train(trainer)
    apply_live(trainer, old, old.changed(max_steps=60))
    assert trainer.reason is None
    train(trainer)
    assert trainer.step == 60


def test_every_look_is_reported() -> None:
    looks: list[int] = []
    trainer = build_trainer(Settings(max_steps=110), report=lambda step, _: looks.append(step))
    train(trainer)
    assert looks == [25, 50, 75, 100, 110]


def test_another_optimizer_goes_on_from_the_same_parameters() -> None:
    old = Settings()
    trainer = build_trainer(old)
    trainer.run(100)
    before = trainer.network.parameters.copy()
    apply_live(trainer, old, old.changed(optimizer="adam"))
    assert np.array_equal(trainer.network.parameters, before)
    assert trainer.step == 100
    trainer.run(1)
    assert not np.array_equal(trainer.network.parameters, before)


def hard_to_generalise(**options: Any) -> Trainer:
    """Twenty points of noise to train on: the loss on the others soon gets worse."""
    rng = np.random.default_rng(0)
    inputs, truth = rng.normal(size=(40, 2)), rng.integers(0, 2, (40, 1)).astype(float)
    network = Network((2, 20, 1), "tanh")
    network.initialize("xavier_normal", rng)
    return Trainer(
        network,
        Adam(network.parameters, 0.05),
        "mse",
        inputs,
        truth,
        train=np.arange(40) < 20,
        steps_per_epoch=10,
        **options,
    )


def test_early_stopping_brings_the_best_weights_back() -> None:
    best = math.inf

    def look(step: int, evaluation: Evaluation) -> None:
        nonlocal best
        if step % 10 == 0:
            best = min(best, evaluation.test_loss)

    trainer = hard_to_generalise(stop=StopRules(patience=5), report=look)
    assert train(trainer) == "early_stop"
    assert trainer.evaluate().test_loss == best
    ended = trainer.step
    trainer.resume()
    assert trainer.run(30) == 30
    assert trainer.step == ended + 30


def test_more_patience_lets_an_ended_run_go_on() -> None:
    trainer = hard_to_generalise(stop=StopRules(patience=2))
    train(trainer)
    trainer.stop = StopRules(patience=1000)
    assert trainer.reason is None


def test_a_schedule_sets_the_rate_of_each_step() -> None:
    trainer = hard_to_generalise(schedule=Exponential(gamma=0.9))
    trainer.run(11)
    assert trainer.optimizer.learning_rate == pytest.approx(0.05 * 0.9**10)
    trainer.optimizer = Adam(trainer.network.parameters, 1.0)
    trainer.run(1)
    assert trainer.optimizer.learning_rate == pytest.approx(0.9**11)


def test_lbfgs_trains_with_the_penalty_in_its_objective() -> None:
    trainer = hard_to_generalise()
    network = trainer.network
    trainer.optimizer = Lbfgs(network.parameters, line_search_fn="strong_wolfe")
    trainer.penalty = Penalty(network, l2=0.01)
    trainer.run(30)
    trainer.advance(1)
    for points, inputs, truth in [next(iter(trainer.batches.take(1)))]:
        points.forward(inputs)
        points.backward(truth)
        trainer.penalty.add_to(network.gradients)
    assert np.abs(network.gradients).max() < 1e-4


def test_large_sets_are_evaluated_in_parts() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(10_000, 2))
    truth = np.eye(2)[(inputs[:, 0] > 0).astype(int)]
    network = Network((2, 5, 2), "tanh", "softmax")
    network.initialize("xavier_normal", rng)
    trainer = Trainer(
        network, Adam(network.parameters), "cross_entropy", inputs, truth, batch_size=32, rng=rng
    )
    trainer.run(50)
    prediction = network.predict(inputs)
    evaluation = trainer.evaluate()
    expected = -np.log((prediction * truth).sum(axis=1)).mean()
    assert evaluation.train_loss == pytest.approx(expected, rel=1e-12)
    assert evaluation.train_accuracy == np.mean((prediction * truth).sum(axis=1) > 0.5)


def test_r2_for_regression() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, 2))
    truth = inputs @ np.array([[1.0], [2.0]]) + 3
    network = Network((2, 1), (), "linear")
    trainer = Trainer(
        network, GradientDescent(network.parameters, 0.1), "mse", inputs, truth, metric="r2"
    )
    trainer.run(500)
    assert trainer.evaluate().train_accuracy == pytest.approx(1)


def test_statistics_see_dead_and_saturated_units() -> None:
    trainer = hard_to_generalise()
    network = trainer.network
    first, last = trainer.statistics()
    assert first.weight_norm == pytest.approx(np.linalg.norm(network.weights[0]))
    assert first.dead == 0
    assert last.activation_mean == pytest.approx(network.predict(trainer_inputs(trainer)).mean())
    network.biases[0][:5] = 100
    first, last = trainer.statistics()
    assert first.dead == pytest.approx(5 / 20)
    assert first.saturated >= 5 / 20
    assert last.gradient_norm > 0


def trainer_inputs(trainer: Trainer) -> Any:
    return trainer.training_points.columns()[0][:-1].T


def test_the_range_test_suggests_a_rate_that_works_and_leaves_no_trace() -> None:
    settings = Settings(
        dataset="circle",
        batch_size=10,
        optimizer="adam",
        activation="tanh",
        init="xavier_uniform",
        learning_rate=0.001,
    )
    trainer, twin = build_trainer(settings), build_trainer(settings)
    for one in (trainer, twin):
        one.run(13)
    range_test(trainer)
    for one in (trainer, twin):
        one.run(50)
    assert np.array_equal(trainer.network.parameters, twin.network.parameters)

    fresh = build_trainer(settings)
    found = range_test(fresh)
    assert len(found.learning_rates) == len(found.losses) == len(found.smoothed)
    assert found.suggestion is not None
    fresh.optimizer.learning_rate = found.suggestion
    fresh.run(300)
    assert fresh.evaluate().train_loss < 0.01


def test_the_range_test_ends_where_the_loss_explodes() -> None:
    network = Network((2, 8, 1), "relu", "linear")
    network.initialize("he_normal", np.random.default_rng(0))
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(50, 2))
    trainer = Trainer(
        network, GradientDescent(network.parameters, 0.1), "mse", inputs, inputs[:, :1] * 3
    )
    found = range_test(trainer, 1e-4, 1e6, 200)
    assert len(found.losses) < 200
    assert np.isfinite(found.losses).all()
    with pytest.raises(ValueError, match="lowest < highest"):
        range_test(trainer, 1.0, 0.1)


def test_the_engine_is_at_hand_and_cheap_to_import() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules);"
        "from tui_nn import Network, Trainer, Adam, Population, range_test, datasets;"
        "heavy = {'pydantic', 'rich', 'textual', 'cyclopts', 'msgpack', 'plotext'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules);"
        "assert len(set(sys.modules) - before) < 80"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("inputs", "truth", "message"),
    [
        ((10, 3), (10, 1), r"inputs: \(10, 3\): must be \(N, 2\)"),
        ((10, 2), (10,), r"truth: \(10,\): must be \(10, 1\)"),
        ((10, 2), (9, 1), r"truth: \(9, 1\): must be \(10, 1\)"),
    ],
)
def test_points_that_dont_fit_are_refused(inputs: Any, truth: Any, message: str) -> None:
    network = Network((2, 3, 1))
    rule = Adam(network.parameters)
    with pytest.raises(ValueError, match=message):
        Trainer(network, rule, "mse", np.zeros(inputs), np.zeros(truth))


def test_layer_outputs_are_what_the_units_say() -> None:
    network = Network((2, 3, 2), ["relu"], "softmax")
    network.initialize("normal", np.random.default_rng(0))
    inputs = np.random.default_rng(1).normal(size=(7, 2))
    hidden, outputs = network.layer_outputs(inputs)
    expected = np.maximum(inputs @ network.weights[0] + network.biases[0], 0)
    np.testing.assert_allclose(hidden, expected)
    np.testing.assert_allclose(outputs.sum(axis=1), 1)


def test_dropout_may_change_while_a_network_trains() -> None:
    trainer = hard_to_generalise(batch_size=5)
    trainer.run(10)
    trainer.dropout = 0.5
    trainer.run(10)
    assert trainer.step == 20
    hidden, _ = next(trainer.batches.take(1))[0].layers
    silent = hidden.outgoing[:-1] == 0  # at the last step
    assert 0.3 < silent.mean() < 0.7
    trainer.dropout = 0.0
    trainer.run(1)
    hidden, _ = next(trainer.batches.take(1))[0].layers
    assert hidden.outgoing.all()


def test_patience_and_another_limit_at_once_still_go_back_to_the_best() -> None:
    values = {"dataset": "linear", "train_fraction": 0.5, "steps_per_epoch": 1, "learning_rate": 30}
    patient = Settings.parse({**values, "patience": 4, "target_loss": None})
    first = build_trainer(patient)
    assert train(first) == "early_stop"
    looks: list[float] = []
    again = build_trainer(
        patient.changed(max_steps=first.step), report=lambda _, now: looks.append(now.test_loss)
    )
    assert train(again) == "early_stop"
    assert np.array_equal(again.network.parameters, first.network.parameters)
    assert again.evaluate().test_loss == looks[-1] == min(looks)


@pytest.mark.parametrize("limit", [0, 10, 30])
def test_a_step_limit_that_is_already_met_takes_no_more_steps(limit: int) -> None:
    trainer = build_trainer(Settings(target_loss=None))
    trainer.run(30)
    trainer.stop = StopRules(max_steps=limit)
    assert train(trainer) == "max_steps"
    assert trainer.step == 30


def test_what_would_go_wrong_in_silence_is_refused() -> None:
    trainer, other = build_trainer(Settings()), build_trainer(Settings(batch_size=8))
    with pytest.raises(ValueError, match="other parameters"):
        trainer.optimizer = other.optimizer
    with pytest.raises(ValueError, match="batch_size: -1"):
        trainer.batch_size = -1
    with pytest.raises(ValueError, match="another batch_size"):
        build_trainer(Settings(batch_size=20)).load_state_dict(other.state_dict())
    with pytest.raises(ValueError, match="the state is of gd"):
        build_trainer(Settings(optimizer="adam")).load_state_dict(trainer.state_dict())
    with pytest.raises(ValueError, match="dropout"):
        trainer.dropout = 1.5
    assert trainer.dropout == 0


def test_lbfgs_far_out_is_a_divergence_not_an_exception() -> None:
    trainer = build_trainer(Settings(optimizer="lbfgs", learning_rate=1.0, l1=0.01, max_steps=100))
    assert train(trainer) == "diverged"

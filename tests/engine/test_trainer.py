"""Runs: what learns, what can't, and that a result depends on its settings alone."""

import numpy as np
import pytest

from tui_nn.engine.trainer import Trainer
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

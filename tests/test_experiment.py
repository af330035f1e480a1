"""Settings become a trainer: whatever is allowed trains, changes while it runs, and resumes."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from any_settings import any_settings
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tui_nn.engine import activations, losses, optimizers, schedules
from tui_nn.engine.regularization import PlaygroundPenalty
from tui_nn.engine.trainer import Trainer
from tui_nn.experiment import apply_live, build_trainer
from tui_nn.settings import Settings, SettingsError, field_info

# Small enough to be built often.
SMALL = {"samples": 20, "hidden": (3, 2), "max_epochs": None, "max_steps": None}


@pytest.mark.parametrize("optimizer", optimizers.REGISTRY)
def test_every_combination_that_is_allowed_trains(optimizer: str) -> None:
    tried = 0
    for schedule, loss, output in product(schedules.REGISTRY, losses.REGISTRY, activations.OUTPUTS):
        try:
            one = Settings.parse(
                {
                    "optimizer": optimizer,
                    "schedule": schedule,
                    "loss": loss,
                    "output_activation": output,
                    "hidden": (2,),
                    "target_loss": None,
                }
            )
        except SettingsError:
            continue
        trainer = build_trainer(one)
        assert trainer.run(3) == 3
        tried += 1
    assert tried == len(schedules.REGISTRY) * (3 * len(activations.REGISTRY) + 1 + 2)


@settings(max_examples=100, deadline=None)
@given(any_settings(**SMALL))
def test_any_settings_that_are_allowed_train(one: Settings) -> None:
    trainer = build_trainer(one)
    assert trainer.run(3) == trainer.step
    assert trainer.step == 3 or trainer.reason
    assert trainer.reason is None or np.isfinite(trainer.network.parameters).all()


def same(one: Trainer, other: Trainer) -> bool:
    return np.array_equal(one.network.parameters, other.network.parameters, equal_nan=True)


@settings(max_examples=100, deadline=None)
@given(any_settings(**SMALL), any_settings(**SMALL), st.integers(0, 9))
def test_a_run_resumes_bit_for_bit_after_any_live_change(
    old: Settings, other: Settings, steps: int
) -> None:
    live = {n: v for n, v in other.model_dump().items() if field_info(n)["live"]}
    live.pop("dropout")  # of other layers, perhaps
    try:
        new = old.changed(**live)
    except SettingsError:  # live by themselves, but not with the old ones
        reject()
    trainer = build_trainer(old)
    trainer.run(steps)
    apply_live(trainer, old, new)
    trainer.run(steps)
    again = build_trainer(new)
    again.load_state_dict(trainer.state_dict())
    trainer.run(7)
    again.run(7)
    assert same(trainer, again)
    assert (trainer.step, trainer.reason) == (again.step, again.reason)


def trained(steps: int, **values: Any) -> tuple[Trainer, Settings]:
    one = Settings.parse({"dataset": "linear", "target_loss": None, **values})
    trainer = build_trainer(one)
    trainer.run(steps)
    return trainer, one


@pytest.mark.parametrize("name", optimizers.REGISTRY)
def test_the_same_settings_again_change_nothing(name: str) -> None:
    values = {"optimizer": name, "schedule": "cosine", "l1": 0.001}
    if name != "lbfgs":
        values |= {"batch_size": 30, "dropout": 0.1, "penalty": "playground"}
    trainer, one = trained(20, **values)
    apply_live(trainer, one, one)
    trainer.run(20)
    assert same(trainer, trained(40, **values)[0])


def test_a_live_change_reaches_the_trainer() -> None:
    trainer, old = trained(7, optimizer="adam", patience=3)
    m = trainer.optimizer.state_dict()["m"]
    changes = {
        "learning_rate": 0.5, "beta1": 0.5, "eps": 0.1, "weight_decay": 0.2, "clip_norm": 1.0,
        "clip_value": 0.5, "l2": 0.1, "schedule": "exponential", "gamma": 0.5, "dropout": (0.1, 0),
        "batch_size": 10, "patience": 9, "min_delta": 0.1, "max_steps": 50,
    }  # fmt: skip
    new = old.changed(**changes)
    apply_live(trainer, old, new)
    rule: Any = trainer.optimizer
    assert (rule.beta1, rule.eps, rule.weight_decay) == (0.5, 0.1, 0.2)
    assert np.array_equal(rule.m, m)
    assert (trainer.clip_norm, trainer.clip_value) == (1.0, 0.5)
    assert (trainer.dropout, trainer.batch_size) == ((0.1, 0.0), 10)
    assert (trainer.stop.patience, trainer.stop.min_delta, trainer.stop.max_steps) == (9, 0.1, 50)
    assert trainer.penalty is not None
    trainer.run(1)
    assert trainer.step == 8
    assert rule.learning_rate == 0.5 * 0.5**7
    apply_live(trainer, new, old)
    trainer.run(1)
    assert (trainer.schedule, trainer.penalty, trainer.batch_size) == (None, None, None)
    assert trainer.optimizer.learning_rate == 0.01


def test_dead_weights_stay_dead_under_another_l1() -> None:
    values = {"l1": 0.05, "penalty": "playground", "learning_rate": 0.5}
    trainer, old = trained(200, **values)
    assert isinstance(trainer.penalty, PlaygroundPenalty)
    dead = trainer.penalty.dead
    assert dead.any()
    apply_live(trainer, old, old.changed(l1=0.001))
    trainer.run(20)
    assert np.all(trainer.network.parameters[dead] == 0)
    without, with_adam, with_lbfgs = (
        old.changed(l1=0, learning_rate=0.01, optimizer=name) for name in ("gd", "adam", "lbfgs")
    )
    dead = trainer.penalty.dead.copy()
    for new in (without, with_adam, with_lbfgs):
        apply_live(trainer, old, new)
        trainer.run(20)
        assert np.all(trainer.network.parameters[dead] == 0)
        assert np.all(trainer.network.parameters[~dead] != 0)
        again = build_trainer(new)
        again.load_state_dict(trainer.state_dict())
        again.run(20)
        assert np.all(again.network.parameters[dead] == 0)
    apply_live(trainer, old, old.changed(penalty="standard"))
    trainer.run(20)
    assert np.any(trainer.network.parameters[dead] != 0)


def test_a_shorter_history_of_lbfgs_is_kept_to() -> None:
    trainer, old = trained(2, optimizer="lbfgs", line_search_fn="strong_wolfe", max_iter=6)
    assert len(trainer.optimizer.state_dict()["s"]) > 3
    apply_live(trainer, old, old.changed(history_size=3))
    trainer.run(1)
    assert len(trainer.optimizer.state_dict()["s"]) == 3


def test_a_plateau_is_remembered_when_the_rate_changes() -> None:
    values = {"schedule": "reduce_on_plateau", "plateau_patience": 0, "plateau_threshold": 9}
    trainer, old = trained(40, steps_per_epoch=10, **values)
    assert trainer.schedule is not None
    before = trainer.schedule.state_dict()
    apply_live(trainer, old, old.changed(learning_rate=0.2))
    assert trainer.schedule.state_dict() == before
    assert before["reductions"] > 0

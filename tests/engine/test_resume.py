"""A resumed run equals an uninterrupted one bit for bit, whatever it is made of."""

from typing import Any

import numpy as np
import pytest

from tui_nn.engine import optimizers, schedules
from tui_nn.engine.network import Network
from tui_nn.engine.regularization import Penalty, PlaygroundPenalty
from tui_nn.engine.trainer import StopRules, Trainer

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(50, 2))
TRUTH = (np.hypot(*INPUTS.T) < 1).astype(float)[:, None]
TRAIN = np.arange(50) % 5 > 0
RULES = sorted(optimizers.REGISTRY)
SCHEDULES = sorted(schedules.REGISTRY)


def build(rule: str, penalty: type[Penalty] | None = None, **options: Any) -> Trainer:
    network = Network((2, 6, 5, 1), ["tanh", "silu"], dtype=options.pop("dtype", "float64"))
    network.initialize("xavier_normal", np.random.default_rng(1))
    if penalty is not None:
        options["penalty"] = penalty(network, l1=1e-3, l2=1e-3)
    return Trainer(
        network,
        optimizers.REGISTRY[rule](network.parameters, 0.02),
        "binary_cross_entropy",
        INPUTS,
        TRUTH,
        train=TRAIN,
        rng=np.random.default_rng(2),
        steps_per_epoch=10,
        check_every=3,
        **options,
    )


def resumes(rule: str, steps: int = 97, **options: Any) -> None:
    def new() -> Trainer:
        schedule = options.get("schedule")
        return build(rule, **{**options, "schedule": schedule() if schedule else None})

    whole, first = new(), new()
    whole.run(steps)
    first.run(31)
    state = first.state_dict()
    first.run(20)  # what the state holds must not change any more
    second = new()
    second.load_state_dict(state)
    while second.step < steps and second.reason is None:
        second.evaluate()
        second.statistics()
        second.run(7 if second.step + 7 <= steps else steps - second.step)
    assert (second.step, second.reason) == (whole.step, whole.reason)
    assert np.array_equal(second.network.parameters, whole.network.parameters)
    assert second.evaluate() == whole.evaluate()


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("dropout", [0.0, [0.0, 0.3]])
def test_for_every_optimizer(rule: str, batch_size: int | None, dropout: Any) -> None:
    if optimizers.REGISTRY[rule].needs_closure and (batch_size or dropout):
        with pytest.raises(ValueError, match="full batches and no dropout"):
            build(rule, batch_size=batch_size, dropout=dropout).run(1)
        return
    resumes(rule, batch_size=batch_size, dropout=dropout)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("batch_size", [None, 40, 7, 1])
def test_for_every_schedule_and_batch_size(schedule: str, batch_size: int | None) -> None:
    resumes("adam", batch_size=batch_size, schedule=schedules.REGISTRY[schedule], dropout=0.1)


@pytest.mark.parametrize("penalty", [Penalty, PlaygroundPenalty])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_for_penalties_clipping_and_early_stopping(penalty: type[Penalty], dtype: str) -> None:
    resumes(
        "gd",
        penalty=penalty,
        dtype=dtype,
        batch_size=8,
        clip_norm=0.5,
        clip_value=0.1,
        stop=StopRules(patience=2, min_delta=0.01),
    )

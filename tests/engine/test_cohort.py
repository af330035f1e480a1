"""Trainers that step together are, in the end, what each of them is alone."""

import math
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.cohort import Cohort
from tui_nn.engine.trainer import Trainer
from tui_nn.experiment import build_trainer
from tui_nn.settings import Settings

Looks = list[tuple[int, Any]]


def trainer(looks: Looks, **settings: Any) -> Trainer:
    def report(step: int, evaluation: Any) -> None:
        looks.append((step, evaluation))

    return build_trainer(Settings.parse(settings), report=report)


def alike(one: Any, other: Any, tolerance: float) -> None:
    """Equal in every part; numbers up to the tolerance."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name, value in one.items():
            alike(value, other[name], tolerance)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)
    elif isinstance(one, float):
        assert one == pytest.approx(other, rel=tolerance, nan_ok=True)
    else:
        assert (type(one), one) == (type(other), other)


def compare(
    cells: list[dict[str, Any]], steps: tuple[int, ...] = (700, 2000), tolerance: float = 0.0
) -> list[Trainer]:
    """Train them together and alone, cut into so many steps each."""
    looks: list[tuple[Looks, Looks]] = [([], []) for _ in cells]
    together = [trainer(own, **cell) for (own, _), cell in zip(looks, cells, strict=True)]
    alone = [trainer(own, **cell) for (_, own), cell in zip(looks, cells, strict=True)]
    cohort = Cohort(together)
    for some in steps:
        cohort.run(some)
        for one in alone:
            one.run(some)
    for one, other, (own, others) in zip(together, alone, looks, strict=True):
        alike(one.state_dict(), other.state_dict(), tolerance)
        assert [step for step, _ in own] == [step for step, _ in others]
        for (_, seen), (_, expected) in zip(own, others, strict=True):
            alike(vars(seen), vars(expected), tolerance or 1e-12)
    return together


def test_each_ends_at_its_own_step_and_one_that_diverges_harms_nobody() -> None:
    base = {"activation": "tanh", "output_activation": "linear", "target_loss": 0.1}
    rates = (0.001, 0.1, 0.3, 1e3)
    ended = compare([base | {"seed": s, "learning_rate": lr} for s in (0, 1, 2) for lr in rates])
    reasons = {one.reason for one in ended}
    assert {None, "target_loss", "diverged"} <= reasons
    assert len({one.step for one in ended}) > 2
    assert all(math.isfinite(one.network.parameters.sum()) for one in ended)


def test_limits_and_patience_are_each_ones_own() -> None:
    cells = [
        {"dataset": "linear", "seed": k, "train_fraction": 0.7, "noise": 0.1, "patience": 1 + k % 2}
        for k in range(4)
    ]
    cells += [{**cell, "max_steps": 610 + 7 * k} for k, cell in enumerate(cells)]
    ended = compare(cells)
    assert {one.reason for one in ended} >= {"early_stop", "max_steps"}


@pytest.mark.parametrize(
    ("common", "rates", "tolerance"),
    [
        ({"optimizer": "adam", "batch_size": 16}, "learning_rate", 0.0),
        ({"optimizer": "nadam", "batch_size": 7, "learning_rate": 0.01}, "beta1", 0.0),
        ({"momentum": 0.9, "clip_norm": 0.1, "nesterov": True}, "l1", 0.0),
        ({"penalty": "playground", "learning_rate": 0.1}, "l1", 0.0),
        ({"clip_value": 0.1, "schedule": "cosine"}, "clip_norm", 0.0),
        ({"optimizer": "rmsprop", "learning_rate": 0.01}, "weight_decay", 0.0),
        ({"dataset": "rings", "learning_rate": 0.1}, "l2", 1e-12),
        ({"dtype": "float32"}, "learning_rate", 1e-4),
    ],
)
def test_options_may_differ(common: dict[str, Any], rates: str, tolerance: float) -> None:
    base = {"dataset": "circle", "samples": 40, "train_fraction": 0.8, "activation": "tanh"}
    cells = [base | common | {rates: 0.003 * (k + 1), "seed": k} for k in range(4)]
    compare(cells, (130, 70), tolerance)


def test_what_has_no_common_shape_is_refused() -> None:
    for other in (
        {"hidden": "4"},
        {"optimizer": "adam"},
        {"batch_size": 5},
        {"l1": 0.1},
        {"dataset": "linear"},
        {"schedule": "cosine"},
        {"steps_per_epoch": 100},
    ):
        with pytest.raises(ValueError, match="not of one shape"):
            Cohort([trainer([]), trainer([], **other)])
    for other in ({"dropout": 0.1}, {"optimizer": "lbfgs"}, {"schedule": "reduce_on_plateau"}):
        with pytest.raises(ValueError, match="alone"):
            Cohort([trainer([], **other)] * 2)

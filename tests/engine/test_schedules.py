"""The schedules agree with torch.optim.lr_scheduler, live and as recorded by record_torch.py."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from schedule_cases import BASE, CASES, losses, torch_rates

from tui_nn.engine.schedules import REGISTRY, Constant, OneCycle, ReduceOnPlateau, WarmupCosine

RECORDED = np.load(Path(__file__).with_name("torch_schedules.npz"))


def our_rates(name: str) -> list[float]:
    schedule_name, options, _, _, steps = CASES[name]
    schedule = REGISTRY[schedule_name](**options)
    rates = []
    for step, loss in enumerate(losses()[:steps]):
        rates.append(schedule.rate(BASE, step))
        schedule.observe(loss)
    return rates


def test_every_schedule_is_compared() -> None:
    assert {schedule for schedule, *_ in CASES.values()} | {"constant"} == set(REGISTRY)


@pytest.mark.parametrize("name", CASES)
def test_rates_are_the_recorded_ones(name: str) -> None:
    np.testing.assert_allclose(our_rates(name), RECORDED[name], 1e-12, 1e-17)


@pytest.mark.parametrize("name", CASES)
def test_rates_are_torchs_live(name: str) -> None:
    torch: Any = pytest.importorskip("torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch on its own SequentialLR
        np.testing.assert_allclose(our_rates(name), torch_rates(torch, name), 1e-12, 1e-17)


@pytest.mark.parametrize("name", REGISTRY)
def test_a_population_gets_each_member_its_rate(name: str) -> None:
    bases = [0.1, 0.02, 1.0]
    schedule = REGISTRY[name]()
    for loss in losses():
        schedule.observe(loss)
    for step in (0, 1, 400, 2999, 3000, 9999, 20_000):
        together = schedule.rate(np.array(bases)[:, None], step)
        assert np.ravel(together).tolist() == [schedule.rate(base, step) for base in bases]


def test_after_the_end() -> None:
    assert Constant().rate(0.3, 10**6) == 0.3
    assert WarmupCosine(total_steps=600, min_learning_rate=0.01).rate(0.3, 10**6) == 0.01
    assert OneCycle(total_steps=100).rate(0.5, 10**6) == pytest.approx(0.5 / 25 / 1e4)
    assert math.isfinite(OneCycle(total_steps=1).rate(0.5, 0))
    assert math.isfinite(OneCycle(total_steps=10, pct_start=0.1).rate(0.5, 0))  # torch divides by 0


def test_plateau_resumes() -> None:
    whole, first, second = (ReduceOnPlateau(plateau_patience=1, plateau_cooldown=2) for _ in "123")
    for loss in losses()[:50]:
        whole.observe(loss)
        first.observe(loss)
    second.load_state_dict(first.state_dict())
    for loss in losses()[50:]:
        whole.observe(loss)
        second.observe(loss)
        assert second.rate(BASE, 0) == whole.rate(BASE, 0)
    assert second.state_dict() == whole.state_dict()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("step", {"step_size": 0}, "step_size: 0: must be ≥ 1"),
        ("warmup_cosine", {"warmup_steps": 20, "total_steps": 20}, "must be > warmup_steps, 20"),
        ("one_cycle", {"pct_start": 1.2}, "pct_start: 1.2: must be ≥ 0 and ≤ 1"),
        (
            "one_cycle",
            {"anneal_strategy": "cubic"},
            "anneal_strategy: cubic: must be cos or linear",
        ),
        ("reduce_on_plateau", {"plateau_factor": 1.0}, "plateau_factor: 1.0: must be ≥ 0 and < 1"),
    ],
)
def test_a_wrong_option_is_named(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        REGISTRY[name](**options)

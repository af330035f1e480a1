"""The schedules that are compared with PyTorch's, by record_torch.py and test_schedules.py."""

from typing import Any

import numpy as np

BASE = 0.1
STEPS = 150  # some schedules end at 100: what comes later is compared too, where PyTorch has it

_CYCLE = {"max_lr": BASE, "total_steps": 100, "cycle_momentum": False}

# name: (our schedule, our options, the class in torch.optim.lr_scheduler, its options, steps)
CASES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any], int]] = {
    "step": (
        "step",
        {"step_size": 30, "gamma": 0.5},
        "StepLR",
        {"step_size": 30, "gamma": 0.5},
        STEPS,
    ),
    "exponential": ("exponential", {"gamma": 0.97}, "ExponentialLR", {"gamma": 0.97}, STEPS),
    "cosine": (
        "cosine",
        {"total_steps": 60, "min_learning_rate": 0.01},
        "CosineAnnealingLR",
        {"T_max": 60, "eta_min": 0.01},
        STEPS,
    ),
    "warmup_cosine": (
        "warmup_cosine",
        {"warmup_steps": 30, "total_steps": 100, "min_learning_rate": 0.01},
        "SequentialLR",
        {},
        100,
    ),
    **{
        f"one_cycle{i}": (
            "one_cycle",
            {"total_steps": 100, **options},
            "OneCycleLR",
            {**_CYCLE, **options},
            100,
        )
        for i, options in enumerate(
            (
                {},
                {"pct_start": 0.2, "anneal_strategy": "linear"},
                {"three_phase": True},
                {"three_phase": True, "pct_start": 0.15, "anneal_strategy": "linear"},
                {"div_factor": 10.0, "final_div_factor": 50.0, "pct_start": 0.0},
                {"pct_start": 1.0},
            )
        )
    },
    **{
        f"plateau{i}": (
            "reduce_on_plateau",
            {
                name if name == "min_learning_rate" else f"plateau_{name}": value
                for name, value in options.items()
            },
            "ReduceLROnPlateau",
            {"min_lr" if name == "min_learning_rate" else name: v for name, v in options.items()},
            STEPS,
        )
        for i, options in enumerate(
            (
                {"patience": 3},
                {"patience": 1, "factor": 0.5, "cooldown": 4},
                {"patience": 2, "factor": 0.3, "min_learning_rate": 0.002},
                {"patience": 2, "factor": 0.7, "threshold": 0.02, "threshold_mode": "abs"},
                {"patience": 0, "factor": 0.1},
            )
        )
    },
}


def losses() -> list[float]:
    """A loss that falls, unevenly, with plateaus, and once is not a number."""
    rng = np.random.default_rng(5)
    values = 1 / (1 + np.arange(STEPS) // 12) + rng.uniform(0, 0.03, STEPS)
    values[40] = np.nan
    return [float(value) for value in values]


def torch_rates(torch: Any, name: str) -> list[float]:
    """The learning rates that PyTorch's schedule gives to the updates from step 0 on."""
    _, _, kind, options, steps = CASES[name]
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=BASE)
    parts = torch.optim.lr_scheduler
    if kind == "SequentialLR":
        rise = parts.LinearLR(optimizer, start_factor=1 / 31, total_iters=30)
        fall = parts.CosineAnnealingLR(optimizer, T_max=70, eta_min=0.01)
        scheduler = parts.SequentialLR(optimizer, [rise, fall], milestones=[30])
    else:
        scheduler = getattr(parts, kind)(optimizer, **options)
    rates = [BASE if kind == "ReduceLROnPlateau" else scheduler.get_last_lr()[0]]
    for loss in losses()[: steps - 1]:
        optimizer.step()
        scheduler.step(*[loss] * (kind == "ReduceLROnPlateau"))
        rates.append(scheduler.get_last_lr()[0])
    return rates

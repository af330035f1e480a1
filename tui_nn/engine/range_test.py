"""The learning-rate range test: a sweep that shows which learning rates can work.

Train a few steps while the learning rate grows exponentially: the loss at first hardly moves, then
falls, then explodes. A good rate lies where it falls most steeply. Smith 2015,
arxiv.org/abs/1506.01186; the way of smoothing and the limit of 4 × the best are those of fastai.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tui_nn.engine.evaluation import Points
from tui_nn.engine.metrics import Accuracy
from tui_nn.engine.trainer import Trainer
from tui_nn.engine.types import Array

# Training points that the loss is looked at on, after each step.
_POINTS = 1024
_SMOOTHING = 0.8  # share of the running mean that is kept


@dataclass(frozen=True)
class RangeTest:
    """What the sweep saw: the loss after a step at each rate, raw and smoothed, (steps,) each.

    suggestion: the rate at which the smoothed loss falls most steeply (over log rate) on the way to
    its best, or None if it never falls. Rates that work for long are at or somewhat below it.
    """

    learning_rates: Array
    losses: Array
    smoothed: Array
    suggestion: float | None


def range_test(
    trainer: Trainer, lowest: float = 1e-5, highest: float = 100.0, steps: int = 120
) -> RangeTest:
    """Sweep the learning rate from `lowest` to `highest`, one step a rate.

    Ends early where the smoothed loss is above 4 × its best, or not finite. The trainer is left
    exactly as it was: parameters, optimizer, batches, generator and step. Its own schedule does not
    take part. ValueError: limits that are none, or too few steps.
    """
    if not 0 < lowest < highest:
        raise ValueError(f"range test: {lowest} to {highest}: must be 0 < lowest < highest")
    if steps < 2:
        raise ValueError(f"range test: {steps} steps: must be at least 2")
    before, schedule = trainer.state_dict(), trainer.schedule
    rate_before = trainer.optimizer.learning_rate
    rates = np.geomspace(lowest, highest, steps)
    inputs, truth = trainer.training_points.columns(slice(_POINTS))
    points = Points(trainer.network, inputs[:-1].T, truth.T, trainer.loss, Accuracy)
    losses: list[float] = []
    smoothed: list[float] = []
    first = float(points.evaluate()[0])
    try:
        trainer.schedule = None
        average = 0.0
        for count, rate in enumerate(rates, 1):
            trainer.optimizer.learning_rate = float(rate)
            trainer.advance(1)
            with np.errstate(all="ignore"):
                loss = float(points.evaluate()[0])
            if not math.isfinite(loss):
                break
            average = _SMOOTHING * average + (1 - _SMOOTHING) * loss
            losses.append(loss)
            smoothed.append(average / (1 - _SMOOTHING**count))
            if smoothed[-1] > 4 * min(smoothed):
                break
    finally:
        trainer.schedule = schedule
        trainer.optimizer.learning_rate = rate_before
        trainer.load_state_dict(before)
    rates = rates[: len(losses)]
    suggestion = _steepest(rates, smoothed) if losses and min(losses) < first else None
    return RangeTest(rates, np.array(losses), np.array(smoothed), suggestion)


def _steepest(rates: Array, smoothed: list[float]) -> float | None:
    until_best = int(np.argmin(smoothed)) + 1 if smoothed else 0
    if until_best < 2:
        return None
    slope = np.gradient(smoothed[:until_best], np.log(rates[:until_best]))
    return float(rates[np.argmin(slope)])

"""A line search for the strong Wolfe conditions: how far to go along a direction.

A step t is good if the loss has fallen enough for the way gone, and the slope is flat enough:

    loss(t) ≤ loss(0) + c1·t·slope(0)    and    |slope(t)| ≤ c2·|slope(0)|

First the step grows until it has passed a minimum, then the bracket around it shrinks. Every new
step is the minimum of the cubic through two trials (Nocedal and Wright, Numerical Optimization,
algorithms 3.5 and 3.6). Decision for decision the search of `torch.optim.LBFGS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tui_nn.engine.types import Array

SUFFICIENT_DECREASE = 1e-4  # c1
CURVATURE = 0.9  # c2
SMALLEST_BRACKET = 1e-9  # how far apart, for the parameter that moves most, trials still differ


class Trial(NamedTuple):
    """What was found after going t along the direction. slope: the gradient along it."""

    t: float
    loss: np.float64
    gradient: Array
    slope: np.float64


def strong_wolfe(
    evaluate: Callable[[float], Trial],
    start: Trial,
    t: float,
    longest: float,
    max_trials: int,
) -> tuple[Trial, int]:
    """The trial to go to, and how many were evaluated.

    start: the trial at t = 0; t: the first step to try; longest: largest |component| of the
    direction. After `max_trials` more than the first, the best trial has to do.
    """

    def too_high(trial: Trial) -> bool:
        return bool(trial.loss > start.loss + SUFFICIENT_DECREASE * trial.t * start.slope)

    def flat_enough(trial: Trial) -> bool:
        return bool(abs(trial.slope) <= -CURVATURE * start.slope)

    previous, trial = start, evaluate(t)
    count = 0
    while count < max_trials:
        if too_high(trial) or (count > 1 and trial.loss >= previous.loss):
            break
        if flat_enough(trial):
            return trial, count + 1
        if trial.slope >= 0:
            break
        shortest_next, longest_next = t + 0.01 * (t - previous.t), t * 10
        t = _lowest_between(previous, trial, shortest_next, longest_next)
        previous, trial = trial, evaluate(t)
        count += 1
    else:
        previous = start

    bracket = [previous, trial]
    low, high = _order(bracket)
    was_near_edge = False
    while count < max_trials:
        left, right = sorted(side.t for side in bracket)
        width = right - left
        if width * longest < SMALLEST_BRACKET:
            break
        t = _lowest_between(bracket[0], bracket[1], left, right)
        # Too near an edge twice, or beyond it: go a tenth of the bracket inside instead.
        if min(right - t, t - left) < 0.1 * width:
            if was_near_edge or t >= right or t <= left:
                nearer_right = abs(t - right) < abs(t - left)
                t = right - 0.1 * width if nearer_right else left + 0.1 * width
                was_near_edge = False
            else:
                was_near_edge = True
        else:
            was_near_edge = False

        trial = evaluate(t)
        count += 1
        if too_high(trial) or trial.loss >= bracket[low].loss:
            bracket[high] = trial
            low, high = _order(bracket)
        else:
            if flat_enough(trial):
                return trial, count + 1
            if trial.slope * (bracket[high].t - bracket[low].t) >= 0:
                bracket[high] = bracket[low]
            bracket[low] = trial
    return bracket[low], count + 1


def _order(bracket: list[Trial]) -> tuple[int, int]:
    """Which side of the bracket is the lower one, and which the higher."""
    return (0, 1) if bracket[0].loss <= bracket[1].loss else (1, 0)


def _lowest_between(one: Trial, other: Trial, least: float, most: float) -> float:
    """Where the cubic with both trials' losses and slopes is lowest, kept in [least, most]."""
    if one.t > other.t:
        one, other = other, one
    secant = 3 * (one.loss - other.loss) / (one.t - other.t)
    d1 = one.slope + other.slope - secant
    d2_squared = d1 * d1 - one.slope * other.slope
    if not d2_squared >= 0:
        return (least + most) / 2
    d2 = np.sqrt(d2_squared)
    share = (other.slope + d2 - d1) / (other.slope - one.slope + 2 * d2)
    return float(min(max(other.t - (other.t - one.t) * share, least), most))

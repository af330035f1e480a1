"""Schedules: how the learning rate changes while a network trains.

`rate(base_learning_rate, step)` is the learning rate of the update after `step` updates, a pure
function of the step: pausing, resuming or jumping back needs no state. Only reduce_on_plateau has
one: it is told the loss once an epoch. Options count steps, that is updates. For a population, the
base is an array (K, 1). A new schedule is one class here, entered in REGISTRY.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, each


class Schedule:
    """What all schedules share. In the formulas, base is the learning rate as it was set.

    ValueError: an option out of its bounds.
    """

    name: ClassVar[str]

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        """The learning rate of the update after `step` updates."""
        raise NotImplementedError(f"{type(self).__name__} has no rate")

    def observe(self, loss: float) -> None:
        """Take note of the loss at the end of an epoch."""

    def state_dict(self) -> dict[str, Any]:
        """What was observed, as plain numbers."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class Constant(Schedule):
    """The learning rate stays as it is set.

    rate = base
    """

    name = "constant"

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        return base_learning_rate


class StepDecay(Schedule):
    """Drops by a factor at regular intervals.

    rate = base · gamma^⌊step / step_size⌋                (`torch.optim.lr_scheduler.StepLR`)

    step_size: steps between two drops (1000).
    gamma: the factor (0.1).
    """

    name = "step"

    def __init__(self, *, step_size: int = 1000, gamma: float = 0.1) -> None:
        self.step_size = checked("step_size", step_size, at_least=1)
        self.gamma = checked("gamma", gamma, above=0, at_most=1)

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        return base_learning_rate * self.gamma ** (step // self.step_size)


class Exponential(Schedule):
    """Falls by the same factor every step.

    rate = base · gamma^step                              (`torch.optim.lr_scheduler.ExponentialLR`)

    gamma: the factor; 0.999 halves the rate every 693 steps (0.999).
    """

    name = "exponential"

    def __init__(self, *, gamma: float = 0.999) -> None:
        self.gamma = checked("gamma", gamma, above=0, at_most=1)

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        return base_learning_rate * self.gamma**step


class Cosine(Schedule):
    """Falls along half a cosine wave: slowly, fast, slowly.

    Afterwards it rises again likewise.

    rate = low + (base − low)·(1 + cos(π·step / total_steps)) / 2

    Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983; agrees with
    `torch.optim.lr_scheduler.CosineAnnealingLR`, which rises again too.

    total_steps: steps from top to bottom (10,000; T_max in PyTorch).
    min_learning_rate: low, where it ends (0; eta_min in PyTorch).
    """

    name = "cosine"

    def __init__(self, *, total_steps: int = 10_000, min_learning_rate: float = 0.0) -> None:
        self.total_steps = checked("total_steps", total_steps, at_least=1)
        self.min_learning_rate = checked("min_learning_rate", min_learning_rate, at_least=0)

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        return _half_cosine(base_learning_rate, self.min_learning_rate, step / self.total_steps)


class WarmupCosine(Schedule):
    """Rises in a straight line, then falls along a cosine.

    The rise keeps the first steps from doing harm.

    step < warmup_steps: rate = base·(step + 1)/(warmup_steps + 1)
    then: rate = low + (base − low)·(1 + cos(π·share)) / 2, share of the steps that were left
    after total_steps: rate = low

    Goyal et al. 2017, https://arxiv.org/abs/1706.02677 (warm-up); up to total_steps as
    `torch.optim.lr_scheduler.SequentialLR` with LinearLR and CosineAnnealingLR.

    warmup_steps: steps of the rise (500).
    total_steps: steps of rise and fall together (10,000).
    min_learning_rate: low, where it ends (0).
    """

    name = "warmup_cosine"

    def __init__(
        self,
        *,
        warmup_steps: int = 500,
        total_steps: int = 10_000,
        min_learning_rate: float = 0.0,
    ) -> None:
        self.warmup_steps = checked("warmup_steps", warmup_steps, at_least=0)
        self.total_steps = total_steps
        self.min_learning_rate = checked("min_learning_rate", min_learning_rate, at_least=0)
        if total_steps <= warmup_steps:
            raise ValueError(f"total_steps: {total_steps}: must be > warmup_steps, {warmup_steps}")

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        if step < self.warmup_steps:
            return base_learning_rate * (step + 1) / (self.warmup_steps + 1)
        share = (step - self.warmup_steps) / (self.total_steps - self.warmup_steps)
        return _half_cosine(base_learning_rate, self.min_learning_rate, min(share, 1.0))


class OneCycle(Schedule):
    """One long rise to the learning rate and a longer, deeper fall.

    up:    from base/div_factor to base over the first pct_start of the steps
    down:  from base to base/div_factor/final_div_factor over the others, and there it stays
    Both along half a cosine, or in a straight line. three_phase: down to base/div_factor as long as
    it rose, only then to the end.

    Smith and Topin 2018, https://arxiv.org/abs/1708.07120; agrees with
    `torch.optim.lr_scheduler.OneCycleLR` with max_lr = base and cycle_momentum=False.

    total_steps: steps of the whole cycle (10,000).
    pct_start: share of the steps in which it rises, 0 to 1 (0.3).
    anneal_strategy: "cos" or "linear" ("cos").
    div_factor: how far below base it begins (25).
    final_div_factor: how far below its beginning it ends (1e4).
    three_phase: fall in two phases (False).
    """

    name = "one_cycle"

    def __init__(
        self,
        *,
        total_steps: int = 10_000,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        self.total_steps = checked("total_steps", total_steps, at_least=1)
        self.pct_start = checked("pct_start", pct_start, at_least=0, at_most=1)
        self.anneal_strategy = anneal_strategy
        self.div_factor = checked("div_factor", div_factor, above=0)
        self.final_div_factor = checked("final_div_factor", final_div_factor, above=0)
        self.three_phase = three_phase
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy: {anneal_strategy}: must be cos or linear")

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        base = base_learning_rate
        first = base / self.div_factor
        last = first / self.final_div_factor
        peak, end = self.pct_start * self.total_steps - 1, float(self.total_steps - 1)
        # (where a phase ends, the rate there); the cycle begins at step 0 with `first`.
        turns = [(peak, base), (end, last)]
        if self.three_phase:
            turns.insert(1, (2 * peak, first))
        begin, start = 0.0, first
        for turn, target in turns:
            if step <= turn and turn > begin:
                return self._between(start, target, (step - begin) / (turn - begin))
            begin, start = turn, target
        return last

    def _between(self, start: Number, target: Number, share: float) -> Number:
        if self.anneal_strategy == "linear":
            return (target - start) * share + start
        return _half_cosine(start, target, share)


class ReduceOnPlateau(Schedule):
    """Falls by a factor when the loss has stopped getting better.

    rate = base · factor^reductions, never below min_learning_rate

    An epoch is better if loss < best·(1 − threshold) (relative) or best − threshold (absolute).
    After more than `patience` epochs in a row that are not, the rate is reduced; epochs in the
    cool-down that follows don't count. A change of at most 1e-8 is none, and the rate then stays.
    Agrees with `torch.optim.lr_scheduler.ReduceLROnPlateau`.

    plateau_factor: what the rate is multiplied by, below 1 (0.1).
    plateau_patience: epochs without improvement that are borne (10).
    plateau_threshold: how much better counts as better (1e-4).
    plateau_threshold_mode: "rel" or "abs" ("rel").
    plateau_cooldown: epochs of rest after a reduction (0).
    min_learning_rate: the rate stays above (0).
    """

    name = "reduce_on_plateau"

    def __init__(
        self,
        *,
        plateau_factor: float = 0.1,
        plateau_patience: int = 10,
        plateau_threshold: float = 1e-4,
        plateau_threshold_mode: str = "rel",
        plateau_cooldown: int = 0,
        min_learning_rate: float = 0.0,
    ) -> None:
        self.factor = checked("plateau_factor", plateau_factor, at_least=0, below=1)
        self.patience = checked("plateau_patience", plateau_patience, at_least=0)
        self.threshold = checked("plateau_threshold", plateau_threshold, at_least=0)
        self.cooldown = checked("plateau_cooldown", plateau_cooldown, at_least=0)
        self.min_learning_rate = checked("min_learning_rate", min_learning_rate, at_least=0)
        self.threshold_mode = plateau_threshold_mode
        if plateau_threshold_mode not in ("rel", "abs"):
            raise ValueError(
                f"plateau_threshold_mode: {plateau_threshold_mode}: must be rel or abs"
            )
        self._rate_of: tuple[float, int] | None = None
        self._rate = 0.0
        self.reductions = 0
        self.best = math.inf
        self.bad_epochs = 0
        self.resting = 0

    def rate(self, base_learning_rate: Number, step: int) -> Number:
        if type(base_learning_rate) is not float:
            return each(self._reduced, base_learning_rate)
        # The same until the next reduction, however many there have been.
        if self._rate_of != (base_learning_rate, self.reductions):
            self._rate_of = base_learning_rate, self.reductions
            self._rate = self._reduced(base_learning_rate)
        return self._rate

    def _reduced(self, rate: float) -> float:
        for _ in range(self.reductions):
            reduced = max(rate * self.factor, self.min_learning_rate)
            if rate - reduced <= 1e-8:  # PyTorch's eps
                break
            rate = reduced
        return rate

    def observe(self, loss: float) -> None:
        relative = self.threshold_mode == "rel"
        better_than = self.best * (1 - self.threshold) if relative else self.best - self.threshold
        if loss < better_than:
            self.best = loss
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if self.resting > 0:
            self.resting -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            self.reductions += 1
            self.bad_epochs = 0
            self.resting = self.cooldown

    def state_dict(self) -> dict[str, Any]:
        return {
            "reductions": self.reductions,
            "best": self.best,
            "bad_epochs": self.bad_epochs,
            "resting": self.resting,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.reductions = int(state["reductions"])
        self.best = float(state["best"])
        self.bad_epochs = int(state["bad_epochs"])
        self.resting = int(state["resting"])


def _half_cosine(start: Number, end: Number, share: float) -> Number:
    """From start to end along half a cosine wave, as share goes from 0 to 1."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


REGISTRY: dict[str, type[Schedule]] = {
    schedule.name: schedule
    for schedule in (
        Constant,
        StepDecay,
        Exponential,
        Cosine,
        WarmupCosine,
        OneCycle,
        ReduceOnPlateau,
    )
}

"""The trainer: steps, epochs, and when to stop. No clock, no I/O: only counts decide a result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from tui_nn.engine import clipping, losses, metrics
from tui_nn.engine.batches import make_batches
from tui_nn.engine.evaluation import Evaluation, Points
from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network, Pass, columns
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.regularization import Dropout, Penalty
from tui_nn.engine.schedules import Schedule
from tui_nn.engine.statistics import LayerStatistics, layer_statistics
from tui_nn.engine.types import Array

__all__ = ["Evaluation", "StopRules", "Trainer"]


@dataclass(frozen=True)
class StopRules:
    """The limits that end a run; None is no limit. All but max_steps are looked at where an epoch
    ends.

    patience: epochs without a better loss, on the test points if there are any; the run then ends
    with the best parameters it had at the end of an epoch. A loss is better if it is lower by more
    than min_delta.
    """

    target_loss: float | None = None
    max_epochs: int | None = None
    max_steps: int | None = None
    patience: int | None = None
    min_delta: float = 0.0


# The limit behind each reason.
_LIMITS = {
    "target_loss": "target_loss",
    "max_steps": "max_steps",
    "max_epochs": "max_epochs",
    "early_stop": "patience",
}


class Trainer:
    """Trains a network on points inputs (N, features) with truth (N, outputs).

    loss: a name from `losses.REGISTRY`, or the class. Truth is 0 or 1, one-hot for cross_entropy.
    metric: a name from `metrics.REGISTRY`, what an evaluation calls accuracy.
    train: (N,) booleans, the points to train on; the others are test points.
    batch_size: points a step, or None for all. Batches are drawn from a permutation that is made
    anew each time the points are used up; the last, smaller batch is applied as what it is.
    penalty: L1 and L2; dropout: a rate for all hidden layers, or one each.
    schedule: gives each step its learning rate, from the one that the optimizer came with.
    clip_norm, clip_value: limits on the gradients, penalty included, before each update.
    check_every: steps between two looks at the loss, the places where a run may end.
    rng: the source of batches and dropout. report: called with (step, evaluation) at each look.

    `reason` is None while the run may go on, then "target_loss", "max_steps", "max_epochs",
    "early_stop" or "diverged".
    ValueError: loss and output activation make no sense together; a rate that is none.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        loss: str | type[Loss],
        inputs: Array,
        truth: Array,
        *,
        metric: str = "accuracy",
        train: Array | None = None,
        batch_size: int | None = None,
        penalty: Penalty | None = None,
        dropout: float | Sequence[float] = 0.0,
        schedule: Schedule | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        steps_per_epoch: int = 500,
        check_every: int = 25,
        stop: StopRules | None = None,
        rng: np.random.Generator | None = None,
        report: Callable[[int, Evaluation], None] | None = None,
    ) -> None:
        train = np.ones(len(inputs), bool) if train is None else train
        self.network = network
        self.optimizer = optimizer
        self.loss = losses.REGISTRY[loss] if isinstance(loss, str) else loss
        self.penalty = penalty
        self.schedule = schedule
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.steps_per_epoch = steps_per_epoch
        self.check_every = check_every
        self.rng = rng or np.random.default_rng()
        self.report = report
        self.step = 0
        self.reason: str | None = None
        self._dropout = dropout
        self._stop = stop or StopRules()
        self._lifted: dict[str, float] = {}  # limits that `resume` has overruled, by their value
        self._metric = metrics.REGISTRY[metric]
        self.training_points = self._points(inputs[train], truth[train])
        self._test = None if train.all() else self._points(inputs[~train], truth[~train])
        self._last_finite = network.parameters.copy()
        self._best = network.parameters.copy()
        self._best_loss = math.inf
        self._best_epoch = self._observed_epoch = 0
        self.batch_size = batch_size

    def _points(self, inputs: Array, truth: Array) -> Points:
        dtype = self.network.parameters.dtype
        truth = truth.T.astype(dtype, order="C")
        return Points(self.network, columns(inputs, dtype), truth, self.loss, self._metric)

    @property
    def optimizer(self) -> Optimizer:
        """The rule; a new one goes on from the parameters as they are, at its own learning rate."""
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer) -> None:
        self._optimizer = optimizer
        self.base_learning_rate = optimizer.learning_rate

    @property
    def batch_size(self) -> int | None:
        """Points a step, None for all. A new size ends the pass over the points in the old one."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, size: int | None) -> None:
        points, layers = self.training_points, len(self.network.sizes) - 2
        self._batch_size = size if size is not None and size < points.inputs.shape[1] else None
        dropout = Dropout(self._dropout, layers, self.rng) if np.any(self._dropout) else None
        self.batches = make_batches(self.network, points, self.loss, size, [self.rng], dropout)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.step // self.steps_per_epoch

    @property
    def stop(self) -> StopRules:
        """The limits; a run that another limit would not have ended goes on when it is set."""
        return self._stop

    @stop.setter
    def stop(self, stop: StopRules) -> None:
        self._stop = stop
        if self.reason not in (None, "diverged"):
            self.reason = self._limit_reached(self.evaluate().train_loss)

    def resume(self) -> None:
        """Let an ended run go on, past the limit that ended it."""
        if self.reason == "diverged":
            raise ValueError("a diverged run can't go on")
        if self.reason is not None:
            self._lifted[self.reason] = getattr(self._stop, _LIMITS[self.reason])
            self.reason = None

    def run(self, steps: int) -> int:
        """Take at most so many steps and return how many: fewer when the run has ended.

        How a run is cut into calls changes nothing in its result.
        ValueError: lbfgs on mini-batches or with dropout, where its line search means nothing.
        """
        if self.optimizer.needs_closure and (self._batch_size is not None or np.any(self._dropout)):
            raise ValueError(f"optimizer: {self.optimizer.name}: needs full batches and no dropout")
        taken = 0
        while taken < steps and self.reason is None:
            next_check = self._next_check()
            here = min(steps - taken, next_check - self.step)
            self.advance(here)
            taken += here
            if self.step == next_check:
                self.check()
        return taken

    def _next_check(self) -> int:
        ends = [
            (self.step // interval + 1) * interval
            for interval in (self.check_every, self.steps_per_epoch)
        ]
        limit = self._stop.max_steps
        if limit is not None and limit > self.step:
            ends.append(limit)
        return min(ends)

    def advance(self, steps: int) -> None:
        """Forward, backward, update, so many times, whatever the limits; no look at the loss.

        Overflow may reach inf or NaN; `check` will see it.
        """
        gradients, taken = self.network.gradients, self.batches.take(steps)
        with np.errstate(all="ignore"):
            if self.optimizer.needs_closure:
                for step, batch in enumerate(taken, self.step):
                    self._schedule_rate(step)
                    self.optimizer.update_with(partial(self._objective, *batch))
            else:
                update = self._update_rule()
                for points, inputs, truth in taken:
                    points.forward(inputs)
                    points.backward(truth)
                    update(gradients)
        self.step += steps

    def _update_rule(self) -> Callable[[Array], None]:
        """The optimizer's update, with what is to be done before and after it, if there is any."""
        optimizer, penalty = self.optimizer, self.penalty
        extras = self.schedule, penalty, self.clip_norm, self.clip_value
        if all(extra is None for extra in extras):
            return optimizer.update
        steps = count(self.step)

        def update(gradients: Array) -> None:
            self._schedule_rate(next(steps))
            self._prepare(gradients)
            optimizer.update(gradients)
            if penalty is not None:
                penalty.settle(optimizer.learning_rate)

        return update

    def _schedule_rate(self, step: int) -> None:
        if self.schedule is not None:
            self.optimizer.learning_rate = self.schedule.rate(self.base_learning_rate, step)

    def _prepare(self, gradients: Array) -> None:
        """What happens to the loss's gradients before the update."""
        if self.penalty is not None:
            self.penalty.add_to(gradients)
        if self.clip_norm is not None:
            clipping.clip_norm(gradients, self.clip_norm, out=gradients)
        if self.clip_value is not None:
            clipping.clip_value(gradients, self.clip_value, out=gradients)

    def _objective(self, points: Pass, inputs: Array, truth: Array) -> tuple[float, Array]:
        """Loss, with the penalty, and its gradients, for rules that evaluate on their own."""
        points.forward(inputs)
        points.backward(truth)
        self._prepare(self.network.gradients)
        output = points.logits if self.loss.from_logits else points.output
        return float(self.loss.value(output, truth)) + self.penalty_loss(), self.network.gradients

    def penalty_loss(self) -> float:
        """What L1 and L2 now add to the training loss."""
        return 0.0 if self.penalty is None else float(self.penalty.value())

    def evaluate(self) -> Evaluation:
        """Loss and metric now, over all the points."""
        with np.errstate(all="ignore"):
            train = self.training_points.evaluate()
            test = (math.nan, math.nan) if self._test is None else self._test.evaluate()
        return Evaluation(*map(float, (*train, *test)))

    def statistics(self) -> list[LayerStatistics]:
        """How each layer is doing now, on the training points (at most the first 4096)."""
        return layer_statistics(
            self.network, self.loss, self.training_points.inputs, self.training_points.truth
        )

    def check(self) -> None:
        """Look at the loss now: report it, and end the run if it diverged or met a limit.

        A diverged network gets back the last finite parameters it was seen with.
        """
        evaluation = self.evaluate()
        if math.isfinite(evaluation.train_loss) and np.isfinite(self.network.parameters).all():
            self._last_finite[:] = self.network.parameters
            if self.epoch > self._observed_epoch and self.step % self.steps_per_epoch == 0:
                self._observe(evaluation)
            self.reason = self._limit_reached(evaluation.train_loss)
        else:
            self.network.parameters[:] = self._last_finite
            self.reason = "diverged"
        if self.report is not None:
            self.report(self.step, evaluation)
        if self.reason == "early_stop":
            self.network.parameters[:] = self._best

    def _observe(self, evaluation: Evaluation) -> None:
        """An epoch has ended: remember the best parameters, let the schedule see the loss."""
        self._observed_epoch = self.epoch
        loss = evaluation.train_loss if self._test is None else evaluation.test_loss
        if loss < self._best_loss - self._stop.min_delta:
            self._best_loss, self._best_epoch = loss, self.epoch
            self._best[:] = self.network.parameters
        if self.schedule is not None:
            self.schedule.observe(loss)

    def _limit_reached(self, train_loss: float) -> str | None:
        stop, at_epoch_end = self._stop, self.step > 0 and self.step % self.steps_per_epoch == 0
        waited = self._observed_epoch - self._best_epoch
        reached = {
            "target_loss": stop.target_loss is not None
            and at_epoch_end
            and train_loss <= stop.target_loss,
            "max_steps": stop.max_steps is not None and self.step >= stop.max_steps,
            "max_epochs": stop.max_epochs is not None and self.epoch >= stop.max_epochs,
            "early_stop": stop.patience is not None and waited >= stop.patience,
        }
        for reason, met in reached.items():
            if met and self._lifted.get(reason) != getattr(stop, _LIMITS[reason]):
                return reason
        return None

    def state_dict(self) -> dict[str, Any]:
        """Everything that the rest of the run depends on, as copies."""
        return {
            "step": self.step,
            "reason": self.reason,
            "lifted": dict(self._lifted),
            "parameters": self.network.parameters.copy(),
            "last_finite": self._last_finite.copy(),
            "best": self._best.copy(),
            "best_loss": self._best_loss,
            "best_epoch": self._best_epoch,
            "observed_epoch": self._observed_epoch,
            "optimizer": self.optimizer.state_dict(),
            "schedule": {} if self.schedule is None else self.schedule.state_dict(),
            "penalty": {} if self.penalty is None else self.penalty.state_dict(),
            "generator": self.rng.bit_generator.state,
            "batches": self.batches.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        self.step = int(state["step"])
        self.reason = state["reason"]
        self._lifted = dict(state["lifted"])
        self.network.parameters[:] = state["parameters"]
        self._last_finite[:] = state["last_finite"]
        self._best[:] = state["best"]
        self._best_loss = float(state["best_loss"])
        self._best_epoch = int(state["best_epoch"])
        self._observed_epoch = int(state["observed_epoch"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        if self.penalty is not None:
            self.penalty.load_state_dict(state["penalty"])
        self.rng.bit_generator.state = state["generator"]
        self.batches.load_state_dict(state["batches"])

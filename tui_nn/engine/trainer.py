"""The trainer: steps, epochs, and when to stop. No clock, no I/O: only counts decide a result."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from typing import Any

import numpy as np

from tui_nn.engine import clipping, losses
from tui_nn.engine.batches import make_batches
from tui_nn.engine.checks import checked, known
from tui_nn.engine.evaluation import Evaluation, Prepare, split_points
from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.regularization import Dropout, Penalty, PlaygroundPenalty
from tui_nn.engine.schedules import Schedule
from tui_nn.engine.statistics import MOST_POINTS, LayerStatistics, layer_statistics
from tui_nn.engine.stopping import STEPS_PER_EPOCH, Best, StopRules
from tui_nn.engine.types import Array

__all__ = ["Evaluation", "StopRules", "Trainer"]


class Trainer:
    """Trains a network on points inputs (N, features) with truth (N, outputs).

    loss: a name from `losses.REGISTRY`, or the class. Truth is 0 or 1, one-hot of several classes,
    or values.
    prepare: two functions that make inputs and truth (n, …) what the network takes in and learns;
    then those given may be anything, as rows with gaps and categories.
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
    ValueError: loss and output activation make no sense together; shapes that don't fit the
    network; a name, size, limit or rate that is none.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        loss: str | type[Loss],
        inputs: Array,
        truth: Array,
        *,
        prepare: Prepare | None = None,
        metric: str = "accuracy",
        train: Array | None = None,
        batch_size: int | None = None,
        penalty: Penalty | None = None,
        dropout: float | Sequence[float] = 0.0,
        schedule: Schedule | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        steps_per_epoch: int = STEPS_PER_EPOCH,
        check_every: int = 25,
        stop: StopRules | None = None,
        rng: np.random.Generator | None = None,
        report: Callable[[int, Evaluation], None] | None = None,
    ) -> None:
        self.network = network
        self.optimizer = optimizer
        self.loss = known("loss", loss, losses.REGISTRY) if isinstance(loss, str) else loss
        self.penalty = penalty
        self.schedule = schedule
        for name, limit in (("clip_norm", clip_norm), ("clip_value", clip_value)):
            if limit is not None:
                checked(name, limit, above=0)
        self.clip_norm, self.clip_value = clip_norm, clip_value
        self.steps_per_epoch = checked("steps_per_epoch", steps_per_epoch, at_least=1)
        self.check_every = checked("check_every", check_every, at_least=1)
        self.rng = rng or np.random.default_rng()
        self.report = report
        self.step = 0
        self.reason: str | None = None
        self._dropout = dropout
        self._stop = stop or StopRules()
        self._lifted: dict[str, float | None] = {}  # limits that were overruled, by value
        self.metric = metric
        self._last_finite = network.parameters.copy()
        self._wanted_batch_size = batch_size
        self.set_points(inputs, truth, train, prepare)

    def set_points(
        self,
        inputs: Array,
        truth: Array,
        train: Array | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """Train on these points from here on; they are as in the constructor."""
        self.training_points, self.test_points = split_points(
            self.network, inputs, truth, train, self.loss, self.metric, prepare
        )
        self._best = Best(self.network.parameters)  # what was best for others
        self.batch_size = self._wanted_batch_size

    @property
    def optimizer(self) -> Optimizer:
        """The rule; a new one goes on from the parameters as they are, at its own learning rate."""
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer) -> None:
        if optimizer.parameters is not self.network.parameters:
            raise ValueError("optimizer: is for other parameters than this network's")
        self._optimizer = optimizer
        self.base_learning_rate = optimizer.learning_rate

    @property
    def batch_size(self) -> int | None:
        """Points a step, None for all. A new size ends the pass over the points in the old one."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, size: int | None) -> None:
        points, layers = self.training_points, len(self.network.sizes) - 2
        dropout = Dropout(self._dropout, layers, self.rng) if np.any(self._dropout) else None
        self.batches = make_batches(self.network, points, self.loss, size, [self.rng], dropout)
        self._wanted_batch_size = size  # by more points it may be a part of them again
        self._batch_size = size if size is not None and size < points.count else None

    @property
    def dropout(self) -> float | Sequence[float]:
        """The rate of all hidden layers, or one each; the next batch then begins a new order."""
        return self._dropout

    @dropout.setter
    def dropout(self, rates: float | Sequence[float]) -> None:
        before, self._dropout = self._dropout, rates
        try:
            self.batch_size = self._wanted_batch_size
        except ValueError:
            self._dropout = before
            raise

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
            self._end(self._limit_reached(self.evaluate().train_loss))

    def begin(self) -> None:
        """Take the parameters as they are now for those of step 0."""
        self._last_finite[:] = self.network.parameters
        self._best = Best(self.network.parameters)

    def resume(self) -> None:
        """Let an ended run go on, past the limit that ended it."""
        if self.reason == "diverged":
            raise ValueError("a diverged run can't go on")
        if self.reason is not None:
            self._lifted[self.reason] = self._stop.limit(self.reason)
            self.reason = None

    def run(self, steps: int) -> int:
        """Take at most so many steps and return how many: fewer when the run has ended.

        How a run is cut into calls changes nothing in its result.
        ValueError: lbfgs on mini-batches or with dropout, where its line search means nothing.
        """
        if self.optimizer.needs_closure:
            self._check_closure()
        taken = 0
        while taken < steps and self.reason is None:
            next_check = self.next_check()
            here = min(steps - taken, next_check - self.step)
            self.advance(here)
            taken += here
            if self.step == next_check:
                self.check()
        return taken

    def _check_closure(self) -> None:
        """A line search needs the same function each time it asks, and its true gradient."""
        rule = self.optimizer.name
        if self._batch_size is not None or np.any(self._dropout):
            raise ValueError(f"optimizer: {rule}: needs full batches and no dropout")
        if self.clip_norm is not None or self.clip_value is not None:
            raise ValueError(f"optimizer: {rule}: needs gradients that are not clipped")
        if isinstance(self.penalty, PlaygroundPenalty) and self.penalty.pulls:
            raise ValueError(f"optimizer: {rule}: needs the standard penalty")

    def next_check(self) -> int:
        """The step at which the loss will be looked at next."""
        ends = [
            (self.step // interval + 1) * interval
            for interval in (self.check_every, self.steps_per_epoch)
        ]
        limit = self._stop.max_steps
        if limit is not None and self._lifted.get("max_steps") != limit:
            ends.append(max(limit, self.step))
        return min(ends)

    def advance(self, steps: int) -> None:
        """Forward, backward, update, so many times, whatever the limits; no look at the loss.

        Overflow may reach inf or NaN; `check` will see it. Interrupted (Ctrl+C), `step` counts the
        updates that were begun; the last of them may be half done, and batches may be left out. To
        go on as if nothing had happened, load a `state_dict` from before.
        """
        gradients, taken = self.network.gradients, self.batches.take(steps)
        before = self.optimizer.steps
        try:
            with np.errstate(all="ignore"):
                if self.optimizer.needs_closure:
                    for step, batch in enumerate(taken, self.step):
                        self._schedule_rate(step)
                        self.optimizer.update_with(partial(self._objective, *batch))
                        self._settle()
                else:
                    update = self._update_rule()
                    for points, inputs, truth in taken:
                        points.forward(inputs)
                        points.backward(truth)
                        update(gradients)
        finally:
            self.step += self.optimizer.steps - before

    def _update_rule(self) -> Callable[[Array], None]:
        """The optimizer's update, with what is to be done before and after it, if there is any."""
        optimizer = self.optimizer
        extras = self.schedule, self.clip_norm, self.clip_value
        penalised = self.penalty is not None and self.penalty.acts
        if not penalised and all(extra is None for extra in extras):
            return optimizer.update
        steps = count(self.step)

        def update(gradients: Array) -> None:
            self._schedule_rate(next(steps))
            self._prepare(gradients)
            optimizer.update(gradients)
            self._settle()

        return update

    def _schedule_rate(self, step: int) -> None:
        if self.schedule is not None:
            self.optimizer.learning_rate = self.schedule.rate(self.base_learning_rate, step)

    def _prepare(self, gradients: Array) -> None:
        """What happens to the loss's gradients before the update."""
        if self.penalty is not None:
            self.penalty.add_to(gradients, self.optimizer.maximize)
        if self.clip_norm is not None:
            clipping.clip_norm(gradients, self.clip_norm, out=gradients)
        if self.clip_value is not None:
            clipping.clip_value(gradients, self.clip_value, out=gradients)

    def _settle(self) -> None:
        if self.penalty is not None:
            self.penalty.settle(self.optimizer.learning_rate)

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
            loss, metric = self.training_points.evaluate()
            test_loss = test_metric = math.nan
            if self.test_points is not None:
                test_loss, test_metric = self.test_points.evaluate()
        return Evaluation(float(loss), float(metric), float(test_loss), float(test_metric))

    def statistics(self) -> list[LayerStatistics]:
        """How each layer is doing now, on the training points (at most the first 4096)."""
        some = self.training_points.columns(slice(MOST_POINTS))
        return layer_statistics(self.network, self.loss, *some)

    def check(self, evaluation: Evaluation | None = None) -> None:
        """Look at the loss now: report it, and end the run if it diverged or met a limit.

        evaluation: what `evaluate` would say, where it is known already. A diverged network gets
        back the last finite parameters it was seen with.
        """
        evaluation = evaluation or self.evaluate()
        if math.isfinite(evaluation.train_loss) and np.isfinite(self.network.parameters).all():
            self._last_finite[:] = self.network.parameters
            if self._epoch_ends and self.epoch > self._best.last_epoch:
                self._observe(evaluation)
            self._end(self._limit_reached(evaluation.train_loss))
            if self.reason == "early_stop":
                evaluation = self.evaluate()  # of the best parameters, that it ends with
        else:
            self.network.parameters[:] = self._last_finite
            self.reason = "diverged"
        if self.report is not None:
            self.report(self.step, evaluation)

    def _end(self, reason: str | None) -> None:
        self.reason = reason
        if reason == "early_stop":
            self.network.parameters[:] = self._best.parameters

    def _observe(self, evaluation: Evaluation) -> None:
        """An epoch has ended: remember the best parameters, let the schedule see the loss."""
        loss = evaluation.train_loss if self.test_points is None else evaluation.test_loss
        self._best.observe(self.epoch, loss, self.network.parameters, self._stop.min_delta)
        if self.schedule is not None:
            self.schedule.observe(loss)

    @property
    def _epoch_ends(self) -> bool:
        return self.step > 0 and self.step % self.steps_per_epoch == 0

    def _limit_reached(self, train_loss: float) -> str | None:
        for reason in self._stop.reached(
            self.step, self.epoch, self._epoch_ends, train_loss, self._best.waited
        ):
            if self._lifted.get(reason) != self._stop.limit(reason):
                return reason
        return None

    def state_dict(self) -> dict[str, Any]:
        """Everything that the rest of the run depends on besides the options, as copies: a trainer
        that is made with the same ones goes on from it."""
        return {
            "step": self.step,
            "reason": self.reason,
            "lifted": dict(self._lifted),
            "parameters": self.network.parameters.copy(),
            "last_finite": self._last_finite.copy(),
            "best": self._best.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": {} if self.schedule is None else self.schedule.state_dict(),
            "penalty": {} if self.penalty is None else self.penalty.state_dict(),
            "generator": self.rng.bit_generator.state,
            "batches": self.batches.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit. ValueError: it is of another rule, or of
        other points."""
        self.step = int(state["step"])
        self.reason = state["reason"]
        self._lifted = dict(state["lifted"])
        self.network.parameters[:] = state["parameters"]
        self._last_finite[:] = state["last_finite"]
        self._best.load_state_dict(state["best"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        if self.penalty is not None:
            self.penalty.load_state_dict(state["penalty"])
        self.rng.bit_generator.state = state["generator"]
        self.batches.load_state_dict(state["batches"])

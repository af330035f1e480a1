"""The trainer: steps, epochs, and when to stop. No clock, no I/O: only counts decide a result."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine.losses import Loss
from tui_nn.engine.metrics import accuracy
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.types import Array


@dataclass(frozen=True)
class StopRules:
    """The limits that end a run; None is no limit. The target is looked at where an epoch ends."""

    target_loss: float | None = None
    max_epochs: int | None = None
    max_steps: int | None = None


@dataclass(frozen=True)
class Evaluation:
    """Loss and accuracy on the training and, if there are any, the test points (else NaN)."""

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


class Trainer:
    """Trains a network on points inputs (N, features) with truth (N, outputs).

    train: (N,) booleans, the points to train on; the others are test points.
    batch_size: points a step, or None for all. Batches are drawn from a permutation that is made
    anew each time the points are used up; the last, smaller batch is applied as what it is.
    check_every: steps between two looks at the loss, the places where a run may end.
    report: called with (step, evaluation) at each of these looks.

    `reason` is None while the run may go on, then "target_loss", "max_steps", "max_epochs" or
    "diverged".
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        loss: Loss,
        inputs: Array,
        truth: Array,
        *,
        train: Array | None = None,
        batch_size: int | None = None,
        steps_per_epoch: int = 500,
        check_every: int = 25,
        stop: StopRules | None = None,
        rng: np.random.Generator | None = None,
        report: Callable[[int, Evaluation], None] | None = None,
    ) -> None:
        dtype = network.parameters.dtype
        train = np.ones(len(inputs), bool) if train is None else train
        self.network = network
        self.optimizer = optimizer
        self.loss = loss
        self.inputs = inputs[train].astype(dtype)
        self.truth = truth[train].T.astype(dtype, order="C")
        self.steps_per_epoch = steps_per_epoch
        self.check_every = check_every
        self.rng = rng or np.random.default_rng()
        self.report = report
        self.step = 0
        self.reason: str | None = None
        self._stop = stop or StopRules()
        self._lifted: dict[str, float] = {}  # limits that `resume` has overruled, by their value
        self._all = Pass(network, self.inputs)
        self._test = Pass(network, inputs[~train]) if not train.all() else None
        self._test_truth = truth[~train].T.astype(dtype, order="C")
        self._last_finite = network.parameters.copy()
        self._order = np.arange(len(self.inputs))
        self._position = 0
        self._passes: dict[int, Pass] = {}
        self.batch_size = batch_size

    @property
    def batch_size(self) -> int | None:
        return self._batch_size

    @batch_size.setter
    def batch_size(self, size: int | None) -> None:
        count = len(self.inputs)
        self._batch_size = size if size is not None and size < count else None
        # A pass over the points in the old batches ends here; the next batch begins a new one.
        self._position = count
        self._passes.clear()

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

    def begin(self) -> None:
        """Take the parameters as they are now for those of step 0."""
        self._last_finite[:] = self.network.parameters

    def resume(self) -> None:
        """Let an ended run go on, past the limit that ended it."""
        if self.reason == "diverged":
            raise ValueError("a diverged run can't go on")
        if self.reason is not None:
            self._lifted[self.reason] = getattr(self._stop, self.reason)
            self.reason = None

    def run(self, steps: int) -> int:
        """Take at most so many steps and return how many: fewer when the run has ended.

        How a run is cut into calls changes nothing in its result.
        """
        taken = 0
        while taken < steps and self.reason is None:
            next_check = self._next_check()
            count = min(steps - taken, next_check - self.step)
            self._take(count)
            taken += count
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

    def _take(self, steps: int) -> None:
        """Forward, backward, update. Overflow may reach inf or NaN; `check` will see it."""
        forward, backward = self._all.forward, self._all.backward
        update, gradients = self.optimizer.update, self.network.gradients
        loss, truth = self.loss, self.truth
        with np.errstate(all="ignore"):
            if self._batch_size is None:
                for _ in range(steps):
                    forward()
                    backward(loss, truth)
                    update(gradients)
            else:
                for _ in range(steps):
                    batch, batch_truth = self._next_batch(self._batch_size)
                    batch.forward()
                    batch.backward(loss, batch_truth)
                    update(gradients)
        self.step += steps

    def _next_batch(self, size: int) -> tuple[Pass, Array]:
        if self._position >= len(self._order):
            self._order = self.rng.permutation(len(self._order))
            self._position = 0
        chosen = self._order[self._position : self._position + size]
        self._position += size
        points = self._passes.get(len(chosen))
        if points is None:
            points = self._passes[len(chosen)] = Pass(self.network, self.inputs[chosen])
        points.load(self.inputs[chosen])
        return points, self.truth[:, chosen]

    def evaluate(self) -> Evaluation:
        """Loss and accuracy now, over all the points."""
        with np.errstate(all="ignore"):
            prediction = self._all.forward()
            train = self.loss.value(prediction, self.truth), accuracy(prediction, self.truth)
            test = math.nan, math.nan
            if self._test is not None:
                prediction = self._test.forward()
                test = (
                    self.loss.value(prediction, self._test_truth),
                    accuracy(prediction, self._test_truth),
                )
        return Evaluation(*train, *test)

    def check(self) -> None:
        """Look at the loss now: report it, and end the run if it diverged or met a limit.

        A diverged network gets back the last finite parameters it was seen with.
        """
        evaluation = self.evaluate()
        if math.isfinite(evaluation.train_loss) and np.isfinite(self.network.parameters).all():
            self._last_finite[:] = self.network.parameters
            self.reason = self._limit_reached(evaluation.train_loss)
        else:
            self.network.parameters[:] = self._last_finite
            self.reason = "diverged"
        if self.report is not None:
            self.report(self.step, evaluation)

    def _limit_reached(self, train_loss: float) -> str | None:
        stop, at_epoch_end = self._stop, self.step > 0 and self.step % self.steps_per_epoch == 0
        reached = {
            "target_loss": stop.target_loss is not None
            and at_epoch_end
            and train_loss <= stop.target_loss,
            "max_steps": stop.max_steps is not None and self.step >= stop.max_steps,
            "max_epochs": stop.max_epochs is not None and self.epoch >= stop.max_epochs,
        }
        for limit, met in reached.items():
            if met and self._lifted.get(limit) != getattr(stop, limit):
                return limit
        return None

    def state_dict(self) -> dict[str, Any]:
        """Everything that the rest of the run depends on, as copies."""
        return {
            "step": self.step,
            "reason": self.reason,
            "lifted": dict(self._lifted),
            "parameters": self.network.parameters.copy(),
            "last_finite": self._last_finite.copy(),
            "optimizer": self.optimizer.state_dict(),
            "generator": self.rng.bit_generator.state,
            "order": self._order.copy(),
            "position": self._position,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit."""
        self.step = int(state["step"])
        self.reason = state["reason"]
        self._lifted = dict(state["lifted"])
        self.network.parameters[:] = state["parameters"]
        self._last_finite[:] = state["last_finite"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.rng.bit_generator.state = state["generator"]
        self._order = np.array(state["order"])
        self._position = int(state["position"])

"""A population: K networks of one shape, trained at once on the same points.

A small network's step costs calls, not arithmetic; K networks share the calls. Parameters are
(K, P), each row laid out as a single network's, and every product is one batched matrix product.
No member sees another: each has its own random numbers, learning rate and other options, and
becomes what the same network trained alone would become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine import clipping, losses
from tui_nn.engine.batches import make_batches
from tui_nn.engine.checks import known
from tui_nn.engine.evaluation import split_points
from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.regularization import Penalty
from tui_nn.engine.schedules import ReduceOnPlateau, Schedule
from tui_nn.engine.types import Array


@dataclass(frozen=True)
class PopulationEvaluation:
    """Loss and metric of every member, each (K,); the test's are NaN without test points.

    A member that has diverged has a loss that is not finite; the others don't notice.
    """

    train_loss: Array
    train_accuracy: Array
    test_loss: Array
    test_accuracy: Array


class Population:
    """Trains the K members of a stacked network, `Network(..., members=K)`.

    optimizer: a rule over `network.parameters` (K, P), any but lbfgs; its continuous options may be
    arrays (K, 1), as may l1 and l2 of the penalty, and clip_norm (K,). rngs: a generator for each
    member's batches. inputs, truth: what all share, or (K, N, features) and (K, N, outputs).
    The other arguments are the Trainer's. A member has its batches in its own order, the one that a
    Trainer with its generator would make.

    `Network.initialize` takes a list of K generators, and draws each member as it would alone.
    ValueError: not one generator a member; lbfgs, reduce_on_plateau; an optimizer of other
    parameters; loss and output activation that make no sense.
    """

    def __init__(
        self,
        network: Network,
        optimizer: Optimizer,
        loss: str | type[Loss],
        inputs: Array,
        truth: Array,
        *,
        rngs: Sequence[np.random.Generator],
        metric: str = "accuracy",
        train: Array | None = None,
        batch_size: int | None = None,
        penalty: Penalty | None = None,
        schedule: Schedule | None = None,
        clip_norm: float | Array | None = None,
        clip_value: float | None = None,
    ) -> None:
        if network.parameters.ndim != 2 or len(rngs) != len(network.parameters):
            raise ValueError(f"rngs: {len(rngs)}: give one for each member of a stacked network")
        if optimizer.needs_closure:
            raise ValueError(f"optimizer: {optimizer.name}: can't train a population")
        if optimizer.parameters is not network.parameters:
            raise ValueError("optimizer: is for other parameters than this network's")
        if isinstance(schedule, ReduceOnPlateau):  # it watches one loss, and would steer them all
            raise ValueError("schedule: reduce_on_plateau: can't steer a population")
        self.network, self.optimizer = network, optimizer
        self.loss = known("loss", loss, losses.REGISTRY) if isinstance(loss, str) else loss
        self.penalty, self.schedule = penalty, schedule
        self.clip_norm, self.clip_value = clip_norm, clip_value
        self.base_learning_rate = optimizer.learning_rate
        self.step = 0
        self._train, self._test = split_points(network, inputs, truth, train, self.loss, metric)
        self.rngs = rngs
        self.batches = make_batches(network, self._train, self.loss, batch_size, rngs)

    def run(self, steps: int) -> None:
        """Take so many steps, K network-steps each. Interrupted, it is as `Trainer.advance`."""
        gradients, optimizer, penalty = self.network.gradients, self.optimizer, self.penalty
        taken, before = self.batches.take(steps), optimizer.steps
        try:
            with np.errstate(all="ignore"):
                for step, (points, inputs, truth) in enumerate(taken, self.step):
                    points.forward(inputs)
                    points.backward(truth)
                    if self.schedule is not None:
                        optimizer.learning_rate = self.schedule.rate(self.base_learning_rate, step)
                    if penalty is not None:
                        penalty.add_to(gradients, optimizer.maximize)
                    if self.clip_norm is not None:
                        clipping.clip_norm(gradients, self.clip_norm, out=gradients)
                    if self.clip_value is not None:
                        clipping.clip_value(gradients, self.clip_value, out=gradients)
                    optimizer.update(gradients)
                    if penalty is not None:
                        penalty.settle(optimizer.learning_rate)
        finally:
            self.step += optimizer.steps - before

    def evaluate(self) -> PopulationEvaluation:
        """Loss and metric of every member now."""
        with np.errstate(all="ignore"):
            train = self._train.evaluate()
            none = np.full(len(self.rngs), np.nan)
            test = (none, none) if self._test is None else self._test.evaluate()
        return PopulationEvaluation(*train, *test)

    def state_dict(self) -> dict[str, Any]:
        """Everything that the rest of the run depends on, as copies."""
        return {
            "step": self.step,
            "parameters": self.network.parameters.copy(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": {} if self.schedule is None else self.schedule.state_dict(),
            "penalty": {} if self.penalty is None else self.penalty.state_dict(),
            "generators": [rng.bit_generator.state for rng in self.rngs],
            "batches": self.batches.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit. ValueError: it is of another rule, or of
        other points."""
        self.step = int(state["step"])
        self.network.parameters[:] = state["parameters"]
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        if self.penalty is not None:
            self.penalty.load_state_dict(state["penalty"])
        for rng, generator in zip(self.rngs, state["generators"], strict=True):
            rng.bit_generator.state = generator
        self.batches.load_state_dict(state["batches"])

from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer
from tui_nn.engine.types import Array


class Rprop(Optimizer):
    """Heeds the gradient's sign only: while it stays, steps grow.

    sign of g·(last g)  > 0: step ← min(step·eta_plus, step_max)
                        < 0: step ← max(step·eta_minus, step_min), and g ← 0: wait one update
    θ ← θ − sign(g)·step                                   (at first: step = learning_rate)

    Every parameter has its own step. For full batches: the sign of a mini-batch's gradient turns by
    chance. Riedmiller and Braun 1993, https://doi.org/10.1109/ICNN.1993.298623; agrees with
    `torch.optim.Rprop`.

    learning_rate: the first step; a change after the first update has no effect (0.01).
    eta_minus: shrinks a step, 0 < eta_minus < 1 (0.5).
    eta_plus: lengthens a step, > 1 (1.2).
    step_min, step_max: limits of a step (1e-6, 50).
    maximize: see Optimizer (False).
    """

    name = "rprop"
    usual_rate = 0.01
    vectors = ("last_gradient", "step")
    last_gradient: Array
    step: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-2,
        *,
        eta_minus: Number = 0.5,
        eta_plus: Number = 1.2,
        step_min: Number = 1e-6,
        step_max: Number = 50.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, maximize=maximize)
        self.eta_minus = checked("eta_minus", eta_minus, above=0, below=1)
        self.eta_plus = checked("eta_plus", eta_plus, above=1)
        self.step_min = checked("step_min", step_min, at_least=0)
        self.step_max = checked("step_max", step_max, at_least=0)
        self._eta_minus = self._coefficient(eta_minus)
        self._eta_plus = self._coefficient(eta_plus)
        self._step_min = self._coefficient(step_min)
        self._step_max = self._coefficient(step_max)
        self._stays = np.empty(parameters.shape, bool)
        self._turns = np.empty(parameters.shape, bool)

    def _step(self, g: Array) -> None:
        parameters, step, last, work = self.parameters, self.step, self.last_gradient, self._work
        stays, turns = self._stays, self._turns
        self._eta_minus[()] = self.eta_minus
        self._eta_plus[()] = self.eta_plus
        self._step_min[()] = self.step_min
        self._step_max[()] = self.step_max
        if self.steps == 1:
            step[:] = self.learning_rate

        np.multiply(g, last, out=work)
        np.greater(work, 0, out=stays)
        np.less(work, 0, out=turns)
        np.multiply(step, self._eta_plus, out=step, where=stays)
        np.multiply(step, self._eta_minus, out=step, where=turns)
        np.clip(step, self._step_min, self._step_max, out=step)
        np.copyto(last, g)
        np.copyto(last, 0, where=turns)
        np.sign(last, out=work)
        work *= step
        parameters -= work

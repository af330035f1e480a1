from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer
from tui_nn.engine.types import Array


class Adagrad(Optimizer):
    """Slows down what has moved much; what rarely moves stays quick.

    g    ← gradient + weight_decay·θ
    sum  ← sum + g²                                   (at first: initial_accumulator_value)
    rate ← learning_rate / (1 + (t − 1)·lr_decay)     (t: updates so far, this one included)
    θ    ← θ − rate·g / (√sum + eps)

    Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html; agrees with `torch.optim.Adagrad`.

    learning_rate: step size; the first step of every parameter is about this long (0.01).
    lr_decay: how fast the rate falls besides, per step (0).
    initial_accumulator_value: where the sum begins; above 0, the first steps are shorter (0).
    eps: keeps the division safe where the sum is near 0 (1e-10).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "adagrad"
    usual_rate = 0.1
    vectors = ("sum",)
    sum: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-2,
        *,
        lr_decay: Number = 0.0,
        initial_accumulator_value: Number = 0.0,
        eps: Number = 1e-10,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.lr_decay = checked("lr_decay", lr_decay, at_least=0)
        self.initial_accumulator_value = checked(
            "initial_accumulator_value", initial_accumulator_value, at_least=0
        )
        self.eps = checked("eps", eps, at_least=0)
        self.sum[:] = initial_accumulator_value
        self._eps = self._coefficient(eps)
        self._rate = self._coefficient(learning_rate, lr_decay)

    def _step(self, g: Array) -> None:
        parameters, total, work = self.parameters, self.sum, self._work
        self._eps[()] = self.eps
        self._rate[()] = self.learning_rate / (1 + (self.steps - 1) * self.lr_decay)

        np.multiply(g, g, out=work)
        total += work
        np.sqrt(total, out=work)
        work += self._eps
        np.divide(g, work, out=work)
        work *= self._rate
        parameters -= work

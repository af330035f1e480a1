from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer
from tui_nn.engine.types import Array


class Adadelta(Optimizer):
    """Scales a gradient by recent steps over recent gradients.

    g    ← gradient + weight_decay·θ
    v    ← rho·v + (1 − rho)·g²
    step ← g·√(u + eps) / √(v + eps)
    u    ← rho·u + (1 − rho)·step²
    θ    ← θ − learning_rate·step

    Numerator and denominator share their units, so a step has the units of θ: the learning rate
    may stay at 1. It begins slowly, since u begins at 0 and the first steps are about √eps long.

    Zeiler 2012, https://arxiv.org/abs/1212.5701; agrees with `torch.optim.Adadelta`.

    learning_rate: multiplies the step (1.0).
    rho: how much of the means v and u is kept each step, 0 ≤ rho ≤ 1 (0.9).
    eps: keeps the division safe and sets the length of the first steps (1e-6).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "adadelta"
    usual_rate = 1.0
    vectors = ("v", "u")
    v: Array
    u: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1.0,
        *,
        rho: Number = 0.9,
        eps: Number = 1e-6,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.rho = checked("rho", rho, at_least=0, at_most=1)
        self.eps = checked("eps", eps, at_least=0)
        self._kept = self._coefficient(rho)
        self._new = self._coefficient(rho)
        self._eps = self._coefficient(eps)
        self._rate = self._coefficient(learning_rate)
        self._move = np.empty_like(parameters)

    def _step(self, g: Array) -> None:
        parameters, v, u, work, step = self.parameters, self.v, self.u, self._work, self._move
        self._kept[()] = self.rho
        self._new[()] = 1 - self.rho
        self._eps[()] = self.eps
        self._rate[()] = self.learning_rate

        np.multiply(g, self._new, out=work)
        work *= g
        v *= self._kept
        v += work
        np.add(v, self._eps, out=work)
        np.sqrt(work, out=work)
        np.add(u, self._eps, out=step)
        np.sqrt(step, out=step)
        step /= work
        step *= g
        np.multiply(step, self._new, out=work)
        work *= step
        u *= self._kept
        u += work
        step *= self._rate
        parameters -= step

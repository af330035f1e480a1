from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, power
from tui_nn.engine.types import Array


class Adamax(Optimizer):
    """Adam that takes a gradient's recent maximum for its size.

    g ← gradient + weight_decay·θ
    m ← beta1·m + (1 − beta1)·g
    u ← max(beta2·u, |g| + eps)
    θ ← θ − learning_rate / (1 − beta1ᵗ) · m / u

    Kingma and Ba 2014, section 7, https://arxiv.org/abs/1412.6980; agrees with
    `torch.optim.Adamax`.

    learning_rate: the farthest that a parameter moves in a step, about (2e-3).
    beta1: how much of the mean gradient m is kept each step, 0 ≤ beta1 < 1 (0.9).
    beta2: how slowly the maximum u is forgotten, 0 ≤ beta2 < 1 (0.999).
    eps: keeps the division safe where the gradient is 0 (1e-8).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "adamax"
    usual_rate = 0.02
    vectors = ("m", "u")
    m: Array
    u: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 2e-3,
        *,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.beta1 = checked("beta1", beta1, at_least=0, below=1)
        self.beta2 = checked("beta2", beta2, at_least=0, below=1)
        self.eps = checked("eps", eps, at_least=0)
        self._new1 = self._coefficient(beta1)
        self._kept2 = self._coefficient(beta2)
        self._eps = self._coefficient(eps)
        self._rate = self._coefficient(learning_rate, beta1)

    def _step(self, g: Array) -> None:
        parameters, m, u, work = self.parameters, self.m, self.u, self._work
        self._new1[()] = 1 - self.beta1
        self._kept2[()] = self.beta2
        self._eps[()] = self.eps
        self._rate[()] = self.learning_rate / (1 - power(self.beta1, self.steps))

        np.subtract(g, m, out=work)  # m ← m + (1 − beta1)·(g − m)
        work *= self._new1
        m += work
        np.abs(g, out=work)
        work += self._eps
        u *= self._kept2
        np.maximum(u, work, out=u)
        np.divide(m, u, out=work)
        work *= self._rate
        parameters -= work

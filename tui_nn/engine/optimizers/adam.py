from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, power, root
from tui_nn.engine.types import Array


class Adam(Optimizer):
    """Gives each parameter its own step: mean gradient over typical size.

    g ← gradient + weight_decay·θ
    m ← beta1·m + (1 − beta1)·g            m̂ = m / (1 − beta1ᵗ)
    v ← beta2·v + (1 − beta2)·g²           v̂ = v / (1 − beta2ᵗ)
    θ ← θ − learning_rate·m̂ / (√v̂ + eps)  (amsgrad: v̂ from the largest v so far)

    m and v begin at 0 and are too small at first; m̂ and v̂ mend that. The code takes the last line
    with √(1 − beta2ᵗ) moved out of the fraction (the paper, end of section 2), a vector less to
    divide: θ ← θ − learning_rate·√(1 − beta2ᵗ)/(1 − beta1ᵗ) · m / (√v + eps·√(1 − beta2ᵗ)).

    Kingma and Ba 2014, https://arxiv.org/abs/1412.6980; amsgrad: Reddi et al. 2018,
    https://openreview.net/forum?id=ryQu7f-RZ; agrees with `torch.optim.Adam`.

    learning_rate: about how far a parameter moves in a step (1e-3).
    beta1: how much of the mean gradient m is kept each step, 0 ≤ beta1 < 1 (0.9).
    beta2: the same for the mean squared gradient v (0.999).
    eps: keeps the division safe where v is near 0 (1e-8).
    amsgrad: never let a step grow again after a large gradient (False).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "adam"
    usual_rate = 0.01
    vectors = ("m", "v", "v_max")
    m: Array
    v: Array
    v_max: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-3,
        *,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        amsgrad: bool = False,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.beta1 = checked("beta1", beta1, at_least=0, below=1)
        self.beta2 = checked("beta2", beta2, at_least=0, below=1)
        self.eps = checked("eps", eps, at_least=0)
        self.amsgrad = amsgrad
        self._new1 = self._coefficient(beta1)
        self._kept2 = self._coefficient(beta2)
        self._new2 = self._coefficient(beta2)
        self._eps = self._coefficient(eps, beta2)
        self._rate = self._coefficient(learning_rate, beta1, beta2)

    def _step(self, g: Array) -> None:
        parameters, m, v, work = self.parameters, self.m, self.v, self._work
        beta1, beta2 = self.beta1, self.beta2
        correction2 = root(1 - power(beta2, self.steps))
        self._new1[()] = 1 - beta1
        self._kept2[()] = beta2
        self._new2[()] = 1 - beta2
        self._eps[()] = self.eps * correction2
        self._rate[()] = self.learning_rate * correction2 / (1 - power(beta1, self.steps))

        np.subtract(g, m, out=work)  # m ← m + (1 − beta1)·(g − m)
        work *= self._new1
        m += work
        np.multiply(g, self._new2, out=work)  # v ← beta2·v + (1 − beta2)·g²
        work *= g
        v *= self._kept2
        v += work
        if self.amsgrad:
            v = np.maximum(self.v_max, v, out=self.v_max)
        np.sqrt(v, out=work)
        work += self._eps
        np.divide(m, work, out=work)
        work *= self._rate
        parameters -= work

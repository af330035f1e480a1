from __future__ import annotations

import math

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, each, is_on, power, root
from tui_nn.engine.types import Array


class RAdam(Optimizer):
    """Adam that trusts a gradient's size only once it has seen enough.

    g ← gradient + weight_decay·θ                  (decoupled: as in AdamW)
    m ← beta1·m + (1 − beta1)·g                    m̂ = m / (1 − beta1ᵗ)
    v ← beta2·v + (1 − beta2)·g²
    ρ∞ = 2/(1 − beta2) − 1                         ρ = ρ∞ − 2t·beta2ᵗ/(1 − beta2ᵗ)
    ρ > 5: θ ← θ − learning_rate·m̂·r·√(1 − beta2ᵗ)/(√v + eps)
           with r = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ))
    else:  θ ← θ − learning_rate·m̂

    ρ is how many gradients the mean v is worth; up to 4 the variance of 1/√v is not even finite,
    and PyTorch asks for 5. With the default beta2 the first 5 steps are plain momentum.

    Liu et al. 2020, https://arxiv.org/abs/1908.03265; agrees with `torch.optim.RAdam`.

    learning_rate: about how far a parameter moves in a step, later on (1e-3).
    beta1: how much of the mean gradient m is kept each step, 0 ≤ beta1 < 1 (0.9).
    beta2: the same for the mean squared gradient v (0.999).
    eps: keeps the division safe where v is near 0 (1e-8).
    decoupled_weight_decay: shrink the parameters directly, as AdamW does (False).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "radam"
    usual_rate = 0.02
    vectors = ("m", "v")
    m: Array
    v: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-3,
        *,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        decoupled_weight_decay: bool = False,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.beta1 = checked("beta1", beta1, at_least=0, below=1)
        self.beta2 = checked("beta2", beta2, at_least=0, below=1)
        self.eps = checked("eps", eps, at_least=0)
        self.decoupled_weight_decay = decoupled_weight_decay
        self._new1 = self._coefficient(beta1)
        self._kept2 = self._coefficient(beta2)
        self._new2 = self._coefficient(beta2)
        self._correction1 = self._coefficient(beta1)
        self._correction2 = self._coefficient(beta2)
        self._rectify = self._coefficient(beta2)
        self._eps = self._coefficient(eps)
        self._rate = self._coefficient(learning_rate)

    def _step(self, g: Array) -> None:
        parameters, m, v = self.parameters, self.m, self.v
        pace, move = self._work, self._gradient
        beta1, beta2 = self.beta1, self.beta2
        self._new1[()] = 1 - beta1
        self._kept2[()] = beta2
        self._new2[()] = 1 - beta2
        self._correction1[()] = 1 - power(beta1, self.steps)
        self._eps[()] = self.eps
        self._rate[()] = self.learning_rate

        np.subtract(g, m, out=pace)  # m ← m + (1 − beta1)·(g − m)
        pace *= self._new1
        m += pace
        np.multiply(g, self._new2, out=pace)  # v ← beta2·v + (1 − beta2)·g²
        pace *= g
        v *= self._kept2
        v += pace
        np.divide(m, self._correction1, out=move)
        move *= self._rate
        rectification = each(_rectification, beta2, self.steps)
        if is_on(rectification):
            self._correction2[()] = root(1 - power(beta2, self.steps))
            np.sqrt(v, out=pace)
            pace += self._eps
            np.divide(self._correction2, pace, out=pace)
            self._rectify[()] = rectification
            pace *= self._rectify
            if type(rectification) is np.ndarray:  # members of other beta2 may be still waiting
                np.copyto(pace, 1.0, where=rectification == 0)
            move *= pace
        parameters -= move


def _rectification(beta2: float, t: int) -> float:
    """r, or 0 while ρ ≤ 5."""
    rho_inf = 2 / (1 - beta2) - 1
    rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
    if rho <= 5:
        return 0.0
    return math.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))

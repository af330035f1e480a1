from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, power
from tui_nn.engine.types import Array


class NAdam(Optimizer):
    """Adam that looks ahead, with Nesterov's momentum.

    g ← gradient + weight_decay·θ                    (decoupled: as in AdamW)
    μ ← beta1·(1 − 0.96^(t·momentum_decay) / 2)      μ′: the same for t + 1
    m ← beta1·m + (1 − beta1)·g
    v ← beta2·v + (1 − beta2)·g²                     v̂ = v / (1 − beta2ᵗ)
    θ ← θ − learning_rate·(1 − μ)/(1 − Πμ) · g / (√v̂ + eps)
          − learning_rate·μ′/(1 − Πμ·μ′)   · m / (√v̂ + eps)        (Πμ: product of all μ so far)

    Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ; agrees with
    `torch.optim.NAdam`.

    learning_rate: about how far a parameter moves in a step (2e-3).
    beta1: how much of the mean gradient m is kept each step, 0 ≤ beta1 < 1 (0.9).
    beta2: the same for the mean squared gradient v (0.999).
    eps: keeps the division safe where v is near 0 (1e-8).
    momentum_decay: how fast μ rises from beta1/2 to beta1 (4e-3).
    decoupled_weight_decay: shrink the parameters directly, as AdamW does (False).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "nadam"
    usual_rate = 0.01
    vectors = ("m", "v")
    numbers = ("mu_product",)
    m: Array
    v: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 2e-3,
        *,
        beta1: Number = 0.9,
        beta2: Number = 0.999,
        eps: Number = 1e-8,
        momentum_decay: Number = 4e-3,
        decoupled_weight_decay: bool = False,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.beta1 = checked("beta1", beta1, at_least=0, below=1)
        self.beta2 = checked("beta2", beta2, at_least=0, below=1)
        self.eps = checked("eps", eps, at_least=0)
        self.momentum_decay = checked("momentum_decay", momentum_decay, at_least=0)
        self.decoupled_weight_decay = decoupled_weight_decay
        self.mu_product: Number = 1.0
        self._new1 = self._coefficient(beta1)
        self._kept2 = self._coefficient(beta2)
        self._new2 = self._coefficient(beta2)
        self._correction2 = self._coefficient(beta2)
        self._eps = self._coefficient(eps)
        self._rate_g = self._coefficient(learning_rate, beta1, momentum_decay)
        self._rate_m = self._coefficient(learning_rate, beta1, momentum_decay)

    def _step(self, g: Array) -> None:
        parameters, m, v = self.parameters, self.m, self.v
        size, move = self._work, self._gradient
        beta1, beta2, t = self.beta1, self.beta2, self.steps
        mu = beta1 * (1 - 0.5 * power(0.96, t * self.momentum_decay))
        mu_next = beta1 * (1 - 0.5 * power(0.96, (t + 1) * self.momentum_decay))
        self.mu_product = self.mu_product * mu
        self._new1[()] = 1 - beta1
        self._kept2[()] = beta2
        self._new2[()] = 1 - beta2
        self._correction2[()] = 1 - power(beta2, t)
        self._eps[()] = self.eps
        self._rate_g[()] = self.learning_rate * (1 - mu) / (1 - self.mu_product)
        self._rate_m[()] = self.learning_rate * mu_next / (1 - self.mu_product * mu_next)

        np.subtract(g, m, out=size)  # m ← m + (1 − beta1)·(g − m)
        size *= self._new1
        m += size
        np.multiply(g, self._new2, out=size)  # v ← beta2·v + (1 − beta2)·g²
        size *= g
        v *= self._kept2
        v += size
        np.divide(v, self._correction2, out=size)
        np.sqrt(size, out=size)
        size += self._eps
        np.multiply(g, self._rate_g, out=move)
        move /= size
        parameters -= move
        np.multiply(m, self._rate_m, out=move)
        move /= size
        parameters -= move

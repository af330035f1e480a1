from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, is_on
from tui_nn.engine.types import Array


class RMSprop(Optimizer):
    """Divides each gradient by its recent size: all move at one pace.

    g        ← gradient + weight_decay·θ
    v        ← alpha·v + (1 − alpha)·g²
    size     ← √v + eps                          (centered: √(v − mean²) + eps,
                                                  mean ← alpha·mean + (1 − alpha)·g)
    velocity ← momentum·velocity + g / size      (no momentum: g / size)
    θ        ← θ − learning_rate·velocity

    Tieleman and Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf;
    centered: Graves 2013, https://arxiv.org/abs/1308.0850; agrees with `torch.optim.RMSprop`.

    learning_rate: about how far a parameter moves in a step (0.01).
    alpha: how much of the mean squared gradient v is kept each step (0.99).
    eps: keeps the division safe where the size is near 0 (1e-8).
    momentum: share of the velocity that is kept each step (0).
    centered: measure the gradient's size around its mean, by its variance (False).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "rmsprop"
    usual_rate = 0.003
    vectors = ("v", "mean", "velocity")
    v: Array
    mean: Array
    velocity: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-2,
        *,
        alpha: Number = 0.99,
        eps: Number = 1e-8,
        momentum: Number = 0.0,
        centered: bool = False,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.alpha = checked("alpha", alpha, at_least=0, at_most=1)
        self.eps = checked("eps", eps, at_least=0)
        self.momentum = checked("momentum", momentum, at_least=0)
        self.centered = centered
        self._kept = self._coefficient(alpha)
        self._new = self._coefficient(alpha)
        self._eps = self._coefficient(eps)
        self._momentum = self._coefficient(momentum)
        self._rate = self._coefficient(learning_rate)
        self._size = np.empty_like(parameters)

    def _step(self, g: Array) -> None:
        parameters, v, work, size = self.parameters, self.v, self._work, self._size
        self._kept[()] = self.alpha
        self._new[()] = 1 - self.alpha
        self._eps[()] = self.eps
        self._rate[()] = self.learning_rate

        np.multiply(g, self._new, out=work)
        work *= g
        v *= self._kept
        v += work
        if self.centered:
            mean = self.mean
            np.subtract(g, mean, out=work)  # mean ← mean + (1 − alpha)·(g − mean)
            work *= self._new
            mean += work
            np.multiply(mean, mean, out=work)
            np.subtract(v, work, out=size)
            np.sqrt(size, out=size)
        else:
            np.sqrt(v, out=size)
        size += self._eps
        np.divide(g, size, out=work)
        if is_on(self.momentum):
            velocity = self.velocity
            self._momentum[()] = self.momentum
            velocity *= self._momentum
            velocity += work
            np.multiply(velocity, self._rate, out=work)
        else:
            work *= self._rate
        parameters -= work

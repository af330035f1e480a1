from __future__ import annotations

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Number, Optimizer, is_on
from tui_nn.engine.types import Array


class GradientDescent(Optimizer):
    """Steps straight downhill; with momentum it rolls on like a ball.

    g        ← gradient + weight_decay·θ
    velocity ← momentum·velocity + (1 − dampening)·g        (at first: g)
    θ        ← θ − learning_rate·velocity
    nesterov: θ ← θ − learning_rate·(g + momentum·velocity);  no momentum: θ ← θ − learning_rate·g

    Polyak 1964 (momentum), Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
    (nesterov); agrees with `torch.optim.SGD`.

    learning_rate: step size (1e-3).
    momentum: share of the velocity that is kept each step, from 0 (none) to below 1, as a rule (0).
    dampening: share of the new gradient that the velocity does not take (0).
    nesterov: look ahead by one velocity; needs momentum and no dampening (False).
    weight_decay, maximize: see Optimizer (0, False).
    """

    name = "gd"
    usual_rate = 1.0
    linear_rate = 0.03  # a higher one explodes with 64 units
    unbounded_rate = 0.1  # a higher one kills relu units that see images
    vectors = ("velocity",)
    numbers = ("moving",)
    velocity: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number = 1e-3,
        *,
        momentum: Number = 0.0,
        dampening: Number = 0.0,
        nesterov: bool = False,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.momentum = checked("momentum", momentum, at_least=0)
        self.dampening = checked("dampening", dampening)
        self.nesterov = nesterov
        if nesterov and (not np.all(momentum) or is_on(dampening)):
            raise ValueError(f"nesterov: {nesterov}: needs momentum above 0 and dampening 0")
        self.moving = 0  # whether the velocity has begun: 0 or 1
        self._rate = self._coefficient(learning_rate)
        self._kept = self._coefficient(momentum)
        self._taken = self._coefficient(momentum, dampening)

    def _step(self, g: Array) -> None:
        parameters, work, rate = self.parameters, self._work, self._rate
        if is_on(self.momentum):
            g = self._with_momentum(g)
        rate[()] = self.learning_rate
        np.multiply(g, rate, out=work)
        parameters -= work

    def _with_momentum(self, g: Array) -> Array:
        velocity, work = self.velocity, self._work
        self._kept[()] = self.momentum
        velocity *= self._kept
        if is_on(self.dampening) and self.moving:
            # A member without momentum has no velocity, so nothing is taken from its gradient.
            self._taken[()] = 1 - self.dampening * (self.momentum != 0)
            velocity += np.multiply(g, self._taken, out=work)
        else:
            velocity += g
        self.moving = 1
        if not self.nesterov:
            return velocity
        np.multiply(velocity, self._kept, out=work)
        return np.add(g, work, out=self._gradient)

"""Optimizers: how the parameters follow the gradient. Each is a rule over flat vectors.

They agree with `torch.optim`: the same options, the same order of operations. `update` never
changes the gradients it is given. A new optimizer is one class here, entered in REGISTRY.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from tui_nn.engine.types import Array


class Optimizer:
    """What all the rules share: λ and the direction.

    learning_rate: step size; may be changed between two updates, like every option.
    weight_decay: λ, adds λ·parameters to the gradient (L2, not decoupled).
    maximize: climb instead of descend.
    """

    name: ClassVar[str]
    vectors: ClassVar[tuple[str, ...]] = ()  # the state, attributes of the parameters' shape

    def __init__(
        self,
        parameters: Array,
        learning_rate: float,
        *,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        self.parameters = parameters
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.maximize = maximize
        self.steps = 0
        self._work = np.empty_like(parameters)
        self._gradient = np.empty_like(parameters)
        for vector in self.vectors:
            setattr(self, vector, np.zeros_like(parameters))

    def update(self, gradients: Array) -> None:
        """Move the parameters by one step."""
        self.steps += 1
        g = gradients
        if self.maximize:
            g = np.negative(g, out=self._gradient)
        if self.weight_decay:
            np.multiply(self.parameters, self.weight_decay, out=self._work)
            g = np.add(g, self._work, out=self._gradient)
        self._step(g)

    def _step(self, g: Array) -> None:
        raise AssertionError("each optimizer has its own rule")

    def state_dict(self) -> dict[str, Any]:
        """The number of updates and a copy of every state vector."""
        return {"steps": self.steps, **{name: getattr(self, name).copy() for name in self.vectors}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.steps = int(state["steps"])
        for name in self.vectors:
            getattr(self, name)[:] = state[name]


class GradientDescent(Optimizer):
    """Gradient descent, with momentum μ if wanted (`torch.optim.SGD`).

    velocity ← μ·velocity + g
    θ ← θ − lr·velocity                (nesterov: θ ← θ − lr·(g + μ·velocity))
    """

    name = "gd"
    vectors = ("velocity",)
    velocity: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: float,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.momentum = momentum
        self.nesterov = nesterov

    def _step(self, g: Array) -> None:
        if self.momentum:
            np.multiply(self.velocity, self.momentum, out=self.velocity)
            np.add(self.velocity, g, out=self.velocity)
            if self.nesterov:
                np.multiply(self.velocity, self.momentum, out=self._work)
                g = np.add(g, self._work, out=self._gradient)
            else:
                g = self.velocity
        np.multiply(g, self.learning_rate, out=self._work)
        np.subtract(self.parameters, self._work, out=self.parameters)


class Adam(Optimizer):
    """Adam (`torch.optim.Adam`; Kingma and Ba, https://arxiv.org/abs/1412.6980).

    m ← β₁·m + (1 − β₁)·g              m̂ = m / (1 − β₁ᵗ)
    v ← β₂·v + (1 − β₂)·g²             v̂ = v / (1 − β₂ᵗ)
    θ ← θ − lr·m̂ / (√v̂ + eps)         (amsgrad: v̂ from the largest v so far)
    """

    name = "adam"
    vectors = ("m", "v", "v_max")
    m: Array
    v: Array
    v_max: Array

    def __init__(
        self,
        parameters: Array,
        learning_rate: float = 1e-3,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 0.0,
        maximize: bool = False,
    ) -> None:
        super().__init__(parameters, learning_rate, weight_decay=weight_decay, maximize=maximize)
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self.amsgrad = amsgrad

    def _step(self, g: Array) -> None:
        work, m, v = self._work, self.m, self.v
        np.subtract(g, m, out=work)
        np.multiply(work, 1 - self.beta1, out=work)
        np.add(m, work, out=m)
        np.multiply(g, g, out=work)
        np.multiply(work, 1 - self.beta2, out=work)
        np.multiply(v, self.beta2, out=v)
        np.add(v, work, out=v)
        if self.amsgrad:
            v = np.maximum(self.v_max, v, out=self.v_max)
        np.sqrt(v, out=work)
        np.divide(work, math.sqrt(1 - self.beta2**self.steps), out=work)
        np.add(work, self.eps, out=work)
        np.divide(m, work, out=work)
        np.multiply(work, self.learning_rate / (1 - self.beta1**self.steps), out=work)
        np.subtract(self.parameters, work, out=self.parameters)


REGISTRY: dict[str, type[Optimizer]] = {rule.name: rule for rule in (GradientDescent, Adam)}

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.optimizers.base import Closure, Optimizer
from tui_nn.engine.optimizers.line_search import Trial, strong_wolfe
from tui_nn.engine.types import Array


class Lbfgs(Optimizer):
    """Learns the curvature from its last steps and jumps to the bottom.

    s ← last step, y ← change of the gradient that it brought, ρ ← 1/(y·s)     (history_size each)
    q ← −gradient;  newest first: α ← ρ·(s·q), q ← q − α·y
    direction ← q·(y·s)/(y·y) of the newest
    oldest first: direction ← direction + s·(α − ρ·(y·direction))
    θ ← θ + t·direction        (t: learning_rate, or what the line search finds from there on)
    the very first: direction ← −gradient, t ← min(1, 1/Σ|gradient|)·learning_rate

    One update is up to `max_iter` such iterations, each of which evaluates the loss over again: for
    full batches, and by `update_with` only. Nocedal 1980, https://doi.org/10.2307/2006193; agrees
    with `torch.optim.LBFGS`.

    learning_rate: t, in units of the direction (1.0).
    max_iter: iterations in one update, at most (20).
    max_eval: evaluations of the loss in one update, at most (None: 5/4·max_iter).
    tolerance_grad: an update ends where the largest |gradient| is as small (1e-7).
    tolerance_change: and where parameters or loss change by less (1e-9).
    history_size: how many steps to learn from (100).
    line_search_fn: "strong_wolfe", or None for steps of the learning rate (None).
    ValueError: parameters of a population; an option that is none.
    """

    name = "lbfgs"
    usual_rate = 0.1
    needs_closure = True
    numbers = ("iterations", "t", "scale", "direction", "last_gradient")

    def __init__(
        self,
        parameters: Array,
        learning_rate: float = 1.0,
        *,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        super().__init__(parameters, learning_rate)
        if parameters.ndim != 1:
            raise ValueError(f"lbfgs: parameters of shape {parameters.shape}: must be one vector")
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(f"line_search_fn: {line_search_fn}: must be strong_wolfe or None")
        self.max_iter = checked("max_iter", max_iter, at_least=1)
        self.max_eval = max_eval if max_eval is None else checked("max_eval", max_eval, at_least=1)
        self.tolerance_grad = checked("tolerance_grad", tolerance_grad, at_least=0)
        self.tolerance_change = checked("tolerance_change", tolerance_change, at_least=0)
        self.history_size = checked("history_size", history_size, at_least=1)
        self.line_search_fn = line_search_fn
        self.iterations = 0
        self.t = 0.0
        self.scale = 1.0
        self.direction = np.zeros_like(parameters)
        self.last_gradient = np.zeros_like(parameters)
        self.s: list[Array] = []
        self.y: list[Array] = []
        self.rho: list[float] = []

    def update(self, gradients: Array) -> NoReturn:
        raise TypeError("lbfgs evaluates the loss itself: call update_with(closure)")

    def update_with(self, closure: Closure) -> float:
        """Up to `max_iter` iterations. The loss before them."""
        with np.errstate(all="ignore"):  # a step too far may reach inf or NaN: it is turned back
            return self._iterate(closure)

    def _iterate(self, closure: Closure) -> float:
        self.steps += 1
        parameters, rate = self.parameters, float(self.learning_rate)
        max_eval = self.max_iter * 5 // 4 if self.max_eval is None else self.max_eval

        first_loss, gradients = closure()
        loss, g = first_loss, gradients.copy()
        evaluations = 1
        flat = largest(g) <= self.tolerance_grad
        for iteration in range(1, self.max_iter + 1):
            if flat:
                break
            self.iterations += 1
            if self.iterations == 1:
                self.direction = -g
                t = min(1.0, 1.0 / float(np.abs(g).sum())) * rate
            else:
                self._remember(g)
                self.direction = self._newton_direction(g)
                t = rate
            self.last_gradient = g
            last_loss = loss
            self.t = t
            slope = np.float64(g @ self.direction)
            if slope > -self.tolerance_change:
                break

            if self.line_search_fn is not None:
                start = Trial(0.0, np.float64(loss), g, slope)
                max_trials = max_eval - evaluations
                found, trials = strong_wolfe(
                    self._evaluator(closure), start, t, largest(self.direction), max_trials
                )
                self.t, loss, g = found.t, float(found.loss), found.gradient
                parameters += self.t * self.direction
                evaluations += trials
            else:
                parameters += self.t * self.direction
                if iteration < self.max_iter:  # after the last, the next update evaluates
                    loss, gradients = closure()
                    g = gradients.copy()
                    evaluations += 1
            flat = largest(g) <= self.tolerance_grad
            if (
                evaluations >= max_eval
                or largest(self.direction) * abs(self.t) <= self.tolerance_change
                or abs(loss - last_loss) < self.tolerance_change
                or np.isnan(slope)  # and so for good are the parameters
            ):
                break
        return first_loss

    def _remember(self, g: Array) -> None:
        """Add the last step to the history, if the loss curves upwards along it."""
        y = g - self.last_gradient
        s = self.direction * self.t
        curvature = float(y @ s)
        if not curvature > 1e-10:  # NaN isn't either
            return
        surplus = max(0, len(self.s) + 1 - self.history_size)  # several where it was made smaller
        del self.s[:surplus], self.y[:surplus], self.rho[:surplus]
        self.s.append(s)
        self.y.append(y)
        self.rho.append(1 / curvature)
        # Not Python's division: y·y may be too small a number, and the scale is then infinite.
        self.scale = float(np.float64(curvature) / np.float64(y @ y))

    def _newton_direction(self, g: Array) -> Array:
        """The inverse curvature that the history implies, times −g, without ever forming it."""
        q = -g
        history = list(zip(self.s, self.y, self.rho, strict=True))
        alphas = []
        for s, y, rho in reversed(history):
            alpha = float(s @ q) * rho
            q -= alpha * y
            alphas.append(alpha)
        q *= self.scale
        for (s, y, rho), alpha in zip(history, reversed(alphas), strict=True):
            q += (alpha - float(y @ q) * rho) * s
        return q

    def _evaluator(self, closure: Closure) -> Callable[[float], Trial]:
        """Evaluates t steps along the direction and comes back."""
        here = self.parameters.copy()

        def evaluate(t: float) -> Trial:
            np.add(here, t * self.direction, out=self.parameters)
            loss, gradients = closure()
            self.parameters[:] = here
            return Trial(
                t, np.float64(loss), gradients.copy(), np.float64(gradients @ self.direction)
            )

        return evaluate

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        size = len(self.parameters)
        state["s"] = np.array(self.s).reshape(-1, size)
        state["y"] = np.array(self.y).reshape(-1, size)
        state["rho"] = np.array(self.rho)
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        super().load_state_dict(state)
        self.s = [s.copy() for s in state["s"]]
        self.y = [y.copy() for y in state["y"]]
        self.rho = state["rho"].tolist()


def largest(vector: Array) -> float:
    """The largest |component|."""
    return float(np.abs(vector).max())

"""What all the rules share: the signature, weight decay, the direction, and the state.

Three habits make the rules fast, and they are the same in each of them:

- in-place operators and `out=`, so that a step allocates nothing;
- a number that meets a vector lies in a 0-d array (`_coefficient`) and is rewritten each step,
  because NumPy spends as long on converting a Python float as on multiplying 100 numbers by it;
- `_work` and `_gradient` are scratch vectors. The gradient that `_step` gets may be `_gradient`
  itself, so it may be written to once the gradient is no longer needed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from tui_nn.engine.checks import checked
from tui_nn.engine.types import Array

# A continuous option: one number, or for a population an array (K, 1), one number a member.
Number = float | Array

# Computes loss and gradients at the parameters as they are now.
Closure = Callable[[], tuple[float, Array]]


class Optimizer:
    """A rule that moves `parameters`, a flat vector (P,), along the gradient of the same shape.

    learning_rate: step size; may be changed between two updates, like every option.
    weight_decay: λ; adds λ·parameters to the gradient, or, where it is decoupled, multiplies
        the parameters by 1 − learning_rate·λ before the step (0).
    maximize: climb instead of descend (False).

    For a population, `parameters` is (K, P) and a continuous option may be an array (K, 1), if it
    is one from the start; each row then moves bit for bit as it would alone.
    ValueError: an option out of its bounds, or of another shape.
    """

    name: ClassVar[str]
    # The learning rate for small networks on few points, chosen by trials. The constructors'
    # defaults are PyTorch's, for large ones.
    usual_rate: ClassVar[float]
    linear_rate: ClassVar[float | None] = None  # another one for outputs that are linear
    unbounded_rate: ClassVar[float | None] = None  # and for hidden units that no bounds hold
    vectors: ClassVar[tuple[str, ...]] = ()  # state of the parameters' shape, zeros at first
    numbers: ClassVar[tuple[str, ...]] = ()  # the rest of the state
    needs_closure: ClassVar[bool] = False  # evaluates the loss itself: takes `update_with` only
    decoupled_weight_decay: bool = False

    def __init__(
        self,
        parameters: Array,
        learning_rate: Number,
        *,
        weight_decay: Number = 0.0,
        maximize: bool = False,
    ) -> None:
        self.parameters = parameters
        self.learning_rate = checked("learning_rate", learning_rate, at_least=0)
        self.weight_decay = checked("weight_decay", weight_decay, at_least=0)
        self.maximize = maximize
        self.steps = 0
        self._work = np.empty_like(parameters)
        self._gradient = np.empty_like(parameters)
        self._decay = self._coefficient(learning_rate, weight_decay)
        for vector in self.vectors:
            setattr(self, vector, np.zeros_like(parameters))

    def update(self, gradients: Array) -> None:
        """Move the parameters by one step; `gradients` stays as it is."""
        self.steps += 1
        g = gradients
        if self.maximize:
            g = np.negative(g, out=self._gradient)
        if is_on(self.weight_decay):
            g = self._decayed(g)
        self._step(g)

    def update_with(self, closure: Closure) -> float:
        """Evaluate, then move the parameters by one step. The loss before the step."""
        loss, gradients = closure()
        self.update(gradients)
        return loss

    def _decayed(self, g: Array) -> Array:
        if self.decoupled_weight_decay:
            self._decay[()] = 1 - self.learning_rate * self.weight_decay
            np.multiply(self.parameters, self._decay, out=self.parameters)
            return g
        self._decay[()] = self.weight_decay
        np.multiply(self.parameters, self._decay, out=self._work)
        return np.add(g, self._work, out=self._gradient)

    def _step(self, g: Array) -> None:
        raise NotImplementedError(f"{type(self).__name__} has no rule")

    def _coefficient(self, *options: Number) -> Array:
        """A place for a number that depends on these options: 0-d, or (K, 1) if one of them is."""
        shape = np.broadcast_shapes(*map(np.shape, options))
        if shape and shape != (len(self.parameters), 1):
            raise ValueError(f"{self.name}: an option of shape {shape}: must be a number or (K, 1)")
        return np.empty(shape, self.parameters.dtype)

    def state_dict(self) -> dict[str, Any]:
        """All that the next updates depend on, besides parameters and options, as copies."""
        state: dict[str, Any] = {"name": self.name, "steps": self.steps}
        for name in (*self.vectors, *self.numbers):
            value = getattr(self, name)
            state[name] = value.copy() if isinstance(value, np.ndarray) else value
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave, bit for bit. ValueError: it is of another rule."""
        if state["name"] != self.name:
            raise ValueError(f"optimizer: {self.name}: the state is of {state['name']}")
        self.steps = int(state["steps"])
        for name in self.vectors:
            getattr(self, name)[:] = state[name]
        for name in self.numbers:
            value = state[name]
            setattr(self, name, value.copy() if isinstance(value, np.ndarray) else value)


def is_on(option: Number) -> bool:
    """Whether an option does anything, for any member."""
    return bool(option.any()) if type(option) is np.ndarray else option != 0


def each(function: Callable[..., float], *numbers: Number) -> Number:
    """function(*numbers), where arrays are gone through number by number.

    NumPy may round a power, or anything beyond + − × ÷ √, otherwise than Python does, and a member
    of a population must not differ from the same network alone.
    """
    if any(type(number) is np.ndarray for number in numbers):
        values: Array = np.frompyfunc(function, len(numbers), 1)(*numbers).astype(float)
        return values
    return function(*numbers)


def power(base: Number, exponent: Number) -> Number:
    """baseᵉˣᵖᵒⁿᵉⁿᵗ, of each number."""
    if type(base) is float and type(exponent) is not np.ndarray:
        return base**exponent
    return each(pow, base, exponent)


def root(value: Number) -> Number:
    """√value, of each number."""
    return np.sqrt(value) if type(value) is np.ndarray else math.sqrt(value)

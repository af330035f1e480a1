"""Regularization: penalties on large weights, and dropout.

L1 and L2 are part of what is minimised: loss + l1·Σ|w| + ½·l2·Σw². Their gradient, l1·sign(w) +
l2·w, joins that of the loss, so the learning rate and the optimizer's rule act on both alike. It
does not shrink with the number of points or the batch size. An optimizer that climbs (`maximize`)
climbs the loss minus them: they pull to zero all the same, as weight decay does. l2 is
PyTorch's `weight_decay` (of SGD and Adam, not AdamW), kept to the weights; scikit-learn's `alpha`
is l2 times the batch size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import add, multiply, subtract

from tui_nn.engine.checks import checked
from tui_nn.engine.types import Array, constant

if TYPE_CHECKING:
    from tui_nn.engine.network import Network

Number = float | Array


class Penalty:
    """L1 and L2 over a network's weights, and over its biases if `biases`.

    l1, l2: ≥ 0, else ValueError; for a stack of K networks also arrays (K, 1).
    """

    def __init__(
        self, network: Network, l1: Number = 0.0, l2: Number = 0.0, *, biases: bool = False
    ) -> None:
        self.l1, self.l2 = checked("l1", l1, at_least=0), checked("l2", l2, at_least=0)
        self.network = network
        parameters = network.parameters
        where = np.ones_like(parameters)
        if not biases:
            for layer in network.blocks(where):
                layer[..., -1, :] = 0
        self.where = where
        # The coefficients parameter by parameter: 0 where there is no penalty.
        self._l1, self._l2 = ((where * value).astype(where.dtype) for value in (l1, l2))
        self._with_l1, self._with_l2 = bool(np.any(l1)), bool(np.any(l2))
        self._work = np.empty_like(parameters)

    @property
    def pulls(self) -> bool:
        """Whether there is any L1 or L2."""
        return self._with_l1 or self._with_l2

    @property
    def acts(self) -> bool:
        """Whether a step differs from one without it."""
        return self.pulls

    def value(self) -> Any:
        """l1·Σ|w| + ½·l2·Σw², a number, or (K,) for a stack."""
        w = self.network.parameters
        return (self._l1 * np.abs(w) + self._l2 / 2 * np.square(w)).sum(axis=-1)

    def add_to(self, gradients: Array, maximize: bool = False) -> None:
        """gradients ← gradients + l1·sign(w) + l2·w; − for a rule that climbs."""
        work, w = self._work, self.network.parameters
        join = subtract if maximize else add
        if self._with_l1:
            np.sign(w, work)
            multiply(work, self._l1, work)
            join(gradients, work, gradients)
        if self._with_l2:
            multiply(w, self._l2, work)
            join(gradients, work, gradients)

    def settle(self, learning_rate: Number) -> None:
        """What is left to do after the update: nothing."""

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class PlaygroundPenalty(Penalty):
    """TensorFlow Playground's: after the update, w ← w − learning_rate·(l1·sign(w) + l2·w).

    The signs and l2·w are those before the update. A weight that l1 would carry across zero becomes
    zero and stays so for good, under any l1: it is dead, and the network has one connection less.
    With plain gradient descent and l1 = 0 it moves exactly as `Penalty`; with another rule it
    differs, since that rule never sees it. (`updateWeights` in Playground's `nn.ts`.)
    """

    def __init__(
        self, network: Network, l1: Number = 0.0, l2: Number = 0.0, *, biases: bool = False
    ) -> None:
        super().__init__(network, l1, l2, biases=biases)
        parameters = network.parameters
        self.dead = np.zeros(parameters.shape, bool)
        self._kills, self._crosses = self._l1 > 0, np.empty(parameters.shape, bool)
        self._pull = np.zeros_like(parameters)
        self._rate = np.empty((*parameters.shape[:-1], 1), parameters.dtype)

    @property
    def acts(self) -> bool:
        return self.pulls or bool(self.dead.any())

    def add_to(self, gradients: Array, maximize: bool = False) -> None:
        """Remember the pull of the weights as they are; dead ones have no gradient."""
        self._pull.fill(0)
        super().add_to(self._pull)
        np.copyto(gradients, 0, where=self.dead)

    def settle(self, learning_rate: Number) -> None:
        w, pull, moved = self.network.parameters, self._pull, self._work
        self._rate[:] = learning_rate
        multiply(pull, self._rate, pull)
        subtract(w, pull, moved)
        if self._with_l1:
            multiply(w, moved, pull)
            np.less(pull, 0, out=self._crosses)
            self._crosses &= self._kills
            self.dead |= self._crosses
        np.copyto(w, moved)
        np.copyto(w, 0, where=self.dead)

    def state_dict(self) -> dict[str, Any]:
        return {"dead": self.dead.copy()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.dead[:] = state.get("dead", False)  # saved under another penalty: none is dead


PENALTIES: dict[str, type[Penalty]] = {"standard": Penalty, "playground": PlaygroundPenalty}


class Dropout:
    """Inverted dropout: while it trains, each hidden unit is silent at a point with probability
    `rate`, and the others are 1/(1 − rate) as loud, so that nothing changes on average.

    rates: one for all hidden layers, or one each; 0 ≤ rate < 1. rng: where the silences come from.
    ValueError: rates that are none, or not one each.
    Srivastava et al. 2014, jmlr.org/papers/v15/srivastava14a.html; `torch.nn.Dropout`.
    """

    def __init__(
        self, rates: float | Sequence[float], hidden_layers: int, rng: np.random.Generator
    ) -> None:
        self.rates = [rates] * hidden_layers if isinstance(rates, float | int) else list(rates)
        self.rng = rng
        if len(self.rates) != hidden_layers:
            raise ValueError(
                f"dropout: {rates}: give one rate, or one for each of {hidden_layers} hidden layers"
            )
        if not all(0 <= rate < 1 for rate in self.rates):
            raise ValueError(f"dropout: {rates}: must be ≥ 0 and < 1")

    def layer(self, index: int, outputs: Array) -> LayerDropout | None:
        """The dropout of a hidden layer's outputs (units + 1, N), None where its rate is 0."""
        rate = self.rates[index]
        return LayerDropout(outputs, rate, self.rng) if rate else None


class LayerDropout:
    """`outgoing` (units + 1, N) gets a layer's outputs times `mask`: 0 or 1/(1 − rate)."""

    def __init__(self, outputs: Array, rate: float, rng: np.random.Generator) -> None:
        self.a = outputs[:-1]
        self.mask = np.empty(self.a.shape, outputs.dtype)
        self.outgoing = np.ones(outputs.shape, outputs.dtype)
        self._kept = self.outgoing[:-1]
        self._rate = constant(rate, outputs.dtype)
        self._louder = constant(1 / (1 - rate), outputs.dtype)
        self._rng = rng

    def after(self, forward: Callable[[], None]) -> Callable[[], None]:
        """The activation's forward, and then this."""

        def forward_and_drop() -> None:
            forward()
            self._draw()

        return forward_and_drop

    def _draw(self) -> None:
        mask = self.mask
        self._rng.random(out=mask, dtype=mask.dtype)
        np.greater_equal(mask, self._rate, out=mask)
        multiply(mask, self._louder, mask)
        multiply(self.a, mask, self._kept)

"""Batches: the points of a step, and the pass that takes them.

Whoever iterates gets (pass, inputs, truth) a step. The points are put into a new random order once
they are used up, and lie there batch beside batch: a step finds its points in place, and copies
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import Any

import numpy as np

from tui_nn.engine.evaluation import Points
from tui_nn.engine.losses import Loss
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.regularization import Dropout
from tui_nn.engine.types import Array

Batch = tuple[Pass, Array, Array]


class FullBatch:
    """All the points at every step."""

    def __init__(
        self,
        network: Network,
        inputs: Array,
        truth: Array,
        loss: type[Loss],
        dropout: Dropout | None,
    ) -> None:
        self._batch = Pass(network, inputs.shape[-1], loss, dropout), inputs, truth

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        return repeat(self._batch, steps)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class MiniBatches:
    """`size` points a step, without replacement; the last, smaller batch is what it is.

    inputs (features + 1, N) as `network.columns` makes them; truth (outputs, N); of a stack see
    `evaluation.Points`. rngs: one generator, or one for each of K stacked networks, each of which
    has an order of its own.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        truth: Array,
        loss: type[Loss],
        dropout: Dropout | None,
        size: int,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        count, lead = inputs.shape[-1], network.parameters.shape[:-1]
        self._count, self._rngs = count, rngs
        points = np.empty((*lead, count, inputs.shape[-2]), inputs.dtype)
        answers = np.empty((len(truth), *lead, count), truth.dtype)
        # Each network's points and their truth, and where it finds them in its order.
        whole = _pairs(inputs.mT, truth, len(rngs)), _pairs(points, answers, len(rngs))
        self._shuffled = list(zip(*whole, strict=True))
        sizes = [min(size, count - start) for start in range(0, count, size)]
        passes = {some: Pass(network, some, loss, dropout) for some in set(sizes)}
        self._batches: list[Batch] = [
            (
                passes[some],
                points[..., start : start + some, :].mT,
                answers[..., start : start + some],
            )
            for some, start in zip(sizes, range(0, count, size), strict=True)
        ]
        self._orders = [np.arange(count) for _ in rngs]
        self._next = len(self._batches)

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        while steps:
            if self._next == len(self._batches):
                self._shuffle([rng.permutation(self._count) for rng in self._rngs])
                self._next = 0
            here = self._batches[self._next : self._next + steps]
            self._next += len(here)
            steps -= len(here)
            yield from here

    def _shuffle(self, orders: Sequence[Array]) -> None:
        self._orders = list(orders)
        for order, (given, (points, truth)) in zip(orders, self._shuffled, strict=True):
            np.take(given[0], order, axis=0, out=points, mode="clip")
            np.take(given[1], order, axis=1, out=truth, mode="clip")

    def state_dict(self) -> dict[str, Any]:
        """The orders of the points and the next batch, as copies."""
        return {"orders": np.array(self._orders), "next": self._next}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        orders, following = np.array(state["orders"]), int(state["next"])
        if orders.shape != np.shape(self._orders) or following > len(self._batches):
            raise ValueError("batches: the state is of other points or another batch_size")
        self._shuffle(list(orders))
        self._next = following


def _pairs(points: Array, truth: Array, count: int) -> list[tuple[Array, Array]]:
    """Points (N, features + 1) and truth (outputs, N) of each of `count` networks, out of those of
    all: (K, N, features + 1) and (outputs, K, N), or what they share."""
    own = [points] * count if points.ndim == 2 else list(points)
    if truth.ndim == 2:
        return list(zip(own, [truth], strict=True))
    answers = list(truth.swapaxes(0, 1))
    return list(zip(own, answers * count if len(answers) == 1 else answers, strict=True))


def make_batches(
    network: Network,
    points: Points,
    loss: type[Loss],
    size: int | None,
    rngs: Sequence[np.random.Generator],
    dropout: Dropout | None = None,
) -> FullBatch | MiniBatches:
    """The batches of `size` points; all points at once where that is None, or not fewer."""
    parts = network, points.inputs, points.truth, loss, dropout
    if size is not None and size < 1:
        raise ValueError(f"batch_size: {size}: must be ≥ 1")
    if size is None or size >= points.inputs.shape[-1]:
        return FullBatch(*parts)
    return MiniBatches(*parts, size, rngs)

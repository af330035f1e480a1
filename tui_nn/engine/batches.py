"""Batches: the points of a step, and the pass that takes them.

Whoever iterates gets (pass, inputs, truth) a step. The points are put into a new random order once
they are used up, and lie there batch beside batch: a step finds its points in place, and copies
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any

import numpy as np

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
        self._batch = Pass(network, inputs.shape[1], loss, dropout), inputs, truth

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        return repeat(self._batch, steps)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class MiniBatches:
    """`size` points a step, without replacement; the last, smaller batch is what it is.

    inputs (features + 1, N) as `network.columns` makes them; truth (outputs, N).
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        truth: Array,
        loss: type[Loss],
        dropout: Dropout | None,
        size: int,
        rng: np.random.Generator,
    ) -> None:
        count = inputs.shape[1]
        self._points, self._truth, self._rng = inputs.T, truth, rng
        self._shuffled = np.empty_like(self._points)
        self._shuffled_truth = np.empty_like(truth)
        passes = {
            points: Pass(network, points, loss, dropout)
            for points in {min(size, count - start) for start in range(0, count, size)}
        }
        self._batches: list[Batch] = [
            (
                passes[min(size, count - start)],
                self._shuffled[start : start + size].T,
                self._shuffled_truth[:, start : start + size],
            )
            for start in range(0, count, size)
        ]
        self._order = np.arange(count)
        self._next = len(self._batches)

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        while steps:
            if self._next == len(self._batches):
                self._shuffle(self._rng.permutation(len(self._order)))
                self._next = 0
            here = self._batches[self._next : self._next + steps]
            self._next += len(here)
            steps -= len(here)
            yield from here

    def _shuffle(self, order: Array) -> None:
        self._order = order
        np.take(self._points, order, axis=0, out=self._shuffled, mode="clip")
        np.take(self._truth, order, axis=1, out=self._shuffled_truth, mode="clip")

    def state_dict(self) -> dict[str, Any]:
        """The order of the points and the next batch, as copies."""
        return {"order": self._order.copy(), "next": self._next}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self._shuffle(np.array(state["order"]))
        self._next = int(state["next"])

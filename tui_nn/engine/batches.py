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

STORE = 2**18  # numbers that are laid out at once


class FullBatch:
    """All the points at every step."""

    def __init__(
        self,
        network: Network,
        points: Points,
        loss: type[Loss],
        dropout: Dropout | None,
    ) -> None:
        self._batch = Pass(network, points.count, loss, dropout), *points.columns()

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        return repeat(self._batch, steps)

    def state_dict(self) -> dict[str, Any]:
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""


class MiniBatches:
    """`size` points a step, without replacement; the last, smaller batch is what it is.

    rngs: one generator, or one for each of K stacked networks, each of which has an order of its
    own. Of many points only the next ones, STORE numbers or so, are laid out in their new order.
    """

    def __init__(
        self,
        network: Network,
        points: Points,
        loss: type[Loss],
        dropout: Dropout | None,
        size: int,
        rngs: Sequence[np.random.Generator],
    ) -> None:
        count, lead = points.count, network.parameters.shape[:-1]
        width, outputs, dtype = network.sizes[0] + 1, network.sizes[-1], network.parameters.dtype
        self._points, self._count, self._rngs = points, count, rngs
        self._length = -(-count // size)  # batches of a pass over all points
        self._stored = max(1, STORE // (width * size))  # of them, how many are laid out at once
        self._room = store = min(count, self._stored * size)
        inputs = np.empty((*lead, store, width), dtype)
        truth = np.empty((outputs, *lead, store), dtype)
        # Where each network finds its own.
        self._shuffled = [(inputs, truth)]
        if lead:
            self._shuffled = list(zip(inputs, truth.swapaxes(0, 1), strict=True))
        passes: dict[int, Pass] = {}

        def batches(count: int) -> list[Batch]:
            found = []
            for start in range(0, count, size):
                some = min(size, count - start)
                if some not in passes:
                    passes[some] = Pass(network, some, loss, dropout)
                place = slice(start, start + some)
                found.append((passes[some], inputs[..., place, :].mT, truth[..., place]))
            return found

        self._batches = batches(store)  # of a full store, and of what is left for the last one
        self._last = batches(count - (self._length - 1) // self._stored * store)
        self._orders = [np.arange(count, dtype=np.int32) for _ in rngs]
        self._next = self._length

    def take(self, steps: int) -> Iterator[Batch]:
        """The batches of the next steps."""
        while steps:
            if self._next == self._length:
                self._orders = [rng.permutation(self._count).astype(np.int32) for rng in self._rngs]
                self._next = 0
            store, place = divmod(self._next, self._stored)
            if place == 0:
                self._lay_out(store)
            is_last = store == (self._length - 1) // self._stored
            here = (self._last if is_last else self._batches)[place : place + steps]
            self._next += len(here)
            steps -= len(here)
            yield from here

    def _lay_out(self, store: int) -> None:
        """Copy the points of so many batches to where these find them."""
        part = slice(store * self._room, (store + 1) * self._room)
        for k, (order, (inputs, truth)) in enumerate(
            zip(self._orders, self._shuffled, strict=True)
        ):
            some = order[part]
            self._points.lay_out(k, some, inputs[: len(some)], truth[:, : len(some)])

    def state_dict(self) -> dict[str, Any]:
        """The orders of the points and the next batch, as copies."""
        return {"orders": np.array(self._orders), "next": self._next}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave. ValueError: it is of other points, or another size."""
        orders, following = np.array(state["orders"], np.int32), int(state["next"])
        if orders.shape != np.shape(self._orders) or following > self._length:
            raise ValueError("batches: the state is of other points or another batch_size")
        self._orders, self._next = list(orders), following
        if following < self._length:
            self._lay_out(following // self._stored)


def make_batches(
    network: Network,
    points: Points,
    loss: type[Loss],
    size: int | None,
    rngs: Sequence[np.random.Generator],
    dropout: Dropout | None = None,
) -> FullBatch | MiniBatches:
    """The batches of `size` points; all points at once where that is None, or not fewer.

    ValueError: a size below 1.
    """
    parts = network, points, loss, dropout
    if size is not None and size < 1:
        raise ValueError(f"batch_size: {size}: must be ≥ 1")
    if size is None or size >= points.count:
        return FullBatch(*parts)
    return MiniBatches(*parts, size, rngs)

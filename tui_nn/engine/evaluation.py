"""Evaluation: the loss and the metric over a set of points, however many they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine.checks import known
from tui_nn.engine.losses import Loss
from tui_nn.engine.metrics import REGISTRY, Metric
from tui_nn.engine.network import Network, Pass
from tui_nn.engine.types import Array

# Points that go through the network at once: more would only take memory.
_CHUNK = 4096
# Numbers of all points as the network takes them in, up to which they are kept as that.
KEPT = 2**23
# Inputs and truth of points, (n, …) each, made into what the network takes in and learns.
Prepare = tuple[Callable[[Array], Array], Callable[[Array], Array]]


@dataclass(frozen=True)
class Evaluation:
    """Loss and metric on the training and, if there are any, the test points (else NaN).

    The loss is that of the data alone; `Trainer.penalty_loss()` is what L1 and L2 add. The metric
    is the accuracy, a share from 0 to 1, or R² for regression.
    """

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


class Points:
    """A network's view of points inputs (N, features) with truth (N, outputs).

    The networks of a stack share them, or have (K, N, features) and (K, N, outputs), points of
    their own each. As the network takes them in they are kept if they are few, or of their own;
    many are made anew part by part whenever they are wanted, so that there is no second copy: what
    is given has to stay as it is.
    ValueError: shapes or a loss that the network has no use for.
    """

    def __init__(
        self,
        network: Network,
        inputs: Array,
        truth: Array,
        loss: type[Loss],
        metric: type[Metric],
        chosen: Array | None = None,
        prepare: Prepare | None = None,
    ) -> None:
        """chosen: (N,) booleans, the points that count. prepare: makes a part of them what the
        network takes in and learns."""
        sizes = network.sizes
        *lead, rows, _ = inputs.shape if inputs.ndim > 1 else (0, 0, 0)
        if tuple(lead) not in ((), network.parameters.shape[:-1]):
            raise ValueError(f"inputs: {inputs.shape}: must be (N, {sizes[0]})")
        if truth.shape[:-1] != (*lead, rows):
            raise ValueError(f"truth: {truth.shape}: must be {(*lead, rows, sizes[-1])}")
        if network.activations[-1].name == "softmax" and sizes[-1] < 2:
            raise ValueError("output_activation: softmax: needs an output for each of 2 or more")
        self._network, self._loss, self._metric = network, loss, metric
        self._given, self._prepare, self._lead = (inputs, truth), prepare, tuple(lead)
        places = np.arange(rows) if chosen is None else np.flatnonzero(chosen)
        self._places = places.astype(np.int32)
        self.count = count = len(places)
        if not count:
            raise ValueError(f"inputs: {inputs.shape}: must be at least one point")
        self._check()
        self._kept: tuple[Array, Array] | None = None
        if lead or count * (sizes[0] + 1) <= KEPT:
            self._kept = self.columns()
        starts = range(0, count, _CHUNK)
        self._chunks = [slice(start, min(start + _CHUNK, count)) for start in starts]
        passes = {size: Pass(network, size) for size in {c.stop - c.start for c in self._chunks}}
        self._passes = [passes[chunk.stop - chunk.start] for chunk in self._chunks]

    @property
    def shape(self) -> tuple[int, ...]:
        """(N,), or (K, N) of points of their own."""
        return *self._lead, self.count

    def has_points_of(self, other: Points) -> bool:
        """Whether the other's are the very same, taken in in the same way."""
        mine, theirs = self._given, other._given
        given = mine[0] is theirs[0] and mine[1] is theirs[1] and self._prepare == other._prepare
        return given and np.array_equal(self._places, other._places)

    def columns(self, part: slice = slice(None)) -> tuple[Array, Array]:
        """A part of the points as the network takes them in, (features + 1, n), and their truth,
        (outputs, n); of a stack see above, but shared truth is (outputs, 1, n)."""
        if self._kept is not None:
            inputs, truth = self._kept
            return inputs[..., part], truth[..., part]
        places, sizes = self._places[part], self._network.sizes
        dtype = self._network.parameters.dtype
        points = np.empty((*self._lead, len(places), sizes[0] + 1), dtype)
        truth = np.empty((sizes[-1], *self._lead, len(places)), dtype)
        self._make(places, points, truth)
        if self._network.parameters.ndim > points.ndim - 1:  # a stack shares the truth
            truth = truth[:, np.newaxis]
        return points.mT, truth

    def lay_out(self, k: int, order: Array, points: Array, truth: Array) -> None:
        """Write the points of a stack's network k, or of the only one, in this order, to points
        (n, features + 1) and truth (outputs, n)."""
        if self._kept is None:
            self._make(self._places[order], points, truth)
            return
        inputs, answers = self._kept
        own = inputs if inputs.ndim == 2 else inputs[k]
        if answers.ndim == 3:
            answers = answers[:, k if self._lead else 0]
        np.take(own.mT, order, axis=0, out=points, mode="clip")
        np.take(answers, order, axis=1, out=truth, mode="clip")

    def _make(self, places: Array, points: Array, truth: Array) -> None:
        """Write the points of these places among all that were given."""
        for start in range(0, len(places), _CHUNK):
            part = slice(start, start + _CHUNK)
            some, said = self._prepared(places[part])
            points[..., part, :-1] = some
            truth[..., part] = np.moveaxis(said, -1, 0)
        points[..., -1] = 1

    def _prepared(self, places: Array) -> tuple[Array, Array]:
        inputs, truth = (_rows(given, places) for given in self._given)
        if self._prepare is None:
            return inputs, truth
        return self._prepare[0](inputs), self._prepare[1](truth)

    def _check(self) -> None:
        shape, sizes = self._given[0].shape[:-1], self._network.sizes
        widths = [part.shape[-1] for part in self._prepared(self._places[:1])]
        if widths[0] != sizes[0]:
            raise ValueError(f"inputs: {(*shape, widths[0])}: must be (N, {sizes[0]})")
        if widths[1] != sizes[-1]:
            raise ValueError(f"truth: {(*shape, widths[1])}: must be {(*shape, sizes[-1])}")

    def evaluate(self) -> tuple[Any, Any]:
        """Loss and metric; for a stack of K networks each (K,)."""
        kind, metric = self._loss, self._metric(self._loss.boundary)
        loss: Any = 0.0
        for chunk, points in zip(self._chunks, self._passes, strict=True):
            inputs, truth = self.columns(chunk)
            outputs = points.forward(inputs)
            said = kind.value(points.logits if kind.from_logits else outputs, truth)
            # The mean so far: after the first part it is that part's, to the last digit.
            loss = loss + (said - loss) * ((chunk.stop - chunk.start) / chunk.stop)
            metric.add(outputs, truth)
        return loss, metric.value()


def _rows(array: Array, places: Array) -> Array:
    """array[..., places, :]; where a row's numbers lie together it is taken as one thing, which is
    much faster."""
    width = array.shape[-1] * array.itemsize
    if array.ndim != 2 or array.strides[-1] != array.itemsize or array.dtype.hasobject or not width:
        return array[..., places, :]
    rows = array.view(f"V{width}")[:, 0]
    taken: Array = rows[places].view(array.dtype).reshape(len(places), -1)
    return taken


def split_points(
    network: Network,
    inputs: Array,
    truth: Array,
    train: Array | None,
    loss: type[Loss],
    metric: str,
    prepare: Prepare | None = None,
) -> tuple[Points, Points | None]:
    """The training points, those where `train` (N,) is true (None: all), and the test points."""
    measure = known("metric", metric, REGISTRY)
    if train is not None and (train.dtype != bool or train.shape != inputs.shape[-2:-1]):
        raise ValueError(f"train: must be {inputs.shape[-2]} booleans")
    parts = network, inputs, truth, loss, measure
    if train is None or train.all():
        return Points(*parts, prepare=prepare), None
    if not train.any():
        raise ValueError("train: no points to train on")
    return Points(*parts, train, prepare), Points(*parts, ~train, prepare)

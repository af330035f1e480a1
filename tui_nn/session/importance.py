"""Permutation importance: how much the loss grows where one input is shuffled among the points.

L. Breiman 2001, "Random Forests", section 10; A. Fisher, C. Rudin, F. Dominici 2019.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.datasets.sampling import evenly
from tui_nn.engine.network import Pass, columns
from tui_nn.engine.trainer import Trainer
from tui_nn.engine.types import Array

ROWS, FEWEST = 1000, 100  # that the loss is of; fewer points are shuffled several times instead
LEAST = 10  # test points that are enough for it, where there are more training points
VALUES = 250_000  # numbers that go into the network at once, at most
WORK = 2_500_000_000  # multiplications for all inputs, at most
SLICE = 0.015  # seconds that a look takes while training runs, if one input does not take longer
SHARE = 0.02  # of the time that may go into looks then
APART = 1.0  # seconds between two of them at least


class Importance:
    """Of the test points if there are enough, else of the training points, evenly chosen.

    While training runs a look measures a few inputs, as the network is then, and the next look goes
    on from there; at rest it measures all. The rows are shuffled the same way each time, and the
    inputs that a category makes are shuffled together.
    """

    def __init__(self, trainer: Trainer, dataset: Dataset, seed: int = 0) -> None:
        groups = dataset.input_groups
        widths = [width for _, width in groups]
        self._ends = np.cumsum([0, *widths]).tolist()
        test = len(dataset.train) - int(dataset.train.sum())
        self.is_test = test > 0 and test >= min(LEAST, len(dataset.train) - test)
        rows = np.flatnonzero(~dataset.train if self.is_test else dataset.train)
        work = len(groups) * trainer.network.parameters.size
        most = max(FEWEST, min(ROWS, VALUES // sum(widths), WORK // work))
        rows = evenly(rows, most)
        self.rows, times = len(rows), most // len(rows)
        rng = np.random.default_rng(seed)
        self._shuffled = np.concatenate(
            [rng.permutation(self.rows) + i * self.rows for i in range(times)]
        )
        inputs = dataset.network_inputs(dataset.inputs[rows])
        truth = dataset.network_targets(dataset.targets[rows].astype(float))
        network, self._loss_of = trainer.network, trainer.loss
        dtype = network.parameters.dtype
        # Points in columns, as in the engine; an input's numbers stand side by side.
        self._inputs = np.tile(np.ascontiguousarray(columns(inputs, dtype)), times)
        self._truth = np.tile(truth.T.astype(dtype), times)
        self._network, self._pass = network, Pass(network, self._truth.shape[1])
        self._increase = np.full(len(groups), np.nan)
        self._loss, self._next, self._due = np.nan, 0, 0.0
        self._measured: Array | None = None  # the parameters that all inputs were measured with

    def look(self, running: bool) -> dict[str, Any]:
        """increase: (groups,) of the loss, NaN of what has not been measured yet; loss: without
        shuffling; rows; test: whether these are test points."""
        began = time.perf_counter()
        now = self._network.parameters
        if running and began >= self._due:
            self._measure(began + SLICE)
            self._measured = None
            took = time.perf_counter() - began
            self._due = began + max(APART, took / SHARE)
        elif not running and (self._measured is None or not np.array_equal(self._measured, now)):
            self._next = 0
            self._measure(np.inf)
            self._measured = now.copy()
        return {
            "increase": self._increase.copy(),
            "loss": self._loss,
            "rows": self.rows,
            "test": self.is_test,
        }

    def _measure(self, until: float) -> None:
        """Go on with the next inputs, once round at most."""
        weights, count = self._network.parameter_blocks[0].T, len(self._increase)
        with np.errstate(all="ignore"):
            z = weights @ self._inputs
            self._loss = self._loss_from(z)
            for _ in range(count):
                # Of the first layer's z only what comes from this input is another.
                rows = slice(*self._ends[self._next : self._next + 2])
                own = self._inputs[rows]
                moved = z + weights[:, rows] @ (own[:, self._shuffled] - own)
                self._increase[self._next] = self._loss_from(moved) - self._loss
                self._next = (self._next + 1) % count
                if time.perf_counter() >= until:
                    return

    def _loss_from(self, z: Array) -> float:
        """With these z of the first layer."""
        said = self._pass.forward_from(z)
        kind = self._loss_of
        return float(kind.value(self._pass.logits if kind.from_logits else said, self._truth))

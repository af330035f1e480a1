"""Stopping: the limits that end a run, and the best parameters on the way there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_nn.engine.types import Array

STEPS_PER_EPOCH = 500  # unless somebody says otherwise
LIMITS = {  # a reason to end, and the rule behind it
    **{name: name for name in ("target_loss", "max_steps", "max_epochs")},
    "early_stop": "patience",
}


@dataclass(frozen=True)
class StopRules:
    """The limits that end a run; None is no limit.

    target_loss: looked at where an epoch ends.
    patience: epochs without a better loss, on the test points if there are any, counted from the
    best one, whenever the limit was set. The run then ends with the best parameters that it had at
    the end of an epoch. A loss is better if it is lower by more than min_delta.
    """

    target_loss: float | None = None
    max_epochs: int | None = None
    max_steps: int | None = None
    patience: int | None = None
    min_delta: float = 0.0

    def reached(
        self, step: int, epoch: int, epoch_ends: bool, train_loss: float, waited: int
    ) -> Iterator[str]:
        """Why a run should end now. waited: epochs without a better loss."""
        if self.target_loss is not None and epoch_ends and train_loss <= self.target_loss:
            yield "target_loss"
        if self.patience is not None and waited >= self.patience:
            yield "early_stop"
        if self.max_steps is not None and step >= self.max_steps:
            yield "max_steps"
        if self.max_epochs is not None and epoch >= self.max_epochs:
            yield "max_epochs"

    def limit(self, reason: str) -> float | None:
        """The limit behind a reason."""
        limit: float | None = getattr(self, LIMITS[reason])
        return limit


class Best:
    """The best parameters seen at the end of an epoch, and how many epochs ago that was."""

    def __init__(self, parameters: Array) -> None:
        self.parameters = parameters.copy()
        self.loss = math.inf
        self.epoch = self.last_epoch = 0

    @property
    def waited(self) -> int:
        """Epochs since then."""
        return self.last_epoch - self.epoch

    def observe(self, epoch: int, loss: float, parameters: Array, min_delta: float) -> None:
        """An epoch has ended with this loss."""
        self.last_epoch = epoch
        if loss < self.loss - min_delta:
            self.loss, self.epoch = loss, epoch
            self.parameters[:] = parameters

    def state_dict(self) -> dict[str, Any]:
        """All of it, as copies."""
        return {
            "parameters": self.parameters.copy(),
            "loss": self.loss,
            "epoch": self.epoch,
            "last_epoch": self.last_epoch,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict` gave."""
        self.parameters[:] = state["parameters"]
        self.loss = float(state["loss"])
        self.epoch = int(state["epoch"])
        self.last_epoch = int(state["last_epoch"])

"""Goals: how far a run is let go on before it pauses."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

from tui_nn.engine.trainer import Evaluation
from tui_nn.settings import Settings, steps_per_epoch

GOALS = ("step", "epoch", "loss", "test_loss", "accuracy", "seconds")


class Goal(NamedTuple):
    """what: one of GOALS. A loss, of training or test points, is to be as low as the value,
    accuracy (or R²) as high; steps and epochs are counted from the beginning of the run, seconds
    from `began`, by the clock.
    """

    what: str
    value: float
    began: float

    def step(self, settings: Settings) -> int | None:
        """The step of a goal that is one."""
        if self.what not in ("step", "epoch"):
            return None
        return math.ceil(self.value * (steps_per_epoch(settings) if self.what == "epoch" else 1))

    def is_reached(self, step: int, seen: Evaluation, settings: Settings) -> bool:
        if (there := self.step(settings)) is not None:
            return step >= there
        if self.what == "loss":
            return seen.train_loss <= self.value
        if self.what == "test_loss":
            return seen.test_loss is not None and seen.test_loss <= self.value
        if self.what == "accuracy":
            return seen.train_accuracy >= self.value
        return time.perf_counter() - self.began >= self.value

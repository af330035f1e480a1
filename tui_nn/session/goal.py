"""Goals: how far a run is let go on before it pauses."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

from tui_nn.engine.trainer import Evaluation
from tui_nn.settings import Settings, steps_per_epoch

GOALS = ("step", "epoch", "loss", "accuracy", "seconds")


class Goal(NamedTuple):
    """what: one of GOALS. The training loss is to be as low as the value, accuracy (or R²) as high;
    steps and epochs are counted from the beginning of the run, seconds from `began`, by the clock.
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
        now = {
            "loss": -seen.train_loss,
            "accuracy": seen.train_accuracy,
            "seconds": time.perf_counter() - self.began,
        }[self.what]
        return now >= (-self.value if self.what == "loss" else self.value)

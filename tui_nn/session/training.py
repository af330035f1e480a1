"""A run under way: a trainer, the pace it is given, and the history nobody has fetched yet."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import Any

import numpy as np

from tui_nn.engine.trainer import Evaluation
from tui_nn.engine.types import Array
from tui_nn.experiment import apply_live, build_dataset, build_trainer
from tui_nn.session.history import HISTORY_COLUMNS
from tui_nn.session.protocol import Snapshot
from tui_nn.settings import Settings

SLICE = 0.005  # seconds that a command waits at most for the steps under way
PACED_SLICE = 0.01  # seconds between two portions of steps when a pace is set
SPEED_WINDOW = 0.5  # seconds over which steps a second are measured


class Refused(Exception):
    """A command that can't be carried out; the message says why."""


class Training:
    """Trains in slices of time, so that commands are heard in between.

    pace: steps a second, or None for as fast as it can; it decides when steps are taken, never
    what they do. playing: whether it trains by itself.
    """

    def __init__(self, settings: Settings, pace: int | None, playing: bool) -> None:
        self.run_number = 0  # of the history: it changes whenever the steps begin anew
        self.playing = playing
        self.set_pace(pace)
        self.build(settings)

    def build(self, settings: Settings) -> None:
        """A new network, at step 0. If it can't be made, all stays as it was."""
        dataset = build_dataset(settings)
        trainer = build_trainer(settings, dataset, self._report)
        self.settings, self.dataset, self.trainer = settings, dataset, trainer
        self._shown = dataset.sample().inputs
        self.begin()

    def begin(self, seconds: float = 0.0) -> None:
        """Begin a history at the trainer's step. seconds: spent training until there."""
        self.run_number += 1
        self.pause_at: int | None = None  # a step
        self.seconds = seconds
        self._slice_steps = 1
        self._history: list[tuple[float, ...]] = []
        self._restart_clock()
        self._report(self.trainer.step, self.trainer.evaluate())

    @property
    def active(self) -> bool:
        """Whether steps are being taken."""
        return self.trainer.reason is None and (self.playing or self.pause_at is not None)

    @property
    def status(self) -> str:
        """ "running", "paused" or "finished"."""
        return "finished" if self.trainer.reason else "running" if self.active else "paused"

    def play(self) -> None:
        self._resume()
        self.playing, self.pause_at = True, None

    def pause(self) -> None:
        self.playing, self.pause_at = False, None

    def step(self, steps: int) -> None:
        """Take so many steps, then pause."""
        self._resume()
        self.playing, self.pause_at = False, self.trainer.step + steps

    def _resume(self) -> None:
        if self.trainer.reason == "diverged":
            raise Refused("the run has diverged: reset it, with a lower learning rate")
        if not self.active:
            self._restart_clock()
        self.trainer.resume()

    def set_pace(self, pace: int | None) -> None:
        self.pace = pace
        self._budget = 0.0

    def set(self, changes: dict[str, Any]) -> None:
        """Change live settings: the run goes on with its parameters."""
        settings = self.settings.changed(**changes)
        apply_live(self.trainer, self.settings, settings)
        self.settings = settings

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a trainer's state."""
        self.build(Settings.parse(state["settings"]))
        self.trainer.load_state_dict(state["trainer"])
        self.begin(state["seconds"])

    def load_weights(self, weights: list[Array], biases: list[Array]) -> None:
        """Begin anew with these parameters."""
        self.build(self.settings)
        network = self.trainer.network
        for mine, given in zip(
            [*network.weights, *network.biases], [*weights, *biases], strict=True
        ):
            mine[:] = given
        self.trainer.begin()
        self.begin()

    def _restart_clock(self) -> None:
        self._last = self._mark = time.perf_counter()
        self._mark_step = self.trainer.step
        self._budget = self.speed = 0.0

    def advance(self) -> float:
        """Take the steps that are due now; returns the seconds until the next ones are."""
        began = time.perf_counter()
        elapsed, self._last = began - self._last, began
        if self.pace is None or self.pause_at is not None:
            due, wait = self._slice_steps, 0.0
        else:
            # After a long step or a stopped process, at most a tenth of a second is caught up.
            self._budget = min(self._budget + elapsed * self.pace, max(1.0, self.pace * 0.1))
            due = min(int(self._budget), self._slice_steps)
            self._budget -= due
            behind = self._budget >= 1
            wait = 0.0 if behind else max(PACED_SLICE, (1 - self._budget) / self.pace)
        taken = self._take(due)
        now = time.perf_counter()
        self.seconds += now - began
        if taken:
            self._slice_steps = max(1, min(100_000, int(taken * SLICE / (now - began))))
        if now - self._mark >= SPEED_WINDOW:
            self.speed = (self.trainer.step - self._mark_step) / (now - self._mark)
            self._mark, self._mark_step = now, self.trainer.step
        return wait

    def _take(self, steps: int) -> int:
        trainer, taken = self.trainer, 0
        interval = self._report_interval()
        while taken < steps and self.active:
            count = min(steps - taken, interval - trainer.step % interval)
            if self.pause_at is not None:
                count = min(count, self.pause_at - trainer.step)
            taken += trainer.run(count)
            if trainer.step == self.pause_at:
                self.pause_at = None
            elif trainer.step % interval:
                continue
            if trainer.step != self._reported:
                self._report(trainer.step, trainer.evaluate())
        return taken

    def _report_interval(self) -> int:
        """Steps between two points of the history: fewer when somebody watches slowly."""
        usual = self.trainer.check_every
        return usual if self.pace is None else max(1, min(usual, self.pace // 20))

    def _report(self, step: int, evaluation: Evaluation) -> None:
        self._reported, self._evaluation = step, evaluation
        self._history.append((step, *dataclasses.astuple(evaluation)))

    def snapshot(self, surface: tuple[int, int] | None, predictions: bool) -> Snapshot:
        """The run now."""
        trainer = self.trainer
        if trainer.step != self._reported:
            self._evaluation = trainer.evaluate()
        now = self._evaluation
        has_test = not math.isnan(now.test_accuracy)
        return Snapshot(
            status=self.status,
            reason=trainer.reason,
            step=trainer.step,
            epoch=trainer.epoch,
            train_loss=now.train_loss,
            train_accuracy=now.train_accuracy,
            test_loss=now.test_loss if has_test else None,
            test_accuracy=now.test_accuracy if has_test else None,
            seconds=self.seconds,
            steps_per_second=self.speed,
            pace=self.pace,
            predictions=self._predict(self._shown) if predictions else None,
            surface=self._surface(*surface) if surface else None,
        )

    def _surface(self, rows: int, columns: int) -> Array:
        """Outputs over the data's extent at cell centres, (rows, columns); row 0 is the top."""
        left, right, bottom, top = self.dataset.extent
        x = left + (np.arange(columns) + 0.5) / columns * (right - left)
        y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return self._predict(grid)[:, 0].reshape(rows, columns)

    def _predict(self, inputs: Array) -> Array:
        """Outputs with 0.5 between the classes, also for a loss that wants −1 and 1."""
        boundary = self.trainer.loss.boundary
        outputs = self.trainer.network.predict(inputs)
        return outputs if boundary == 0.5 else (outputs + 1 - 2 * boundary) / (2 - 2 * boundary)

    def state(self) -> dict[str, Any]:
        """Everything the rest of the run depends on."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "trainer": self.trainer.state_dict(),
            "seconds": self.seconds,
        }

    def take_history(self) -> Array:
        """(points, HISTORY_COLUMNS): what was reported since the last call."""
        rows, self._history = self._history, []
        return np.array(rows, float).reshape(-1, len(HISTORY_COLUMNS))

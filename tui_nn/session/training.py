"""A run under way: a trainer, the pace it is given, and the history nobody has fetched yet."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import numpy as np

from tui_nn.engine.trainer import Evaluation
from tui_nn.engine.types import Array
from tui_nn.experiment import (
    LARGE,
    Prepared,
    apply_live,
    build_trainer,
    has_other_points,
    prepare,
    shown_points,
)
from tui_nn.session.goal import GOALS, Goal
from tui_nn.session.history import HISTORY_COLUMNS, belongs_to_history
from tui_nn.session.moments import Moments
from tui_nn.session.pace import Pace
from tui_nn.session.protocol import Snapshot, Wanted
from tui_nn.session.sight import Sight
from tui_nn.settings import Settings, goes_on, learning_rate, steps_per_epoch

FULL_ROWS = 2**17  # points of the history until it becomes coarser: half as fine, then a quarter, …


class Refused(Exception):
    """A command that can't be carried out; the message says why."""


class Training:
    """Trains in slices of time, so that commands are heard in between.

    pace: steps a second, or None for as fast as it can. playing: whether it trains by itself.
    stand_in: where the content of a data file is that can be read only once.

    `dataset` has all the points, `shown` those that pictures are made of.
    """

    def __init__(
        self, settings: Settings, pace: int | None, playing: bool, stand_in: str | None = None
    ) -> None:
        self.run_number = 0  # of the history: it changes whenever the steps begin anew
        self._stand_in = stand_in
        self._prepared: Prepared | None = None
        self.playing = playing
        self._pace = Pace(pace)
        self.build(settings)

    def build(self, settings: Settings) -> None:
        """A new network, at step 0. If it can't be made, all stays as it was."""
        prepared = prepare(settings, self._prepared, self._stand_in)
        trainer = build_trainer(prepared.settings, prepared.dataset, self._report)
        self.settings, self.trainer = prepared.settings, trainer
        self._take_points(prepared)
        self.begin()

    def _take_points(self, prepared: Prepared) -> None:
        self._prepared, self.dataset, self.notes = prepared, prepared.dataset, prepared.notes
        self.shown = shown_points(prepared.settings, prepared.dataset)
        self._sight = Sight(prepared.dataset, self.shown)

    def begin(self, seconds: float = 0.0) -> None:
        """Begin a history at the trainer's step. seconds: spent training until there."""
        self.run_number += 1
        self.moments = Moments()
        self.pause_at: int | None = None  # a step
        self.goal: Goal | None = None
        self._update: Array | None = None  # of the parameters, by the step that was watched last
        self._watch = False  # whether the next step is to be watched
        self.seconds = seconds
        self.data_changed = -1  # see Snapshot
        self._history: list[tuple[float, ...]] = []
        self._pace = Pace(self._pace.wanted, self.trainer.step)
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
        self.playing, self.pause_at, self.goal = True, None, None

    def pause(self) -> None:
        self.playing, self.pause_at, self.goal = False, None, None
        if self.trainer.step != self._reported:
            self._report(self.trainer.step, self.trainer.evaluate())

    def step(self, steps: int) -> None:
        """Take so many steps, then pause."""
        self._resume()
        self.playing, self.pause_at, self.goal = False, self.trainer.step + steps, None
        self._watch = True

    def run_until(self, what: str, value: float) -> None:
        """Train, at the pace that is set, until one of the GOALS is reached; then pause."""
        if what not in GOALS:
            raise Refused(f"until {what}: one of {', '.join(GOALS)}")
        if what == "test_loss" and self.trainer.test_points is None:
            raise Refused("no points test: a train fraction below 1 makes some")
        goal = Goal(what, value, time.perf_counter())
        if what != "seconds" and self._has_reached(goal):
            raise Refused(f"{what.replace('_', ' ')} {value:g} is reached already")
        self.play()
        self.goal = goal

    def _has_reached(self, goal: Goal) -> bool:
        return goal.is_reached(self.trainer.step, self._evaluation, self.settings)

    def _resume(self) -> None:
        if self.trainer.reason == "diverged":
            raise Refused(
                "the run has diverged: recover it with half the learning rate, or reset it"
            )
        if not self.active:
            self._pace.restart(self.trainer.step)
        self.trainer.resume()

    def set_pace(self, pace: int | None) -> None:
        self._pace.set(pace)

    def set(self, changes: dict[str, Any]) -> None:
        """Change live settings: the run goes on with its parameters."""
        settings = self.settings.changed(**changes)
        if not goes_on(self.settings, settings):
            raise Refused("other classes, or more or fewer, need a new network: rebuild it")
        if has_other_points(self.settings, settings):
            self._take_points(prepare(settings, self._prepared, self._stand_in))
            self.data_changed = self.trainer.step
        apply_live(self.trainer, self.settings, settings, self.dataset)
        self.settings, self._evaluation = settings, self.trainer.evaluate()

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a trainer's state."""
        self.build(Settings.parse(state["settings"]))
        self.trainer.load_state_dict(state["trainer"])
        self.begin(state["seconds"])
        self.data_changed = state.get("data_changed", -1)

    def branch(self, step: int) -> None:
        """Go back to a moment and train on from there, under the settings that hold now as far as
        they are live; what came after it is forgotten."""
        moments, settings, rows = self.moments, self.settings, self._history
        found = moments.at(step)
        if found is None:
            raise Refused(f"step {step}: nothing is kept of it")
        self.restore(found[1])
        self._history[:0] = [row for row in rows if row[0] < found[0]]  # that nobody has fetched
        moments.forget_after(found[0])
        self.moments = moments
        self.set(self.settings.differences(settings))

    def recover(self) -> None:
        """From a run that has diverged: back to when all was well, with half the learning rate."""
        if self.trainer.reason != "diverged":
            raise Refused("the run has not diverged")
        if not self.moments.steps:  # it was restored as it had ended
            raise Refused("nothing is kept of the run from before it diverged")
        self.branch(self.moments.last_good())
        self.set({"learning_rate": float(learning_rate(self.settings)) / 2})

    def edit(self, layer: int, row: int, unit: int, value: float) -> None:
        """Set a weight of a layer, or, of the row after the last input, a bias."""
        network = self.trainer.network
        try:
            if min(layer, row, unit) < 0:
                raise IndexError
            network.blocks(network.parameters)[layer][row, unit] = value
        except IndexError:
            raise Refused(f"no weight {row}, {unit} in layer {layer}") from None
        self._evaluation, target = self.trainer.evaluate(), self.settings.target_loss
        ended = self.trainer.reason == "target_loss"
        if ended and target is not None and self._evaluation.train_loss > target:
            self.trainer.reason = None
            self.pause()

    def load_weights(self, weights: list[Array], biases: list[Array]) -> None:
        """Begin anew with these parameters."""
        network = self.trainer.network
        for name, own, others in (("W", network.weights, weights), ("b", network.biases, biases)):
            shapes = {f"{name}{i}": array.shape for i, array in enumerate(others)}
            needed = {f"{name}{i}": array.shape for i, array in enumerate(own)}
            if shapes != needed:
                raise Refused(f"weights: {shapes}; the network needs {needed}")
        self.build(self.settings)
        network = self.trainer.network
        for mine, given in zip(
            [*network.weights, *network.biases], [*weights, *biases], strict=True
        ):
            mine[:] = given
        self.trainer.begin()
        self.begin()

    def advance(self) -> float:
        """Take the steps that are due now; returns the seconds until the next ones are."""
        due, wait = self._pace.due(at_once=self.pause_at is not None)
        taken = self._take(due)
        self.seconds += self._pace.took(taken, self.trainer.step)
        return wait

    def _take(self, steps: int) -> int:
        trainer, taken = self.trainer, 0
        interval = self._report_interval()
        while taken < steps and self.active:
            count = min(steps - taken, interval - trainer.step % interval)
            if self.pause_at is not None:
                count = min(count, self.pause_at - trainer.step)
            if self.goal and (there := self.goal.step(self.settings)) is not None:
                count = min(count, there - trainer.step)
            taken += self._watched_step() if self._watch else trainer.run(count)
            if self.goal is not None and self._has_reached(self.goal):
                self.pause()
            elif trainer.step == self.pause_at:
                self.pause_at = None
            elif trainer.step % interval:
                continue
            if trainer.step != self._reported:
                self._report(trainer.step, trainer.evaluate())
        return taken

    def _watched_step(self) -> int:
        """One step, and what it did to the parameters."""
        self._watch = False
        before = self.trainer.network.parameters.copy()
        taken = self.trainer.run(1)
        ended = self.trainer.reason  # perhaps back at other parameters, which is no step
        self._update = None if ended else self.trainer.network.parameters - before
        return taken

    def _report_interval(self) -> int:
        """Steps between two looks at the loss: fewer when somebody watches slowly."""
        usual = self.trainer.check_every
        if self._pace.wanted is None or self._looks_are_dear:
            return usual
        return max(1, min(usual, self._pace.wanted // 20))

    @property
    def _looks_are_dear(self) -> bool:
        """Whether a look at the loss of all points takes so long that nobody's picture asks for it:
        then the figures are those of the last look."""
        return len(self.dataset.inputs) > LARGE

    def _belongs_to_history(self, step: int) -> bool:
        """Whether it is a point of the history, the longest of which is a few ten megabytes; where
        the run rests there is always one."""
        return not self.active or belongs_to_history(step, self._report_interval(), FULL_ROWS)

    def _report(self, step: int, evaluation: Evaluation) -> None:
        self._reported, self._evaluation = step, evaluation
        if self._belongs_to_history(step):
            self._history.append((step, *vars(evaluation).values()))
        if self.moments.due(step) and self.trainer.reason != "diverged":
            self.moments.keep(step, self.state(), evaluation.train_loss)

    def look_back(self, step: int, wanted: Wanted) -> Snapshot:
        """The run as it was at the last moment that is not later than `step`."""
        found = self.moments.at(step)
        if found is None:
            raise Refused(f"step {step}: nothing is kept of it")
        network = self.trainer.network
        now, reported = network.parameters.copy(), (self._evaluation, self._update)
        try:
            network.parameters[:] = found[1]["trainer"]["parameters"]
            self._evaluation, self._update = self.trainer.evaluate(), None
            epoch = found[0] // steps_per_epoch(self.settings)
            return dataclasses.replace(
                self._picture(wanted, found[0]), step=found[0], epoch=epoch, moment=found[0]
            )
        finally:
            network.parameters[:] = now
            self._evaluation, self._update = reported

    def snapshot(self, wanted: Wanted) -> Snapshot:
        """The run now."""
        trainer = self.trainer
        if trainer.step != self._reported and not self._looks_are_dear:
            self._evaluation = trainer.evaluate()
        return self._picture(wanted)

    def _picture(self, wanted: Wanted, moment: int | None = None) -> Snapshot:
        trainer, now = self.trainer, self._evaluation
        self._watch = self._watch or wanted.layers or wanted.weights
        has_test = not self.dataset.train.all()
        return Snapshot(
            status=self.status,
            reason=trainer.reason,
            step=trainer.step,
            epoch=trainer.epoch,
            train_loss=now.train_loss,
            penalty=trainer.penalty_loss() if self.settings.l1 or self.settings.l2 else None,
            train_accuracy=now.train_accuracy,
            test_loss=now.test_loss if has_test else None,
            test_accuracy=now.test_accuracy if has_test else None,
            seconds=self.seconds,
            steps_per_second=self._pace.speed,
            pace=self._pace.wanted,
            goal=self.goal and (self.goal.what, self.goal.value),
            moments=self.moments.steps,
            data_changed=self.data_changed,
            **self._sight.seen(trainer, wanted, self._update, active=self.active, moment=moment),
        )

    def state(self) -> dict[str, Any]:
        """Everything the rest of the run depends on; data: how rows of a file are taken in."""
        known = self.dataset.preprocessing
        return {
            "sizes": list(self.trainer.network.sizes),
            "data": known and known.to_dict(),
            "settings": self.settings.model_dump(mode="json"),
            "trainer": self.trainer.state_dict(),
            "seconds": self.seconds,
            "data_changed": self.data_changed,
        }

    def take_history(self) -> Array:
        """(points, HISTORY_COLUMNS): what was reported since the last call."""
        rows, self._history = self._history, []
        return np.array(rows, float).reshape(-1, len(HISTORY_COLUMNS))

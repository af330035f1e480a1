"""The worker process: trains, and answers the session's commands between two steps.

It talks over its standard input and output, and ends when its input closes: a dashboard that dies
leaves nothing behind. Run as `python -m tui_nn.session.worker`.
"""

from __future__ import annotations

import dataclasses
import math
import os
import select
import signal
import sys
import time
from typing import Any, BinaryIO

import numpy as np
from threadpoolctl import threadpool_limits

from tui_nn.engine.types import Array
from tui_nn.experiment import apply_live, build_dataset, build_trainer
from tui_nn.session import protocol
from tui_nn.session.protocol import HISTORY_COLUMNS, Snapshot
from tui_nn.settings import Settings, SettingsError

# Commands wait at most this long for the steps under way, in seconds.
SLICE = 0.005
REPORTS_PER_EPOCH = 20


class Refused(Exception):
    """A command that can't be carried out; the message says why."""


class Training:
    """The run: a trainer, its pace and the history that nobody has fetched yet."""

    def __init__(self, settings: Settings, pace: int | None, playing: bool) -> None:
        self.pace = pace
        self.playing = playing
        self.build(settings)

    def build(self, settings: Settings) -> None:
        self.trainer = build_trainer(settings, dataset := build_dataset(settings))
        self.settings, self.dataset = settings, dataset
        self.begin()

    def begin(self) -> None:
        """State of a run that has just started, or been restored."""
        self.reason: str | None = None
        self.ignore_limits = False
        self.seconds = 0.0
        self.speed = 0.0
        self.slice_steps = 1
        self.budget = 0.0
        self.until: int | None = None  # a step to pause at
        self.history: list[tuple[float, ...]] = []
        self.last_report = -1
        self.evaluation = self.trainer.evaluate()
        self.report()

    @property
    def active(self) -> bool:
        return self.reason is None and (self.playing or self.until is not None)

    def report(self) -> None:
        if self.trainer.step != self.last_report:
            self.last_report = self.trainer.step
            self.history.append((self.trainer.step, *dataclasses.astuple(self.evaluation)))

    def interval(self) -> int:
        """Steps between two reported points: fewer when a person watches slowly."""
        usual = max(1, self.settings.steps_per_epoch // REPORTS_PER_EPOCH)
        return usual if self.pace is None else max(1, min(usual, self.pace // 20))

    def advance(self, elapsed: float) -> float:
        """Train for a slice; `elapsed` is the time since the last one. Returns seconds to wait."""
        if self.until is None and self.pace is not None:
            self.budget = min(self.budget + elapsed * self.pace, max(1.0, self.pace * 0.1))
            wanted = int(self.budget)
            if wanted == 0:
                return (1 - self.budget) / self.pace
            self.budget -= wanted
        else:
            wanted = self.slice_steps
        began = time.perf_counter()
        taken = self.take(wanted)
        spent = time.perf_counter() - began
        self.seconds += spent
        if taken:
            self.slice_steps = max(1, min(100_000, int(taken * SLICE / max(spent, 1e-9))))
        return 0.0 if self.pace is None or self.until is not None else 1 / max(self.pace, 100)

    def take(self, steps: int) -> int:
        """At most so many steps, evaluated where a report or an end is due."""
        trainer, taken = self.trainer, 0
        while taken < steps and self.active:
            interval = self.interval()
            ends = [trainer.step // interval * interval + interval]
            ends.append((trainer.epoch + 1) * trainer.steps_per_epoch)
            ends.append(trainer.step + steps - taken)
            ends += [end for end in (trainer.stop.max_steps, self.until) if end is not None]
            count = max(1, min(ends) - trainer.step)
            trainer.run(count)
            taken += count
            due = trainer.step % interval == 0 or trainer.step % trainer.steps_per_epoch == 0
            if due or trainer.step in (trainer.stop.max_steps, self.until):
                self.look()
        return taken

    def look(self) -> None:
        """Evaluate, report, and end the run if a rule says so."""
        self.evaluation = self.trainer.evaluate()
        self.report()
        reason = self.trainer.reason_to_stop(self.evaluation.train_loss)
        if reason == "diverged" or (reason and not self.ignore_limits):
            self.reason, self.until = reason, None
        elif self.until is not None and self.trainer.step >= self.until:
            self.until = None

    def snapshot(self, surface: tuple[int, int] | None, predictions: bool) -> Snapshot:
        self.evaluation = self.trainer.evaluate() if self.reason is None else self.evaluation
        network, end = self.trainer.network, self.evaluation
        history, self.history = self.history, []
        status = "finished" if self.reason else "running" if self.active else "paused"
        return Snapshot(
            status=status,
            reason=self.reason,
            step=self.trainer.step,
            epoch=self.trainer.epoch,
            train_loss=end.train_loss,
            train_accuracy=end.train_accuracy,
            test_loss=None if math.isnan(end.test_accuracy) else end.test_loss,
            test_accuracy=None if math.isnan(end.test_accuracy) else end.test_accuracy,
            seconds=self.seconds,
            steps_per_second=self.speed,
            pace=self.pace,
            settings=self.settings.model_dump(mode="json"),
            history=np.array(history, float).reshape(-1, len(HISTORY_COLUMNS)),
            predictions=network.predict(self.dataset.inputs) if predictions else None,
            surface=self.surface(*surface) if surface else None,
        )

    def surface(self, rows: int, columns: int) -> Array:
        """Outputs over the extent at cell centres, (rows, columns); row 0 is the top."""
        left, right, bottom, top = self.dataset.extent
        x = left + (np.arange(columns) + 0.5) / columns * (right - left)
        y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
        grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        return self.trainer.network.predict(grid)[:, 0].reshape(rows, columns)


class Worker:
    """Reads commands, trains in between."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source, self.sink = source, sink
        self.training: Training | None = None

    def serve(self) -> None:
        last = mark = time.perf_counter()
        mark_step, wait = 0, 0.0
        while True:
            training = self.training
            timeout = None if training is None or not training.active else wait
            if select.select([self.source], [], [], timeout)[0]:
                if not self.answer():
                    return
                if timeout is None:
                    last = mark = time.perf_counter()
                    mark_step = self.training.trainer.step if self.training else 0
                continue_now = self.training is not None and self.training.active
                if not continue_now:
                    continue
            training = self.training
            assert training is not None
            now = time.perf_counter()
            elapsed, last = now - last, now
            wait = training.advance(elapsed)
            if training.trainer.step < mark_step:
                mark, mark_step = now, training.trainer.step
            if now - mark >= 0.5:
                training.speed = (training.trainer.step - mark_step) / (now - mark)
                mark, mark_step = now, training.trainer.step

    def answer(self) -> bool:
        """One command and its reply; False when the input has closed or "stop" has come."""
        header = self._read(protocol.HEADER.size)
        body = self._read(protocol.HEADER.unpack(header)[0]) if header else b""
        if not body:
            return False
        message = protocol.decode(body)
        command = message.pop("command")
        try:
            reply = {"ok": True, **(getattr(self, f"do_{command}")(**message) or {})}
        except (Refused, SettingsError) as error:
            reply = {"ok": False, "error": str(error)}
        self.sink.write(protocol.encode(reply))
        self.sink.flush()
        return bool(command != "stop")

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count and (more := self.source.read(count - len(data))):
            data += more
        return data if len(data) == count else b""

    @property
    def run(self) -> Training:
        if self.training is None:
            raise Refused("nothing is being trained yet")
        return self.training

    def do_start(self, settings: dict[str, Any], pace: int | None, playing: bool) -> None:
        self.training = Training(Settings.parse(settings), pace, playing)

    def do_rebuild(self, settings: dict[str, Any]) -> None:
        self.run.build(Settings.parse(settings))

    def do_snapshot(self, surface: list[int] | None, predictions: bool) -> dict[str, Any]:
        shape = (surface[0], surface[1]) if surface else None
        return protocol.snapshot_message(self.run.snapshot(shape, predictions))

    def do_play(self) -> None:
        self._resume()
        self.run.playing = True

    def do_pause(self) -> None:
        self.run.playing, self.run.until = False, None
        self.run.look() if self.run.reason is None else None

    def do_pace(self, pace: int | None) -> None:
        self.run.pace, self.run.budget = pace, 0.0

    def do_step(self, steps: int) -> None:
        self._resume()
        self.run.playing, self.run.until = False, self.run.trainer.step + steps

    def _resume(self) -> None:
        """After its end a run trains on, past the limit that ended it."""
        if self.run.reason == "diverged":
            raise Refused("the run has diverged: reset it, or lower the learning rate and reset")
        if self.run.reason is not None:
            self.run.reason, self.run.ignore_limits = None, True

    def do_reset(self) -> None:
        self.run.build(self.run.settings)

    def do_set(self, settings: dict[str, Any]) -> None:
        new = Settings.parse(settings)
        apply_live(self.run.trainer, self.run.settings, new)
        self.run.settings = new

    def do_checkpoint(self) -> dict[str, Any]:
        return {
            "state": self.run.trainer.state_dict()
            | {"settings": self.run.settings.model_dump(mode="json")}
        }

    def do_weights(self) -> dict[str, Any]:
        network = self.run.trainer.network
        return {"weights": network.weights, "biases": network.biases}

    def do_load_weights(self, weights: list[Array], biases: list[Array]) -> None:
        network = self.run.trainer.network
        pairs = [
            *zip(network.weights, weights, strict=True),
            *zip(network.biases, biases, strict=True),
        ]
        for mine, given in pairs:
            mine[:] = given
        self.run.begin()

    def do_restore(self, state: dict[str, Any]) -> None:
        self.run.build(Settings.parse(state["settings"]))
        self.run.trainer.load_state_dict(state)
        self.run.begin()

    def do_stop(self) -> None:
        return None


def main() -> None:
    # A terminal's Ctrl+C reaches the whole group; the session decides when the worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Unbuffered, so that select sees all that has not been read yet.
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not corrupt the protocol
    with threadpool_limits(1):
        Worker(source, sink).serve()


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)

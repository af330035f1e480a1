"""The task that a worker carries out: train some cells a while, and say how far they came.

It is a pure function of its arguments but for how long a while is, and how a run is cut changes
nothing in its result: a task that was lost can be given to anybody again.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from tui_nn.engine.cohort import Cohort
from tui_nn.engine.trainer import Evaluation, Trainer
from tui_nn.engine.types import Array
from tui_nn.experiment import build_trainer
from tui_nn.session.history import HISTORY_COLUMNS, belongs_to_history
from tui_nn.settings import Settings

FULL_ROWS = 2**12  # points of a cell's history until it becomes coarser


@dataclass(frozen=True)
class Portion:
    """Cells that are trained together: of one shape and at one step, or a single one.

    settings: of each. states: a trainer's, from which each goes on, or None. seconds: how
    long a while is, about. failures: how often it was tried in vain.
    """

    cells: tuple[int, ...]
    settings: tuple[Settings, ...]
    states: tuple[dict[str, Any] | None, ...]
    seconds: float
    failures: int = 0

    def split(self) -> tuple[Portion, Portion]:
        """Two halves."""
        half = len(self.cells) // 2
        first, second = (
            dataclasses.replace(
                self,
                cells=self.cells[part],
                settings=self.settings[part],
                states=self.states[part],
            )
            for part in (slice(half), slice(half, None))
        )
        return first, second


@dataclass(frozen=True)
class Progress:
    """How far a cell has come: the new points of its history (points, HISTORY_COLUMNS), its
    trainer's state, the seconds that it took this time, and why it has ended, if it has."""

    cell: int
    step: int
    points: Array
    state: dict[str, Any]
    seconds: float
    reason: str | None


def train(portion: Portion) -> list[Progress]:
    """Train the cells of a portion until all have ended, or the while is over."""
    began = time.perf_counter()
    rows: list[list[tuple[float, ...]]] = [[] for _ in portion.cells]
    with threadpool_limits(1):
        trainers = [
            _trainer(settings, state, _keeper(mine))
            for settings, state, mine in zip(portion.settings, portion.states, rows, strict=True)
        ]
        run: Callable[[int], object] = (
            Cohort(trainers).run if len(trainers) > 1 else trainers[0].run
        )
        steps = 1
        while any(t.reason is None for t in trainers):
            before = time.perf_counter()
            run(steps)
            now = time.perf_counter()
            if now - began >= portion.seconds:
                break
            if now - before < portion.seconds / 10:
                steps *= 4
    spent = (time.perf_counter() - began) / len(trainers)
    _remember(portion.settings, trainers)
    return [
        Progress(
            cell,
            trainer.step,
            np.array(mine, float).reshape(-1, len(HISTORY_COLUMNS)),
            trainer.state_dict(),
            spent,
            trainer.reason,
        )
        for cell, trainer, mine in zip(portion.cells, trainers, rows, strict=True)
    ]


Keeper = Callable[[Trainer, int, Evaluation], None]


def _keeper(rows: list[tuple[float, ...]]) -> Keeper:
    """Keeps what belongs to a history, and the end."""

    def keep(trainer: Trainer, step: int, evaluation: Evaluation) -> None:
        if trainer.reason or belongs_to_history(step, trainer.check_every, FULL_ROWS):
            rows.append((step, *vars(evaluation).values()))

    return keep


# The trainers of the portion before: whoever goes on with them need not build them anew.
_kept: dict[tuple[Settings, int], Trainer] = {}


def _trainer(settings: Settings, state: dict[str, Any] | None, keep: Keeper) -> Trainer:
    """A trainer in this state; one at its beginning has its first look at the loss."""
    trainer = None if state is None else _kept.pop((settings, state["step"]), None)
    fresh = trainer is None
    if trainer is None:
        trainer = build_trainer(settings)
    trainer.report = lambda step, evaluation: keep(trainer, step, evaluation)
    if state is None:
        trainer.report(0, trainer.evaluate())
    elif fresh:
        trainer.load_state_dict(state)
    return trainer


def _remember(settings: tuple[Settings, ...], trainers: list[Trainer]) -> None:
    _kept.clear()
    for own, trainer in zip(settings, trainers, strict=True):
        if trainer.reason is None:
            _kept[own, trainer.step] = trainer

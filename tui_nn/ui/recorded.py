"""Recorded runs as what the panes draw; these are read in the store's own thread."""

from __future__ import annotations

from typing import NamedTuple

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.run_list import SHORT
from tui_nn.render.runs import last_figures, pictured, training_again
from tui_nn.runs.records import Record, checkpoint, points, thinned
from tui_nn.runs.store import Store, StoreError
from tui_nn.session import Snapshot
from tui_nn.settings import Settings
from tui_nn.ui.view import Pin


class Curve(NamedTuple):
    """A run's curve for a chart, up to this step."""

    step: int
    pin: Pin
    settings: Settings


def curve_of(store: Store, run: Record) -> Curve:
    """A run's curve for a chart, thinned."""
    history = thinned(store, run)  # which may not have come to where the run is by now
    step = int(history[-1, 0]) if len(history) else 0
    pin = _pin(run, history, last_figures(run))
    # Of another version no more than the curve can be shown.
    return Curve(step, pin, pin.settings or Settings(target_loss=None))


def pin_of(store: Store, run: Record) -> Pin:
    """A run to compare with: all its points, and, if its checkpoint is there, its outputs."""
    try:
        training = training_again(run, checkpoint(store, run))
    except StoreError:  # it was left within its first second
        training = None
    if training is None:
        return _pin(run, points(store, run), last_figures(run))
    return _pin(run, points(store, run), pictured(training, run), training.shown)


def _pin(run: Record, history: Array, snapshot: Snapshot, shown: Dataset | None = None) -> Pin:
    try:
        settings = run.parsed
    except StoreError:
        settings = None
    return Pin(run.name, history, snapshot, shown, settings, run.id[:SHORT])

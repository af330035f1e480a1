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
    """A run's curve for a chart, as it was when the run stood at this step."""

    step: int
    pin: Pin
    settings: Settings


def curve_of(store: Store, run: Record) -> Curve:
    """A run's curve for a chart, thinned."""
    try:
        settings = run.parsed
    except StoreError:  # of another version: no more than the curve can be shown
        settings = Settings(target_loss=None)
    pin = _pin(run, thinned(store, run), last_figures(run))
    return Curve(run.step, pin, settings)


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

"""Recorded runs as what the panes draw; these are read in the store's own thread."""

from __future__ import annotations

from typing import NamedTuple

from tui_nn.datasets.plain import plain
from tui_nn.render.run_list import SHORT, title
from tui_nn.render.runs import last_figures, pictured, training_again
from tui_nn.runs.records import Record, checkpoint, points, thinned
from tui_nn.runs.store import Store, StoreError
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
    name = plain(run.name) or run.id[:SHORT]
    return Curve(run.step, Pin(name, thinned(store, run), last_figures(run)), settings)


def pin_of(store: Store, run: Record) -> Pin:
    """A run to compare with: all its points, and, if its checkpoint is there, its outputs."""
    dataset = run.dataset if run.name else ""  # else its title says that
    try:
        training = training_again(run, checkpoint(store, run))
    except StoreError:  # it was left within its first second
        training = None
    if training is None:
        return Pin(title(run), points(store, run), last_figures(run), None, dataset)
    shown = pictured(training, run), training.shown
    return Pin(title(run), points(store, run), *shown, dataset)

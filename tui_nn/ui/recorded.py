"""Recorded runs as what the panes draw; these are read in the store's own thread."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tui_nn.datasets import Dataset, is_file
from tui_nn.experiment import build_dataset, shown_points
from tui_nn.render.plain import plain
from tui_nn.render.run_list import CHARTED, SHORT, title
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
    pin = Pin(name, thinned(store, run), last_figures(run), _points(settings))
    return Curve(run.step, pin, settings)


def pin_of(store: Store, run: Record) -> Pin:
    """A run to compare with: all its points, and, if its checkpoint is there, its outputs."""
    try:
        training = training_again(run, checkpoint(store, run))
    except StoreError:  # it was left within its first second
        training = None
    if training is None:
        snapshot, shown = last_figures(run), _points(run.parsed)
    else:
        snapshot, shown = pictured(training, run), training.shown
    return Pin(title(run), points(store, run), snapshot, shown)


@lru_cache(maxsize=CHARTED + 1)
def _points(settings: Settings) -> Dataset:
    """What a curve stands beside; a file is not read for it."""
    drawn = Settings() if is_file(settings.dataset) else settings
    return shown_points(drawn, build_dataset(drawn))

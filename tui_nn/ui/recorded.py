"""Recorded runs as what the panes draw; these are read in the store's own thread."""

from __future__ import annotations

from tui_nn.experiment import build_dataset, shown_points
from tui_nn.render.log import MAP_SURFACE
from tui_nn.render.plain import plain
from tui_nn.render.run_list import SHORT, title
from tui_nn.render.runs import last_figures, pictured
from tui_nn.runs.records import Record, checkpoint, points, thinned
from tui_nn.runs.store import Store, StoreError
from tui_nn.settings import Settings
from tui_nn.ui.view import Pin


def curve_of(store: Store, run: Record) -> tuple[Pin, Settings]:
    """A run's curve for a chart, thinned, and its settings."""
    try:
        settings = run.parsed
    except StoreError:  # of another version: no more than the curve can be shown
        settings = Settings(target_loss=None)
    shown = shown_points(settings, build_dataset(settings))
    return Pin(
        plain(run.name) or run.id[:SHORT], thinned(store, run), last_figures(run), shown
    ), settings


def pin_of(store: Store, run: Record) -> Pin:
    """A run to compare with: all its points, and, if its checkpoint is there, its outputs."""
    settings, snapshot = run.parsed, last_figures(run)
    try:
        state = checkpoint(store, run)
    except StoreError:  # it was left within its first second
        pass
    else:
        settings, snapshot = pictured(run, state, MAP_SURFACE)
    shown = shown_points(settings, build_dataset(settings))
    return Pin(title(run), points(store, run), snapshot, shown)

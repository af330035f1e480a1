"""What the panes are given to draw: a run as it stands, or as it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.look import Look
from tui_nn.session import Snapshot
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings


@dataclass(frozen=True)
class Pin:
    """A run that was kept to compare others with: its curve, and its outputs over the plane."""

    name: str
    history: Array
    snapshot: Snapshot
    points: Dataset


@dataclass(frozen=True)
class View:
    """A snapshot, and what belongs to it.

    points: the data set's sample that the predictions are of. history: rows of HISTORY_COLUMNS of
    the whole run. events: (step, what happened), its beginning
    first. pins: runs beside it. moment: the step that is looked back at, or None. layers: what the
    run's snapshots said of them.
    """

    snapshot: Snapshot
    settings: Settings
    points: Dataset
    history: Array
    events: list[tuple[int, str]] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    moment: int | None = None
    look: Look = field(default_factory=Look)
    layers: LayerRecord = field(default_factory=LayerRecord)


class Pane(Protocol):
    """A widget that draws a part of the view. What it wants of a snapshot it says beforehand."""

    def wanted(self) -> dict[str, Any]:
        """Fields of `session.Wanted`, for its size now; {} if it needs none, or is not shown."""

    def show(self, view: View) -> None:
        """Draw it."""

"""What the panes are given to draw: a run as it stands, or as it stood."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.look import Look
from tui_nn.render.names import Told, is_alike, names_apart
from tui_nn.session import Snapshot
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings


def same_plane(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Whether two snapshots' planes are the same."""
    if one is None or other is None:
        return one is other
    mine, theirs = one["principal"], other["principal"]
    if mine is None or theirs is None:
        return mine is theirs and list(one["axes"]) == list(other["axes"])
    return np.array_equal(mine["directions"], theirs["directions"])


class Planes:
    """The points on the plane of a snapshot: the same object as long as this is the same."""

    def __init__(self) -> None:
        self._shown: Dataset | None = None
        self._plane: dict[str, Any] | None = None
        self._points: Dataset | None = None

    def points(self, shown: Dataset, plane: dict[str, Any] | None) -> Dataset:
        if plane is None or (plane["principal"] is None and tuple(plane["axes"]) == shown.axes):
            return shown
        if self._points is None or shown is not self._shown or not same_plane(plane, self._plane):
            self._shown, self._plane, self._points = shown, plane, shown.on(plane)
        return self._points


@dataclass(frozen=True)
class Pin:
    """A run that was kept to compare others with: its curve, and its outputs over the plane.

    name: what its user has called it, or "". points: that its snapshot's predictions are of; None
    where there are none. settings: None of another version. id: what it is called where nothing
    else tells it apart.
    """

    name: str
    history: Array
    snapshot: Snapshot
    points: Dataset | None = None
    settings: Settings | None = None
    id: str = ""

    @property
    def told(self) -> Told:
        settings = None if self.settings is None else self.settings.model_dump_json()
        return Told(self.name, self.id, self.snapshot.step, settings)


@dataclass(frozen=True)
class Course:
    """How a run has gone: what there is to draw of it without its points.

    history: rows of HISTORY_COLUMNS of the whole run. events: (step, what happened), its beginning
    first. pins: runs beside it. moment: the step that is looked back at, or None. name: what its
    user has called it, or "".
    """

    snapshot: Snapshot
    settings: Settings
    history: Array
    events: list[tuple[int, str]] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    moment: int | None = None
    look: Look = field(default_factory=Look)
    name: str = ""

    @cached_property
    def pin_names(self) -> list[str]:
        """What each pin is called beside this run."""
        beside = self.settings.model_dump_json() if self.pins else ""
        return names_apart([pin.told for pin in self.pins], self.name, beside)

    @cached_property
    def alike(self) -> set[int]:
        """The places of the pins whose settings are those of this run."""
        beside = self.settings.model_dump_json() if self.pins else ""
        return {i for i, pin in enumerate(self.pins) if is_alike(pin.told, beside)}


@dataclass(frozen=True)
class View(Course):
    """A snapshot, and what belongs to it.

    points: the data set's sample that the predictions are of, on the snapshot's plane. layers: what
    the run's snapshots said of them.
    """

    points: Dataset = field(kw_only=True)
    layers: LayerRecord = field(default_factory=LayerRecord)


class Pane(Protocol):
    """A widget that draws a part of the view. What it wants of a snapshot it says beforehand."""

    def wanted(self) -> dict[str, Any]:
        """Fields of `session.Wanted`, for its size now; {} if it needs none, or is not shown."""

    def show(self, view: View) -> None:
        """Draw it."""

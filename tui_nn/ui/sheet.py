"""The sheet: what somebody draws, ahead of the run that learns it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn.datasets import DRAWN, EXTENT
from tui_nn.datasets.drawn import Drawing
from tui_nn.datasets.extent import Extent
from tui_nn.datasets.plain import called
from tui_nn.ui.view import View

PLANE: Extent = (*EXTENT, *EXTENT)


class Sheet:
    """Follows the run, but for what is drawn on it, until the run has that.

    stroke: what was drawn last, an object of its own for each; waits: whether the run was paused
    for want of points. note: on where the points come from.
    """

    def __init__(self) -> None:
        self.drawing = Drawing.parse("")
        self.extent = PLANE
        self.stroke: object = None
        self.waits = False
        self.note = ""
        self._view: View | None = None
        self._points: object = None  # of the view, that are known here
        self._new = self._on_the_way = False  # whether the run does not have all of it yet

    @property
    def is_empty(self) -> bool:
        return not len(self.drawing.labels)

    def is_new(self, label: int) -> bool:
        """Whether a network that has learnt the sheet has no output for a class."""
        return not self.is_empty and label >= max(self.drawing.classes, 2)

    @property
    def is_plane_of_run(self) -> bool:
        """Whether the run's points are on the plane that is drawn on."""
        if self._view is None:
            return False
        points = self._view.points
        return points.inputs.shape[1] == 2 and points.extent == self.extent

    def follow(self, view: View) -> None:
        """Take over the run's points, if they are others and nothing is on its way there."""
        self._view = view
        if not (self._new or self._on_the_way) and self._points is not view.points:
            self._take_over(view)

    def _take_over(self, view: View) -> None:
        """The run's points; where they can't be drawn, those that were drawn last, if any."""
        settings, points = view.settings, view.points
        self._points = points
        found = None if settings.dataset == DRAWN else Drawing.of(points)
        self.drawing = found or Drawing.parse(settings.points or "")
        self.note = ""
        if found or settings.dataset == DRAWN:
            self.extent = points.extent
        else:
            self.extent = self.drawing.extent(PLANE)
            self.note = f"{called(settings.dataset)} can't be drawn: another plane"

    def change(self, drawing: Drawing) -> None:
        """Draw; it is to be taken."""
        self.drawing, self._new = drawing, True

    def fill_again(self) -> bool:
        """Draw the run's own points on an empty sheet; whether there are any. The run never had
        none, so it can't undo that."""
        if self._view is not None and self.is_empty:
            self._take_over(self._view)
            if not self.is_empty:
                self.change(self.drawing)
                return True
        return False

    def take(self) -> dict[str, Any]:
        """The settings of what is drawn by now, points among them; {} if the run has it."""
        view, new = self._view, self._new
        self._new, self._on_the_way = False, new
        if not new or view is None:
            return {}
        changes: dict[str, Any] = {"points": self.drawing.text}
        if view.settings.dataset != DRAWN:
            x, y = self.extent[:2], self.extent[2:]
            extent = x if x == y else (*x, *y)
            changes |= {"dataset": DRAWN, "extent": extent, "noise": 0.0}
        return changes

    def landed(self, *, well: bool) -> None:
        """What was taken holds in the run, or is refused, and forgotten."""
        self._on_the_way = False
        if not well:
            self._points = None

    def save(self, name: str) -> str:
        """Write the points as CSV, and say what learns from the file. ValueError: it can't be
        written; a file that is there already is let be."""
        path = Path(name.strip()).expanduser()
        path = path if path.suffix else path.with_suffix(".csv")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(self.drawing.csv)
        except FileExistsError:
            raise ValueError(f"{path} is there already: another name") from None
        except OSError as error:
            raise ValueError(f"{path}: {(error.strerror or str(error)).lower()}") from None
        line = ["tui-nn", "--dataset", str(path)]
        labels = self.drawing.labels
        if 2 * len(np.unique(labels)) > len(labels):  # they would be taken for values
            line += ["--task", self.drawing.task]
        return shlex.join(line)

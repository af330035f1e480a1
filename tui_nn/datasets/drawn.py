"""Points that somebody draws: of classes, on a plane, and written as one line of text."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from tui_nn.datasets.dataset import Dataset, Task
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.extent import Extent
from tui_nn.datasets.functions import ends_of
from tui_nn.datasets.generators import Source
from tui_nn.datasets.plain import brief
from tui_nn.engine.types import Array

MOST = 5000  # points; all of them stand in every settings file and command line
CLASSES = 10  # as many as there are digits to put them with
FAR = 1e9  # that a coordinate may be from 0
STEPS = 1000  # that a drawn coordinate tells apart, at least, across the plane
FINE = 10.0  # coordinates of a file that a network can take in as they are
NAMES = ("x", "y")


@dataclass(frozen=True, eq=False)
class Drawing:
    """points (N, 2) and labels (N,), the number of each point's class. Never changed in place."""

    points: Array
    labels: Array

    @staticmethod
    def parse(text: str) -> Drawing:
        """From x,y,class of each, with semicolons or lines between them. Raises DataError."""
        return _parsed(text)

    @staticmethod
    def of(dataset: Dataset) -> Drawing | None:
        """The points of classes in a plane, as they would be drawn; None of any other data set, and
        of a file that can't be learnt in its own units."""
        known, points = dataset.preprocessing, dataset.inputs
        if dataset.task == "regression" or dataset.image or points.shape[1] != len(NAMES):
            return None
        if len(dataset.classes) > CLASSES:
            return None
        if known is not None and (
            any(one.kind == "category" for one in known.inputs) or np.abs(points).max() > FINE
        ):
            return None
        targets = dataset.targets
        labels = targets[:, 0] if targets.shape[1] == 1 else targets.argmax(axis=1)
        drawn = Drawing(rounded(points, dataset.extent), labels.astype(int))
        return drawn._picked(np.unique(np.linspace(0, len(labels) - 1, MOST).astype(int)))

    @cached_property
    def text(self) -> str:
        """What `parse` takes: six digits of each coordinate."""
        # + 0.0: there is no −0.
        rows = zip(*(self.points + 0.0).T.tolist(), self.labels.tolist(), strict=True)
        return ";".join(f"{x:g},{y:g},{label}" for x, y, label in rows)

    @property
    def csv(self) -> str:
        """The same as a table."""
        return "\n".join([",".join((*NAMES, "class")), *self.text.split(";"), ""])

    @property
    def classes(self) -> int:
        """How many a network tells apart: those up to the highest, at least two."""
        return max(2, int(self.labels.max(initial=0)) + 1)

    @property
    def task(self) -> Task:
        return "binary" if self.classes == 2 else "multiclass"

    def extent(self, least: Extent) -> Extent:
        """What a map must show to have all of them: this, or more."""
        x, y = self.points.T
        left, right, bottom, top = least
        return (
            *(float(x.min(initial=left)), float(x.max(initial=right))),
            *(float(y.min(initial=bottom)), float(y.max(initial=top))),
        )

    def added(self, points: Array, label: int) -> Drawing:
        """With more points (N, 2) of a class, behind the others; at most MOST in all."""
        room = MOST - len(self.labels)
        points = points[:room]
        labels = np.full(len(points), label)
        return Drawing(np.concatenate([self.points, points]), np.concatenate([self.labels, labels]))

    def near(self, x: float, y: float, reach: tuple[float, float]) -> Array:
        """Which points are within an ellipse of these half axes around a place, nearest first."""
        distances = np.linalg.norm((self.points - (x, y)) / reach, axis=1)
        order = np.argsort(distances, kind="stable")
        found: Array = order[: int((distances <= 1).sum())]
        return found

    def without(self, index: int) -> Drawing:
        """Without a point, in whose place the last one comes: so the others keep theirs, by which
        they train or test."""
        order = np.arange(len(self.labels) - 1)
        if index < len(order):
            order[index] = len(order)
        return self._picked(order)

    def _picked(self, order: Array) -> Drawing:
        return Drawing(self.points[order], self.labels[order])


@lru_cache(maxsize=8)
def _parsed(text: str) -> Drawing:
    rows = [row for row in text.replace("\n", ";").split(";") if row.strip()]
    if len(rows) > MOST:
        raise DataError(f"{len(rows):,} points; at most {MOST:,}", "points")
    points, labels = np.empty((len(rows), 2)), np.empty(len(rows), int)
    for i, row in enumerate(rows):
        try:
            x, y, label = row.split(",")
            points[i], labels[i] = (float(x), float(y)), int(label)
        except (ValueError, OverflowError):
            said = f"{brief(row.strip())}: each point is x,y,class, as 0.5,-1,0"
            raise DataError(said, "points") from None
        if not 0 <= labels[i] < CLASSES:
            raise DataError(f"class {labels[i]}: 0 to {CLASSES - 1}", "points")
        if not np.abs(points[i]).max() <= FAR:  # NaN is not
            said = f"{brief(row.strip())}: a coordinate is a number up to {FAR:g}"
            raise DataError(said, "points")
    return Drawing(points, labels)


@lru_cache(maxsize=8)
def drawn_source(text: str, extent: tuple[float, ...]) -> Source:
    """extent: from, to of both coordinates, or of each. Raises DataError."""
    drawing = Drawing.parse(text)
    if not len(drawing.labels):
        raise DataError("has no points; E in the dashboard draws some, or --points x,y,class;…")
    (left, right), (bottom, top) = ends_of(extent, NAMES).tolist()

    def generate(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
        return drawing.points, drawing.labels

    return Source(
        generate,
        drawing.extent((left, right, bottom, top)),
        "points drawn by hand",
        drawing.task,
        classes=drawing.classes,
        fixed=True,
        grows=True,
    )


def rounded(points: Array, extent: Extent) -> Array:
    """Points (N, 2) to as many decimals as a plane of this extent needs."""
    left, right, bottom, top = extent
    width = min(right - left, top - bottom)
    return np.round(points, max(0, int(np.ceil(np.log10(STEPS / width)))))

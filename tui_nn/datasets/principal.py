"""Principal components: the two directions in which points differ most.

K. Pearson 1901, "On lines and planes of closest fit to systems of points in space".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.datasets.sampling import evenly
from tui_nn.engine.types import Array

VALUES = 1_000_000  # numbers that components are found from, at most: a moment's work


@dataclass(frozen=True)
class Principal:
    """centre: (width,), the mean. directions: (2, width), unit vectors, the first one first.
    shares: (2,), what part of the variance each has."""

    centre: Array
    directions: Array
    shares: Array

    def project(self, points: Array) -> Array:
        """Where points (N, width) are along the two directions, (N, 2)."""
        places: Array = (points - self.centre) @ self.directions.T
        return places

    def points(self, places: Array) -> Array:
        """The points (N, width) of the plane that are there; all other components are 0."""
        points: Array = self.centre + places @ self.directions
        return points


def fit(points: Array) -> Principal:
    """The components of points (N, width); of many points, of some that are evenly chosen.

    A direction's sign is that which makes its largest part positive. Where there is no second
    direction, or none, it is 0.
    """
    width = points.shape[1]
    most = max(1, VALUES // max(width, 1000))
    points = evenly(points, most)
    centre = points.mean(axis=0)
    away = points - centre
    is_long = len(points) > width
    # The smaller of the two matrices has the same eigenvalues.
    values, vectors = np.linalg.eigh(away.T @ away if is_long else away @ away.T)
    values, vectors = np.maximum(values[:-3:-1], 0), vectors.T[:-3:-1]
    found = vectors if is_long else vectors @ away
    length = np.linalg.norm(found, axis=1, keepdims=True)
    directions, shares = np.zeros((2, width)), np.zeros(2)
    total = float(np.square(away).sum())
    if total > 0:
        there = values > 1e-12 * total
        largest = np.take_along_axis(found, np.abs(found).argmax(axis=1)[:, np.newaxis], axis=1)
        found = np.sign(largest) * found / np.where(length > 0, length, 1)
        directions[: len(found)] = np.where(there[:, np.newaxis], found, 0)
        shares[: len(found)] = values / total
    return Principal(centre, directions, shares)

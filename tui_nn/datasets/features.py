"""Input features: what the network is told of a point, beside or instead of its coordinates.

TensorFlow Playground's seven: with the right one a network without hidden layers solves what
otherwise takes several units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from tui_nn.engine.types import Array

# All coordinates as they are, however many.
INPUTS = "inputs"
# Name -> how it is written, and how it is computed from points (N, coordinates).
REGISTRY: dict[str, tuple[str, Callable[[Array], Array]]] = {
    "x": ("{x}", lambda points: points[:, 0]),
    "y": ("{y}", lambda points: points[:, 1]),
    "x2": ("{x}²", lambda points: np.square(points[:, 0])),
    "y2": ("{y}²", lambda points: np.square(points[:, 1])),
    "xy": ("{x}{times}{y}", lambda points: points[:, 0] * points[:, 1]),
    "sin_x": ("sin {x}", lambda points: np.sin(points[:, 0])),
    "sin_y": ("sin {y}", lambda points: np.sin(points[:, 1])),
}
_OF_X = ("x", "x2", "sin_x")


def available(coordinates: int) -> tuple[str, ...]:
    """The features of points with so many coordinates."""
    return tuple(REGISTRY) if coordinates > 1 else _OF_X


def expand(features: Sequence[str], names: Iterable[str]) -> list[str]:
    """The features one by one; `INPUTS` stands for all coordinates, whose names these are."""
    return [one for feature in features for one in (names if feature == INPUTS else [feature])]


def label(feature: str, x: str = "x", y: str = "y") -> str:
    """How a feature, or a coordinate, is written; x, y: what the coordinates are called."""
    if feature not in REGISTRY:
        return feature
    times = "" if len(x) == len(y) == 1 else "·"
    return REGISTRY[feature][0].format(x=x, y=y, times=times)


def compute(features: Sequence[str], points: Array) -> Array:
    """Points (N, coordinates) as the network takes them in: (N, features)."""
    if list(features) == [INPUTS]:
        return points
    parts = [points if name == INPUTS else REGISTRY[name][1](points) for name in features]
    return np.column_stack(parts)

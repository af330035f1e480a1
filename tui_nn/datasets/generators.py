"""The built-in data sets. Each is a function of a generator and a number of points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.engine.types import Array

Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Source:
    """How a data set is made: (generator, samples) -> inputs (N, 2), labels (N,)."""

    generate: Callable[[np.random.Generator, int], tuple[Array, Array]]
    extent: Extent
    description: str
    fixed: bool = False  # whether it always has the same points, however many are asked for


def linear(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    points = rng.uniform(0, 1, (samples, 2))
    return points, np.where(points[:, 0] > points[:, 1], 0, 1)


def xor(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    points, labels = [], []
    for i in range(11):
        points.append((0.1 * i, 0.1 * i))
        labels.append(0)
        if i != 5:
            points.append((0.1 * i, 1 - 0.1 * i))
            labels.append(1)
    return np.array(points), np.array(labels)


def circle(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    labels = np.arange(samples) < samples // 2
    radius = np.where(labels, rng.uniform(0, 2.5, samples), rng.uniform(3.5, 5, samples))
    angle = rng.uniform(0, 2 * np.pi, samples)
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]), labels


def gauss(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    labels = np.arange(samples) < samples // 2
    centre = np.where(labels, 2.0, -2.0)[:, None]
    return centre + rng.normal(0, np.sqrt(0.5), (samples, 2)), labels


def quadrants(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    points = rng.uniform(-5, 5, (samples, 2))
    points += np.where(points > 0, 0.3, -0.3)
    return points, points[:, 0] * points[:, 1] >= 0


def spiral(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    labels = np.arange(samples) < samples // 2
    arm = np.where(labels, np.arange(samples), np.arange(samples) - samples // 2)
    share = arm / np.where(labels, max(samples // 2, 1), samples - samples // 2)
    angle = 1.75 * share * 2 * np.pi + np.where(labels, 0, np.pi)
    return (5 * share)[:, None] * np.column_stack([np.sin(angle), np.cos(angle)]), labels


UNIT, PLAYGROUND = (0.0, 1.0, 0.0, 1.0), (-6.0, 6.0, -6.0, 6.0)

REGISTRY: dict[str, Source] = {
    "xor": Source(xor, UNIT, "two crossing diagonals of 21 points (XOR easy)", fixed=True),
    "linear": Source(linear, UNIT, "above or below a diagonal"),
    "circle": Source(circle, PLAYGROUND, "a disc inside a ring"),
    "quadrants": Source(quadrants, PLAYGROUND, "the sign of x·y (Playground's exclusive or)"),
    "gauss": Source(gauss, PLAYGROUND, "two normal clouds"),
    "spiral": Source(spiral, PLAYGROUND, "two entwined arms"),
}

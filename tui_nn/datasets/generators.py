"""The built-in data sets. Each is a function of a generator and a number of points."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tui_nn.datasets.dataset import Task
from tui_nn.datasets.extent import Extent
from tui_nn.engine.types import Array


@dataclass(frozen=True)
class Source:
    """How a data set is made: (generator, samples) -> inputs (N, coordinates), labels (N,).

    A label is the number of a class, or a value. coordinates: of a point; classes: how many.
    fixed: whether it always has the same points, however many are asked for. grows: whether
    points come and go one by one, so that the others are to train or test as before. names: of the
    coordinates, where they are not x and y. image: (rows, columns) of points that are one.
    """

    generate: Callable[[np.random.Generator, int], tuple[Array, Array]]
    extent: Extent
    description: str
    task: Task = "binary"
    coordinates: int = 2
    classes: int = 2
    fixed: bool = False
    grows: bool = False
    names: tuple[str, ...] = ()
    image: tuple[int, int] | None = None


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


def moons(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    """The two half circles of scikit-learn's `make_moons`, at angles that are drawn."""
    labels = np.arange(samples) >= samples // 2
    angle = rng.uniform(0, np.pi, samples)
    x, y = np.cos(angle), np.sin(angle)
    return np.column_stack([np.where(labels, 1 - x, x), np.where(labels, 0.5 - y, y)]), labels


def rings(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    labels = np.arange(samples) * 3 // samples
    radius = np.array([0.0, 2.3, 4.1])[labels] + rng.uniform(0, 0.9, samples)
    angle = rng.uniform(0, 2 * np.pi, samples)
    return np.column_stack([radius * np.sin(angle), radius * np.cos(angle)]), labels


def plane(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    points = rng.uniform(-6, 6, (samples, 2))
    return points, points.sum(axis=1) / 10


def multi_gauss(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    """Cones around six centres; where two reach a point, the stronger counts."""
    points = rng.uniform(-6, 6, (samples, 2))
    centres = np.array([(x, y) for y in (2.5, -2.5) for x in (-4, 0, 4)])
    signs = np.array([1, -1, 1, -1, 1, -1])
    distance = np.linalg.norm(points[:, np.newaxis] - centres, axis=2)
    values = signs * np.clip(1 - distance / 2, 0, 1)
    return points, values[np.arange(samples), np.abs(values).argmax(axis=1)]


def sine(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    x = rng.uniform(-1, 1, (samples, 1))
    return x, np.sin(np.pi * x[:, 0])


def digits(rng: np.random.Generator, samples: int) -> tuple[Array, Array]:
    """Handwritten digits of 43 people, 8x8 pixels from 0 to 1: E. Alpaydin, C. Kaynak, Optical
    Recognition of Handwritten Digits, UCI Machine Learning Repository (1998),
    doi:10.24432/C50P49, CC BY 4.0; its 1797 test images, as scikit-learn has them."""
    with np.load(os.path.join(os.path.dirname(__file__), "digits.npz"), allow_pickle=False) as file:
        return file["pixels"].reshape(-1, 64) / 16, file["labels"].astype(int)


UNIT, PLAYGROUND = (0.0, 1.0, 0.0, 1.0), (-6.0, 6.0, -6.0, 6.0)

REGISTRY: dict[str, Source] = {
    "xor": Source(xor, UNIT, "two crossing diagonals of 21 points (XOR easy)", fixed=True),
    "linear": Source(linear, UNIT, "above or below a diagonal"),
    "circle": Source(circle, PLAYGROUND, "a disc inside a ring"),
    "quadrants": Source(quadrants, PLAYGROUND, "the sign of x·y (Playground's exclusive or)"),
    "gauss": Source(gauss, PLAYGROUND, "two normal clouds"),
    "spiral": Source(spiral, PLAYGROUND, "two entwined arms"),
    "moons": Source(moons, (-1.5, 2.5, -1.0, 1.5), "two entwined half circles"),
    "rings": Source(
        rings, PLAYGROUND, "a disc in a ring in a ring: three classes", "multiclass", classes=3
    ),
    "plane": Source(plane, PLAYGROUND, "values that rise along a diagonal", "regression"),
    "multi-gauss": Source(multi_gauss, PLAYGROUND, "values: six bumps and dents", "regression"),
    "sine": Source(
        sine, (-1.0, 1.0, -1.3, 1.3), "values of one input: a wave", "regression", coordinates=1
    ),
    "digits": Source(
        digits,
        UNIT,
        "8x8 images of handwritten digits: ten classes (UCI, CC BY 4.0)",
        "multiclass",
        coordinates=64,
        classes=10,
        fixed=True,
        image=(8, 8),
    ),
}

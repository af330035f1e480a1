"""What there is to say of predictions: which are wrong, and how good they are on the whole."""

from __future__ import annotations

import dataclasses

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine import metrics
from tui_nn.engine.types import Array
from tui_nn.render.tables import format_value

TOLERANCE = 0.1  # of the range of the truth: a value that is further off is marked
FEW = 12  # wrong points that are all marked, whatever else is in their cells
MANY = 2.0  # times the share of all points that are wrong
STEPS = 5  # into which points' values are told apart


def classes(outputs: Array) -> Array:
    """The class (N,) that outputs (N, outputs) say."""
    return np.asarray(metrics.classes(outputs.T), int)


def shares(points: Dataset, values: Array) -> Array:
    """Values as shares of the range of the truth, from 0 (or what is below) to 1."""
    low, high = (0.0, 1.0) if points.task == "binary" else points.value_range
    found: Array = (np.nan_to_num(values, nan=(low + high) / 2) - low) / ((high - low) or 1.0)
    found = np.clip(found, 0, 1)
    return found


def steps(share: Array) -> Array:
    """The step, from 0 to STEPS - 1, of shares of a range."""
    found: Array = np.minimum(share * STEPS, STEPS - 1).astype(int)
    return found


def kinds(points: Dataset) -> Array:
    """The class, or the step of the value, (N,) that each point truly has."""
    if points.task != "regression":
        return classes(points.targets)
    return steps(shares(points, points.targets[:, 0]))


def wrong(points: Dataset, outputs: Array) -> Array:
    """Which predictions (N, outputs) are of the wrong class, too far off, or no numbers."""
    if points.task != "regression":
        missed: Array = classes(outputs) != classes(points.targets)
        return missed | ~np.isfinite(outputs).all(axis=1)
    low, high = points.value_range
    right: Array = np.abs(outputs - points.targets).max(axis=1) <= TOLERANCE * (high - low)
    return ~right  # NaN is not


def standing_for(places: Array, is_wrong: Array) -> tuple[Array, Array]:
    """Of the points (N,) that share a place, which one stands for them: a wrong one where most are
    wrong, or where only FEW are at all, else a right one. And whether it is a right one where many
    are wrong for these points.

    places: (N,) whole numbers.
    """
    _, place, counts = np.unique(places, return_inverse=True, return_counts=True)
    share = np.bincount(place, is_wrong) / counts
    stands = share > (0.5 if is_wrong.sum() > FEW else 0.0)
    order = np.argsort(is_wrong != stands[place], kind="stable")
    _, first = np.unique(place[order], return_index=True)
    return order[first], ~stands & (share > MANY * is_wrong.mean())


def verdict(points: Dataset, outputs: Array, ascii: bool = False) -> list[str]:
    """How good predictions are, most important first: "3 wrong", or R² and the mean distance."""
    if points.task != "regression":
        return [f"{wrong(points, outputs).sum()} wrong"]
    parts = [f"mean error {format_value(float(np.mean(np.abs(outputs - points.targets))))}"]
    r2 = float(metrics.R2.of(outputs.T, points.targets.T))
    if np.isfinite(r2):
        said = f"{r2:.3f}" if abs(r2) < 1e3 else f"{r2:.1e}"
        parts.insert(0, f"{'R2' if ascii else 'R²'} {said}")
    return parts


PARTS = ("all", "training", "test")  # of the points


def chosen(points: Dataset, part: str) -> Array:
    """Which points (N,) are of one of the PARTS; all where none would be."""
    found = {"all": np.ones(len(points.train), bool), "training": points.train}
    of_part = found.get(part, ~points.train)
    return of_part if of_part.any() else found["all"]


def some(points: Dataset, which: Array) -> Dataset:
    """Those of the points that (N,) booleans choose."""
    if which.all():
        return points
    return dataclasses.replace(
        points,
        inputs=points.inputs[which],
        targets=points.targets[which],
        train=points.train[which],
    )

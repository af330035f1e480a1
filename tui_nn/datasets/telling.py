"""How much each input tells of the target by itself: which two a map shows at first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_nn.datasets.sampling import evenly
from tui_nn.engine.types import Array

ROWS, VALUES = 2000, 500_000  # that are looked at, at most
BINS, IN_EACH = 8, 5  # equally many rows in each of at most so many, but not fewer than these
SAME = 0.97  # the correlation of two inputs, beyond which the second tells nothing new


def telling_most(
    inputs: Array, targets: Array, train: Array, categories: Sequence[int]
) -> tuple[int, int]:
    """The two inputs that tell most of the targets, in their order, and are not nearly the same; of
    training rows, evenly chosen. Of at most two inputs: (0, 1).

    inputs (N, columns), may have gaps; targets (N, outputs); train (N,) booleans; categories: of
    each column how many it has, 0 of numbers.
    """
    width = inputs.shape[1]
    if width <= 2:
        return 0, 1
    rows = evenly(np.flatnonzero(train), max(200, min(ROWS, VALUES // width)))
    inputs, targets = inputs[rows], targets[rows]
    first, *others = np.argsort(-telling(inputs, targets, categories), kind="stable").tolist()
    different = (j for j in others if not _are_same(inputs[:, first], inputs[:, j]))
    second = next(different, others[0])
    return min(first, second), max(first, second)


def telling(inputs: Array, targets: Array, categories: Sequence[int]) -> Array:
    """(columns,): the share of the targets' variance that is between groups of rows with like
    values of an input, less what chance would make of it; 0 where that is nothing.

    The correlation ratio, adjusted as R² is: K. Pearson 1905; T. L. Kelley 1935.
    """
    away = targets - targets.mean(axis=0)
    total = float(np.square(away).sum())
    if total == 0:
        return np.zeros(inputs.shape[1])
    columns = zip(inputs.T, categories, strict=True)
    return np.array([_share(_grouped(values, groups), away, total) for values, groups in columns])


def _grouped(values: Array, groups: int) -> Array:
    """The group of each row: its category, or the bin of its number; gaps are one of their own."""
    gaps = np.isnan(values)
    if groups:
        return np.where(gaps, groups, np.nan_to_num(values)).astype(int)
    there = values[~gaps]
    bins = min(BINS, len(values) // IN_EACH)
    if bins < 2 or not len(there):
        return gaps.astype(int)
    edges = np.unique(np.quantile(there, np.arange(1, bins) / bins))
    return np.searchsorted(edges, values, side="right") + gaps  # gaps are sorted to the end


def _share(group: Array, away: Array, total: float) -> float:
    member = group == np.unique(group)[:, np.newaxis]
    sizes, free = member.sum(axis=1), len(away) - len(member)
    if len(member) < 2 or free < 1:
        return 0.0
    between = float((np.square(member @ away) / sizes[:, np.newaxis]).sum()) / total
    return max(0.0, 1 - (1 - between) * (len(away) - 1) / free)


def _are_same(one: Array, other: Array) -> bool:
    there = np.isfinite(one) & np.isfinite(other)
    if not there.any():
        return False
    x, y = (values[there] - values[there].mean() for values in (one, other))
    return float(x @ y) ** 2 > SAME**2 * float(x @ x) * float(y @ y)

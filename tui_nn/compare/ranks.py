"""Rank tests: whether rows of numbers differ by more than chance has them differ.

Only the order counts: infinities are ties for the last place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, count
from typing import NamedTuple

import numpy as np

from tui_nn.engine.types import Array

LEVEL = 0.05  # of all the tests of a question together
FEWEST = 4  # numbers in a row: the rows share their seeds, and what fewer say may be theirs alone
EXACT = 50  # numbers in two rows; of more the normal approximation is as good


class Tendency(NamedTuple):
    """rise: of the pairs of numbers from two rows, how many more rise with the place of their row
    than fall (Kendall's S). p: how often chance gives as much, in either direction."""

    rise: int
    p: float


def tendency(rows: Sequence[Sequence[float]]) -> Tendency:
    """Whether numbers rise from row to row: Kendall's rank correlation of them and the place of
    their row, which is the test of Jonckheere, and for two rows that of Mann and Whitney.

    It is exact for two short rows, else the normal approximation; both allow for ties (Kendall,
    Rank Correlation Methods, 1970).
    """
    ordered = [np.sort(np.asarray(row, float)) for row in rows]
    rise = 0
    for low, high in combinations(ordered, 2):
        rise += int(low.searchsorted(high, "left").sum())
        rise -= int((len(low) - low.searchsorted(high, "right")).sum())
    if len(rows) == 2 and sum(map(len, rows)) <= EXACT:
        return Tendency(rise, _exact(*ordered))
    variance = _variance(
        np.array([len(row) for row in rows]),
        np.unique(np.concatenate(ordered), return_counts=True)[1],
    )
    if not rise:
        return Tendency(rise, 1.0)
    nearer = abs(rise) - 1  # by half of what lies between two values of S without ties
    return Tendency(rise, math.erfc(nearer / math.sqrt(2 * variance)))


def _variance(rows: Array, ties: Array) -> float:
    """Of Kendall's S; rows, ties: how many numbers share a row, and a value."""
    n = float(rows.sum())

    def both(*less: int) -> float:
        """The sums of k (k - 1) … over both kinds of ties, multiplied."""
        return float(np.prod([np.prod([k - i for i in less], axis=0).sum() for k in (rows, ties)]))

    def swaps(k: Array | float) -> Array | float:
        return k * (k - 1) * (2 * k + 5)

    found = float(swaps(n) - np.sum(swaps(rows)) - np.sum(swaps(ties))) / 18
    found += both(0, 1) / (2 * n * (n - 1))
    return found + (both(0, 1, 2) / (9 * n * (n - 1) * (n - 2)) if n > 2 else 0)


def _exact(first: Array, second: Array) -> float:
    """The share of the ways to deal the numbers out to two rows that set these as far apart."""
    numbers = np.concatenate([first, second])
    _, place, ties = np.unique(numbers, return_inverse=True, return_counts=True)
    ranks = (2 * np.cumsum(ties) - ties + 1)[place]  # twice the middle ones: they are whole
    size = len(first)
    ways = np.zeros((size + 1, int(ranks.sum()) + 1))  # by how many are dealt, and their sum
    ways[0, 0] = 1
    for rank in ranks:
        ways[1:, rank:] += ways[:-1, :-rank]
    middle = size * (len(numbers) + 1)
    apart = abs(np.arange(ways.shape[1]) - middle) >= abs(int(ranks[:size].sum()) - middle)
    return float(ways[size, apart].sum() / ways[size].sum())


def clear(chances: Sequence[float]) -> list[bool]:
    """Which of several tests, by their p, hold at LEVEL for all of them together (Holm)."""
    found, left = [False] * len(chances), len(chances)
    for i in sorted(range(len(chances)), key=chances.__getitem__):
        if chances[i] * left > LEVEL:
            break
        found[i], left = True, left - 1
    return found


def fewest(rows: int, tests: int) -> int:
    """The seeds that each row needs for one of so many tests to hold, where no two rows
    overlap."""
    return next(
        seeds
        for seeds in count(FEWEST)
        if tendency(np.arange(rows * seeds).reshape(rows, seeds).tolist()).p * tests <= LEVEL
    )

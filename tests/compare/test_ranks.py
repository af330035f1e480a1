"""Rank tests, against values of SciPy 1.17."""

import math

import pytest

from tui_nn.compare import ranks
from tui_nn.compare.ranks import clear, fewest, tendency

NEVER = math.inf
APART = [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]
TIES = [[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]]
INFINITE = [[100, 125, NEVER, NEVER, 150], [75, 100, 100, 125, NEVER]]


@pytest.mark.parametrize(
    ("rows", "rise", "exact", "approximate"),
    [  # permutation_test of the sum of ranks; mannwhitneyu(method="asymptotic")
        (APART, 25, 0.007936507936507936, 0.012185780355344813),
        (APART[::-1], -25, 0.007936507936507936, 0.012185780355344813),
        (TIES, 13, 0.23015873015873015, 0.2059032107320684),
        (INFINITE, -12, 0.2857142857142857, 0.23736860507756152),
    ],
)
def test_of_two_rows(
    rows: list[list[float]],
    rise: int,
    exact: float,
    approximate: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tendency(rows) == (rise, pytest.approx(exact))
    monkeypatch.setattr(ranks, "EXACT", 0)
    assert tendency(rows) == (rise, pytest.approx(approximate))


def test_of_several_rows() -> None:
    rows = [[5, 7, 9, NEVER], [4, 7, 8, 8], [3, 6, 6, NEVER], [2, 2, 5, 7]]
    rise, p = tendency(rows)
    assert rise == -45
    # kendalltau(method="asymptotic"), which does not allow for S being whole
    deviation = (abs(rise) - 1) / normal_quantile(p)
    assert normal_share(45 / deviation) == pytest.approx(0.034216207833635236)
    assert p == pytest.approx(0.0346, rel=0.15)  # permutation_test(n_resamples=20_000)


def normal_share(z: float) -> float:
    return math.erfc(z / math.sqrt(2))


def normal_quantile(p: float) -> float:
    low, high = 0.0, 10.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_share(middle) > p else (low, middle)
    return low


@pytest.mark.parametrize("rows", [[[1.0], [1.0]], [[NEVER] * 30] * 2, [[2.0] * 4] * 3, [[1], [2]]])
def test_what_can_be_no_difference_is_none(rows: list[list[float]]) -> None:
    assert tendency(rows).p == 1


def test_several_tests_hold_together() -> None:
    assert clear([0.04]) == [True]
    assert clear([0.04, 0.04]) == [False, False]
    assert clear([0.03, 0.04, 0.01]) == [False, False, True]
    assert clear([0.04, 0.02]) == [True, True]
    assert clear([]) == []


def test_how_many_seeds_a_difference_takes() -> None:
    assert [fewest(2, 1), fewest(2, 6), fewest(2, 18), fewest(10, 17)] == [4, 5, 6, 4]

"""Moments: few, spread over the whole run, and never of a future that has been given up."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.session.moments import BYTES, MOST, Moments


def kept(
    last: int, apart: int, state: Any = None, moments: Moments | None = None, first: int = 0
) -> Moments:
    moments = moments or Moments()
    for step in range(first, last + 1, apart):
        if moments.due(step):
            moments.keep(step, {"state": state, "step": step}, 1 / (1 + step))
    return moments


@given(st.integers(0, 30_000), st.sampled_from([1, 7, 25, 100]))
def test_they_are_few_and_spread_over_the_whole_run(last: int, apart: int) -> None:
    moments, reports = kept(last, apart), last // apart + 1
    steps = moments.steps
    assert steps == sorted(set(steps))
    assert steps[0] == 0
    assert min(reports, MOST // 3) <= len(steps) <= MOST
    gaps = [b - a for a, b in pairwise([*steps, last])]
    assert max(gaps, default=0) <= max(apart, 4 * last / len(steps) + apart)


def test_large_states_are_kept_seldom() -> None:
    moments = kept(5000, 25, np.zeros(BYTES // 8 // 20))  # a twentieth of what there is room for
    assert 8 <= len(moments.steps) <= 20
    two = kept(5000, 25, np.zeros(BYTES // 8 // 2))
    assert two.steps[0] == 0
    assert len(two.steps) == 2
    huge = kept(5000, 25, [np.zeros(BYTES // 8)] * 2)
    assert huge.steps == [0]
    assert huge.last_good() == 0


def test_the_last_state_that_is_not_later() -> None:
    moments = kept(100, 25)
    assert moments.at(-1) is None
    for step, found in ((0, 0), (24, 0), (25, 25), (60, 50), (10**9, 100)):
        at, state = moments.at(step) or (None, {})
        assert (at, state["step"]) == (found, found)


def test_another_way_forgets_what_came_after() -> None:
    moments = kept(100, 25)
    moments.forget_after(60)
    assert moments.steps == [0, 25, 50]
    assert moments.due(60)
    assert moments.at(100) == moments.at(50)


@given(st.integers(0, 30_000), st.integers(100, 5000))
def test_another_way_from_an_early_step_is_remembered_as_finely_as_a_new_run(
    back: int, more: int
) -> None:
    moments = kept(1_000_000, 1000)
    moments.forget_after(back)
    kept(back + more, 1, None, moments, first=back)
    assert len([step for step in moments.steps if step >= back]) >= min(
        MOST // 8, more * MOST // 4 // (back + more)
    )
    assert len(moments.steps) <= MOST


def test_the_last_good_moment_is_before_the_loss_went_up() -> None:
    moments = Moments()
    for step, loss in enumerate([1.0, 0.5, 0.2, 0.3, 0.35, 2.0, 1e9]):
        moments.keep(step, {}, loss)
    assert moments.last_good() == 4


@pytest.mark.parametrize("bad", [float("inf"), float("nan")])
def test_the_last_good_moment_is_one_with_a_loss(bad: float) -> None:
    moments = Moments()
    for step, loss in enumerate([bad, 0.5, 0.2, bad]):
        moments.keep(step, {}, loss)
    assert moments.last_good() == 2
    lost = Moments()
    lost.keep(0, {}, bad)
    assert lost.last_good() == 0  # there is no other


def test_a_good_moment_that_is_no_more_does_not_count() -> None:
    moments = Moments()
    for step, loss in enumerate([1.0, 0.9, 0.001]):
        moments.keep(step, {}, loss)
    moments.forget_after(1)
    assert moments.last_good() == 1

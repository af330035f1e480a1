"""The pace by a clock that the test sets."""

from collections.abc import Callable

import pytest

from tui_nn.session import pace as module
from tui_nn.session.pace import PACED_SLICE, SLICE, Pace


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let so many seconds pass."""
    now = 50.0

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(module.time, "perf_counter", lambda: now)
    return wait


def test_as_fast_as_it_can_a_portion_is_what_fits_into_a_slice(
    wait: Callable[[float], None],
) -> None:
    pace = Pace(None)
    assert pace.due(at_once=False) == (1, 0.0)
    wait(0.001)
    assert pace.took(1, 1) == pytest.approx(0.001)
    assert pace.due(at_once=False) == (SLICE / 0.001, 0.0)
    wait(1.0)
    assert pace.took(5, 6) == pytest.approx(1.0)
    assert pace.due(at_once=False) == (1, 0.0)


def test_so_many_steps_are_due_as_have_become_so(wait: Callable[[float], None]) -> None:
    pace = Pace(16)
    assert pace.due(at_once=False) == (0, 1 / 16)
    wait(1 / 32)
    assert pace.due(at_once=False) == (0, 1 / 32)
    for step in range(1, 4):
        wait(1 / 32)
        assert pace.due(at_once=False) == (1, 1 / 16)
        wait(1 / 32)
        pace.took(1, step)
    assert pace.due(at_once=True)[0] >= 1  # whatever the pace
    pace.set(1000)
    assert pace.due(at_once=False) == (0, PACED_SLICE)


def test_what_was_missed_is_caught_up_for_a_tenth_of_a_second(
    wait: Callable[[float], None],
) -> None:
    pace = Pace(100)
    pace.due(at_once=False)
    wait(1e-5)
    pace.took(1, 1)  # a step takes so little that a portion is no limit
    wait(60)
    assert pace.due(at_once=False) == (10, PACED_SLICE)


def test_where_steps_take_longer_than_the_pace_the_next_are_due_at_once(
    wait: Callable[[float], None],
) -> None:
    pace = Pace(100)
    for step in range(1, 5):
        wait(0.2)
        assert pace.due(at_once=False) == (1, 0.0)
        wait(0.2)
        pace.took(1, step)


def test_the_speed_is_of_the_last_half_second_or_so(wait: Callable[[float], None]) -> None:
    pace = Pace(None, 100)
    for step, speed in ((120, 0), (125, 0), (130, 30 / 0.6)):
        pace.due(at_once=False)
        wait(0.2)
        pace.took(5, step)
        assert pace.speed == pytest.approx(speed)
    for step in (131, 132, 133):
        pace.due(at_once=False)
        wait(0.25)
        pace.took(1, step)
    assert pace.speed == pytest.approx(2 / 0.5)
    pace.restart(133)
    assert pace.speed == 0

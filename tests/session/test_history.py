"""A history keeps every report, and a long run reports seldom enough for it."""

import numpy as np
import pytest

from tui_nn.session import training
from tui_nn.session.history import History
from tui_nn.settings import Settings


def test_every_row_is_kept_and_earlier_views_stay_as_they_are() -> None:
    history, whole = History(), np.random.default_rng(0).random((3000, 5))
    history.append(whole[:1])
    first = history.rows
    for start in range(1, 3000, 7):
        history.append(whole[start : start + 7])
    np.testing.assert_array_equal(history.rows, whole)
    np.testing.assert_array_equal(first, whole[:1])
    assert history.rows[:, 0].flags.c_contiguous


def test_the_reports_of_a_long_run_are_further_and_further_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "FULL_ROWS", 8)
    run = training.Training(Settings(target_loss=None), None, False)
    run.step(3201)
    while run.active:
        run.advance()
    steps = run.take_history()[:, 0]
    assert steps[-1] == 3201  # where it rests
    apart = np.diff(steps[:-1])
    assert apart[0] == 25
    assert apart[-1] == 400
    assert len(apart) <= 8 + 4 * 5
    assert np.all(np.diff(apart) >= 0)

"""The extremes of a history: the same from blocks as from rows, while it grows and when it ends."""

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.render import envelope
from tui_nn.render.envelope import Envelope
from tui_nn.session.history import History


def rows(count: int, seed: int = 0) -> Array:
    random = np.random.default_rng(seed)
    found = random.normal(size=(count, 5))
    found[:, 0] = np.cumsum(random.integers(1, 50, count))
    found[random.random(count) < 0.1, 1] = np.nan
    return found


def test_rows_that_come_in_pieces_are_the_same_as_at_once() -> None:
    whole, history, grown = rows(5000), History(), Envelope()
    for piece in np.split(whole, [1, 2, 100, 128, 129, 1000, 4999]):
        history.append(piece)
        assert grown.follow(history.rows)
    at_once = Envelope(whole)
    assert (grown.best, grown.first, grown.highest, grown.diverged) == (
        at_once.best,
        at_once.first,
        at_once.highest,
        at_once.diverged,
    )
    for a, b in zip(grown.columns(1, 0, 100, 300), at_once.columns(1, 0, 100, 300), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("count", [1000, 1024])
def test_blocks_have_the_extremes_of_their_rows(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = rows(count)
    history[333, 1], history[count - 1, 1] = 100, -100
    exact = Envelope(history)
    last = history[-1, 0]
    direct = exact.columns(1, 0, last / 3, 4)
    monkeypatch.setattr(envelope, "DIRECT", 0)
    blocks = exact.columns(1, 0, last / 3, 4)
    for found in (direct, blocks):
        assert np.nanmax(found.high) == 100
        assert np.nanmin(found.low) == -100
        assert np.argmax(found.high) == np.argmax(direct.high)
    np.testing.assert_allclose(
        np.nansum(exact.columns(1, last / 2, last, 1).mean), np.nanmean(history[:, 1])
    )


def test_another_run_is_noticed() -> None:
    run = Envelope(rows(1000))
    assert run.follow(np.vstack([rows(1000), rows(1)]))
    assert not run.follow(rows(1500, seed=1))
    assert run.best == Envelope(rows(1500, seed=1)).best
    assert not run.follow(rows(10))
    assert len(run.rows) == 10


def test_the_best_is_the_lowest_finite_training_loss() -> None:
    history = np.full((4, 5), np.nan)
    history[:, 0], history[:, 1] = np.arange(4) * 25, [0.3, np.nan, 0.1, 0.2]
    run = Envelope(history)
    assert run.best == (50, 0.1)
    assert run.diverged == 25
    assert Envelope(history[1:2]).best is None


def test_other_points_begin_the_best_anew() -> None:
    history = np.full((6, 5), np.nan)
    history[:, 0], history[:, 1] = np.arange(6) * 25, [0.3, 0.1, 0.2, 0.5, 0.4, 0.45]
    run = Envelope()
    run.follow(history[:3])
    assert run.best == (25, 0.1)
    run.follow(history[:3], since=60)
    assert run.best is None
    run.follow(history, since=60)
    assert run.best == (100, 0.4)
    run.follow(history, since=75)  # a row of that step is of the points before
    assert run.best == (100, 0.4)
    run.follow(history)
    assert run.best == (25, 0.1)


def test_smoothing_is_a_debiased_moving_average() -> None:
    history = rows(50)
    history[:, 0], history[:, 1] = np.arange(50), np.arange(50) % 7
    smooth = Envelope(history).smoothed(1, 0, 1, 50, 0.9)
    average = 0.0
    for i, loss in enumerate(history[:, 1]):
        average = 0.9 * average + 0.1 * loss
        assert smooth[i] == pytest.approx(average / (1 - 0.9 ** (i + 1)))
    later = Envelope(history).smoothed(1, 30, 1, 20, 0.9)
    np.testing.assert_allclose(later, smooth[30:])  # a zoomed curve is the same curve


def test_the_nearest_row() -> None:
    history = np.zeros((3, 5))
    history[:, 0] = 0, 25, 50
    run = Envelope(history)
    assert [run.index(step) for step in (-5, 10, 13, 30, 49, 900)] == [0, 0, 1, 1, 2, 2]
    assert Envelope().at(3) is None

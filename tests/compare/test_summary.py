"""What the seeds of a row say together."""

from typing import Any

import numpy as np
import pytest

from tui_nn.compare import Cell, Result, band, summarise
from tui_nn.compare.summary import quartiles, rank
from tui_nn.settings import Settings


def result(row: int, seed: int, reason: str | None, losses: list[float], step: int) -> Result:
    one = Result(Cell(10 * row + seed, row, Settings(seed=seed)), step, {}, 0.0, reason)
    steps = np.linspace(0, step, len(losses))
    rows = [[s, loss, 1 - loss, np.nan, np.nan] for s, loss in zip(steps, losses, strict=True)]
    one.points.append(np.array(rows))
    return one


def test_medians_quartiles_and_counts() -> None:
    results = [
        result(0, 0, "target_loss", [0.5, 0.1], 100),
        result(0, 1, "target_loss", [0.5, 0.2], 300),
        result(0, 2, "max_steps", [0.5, 0.4], 900),
        result(0, 3, "diverged", [0.5, np.inf], 50),
        result(0, 4, None, [0.5, 0.45], 10),
        result(1, 0, "failed", [0.5], 0),
    ]
    first, second = summarise([("a",), ("b",)], results)
    assert first.steps == (200, 150, 250)
    assert first.loss == pytest.approx((0.2, 0.15, 0.3))
    assert first.accuracy == pytest.approx((0.8, 0.7, 0.85))
    assert (first.test_loss, first.test_accuracy) == (None, None)
    assert (first.done, first.count("diverged")) == (4, 1)
    assert first.typical is results[2 - 1]
    assert (second.loss, second.steps, second.count("failed")) == (None, None, 1)
    assert first.rank < second.rank


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("target_loss", 0.004, 900), ("max_steps", 0.001, 100)),
        (("target_loss", 0.004, 100), ("target_loss", 0.001, 200)),
        (("max_steps", 0.1, 100), ("max_steps", 0.2, 100)),
        (("max_steps", 0.1, 100), ("diverged", 0.01, 100)),
    ],
)
def test_the_best_reach_the_target_often_then_soon_then_low(better: Any, worse: Any) -> None:
    rows = []
    for i, (reason, loss, step) in enumerate((worse, better)):
        rows.append(result(i, 0, reason, [0.5, loss], step))
    summaries = summarise([(0,), (1,)], rows)
    assert min(summaries, key=lambda summary: summary.rank) is summaries[1]


def test_a_band_keeps_who_has_ended_and_leaves_out_who_is_not_there() -> None:
    steps = np.array([0.0, 50, 100, 150])
    ended = result(0, 0, "target_loss", [4.0, 2.0, 1.0], 100)
    goes_on = result(0, 1, None, [8.0, 6.0], 50)
    low, middle, high = band([ended, goes_on], steps)
    np.testing.assert_allclose(middle, [6, 4, 1, 1])
    np.testing.assert_allclose(low, [5, 3, 1, 1])
    np.testing.assert_allclose(high, [7, 5, 1, 1])
    diverged = result(0, 2, "diverged", [1.0, np.inf], 50)
    np.testing.assert_array_equal(band([diverged], steps)[1], [1, np.nan, np.nan, np.nan])
    assert np.isnan(band([], steps)).all()


def test_quartiles_know_infinities() -> None:
    values = [3.0, 1.0, 10.0, 2.5]
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    assert quartiles(values) == pytest.approx((median, low, high))
    assert quartiles([np.inf, 1, np.inf, 2, 3]) == (3, 2, np.inf)
    assert quartiles([1, np.inf]) == (np.inf, np.inf, np.inf)
    assert quartiles([np.inf] * 3) == (np.inf,) * 3


def test_who_has_one_run_at_the_target_is_behind_whose_runs_are_all_there() -> None:
    """However few of its others have ended."""
    one = [result(0, 0, "target_loss", [0.5, 0.004], 100)]
    one += [result(0, seed, None, [0.5, 0.4], 100) for seed in (1, 2)]
    all_ = [result(1, seed, "target_loss", [0.5, 0.004], 200) for seed in (0, 1, 2)]
    behind, first = summarise([(0,), (1,)], [*one, *all_])
    assert first.rank < behind.rank
    assert rank(0, 3, np.nan, np.nan) == (0, np.inf, np.inf)

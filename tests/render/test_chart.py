"""The loss chart, from nothing to a million points."""

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.render.chart import best_point, chart_cells, chart_legend, envelope, rate_ticks, ticks


def history(losses: list[float]) -> Array:
    rows = np.full((len(losses), 5), np.nan)
    rows[:, 0] = np.arange(len(losses)) * 25
    rows[:, 1] = losses
    return rows


def text(rows: Array, width: int = 80, height: int = 16, **options: bool) -> str:
    lines = chart_cells(rows, width, height, **options)  # type: ignore[arg-type]
    assert [len(line) for line in lines] == [width] * height
    return "\n".join("".join(cell.text for cell in line) for line in lines)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "losses",
    [[], [0.3], [0.0], [np.nan, np.inf], [0.3, np.nan, 0.1], [1e300, 1e-300], [5e-324, 1.0]],
)
def test_whatever_the_losses_are_the_chart_has_its_size(losses: list[float], log: bool) -> None:
    rows = history(losses)
    text(rows, log=log, target=0.005)  # type: ignore[arg-type]
    assert chart_legend(rows, 0.005)


def test_the_curve_falls_from_the_top_left_to_the_bottom_right() -> None:
    lines = text(history([0.4 - 0.004 * i for i in range(100)])).split("\n")
    assert lines[1].startswith("0.4┤⠑")
    assert lines[13].startswith("  0┤")
    assert 60 < lines[13].index("◆") < 70
    assert lines[-1].split() == ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"]


def test_a_log_axis_has_decades() -> None:
    chart = text(history([10.0**-i for i in range(5)]), log=True)
    assert all(f"1e{decade}" in chart for decade in ("0", "-2", "-4"))


def test_ascii_is_ascii() -> None:
    rows = history([0.3, 0.2, 0.1])
    assert text(rows, ascii=True, target=0.05).isascii()  # type: ignore[arg-type]
    assert chart_legend(rows, 0.05, ascii=True).plain.isascii()


def test_the_envelope_keeps_every_peak() -> None:
    y = np.zeros(100_000)
    y[[17, 50_000, 99_998]] = 1, -1, 2
    x, kept = envelope(np.arange(len(y)), y, 200)
    assert len(kept) <= 202
    assert {1, -1, 2} <= set(kept)
    assert np.all(np.diff(x) > 0)


def test_the_best_is_the_lowest_finite_training_loss() -> None:
    assert best_point(history([0.3, np.nan, 0.1, 0.2])) == (50, 0.1)
    assert best_point(history([np.nan])) is None


def test_ticks_are_round_numbers_up_to_the_end() -> None:
    assert ticks(2000, 4) == [0, 500, 1000, 1500, 2000]
    assert len(ticks(1.5, 6)) <= 9


def test_ticks_of_rates_are_powers_of_ten_or_the_ends() -> None:
    assert rate_ticks(1e-5, 100, 8) == pytest.approx([1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100])
    assert rate_ticks(1e-5, 100, 1) == pytest.approx([1e-5, 100])
    assert rate_ticks(0.03, 40, 8) == pytest.approx([0.1, 1, 10])
    assert rate_ticks(0.05, 0.5, 8) == [0.05, 0.5]

"""The chart of a range test."""

import numpy as np
import pytest

from tui_nn.render.look import Look
from tui_nn.render.rate_chart import rate_chart, rate_ticks


def test_ticks_of_rates_are_powers_of_ten_or_the_ends() -> None:
    assert rate_ticks(1e-5, 100, 8) == pytest.approx([1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100])
    assert rate_ticks(1e-5, 100, 1) == pytest.approx([1e-5, 100])
    assert rate_ticks(0.03, 40, 8) == pytest.approx([0.1, 1, 10])
    assert rate_ticks(0.05, 0.5, 8) == [0.05, 0.5]


@pytest.mark.parametrize("ascii", [False, True])
def test_the_suggestion_stands_on_the_curve_above_its_rate(ascii: bool) -> None:
    rates = np.geomspace(1e-4, 1, 41)
    losses = np.linspace(1, 0.5, 41)
    cells = rate_chart(rates, losses, losses, 0.01, 60, 14, Look(ascii=ascii)).cells
    lines = ["".join(cell.text for cell in line) for line in cells]
    assert [len(line) for line in lines] == [60] * 14
    mark = "@" if ascii else "◆"
    places = [(row, line.index(mark)) for row, line in enumerate(lines) if mark in line]
    assert len(places) == 1
    assert lines[-1].index("0.01") <= places[0][1] <= lines[-1].index("0.01") + 4

"""The chart, from nothing to ten million rows."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.render.axes import FRAME, LABEL, frame, short, ticks, value_axes
from tui_nn.render.canvas import trace
from tui_nn.render.chart import Chart, chart_cells, fitted, loss_chart
from tui_nn.render.envelope import Envelope
from tui_nn.render.legend import chart_legend, legend, readout
from tui_nn.render.look import Look
from tui_nn.render.window import Window

ASCII = Look(ascii=True, colour=False)


def history(losses: list[float] | Array, every: int = 25) -> Array:
    rows = np.full((len(losses), 5), np.nan)
    rows[:, 0] = np.arange(len(losses)) * every
    rows[:, 1] = losses
    return rows


def text(rows: Array, width: int = 80, height: int = 16, **options: Any) -> str:
    accuracy = options.pop("accuracy", False)
    chart = Chart(Envelope(rows), **options)
    lines = chart_cells(chart, width, height, accuracy=accuracy)
    assert [len(line) for line in lines] == [width] * height
    return "\n".join("".join(cell.text for cell in line) for line in lines)


def words(parts: list[tuple[str, Any]]) -> list[str]:
    return [said for said, _ in parts]


@pytest.mark.parametrize("look", [Look(), ASCII])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "losses",
    [[], [0.3], [0.0], [np.nan, np.inf], [0.3, np.nan, 0.1], [1e300, 1e-300], [5e-324, 1.0]],
)
@pytest.mark.parametrize(
    "options", [{}, {"smoothing": 0.9}, {"window": Window(8)}, {"window": Window(8, 16)}]
)
def test_whatever_the_losses_are_the_chart_has_its_size(
    losses: list[float], log: bool, look: Look, options: dict[str, Any]
) -> None:
    rows = history(losses)
    for size in ((80, 16), (38, 6), (200, 58)):
        text(rows, *size, log=log, target=0.005, look=look, guides=True, cursor=20, **options)
        text(rows, *size, log=log, look=look, accuracy=True, **options)
    assert chart_legend(rows, 0.005)


def test_the_curve_falls_from_the_top_left_to_the_bottom_right() -> None:
    lines = text(history([0.4 - 0.004 * i for i in range(100)])).split("\n")
    assert re.match("  0.4┤[⠒⠤]", lines[1])
    assert lines[13].startswith("    0┤")
    assert 60 < lines[13].index("◆") < 70
    assert lines[-1].split() == ["0", "500", "1k", "1.5k", "2k", "2.5k", "3k"]


def test_a_log_axis_has_decades() -> None:
    chart = text(history([10.0**-i for i in range(5)]), log=True)
    assert all(f"1e{decade}" in chart for decade in ("0", "-2", "-4"))


def test_ascii_is_ascii() -> None:
    rows = history([0.3, 0.2, 0.1])
    rows[:, 3] = 0.35
    pins = [("a pin", Envelope(rows))]
    options: dict[str, Any] = {"look": ASCII, "target": 0.05, "guides": True, "events": [25]}
    options |= {"pins": pins, "cursor": 25, "smoothing": 0.9}
    assert text(rows, **options).isascii()
    chart = Chart(Envelope(rows), **options)
    assert "".join(words(legend(chart)) + words(readout(chart, [(25, "reset")]))).isascii()


def test_a_line_is_connected_and_thin() -> None:
    axes = value_axes((0, 100), np.array([0.0, 1.0]), (20, 5))
    x, y = np.array([0.0, 10.0, 20.0, 39.0]), np.array([0.0, 1.0, 0.5, 0.5])
    dots = trace(axes, x, y, y)
    heights = [np.flatnonzero(column) for column in dots.T]
    for before, after in pairwise(heights):
        assert after.min() <= before.max() + 1
        assert after.max() >= before.min() - 1
    assert all(len(column) == 1 for column in heights[20:])
    steep = trace(axes, np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    bottom, top = axes.up_dots(np.array([0.0, 1.0]))
    assert steep[:, :2].sum() == top - bottom + 1


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("rows", [3, 5, 12, 31])
def test_a_value_is_in_the_row_of_its_tick(rows: int, log: bool) -> None:
    axes = value_axes((0, 100), np.array([0.002, 0.34]), (40, rows), log=log)
    cells = frame(axes, 40 + LABEL + 2, rows + FRAME)
    lines = ["".join(cell.text for cell in line) for line in cells]
    for value, label in axes.up:
        at = axes.up_dots(np.array([10.0**value if log else value]))[0]
        assert lines[rows - int(at // 4)].split("┤")[0].strip() == label
        assert at % 4 == pytest.approx(1.5)


def test_what_is_not_finite_is_a_gap_and_said() -> None:
    rows = history([0.3] * 20 + [np.nan] * 20 + [0.3] * 20)
    line = next(line for line in text(rows).split("\n") if re.search("⠉⠉⠉|⠒⠒⠒|⠤⠤⠤|⣀⣀⣀", line))
    assert line[7:25].strip(" │") == line[7:25]
    assert line[33:50].strip() == ""
    assert "diverged at 500" in words(legend(Chart(Envelope(rows))))


def test_a_spike_is_seen_however_long_the_run_is() -> None:
    losses = np.full(400_000, 0.1)
    losses[123_456] = 0.9
    lines = text(np.asfortranarray(history(losses))).split("\n")
    assert any(set(line[6:79]) & set("⡇⢸") for line in lines[3:6])


def test_a_cell_without_the_test_curve_is_the_training_curves() -> None:
    rows = history([0.3] * 100)
    rows[:, 3] = 0.1
    lines = text(rows).split("\n")
    solid, dashed = (
        next(line[7:60] for line in lines if set(line[7:60]) & set(dots))
        for dots in (set("⠉⠒⠤⣀") & set(lines[r]) for r in range(16))
        if dots
    )
    assert " " not in solid
    assert " " in dashed


def test_one_point_is_not_the_best_of_a_run() -> None:
    assert not [w for w in words(legend(Chart(Envelope(history([0.7]))))) if "best" in w]
    assert [w for w in words(legend(Chart(Envelope(history([0.7, 0.5]))))) if "best" in w]


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("height", [6, 8, 16])
def test_the_mark_of_the_best_is_on_the_curve(height: int, log: bool, smoothing: float) -> None:
    for lowest in range(5, 150):
        losses = np.minimum(1, 0.01 + np.abs(np.arange(150) - lowest) / 8)
        chart = Chart(Envelope(history(losses)), log=log, smoothing=smoothing)
        cells = chart_cells(chart, 60, height)
        ((row, column),) = [
            (y, x)
            for y, line in enumerate(cells)
            for x, cell in enumerate(line)
            if cell.text == "◆"
        ]
        found, axes, label = fitted(chart, 60, height)
        curve = trace(axes, found[0].x, found[0].low, found[0].high)
        up, along = height - FRAME - row, column - label - 1
        assert curve[4 * up : 4 * up + 4, 2 * along : 2 * along + 2].any()


def test_marks_tell_pinned_runs_apart_without_colour() -> None:
    pins = [(name, Envelope(history([loss] * 100))) for name, loss in (("a", 0.2), ("b", 0.1))]
    chart = text(history([0.3] * 100), pins=pins, look=Look(colour=False))
    assert chart.count("△") > 2
    assert chart.count("□") > 2


def test_r2_is_clipped_at_minus_one_and_said() -> None:
    rows = history([0.3, 0.2, 0.1])
    rows[:, 2] = -50, -0.5, 0.9
    chart = Chart(Envelope(rows), metric="R²")
    assert "below -1 drawn at -1" in words(legend(chart, accuracy=True))
    lines = text(rows, accuracy=True, metric="R²").split("\n")
    assert any(line.lstrip().startswith("-1┤") for line in lines)
    rows[:, 2] = 0.7, 0.8, 0.9
    assert "-" not in text(rows, accuracy=True, metric="R²")


def test_a_curve_close_to_the_target_has_no_dots_but_its_own() -> None:
    chart = Chart(Envelope(history([0.5] + [0.01] * 50)), log=True, target=0.005)
    (train,) = (series.ink for series in chart.series())
    lines = chart_cells(chart, 60, 8)
    drawn = [ord(cell.text) - 0x2800 for line in lines for cell in line if cell.style == train]
    flat = [bits.bit_count() for bits in drawn if 0 < bits < 256][5:]
    assert len(flat) > 30
    assert max(flat) == 2


def test_the_legend_loses_its_least_important_words_whole() -> None:
    chart = Chart(Envelope(history([0.3, 0.2])), target=0.005, events=[25])
    full = words(legend(chart))
    assert full == ["⠒⠒ train", "◆ best 0.20000 at 25", "⠄ target 0.005", "▴ change"]
    for width in range(120):
        shown = words(legend(chart, width))
        assert set(shown) <= {*full, "◆ best 0.20000"}
        assert sum(len(said) + 3 for said in shown) <= width
    assert words(legend(chart, 40)) == full[:2]


def test_the_step_of_the_best_gives_way_before_names_of_pins() -> None:
    pins = [(name, Envelope(history([0.5, 0.4]))) for name in ("adam", "relu", "hidden 8,8")]
    chart = Chart(Envelope(history([0.3, 0.2])), pins=pins)
    names = ["△ adam", "□ relu", "○ hidden 8,8"]
    assert words(legend(chart, 80)) == ["⠒⠒ train", "◆ best 0.20000 at 25", *names]
    assert words(legend(chart, 66)) == ["⠒⠒ train", "◆ best 0.20000", *names]


def test_a_name_is_cut_behind_a_word_if_one_fits() -> None:
    names = "tanh gd lr 1", "gd lr 1", "adam", "diffractions"
    pins = [(name, Envelope(history([0.5, 0.4]))) for name in names]
    chart = Chart(Envelope(history([0.3, 0.2])), pins=pins)
    shown = [words(legend(chart, width))[2:] for width in range(90, 40, -1)]
    assert ["△ tanh gd…", "□ gd lr 1", "○ adam", "◇ diffracti…"] in shown
    assert ["△ tanh…", "□ gd…", "○ adam", "◇ diff…"] in shown


def test_pins_with_other_settings_are_named_before_those_without() -> None:
    pins = [(name, Envelope(history([0.5, 0.4]))) for name in ("adam", "pin 2", "relu", "pin 4")]
    chart = Chart(Envelope(history([0.3, 0.2])), pins=pins, alike={1, 3})
    names = ["△ adam", "○ relu", "□ pin 2", "◇ pin 4"]
    assert words(legend(chart))[2:] == names
    shown = [words(legend(chart, width))[2:] for width in range(75, 40, -1)]
    for fewer in ([*names[:2], names[3], "+1"], [*names[:2], "+2"], [names[1], "+3"]):
        assert fewer in shown


def test_the_readout_has_every_series_and_what_happened() -> None:
    rows, other = history([0.3, 0.2, 0.1]), history([0.5, 0.4])
    rows[:, 2] = 0.5, 0.75, 1
    chart = Chart(Envelope(rows), cursor=25, pins=[("adam", Envelope(other))])
    assert words(readout(chart, [(25, "reset")])) == [
        "at 25",
        "train 0.20000",
        "△ adam 0.40000",
        "reset",
    ]
    assert words(readout(chart, [], accuracy=True))[1] == "train 75.0 %"


def test_an_explosion_is_cut_off_and_said() -> None:
    rows = history([0.3, 1e9, 0.2])
    assert "cut off at 30: see the log axis" in chart_legend(rows, None).plain
    assert "cut off" not in chart_legend(rows, None, log=True).plain
    assert loss_chart(rows, 40, 10).cells


def test_ticks_are_round_numbers_within_the_ends() -> None:
    assert ticks(0, 2000, 4) == [0, 500, 1000, 1500, 2000]
    assert ticks(1125, 2125, 5) == [1200, 1400, 1600, 1800, 2000]
    assert len(ticks(0, 1.5, 6)) <= 9
    assert short(10_000_125) == "10.000125M"


@pytest.mark.parametrize("lowest", [-0.3, 0.0, 0.2, 0.5, 0.93, 0.9991, 1.0])
@pytest.mark.parametrize("rows", [3, 5, 8, 11, 16, 30])
def test_a_zoomed_accuracy_axis_ends_at_one_if_it_can(lowest: float, rows: int) -> None:
    heights = np.array([lowest, 1.0])
    axes = value_axes((0, 1), heights, (40, rows), from_zero=False, most=1)
    places = [value for value, _ in axes.up]
    assert axes.low <= lowest + 1e-9
    assert axes.high >= 1 - 1e-9
    assert axes.high <= 1 + 1e-9 or axes.low == 0
    row = (axes.high - axes.low) / (rows - 1)
    assert all(abs((value - axes.low) / row % 1 - 0.5) > 0.49 for value in places)  # none lies
    assert np.abs(np.array(places) - 1).min() < row

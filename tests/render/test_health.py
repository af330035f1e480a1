"""Pictures of the layers' health, and the graphs in a line that they are made of."""

import numpy as np
import pytest
from views import Run

from tui_nn.render import sparks
from tui_nn.render.layers import layers_cells, layers_shown
from tui_nn.render.look import Look
from tui_nn.session.diagnosis import diagnose
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings


def picture(run: Run, width: int, height: int, first: int = 0, look: Look | None = None) -> str:
    for _ in range(5):
        view = run.view(100)
    said = diagnose(view.history, view.layers, view.settings)
    cells = layers_cells(view.layers, said, view.settings, width, height, first=first, look=look)
    assert [len(line) for line in cells] == [width] * height
    return "\n".join("".join(c.text for c in line) for line in cells)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0.00"), (12.345, "12.35"), (-0.5, "-0.50"), (1.23e-7, "1.2e-7"), (1.6e-38, "2e-38")],
)
def test_numbers_have_six_characters_at_most(value: float, text: str) -> None:
    assert sparks.number(value) == text
    for power in range(-300, 300, 7):
        assert len(sparks.number(9.96 * 10.0**power)) <= 6


def test_a_number_that_there_is_none_of() -> None:
    assert sparks.number(None) == sparks.number(float("nan")) == "-"


def test_a_curve_runs_from_its_lowest_to_its_highest_and_is_level_if_it_does_not_move() -> None:
    x = np.array([0.0, 10, 20, 30])
    assert sparks.curve(x, np.array([0.0, 1, 2, 3]), 4) == "▁▃▆█"
    assert sparks.curve(x, np.array([3.0, 3, 3, 3.0001]), 4) == "▄▄▄▄"
    assert sparks.curve(x, np.array([1e-4, np.nan, 0, 1]), 4, log=True, ascii=True) == "___#"
    assert sparks.curve(x[:0], x[:0], 4) == "    "


def test_a_gauge_has_its_mark_in_the_middle_of_its_decades() -> None:
    assert sparks.gauge(1e-5, -6, 0, -3, 7, ascii=True) == "-o-+---"
    assert sparks.gauge(None, -6, 0, -3, 7, ascii=True) == "---+---"
    assert sparks.gauge(0.0, -6, 0, -3, 7, ascii=True) == "o--+---"
    assert sparks.gauge(50.0, -6, 0, -3, 7, ascii=True) == "---+--o"


def test_a_histogram_is_blank_only_where_nothing_is() -> None:
    assert sparks.histogram([0, 1, 1000, 500]) == " ▁█▄"
    assert sparks.histogram([0, 0]) == "  "


def test_a_small_picture_has_a_line_a_layer() -> None:
    text = picture(Run(), 38, 6)
    assert "✓ all well" in text
    assert [line[:7] for line in text.split("\n")[-3:]] == ["1 sigm…", "2 sigm…", "3 sigm…"]


@pytest.mark.parametrize("activation", ["sigmoid", "leaky_relu"])
def test_in_a_window_of_80_columns_the_layers_have_their_names(activation: str) -> None:
    text = picture(Run(activation=activation), 76, 8)
    assert f"2 {activation} " in text
    assert "1e-6  1e-3  1" in text


def test_a_large_picture_has_a_block_a_layer_with_its_histograms() -> None:
    text = picture(Run(), 98, 30)
    assert text.count("update") == text.count("outputs") == 3
    assert "3 sigmoid, 1 unit " in text


def test_many_layers_are_shown_from_one_on() -> None:
    text = picture(Run(hidden=(4,) * 15), 60, 10, first=20)
    assert layers_shown(16, 60, 10) == 5
    assert "12-16 of 16" in text
    assert "16 sigmoid" in text


def test_ascii_without_colour() -> None:
    text = picture(Run(learning_rate=300), 100, 30, look=Look(colour=False, ascii=True))
    assert text.isascii()
    assert "! sigmoid units saturated" in text


@pytest.mark.parametrize("size", [(1, 1), (29, 8), (30, 4), (200, 58), (76, 9)])
def test_any_size_is_filled(size: tuple[int, int]) -> None:
    picture(Run(activation=("relu", "softplus"), dataset="rings", samples=30), *size)


def test_without_a_snapshot_there_is_nothing_to_say() -> None:
    cells = layers_cells(
        LayerRecord(), diagnose(np.empty((0, 5)), LayerRecord(), Settings()), Settings(), 60, 9
    )
    assert "too early to say" in "".join(c.text for c in cells[0])

"""How names and counts are worded."""

import pytest

from tui_nn.datasets.plain import counted
from tui_nn.settings import shown_text


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [(1, "run", "1 run"), (1000, "run", "1,000 runs"), (2, "class", "2 classes")],
)
def test_a_count_has_its_plural(count: int, noun: str, said: str) -> None:
    assert counted(count, noun) == said


def test_drawn_points_are_counted_and_nothing_else_is_said_of_them() -> None:
    assert shown_text("points", "0,0,0") == "1 point, 1 class"
    assert shown_text("points", "0,0,0;1,1,1;2,1,1") == "3 points, 2 classes"

"""The words around the list of runs."""

from recorded import record

from tui_nn.render.run_list import caption, fitting
from tui_nn.settings import Settings


def test_a_caption_that_is_cut_says_so() -> None:
    run = record(Settings(dataset="circle", learning_rate=0.25), note="a note")
    whole = caption(run, 100, "…")
    assert whole.startswith("a note  --dataset circle")
    assert caption(run, 20, "…") == whole[:19] + "…"


def test_a_name_comes_before_the_curve_where_a_run_has_one() -> None:
    assert "name" in [column.name for column in fitting(80, named=True)]
    assert "name" not in [column.name for column in fitting(80)]
    assert "curve" in [column.name for column in fitting(80)]


def test_the_column_of_accuracies_and_r2_is_called_neither() -> None:
    assert "score" in [column.name for column in fitting(200)]

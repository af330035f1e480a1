"""The words around the list of runs."""

from typing import Any

from recorded import record

from tui_nn.render.run_list import caption, fitting, in_order, line
from tui_nn.render.varying import varying
from tui_nn.runs.records import Record
from tui_nn.settings import Settings


def test_a_caption_that_is_cut_says_so() -> None:
    run = record(Settings(dataset="circle", learning_rate=0.25), note="a note")
    whole = caption(run, 100, "…")
    assert whole.startswith("a note  --dataset circle")
    assert caption(run, 20, "…") == whole[:19] + "…"


def test_a_caption_leaves_out_what_is_as_by_default() -> None:
    run = record(Settings(dataset="circle", max_epochs=100_000, learning_rate=1.0))
    assert caption(run, 100) == "--dataset circle"


def runs(*differences: dict[str, Any], **words: str) -> list[Record]:
    return [record(Settings(**values), **words) for values in differences]


def names(width: int, found: list[Record]) -> list[str]:
    return [column.name for column in fitting(width, found, varying(found))]


def test_a_name_comes_before_the_curve_where_a_run_has_one() -> None:
    assert "name" in names(80, runs({}, name="mine"))
    assert "name" not in names(80, runs({}))
    assert "curve" in names(80, runs({}))


def test_the_column_of_accuracies_and_r2_is_called_neither() -> None:
    assert "score" in names(200, runs({}))


def test_what_differs_between_the_runs_has_a_column_each() -> None:
    found = runs(
        {"learning_rate": 0.3, "seed": 1, "max_steps": 5},
        {"learning_rate": 10.0, "seed": 2, "activation": ("tanh", "relu")},
        {},
    )
    columns = varying(found)
    said = {column.name: [column.text(run) for run in found] for column in columns if column.text}
    assert said == {
        "activation": ["sigmoid", "tanh,relu", "sigmoid"],
        "learning rate": ["0.3", "10", "1"],  # which "auto" stands for
        "seed": ["1", "2", "0"],
        "max steps": ["5", "none", "none"],
    }
    first, second, third = found
    assert in_order(found, columns, "learning rate", False) == [first, third, second]
    assert in_order(found, columns, "learning rate", True) == [second, third, first]
    assert in_order(found, columns, "max steps", True)[0] == found[0]


def test_what_tells_no_run_apart_gives_way_to_what_differs() -> None:
    found = runs({"learning_rate": 0.3}, {"learning_rate": 1.0, "seed": 1})
    assert {"learning rate", "seed"} <= set(names(120, found))
    assert {"network", "optimizer"}.isdisjoint(names(120, found))
    assert {"network", "optimizer"} <= set(names(120, found[:1]))
    found = runs({"optimizer": "adam"}, {"seed": 1})
    assert {"optimizer", "seed"} <= set(names(120, found))


def test_a_list_speaks_as_the_form_does() -> None:
    (run,) = [record(Settings(), reason="target_loss")]
    assert "target loss" in line(run, fitting(120, [run]), None, ascii=False)


def test_what_is_the_same_in_effect_is_no_difference() -> None:
    found = runs({"max_epochs": 100_000}, {}, {"learning_rate": 1.0})
    assert varying(found) == []
    found = runs({"max_epochs": 100_000}, {"max_epochs": 200})
    assert [column.name for column in varying(found)] == ["max epochs"]


def test_an_optimizers_usual_rate_is_one_that_differs() -> None:
    found = runs({"optimizer": "adam"}, {})
    (rate,) = varying(found)
    assert rate.text is not None
    assert [rate.text(run) for run in found] == ["0.01", "1"]


def test_the_runs_of_a_comparison_can_be_told_apart_in_a_narrow_window() -> None:
    values = [{"learning_rate": rate, "seed": seed} for rate in (0.1, 0.3) for seed in (0, 1)]
    values = [{**one, "activation": name} for one in values for name in ("tanh", "relu")]
    found = runs(*values, group="rates")
    assert {"learning rate", "activation", "seed", "loss"} <= set(names(74, found))
    found = runs({"hidden": "4"}, {"hidden": "8"}, {"optimizer": "adam"}, group="nets")
    assert {"network", "optimizer", "loss"} <= set(names(50, found))

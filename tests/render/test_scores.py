"""Accuracy is a share in per cent, R² a number, wherever they stand."""

from dataclasses import replace

import pytest
from recorded import record
from views import Run

from tui_nn.render.run_list import COLUMNS, line
from tui_nn.render.tables import format_score
from tui_nn.settings import Settings
from tui_nn.ui.explain import explain
from tui_nn.ui.widgets.status_line import StatusLine


@pytest.mark.parametrize(
    ("value", "accuracy", "r2"),
    [
        (0.41234, "41.2 %", "0.412"),
        (1.0, "100.0 %", "1.000"),
        (-0.5, "-50.0 %", "-0.500"),
        (-12345.0, "-1.2e+04", "-1.2e+04"),
        (float("nan"), "-", "-"),
        (None, "-", "-"),
    ],
)
def test_a_score_is_written_as_what_it_is(value: float | None, accuracy: str, r2: str) -> None:
    assert format_score(value, "accuracy") == accuracy
    assert format_score(value, "R²") == r2


@pytest.mark.parametrize("dataset", ["multi-gauss", "f(x, y) = x*y"])
def test_the_list_of_runs_and_the_explanations_have_r2_as_a_number(dataset: str) -> None:
    run = record(Settings(dataset=dataset), train_accuracy=0.41234)
    column = [one for one in COLUMNS if one.name == "score"]
    assert line(run, column, None, ascii=False).strip() == "0.412"
    view = Run(dataset=dataset).view(5)
    view = replace(view, snapshot=replace(view.snapshot, train_accuracy=0.41234))
    assert "0.412" in explain("loss", view)
    assert "41.2 %" not in explain("maps", view)


@pytest.mark.parametrize(("dataset", "said"), [("xor", "41.2 %"), ("drawn", "41.2 %")])
def test_classes_have_an_accuracy_in_the_list(dataset: str, said: str) -> None:
    points = "0,0,0;1,1,1" if dataset == "drawn" else None
    run = record(Settings(dataset=dataset, points=points), train_accuracy=0.41234)
    column = [one for one in COLUMNS if one.name == "score"]
    assert line(run, column, None, ascii=False).strip() == said


def test_the_status_line_has_r2_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(StatusLine, "_say", lambda self, text, **words: said.append(text))
    view = Run(dataset="multi-gauss", train_fraction=0.5).view(5)
    StatusLine().show(replace(view, snapshot=replace(view.snapshot, train_accuracy=0.41234)))
    assert "R² 0.412  test" in said[0]
    assert "%" not in said[0]

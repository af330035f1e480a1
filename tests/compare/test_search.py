"""A search by Optuna: within its ranges, kept beside the runs, and it goes on."""

from pathlib import Path
from typing import Any

import pytest
from test_execution import Here, run

from tui_nn.compare import Comparison, Plan, PlanError, Variation
from tui_nn.compare.search import Search, objective
from tui_nn.settings import Settings

pytest.importorskip("optuna")
TEXTS = ("lr=log:0.01..10", "hidden=3;4,4", "batch_size=lin:4..20")


def searched(path: Path | None, trials: int, base: Settings) -> tuple[Comparison, Search]:
    plan = Plan(base, tuple(map(Variation.parse, TEXTS)), 2, sought=trials)
    one, search = Comparison(plan), Search(path, "tries", plan.variations, 0)
    one.extend(search.found)
    while len(search.found) < trials:
        rows = search.ask(trials - len(search.found))
        one.extend(rows)
        run(one, Here())
        search.tell(one.summaries()[-len(rows) :])
    return one, search


def test_rows_are_within_the_ranges_and_a_study_goes_on(tmp_path: Path) -> None:
    path, base = tmp_path / "study.sqlite3", Settings(max_steps=30, target_loss=None)
    one, search = searched(path, 3, base)
    assert one.results.done == len(one.results) == 6
    for rate, hidden, batch in one.rows:
        assert 0.01 <= rate <= 10
        assert hidden in ("3", "4,4")
        assert 4 <= batch <= 20
    assert search.found == one.rows

    search.ask(1)  # and is never told: the program was killed
    again, search = searched(path, 5, base)
    assert again.rows[:3] == one.rows
    assert len(again.rows) == 5


def test_what_is_lowered() -> None:
    one, _ = searched(None, 2, Settings(max_steps=30))
    summary = one.summaries()[0]
    first = summary.results[0]
    alone = one.summaries()[0].__class__(**{**vars(summary), "results": (first,)})
    expected: Any = first.step * max(1.0, first.last["train_loss"] / 0.005)
    assert objective(alone) == pytest.approx(expected)
    first.reason = "diverged"
    assert objective(alone) == float("inf")


def test_a_study_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as said:
        Search(tmp_path / "no" / "study.sqlite3", "tries", (), 0)
    assert "\n" not in str(said.value)

"""What is typed becomes cells, or one line that says what is wrong."""

import numpy as np
import pytest

from tui_nn.compare import Comparison, Plan, PlanError, Variation
from tui_nn.settings import Settings


def plan(*texts: str, **more: object) -> Plan:
    return Plan(Settings(), tuple(map(Variation.parse, texts)), **more)  # type: ignore[arg-type]


def values(one: Plan, name: str) -> list[object]:
    return [getattr(cell.settings, name) for cell in one.cells()]


def test_the_product_of_all_values_each_with_its_seeds() -> None:
    one = plan("lr=0.1,1", "--optimizer=gd,adam", repeats=3)
    cells = list(one.cells())
    assert one.size == len(cells) == 12
    assert [cell.number for cell in cells] == list(range(12))
    assert [cell.row for cell in cells] == [i // 3 for i in range(12)]
    assert values(one, "learning_rate") == [0.1] * 6 + [1.0] * 6
    assert values(one, "optimizer")[:6] == ["gd"] * 3 + ["adam"] * 3
    assert values(one, "seed") == [0, 1, 2] * 4


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("hidden=1,2,8", "hidden", [(1,), (2,), (8,)]),
        ("hidden=4;8,8;16,16", "hidden", [(4,), (8, 8), (16, 16)]),
        ("hidden=8,8;", "hidden", [(8, 8)]),
        ("hidden=none;4", "hidden", [(), (4,)]),
        ("activation=tanh,relu", "activation", ["tanh", "relu"]),
        ("activation=tanh,relu;sigmoid", "activation", [("tanh", "relu"), "sigmoid"]),
        ("batch-size=full,5", "batch_size", ["full", 5]),
        ("max_steps=none,7", "max_steps", [None, 7]),
        ("learning_rate=log:1e-3..1:4", "learning_rate", [0.001, 0.01, 0.1, 1.0]),
        ("momentum=lin:0..0.9:4", "momentum", [0.0, 0.3, 0.6, 0.9]),
        ("hidden=log:1..16:5", "hidden", [(1,), (2,), (4,), (8,), (16,)]),
        ("batch_size=lin:1..3:9", "batch_size", [1, 2, 3]),
        ("nesterov=false", "nesterov", [False]),
    ],
)
def test_values_as_they_are_typed(text: str, name: str, expected: list[object]) -> None:
    assert values(plan(text), name) == expected


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["lerning_rate=1"], "lerning_rate: no such setting; did you mean learning_rate?"),
        (["lr"], "give its values"),
        (["lr="], "give its values"),
        (["lr=0.1,1,0.1"], "0.1 is there twice"),
        (["lr=0.8,0.8"], "lr=0.8,0.8: 0.8 is there twice"),
        (["hidden=4,4"], "4 is there twice; lists stand between semicolons"),
        (["hidden=8,8"], "semicolons"),
        (["lr=0.1,-1"], "learning_rate -1: a number above 0"),
        (["lr=log:0..1:3"], "0 < LOW < HIGH"),
        (["lr=lin:1..1:3"], "LOW < HIGH"),
        (["lr=log:x..1:3"], "x is no number"),
        (["lr=log:0.1-1:3"], "a range is log:LOW..HIGH:COUNT"),
        (["lr=log:0.1..1:1"], "2 to 10000 values"),
        (["lr=log:0.1..1"], "how many values?"),
        (["optimizer=lin:1..2:3"], "optimizer is no number"),
        (["lr=1,2", "learning-rate=3"], "learning_rate: varies twice"),
        (["optimizer=gd,lbfgs", "batch_size=full,5"], "optimizer=lbfgs batch_size=5: optimizer"),
        (["hidden=4;4,4", "activation=tanh,relu;tanh"], "hidden=4 activation=tanh,relu"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(texts: list[str], said: str) -> None:
    with pytest.raises(PlanError) as caught:
        Comparison(plan(*texts))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_seeds_vary_or_are_repeated_and_have_room() -> None:
    with pytest.raises(PlanError, match="repeated with other seeds"):
        plan("seed=1,2", repeats=2).check()
    last = Plan(Settings(seed=2**32 - 1), (Variation.parse("lr=1"),), 2)
    with pytest.raises(PlanError, match="leaves no room"):
        last.check()


def test_random_rows_are_within_the_ranges_different_and_the_same_each_time() -> None:
    one = plan("lr=log:0.001..1", "hidden=4;8,8", "momentum=lin:0..0.5", random=40)
    rows = list(one.rows())
    assert rows == list(one.rows())
    assert len(set(rows)) == 40
    rates = np.array([row[0] for row in rows])
    assert rates.min() >= 0.001
    assert rates.max() <= 1
    assert 8 <= (rates < 0.03).sum() <= 32  # by the logarithm, half of them
    assert {row[1] for row in rows} == {"4", "8,8"}
    assert len(list(plan("optimizer=gd,adam", random=9).rows())) == 2


def test_the_size_is_known_without_making_the_cells() -> None:
    texts = ("lr=lin:0.1..1:900", "momentum=lin:0..0.5:100", "seed=lin:1..100:100")
    assert plan(*texts).size >= 9_000_000 - 1


def test_a_plan_is_the_same_after_it_was_stored() -> None:
    one = plan("lr=log:0.1..1:3", "hidden=4;8,8", repeats=2)
    again = Plan.from_json(one.to_json())
    assert list(again.cells()) == list(one.cells())

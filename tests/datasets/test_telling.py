"""Which two inputs a map of own data shows at first."""

from pathlib import Path

import numpy as np
import pytest

from tui_nn.datasets.telling import telling, telling_most
from tui_nn.experiment import prepare
from tui_nn.settings import Settings

RNG = np.random.default_rng(0)
X = RNG.normal(size=(400, 5))
ALL, NUMBERS = np.ones(400, bool), [0] * 5


def test_the_two_that_tell_most_are_found() -> None:
    truth = (X[:, [4]] + X[:, [1]] > 0).astype(float)
    assert telling_most(X, truth, ALL, NUMBERS) == (1, 4)
    told = telling(X, np.hstack([truth, 1 - truth]), NUMBERS)
    assert min(told[[1, 4]]) > 0.2
    assert max(told[[0, 2, 3]]) < 0.05


def test_a_relation_that_is_no_line_tells_too() -> None:
    assert telling(X, np.square(X[:, [2]]), NUMBERS)[2] > 0.5


def test_of_two_that_are_the_same_one_is_enough() -> None:
    inputs = X.copy()
    inputs[:, 3] = 2 * X[:, 0] + 1e-3 * X[:, 3]
    truth = X[:, [0]] + X[:, [4]]
    assert telling_most(inputs, truth, ALL, NUMBERS) in ((0, 4), (3, 4))


def test_constants_gaps_and_names_of_their_own_tell_nothing() -> None:
    inputs, truth = X.copy(), X[:, [1]] + X[:, [4]]
    inputs[:, 0], inputs[:, 2] = 7, np.nan
    inputs[:, 3] = np.arange(400)  # a category for each row
    told = telling(inputs, truth, [0, 0, 0, 400, 0])
    assert told[0] == told[2] == told[3] == 0
    assert telling_most(inputs, truth, ALL, [0, 0, 0, 400, 0]) == (1, 4)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_few_rows_and_one_class_have_the_first_two(rows: int) -> None:
    inputs = np.full((rows, 3), np.nan)
    assert telling_most(inputs, np.ones((rows, 1)), np.ones(rows, bool), [0] * 3) == (0, 1)


def test_a_file_is_shown_over_them(tmp_path: Path) -> None:
    rows = [f"{a},{b},{'red' if c > 0 else 'blue'},{c > 0}" for a, b, c, *_ in X.tolist()]
    (tmp_path / "rows.csv").write_text("\n".join(["a,b,colour,y", *rows]))
    dataset = prepare(Settings.parse({"dataset": str(tmp_path / "rows.csv")})).dataset
    assert dataset.axes[1] == 2
    assert dataset.extent[2:] == pytest.approx((-0.1, 1.1), abs=0.2)

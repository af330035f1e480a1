"""What findings say of made-up numbers: never more than these hold."""

from collections.abc import Sequence

import numpy as np
import pytest

from tui_nn.compare import Plan, Summary, Variation, summarise
from tui_nn.compare.findings import Finding, findings, goal, linear_layers, trend, versus
from tui_nn.compare.results import Result
from tui_nn.settings import Settings

RATES = trend("a higher learning rate", "at {}")
End = int | str  # the step at which the target is reached, or why the run ended otherwise


def plan(*vary: str, repeats: int = 5) -> Plan:
    base = Settings(max_steps=20_000)
    return Plan(base, tuple(map(Variation.parse, vary)), repeats)


def ended(
    of: Plan, *rows: Sequence[End | None], loss: float = 0.1, accuracy: float = 1.0
) -> list[Summary]:
    """A summary of each row, whose runs ended as is said of them; None: one that goes on."""
    results = []
    for cell, end in zip(of.cells(), (end for row in rows for end in row), strict=True):
        reached = isinstance(end, int)
        step, reason = (end, "target_loss") if isinstance(end, int) else (20_000, end)
        result = Result(cell, step, {}, 0.0, reason)
        last = 0.004 if reached else np.inf if end == "diverged" else loss
        result.points.append(np.array([[step, last, accuracy, np.nan, np.nan]]))
        results.append(result)
    return summarise(list(of.rows()), results)


def found(of: Plan, summaries: list[Summary], judge: object = RATES) -> list[Finding]:
    return findings(of, summaries, judge)  # type: ignore[arg-type]


FAST, MIDDLE, SLOW = [100, 110, 120, 130, 140], [120, 130, 140, 150, 160], [900] * 5
NEVER = ["max_steps"] * 5


@pytest.mark.parametrize(
    ("rows", "expected", "said"),
    [
        ((SLOW, FAST), True, "As expected, a higher learning rate needs fewer steps: 120 steps "
         "(110–130) at 1, against 900 steps (900–900) at 0.1."),
        ((FAST, SLOW), False, "Contrary to the expectation, a higher learning rate needs more "
         "steps: 120 steps (110–130) at 0.1, but 900 steps (900–900) at 1."),
        ((FAST, MIDDLE), None, "No clear difference: 120 steps (110–130) at 0.1, and 140 steps "
         "(130–150) at 1."),
        ((FAST, FAST), None, "No clear difference"),
        ((NEVER, FAST), True, "against never (reached by 0 of 5 runs) at 0.1"),
        ((FAST, NEVER), False, "but never (reached by 0 of 5 runs) at 1"),
        ((FAST, [500, *4 * ["diverged"]]), False, "but never (reached by 1 of 5 runs) at 1"),
        ((FAST, [100, *4 * ["diverged"]]), None, "and never (reached by 1 of 5 runs) at 1"),
        ((FAST, [50, 100, 150, *2 * ["diverged"]]), None, "150 steps (100–never) at 1"),
    ],
)  # fmt: skip
def test_a_trend_is_what_the_numbers_say(
    rows: tuple[list[End], ...], expected: bool | None, said: str
) -> None:
    of = plan("lr=0.1,1")
    first = found(of, ended(of, *rows))[0]
    assert first.expected is expected
    assert said in first.text


def test_a_trend_that_turns_is_no_trend() -> None:
    of = plan("lr=0.1,0.3,1")
    (one,) = found(of, ended(of, SLOW, FAST, SLOW))
    assert one.expected is False
    assert "fewer steps only up to a point: 120 steps (110–130) at 0.3, but 900" in one.text


def test_a_trend_that_ends_says_where() -> None:
    of = plan("lr=0.1,0.3,1")
    (one,) = found(of, ended(of, SLOW, MIDDLE, FAST))
    assert one.expected is True
    assert one.text.endswith(" Between 0.3 and 1 there is no clear difference.")


def test_a_trend_that_holds_only_at_first_is_left_open() -> None:
    of = plan("lr=lin:0.1..0.4:4")
    (one,) = found(of, ended(of, SLOW, MIDDLE, FAST, [100, 125, 1000, "max_steps", "max_steps"]))
    assert one.expected is None
    assert one.text.startswith("From 0.1 to 0.3 a higher learning rate needs fewer steps: 120 ")
    assert one.text.endswith("; over all there is no clear difference.")


def test_a_trend_that_begins_late_is_none_either() -> None:
    of = plan("lr=0.1,0.3,1")
    (one,) = found(of, ended(of, FAST, SLOW, FAST))
    assert one.expected is False
    assert "fewer steps only from a point on: 120 steps (110–130) at 0.1, but 900" in one.text


@pytest.mark.parametrize(
    ("vary", "judge"),
    [
        (("lr=lin:0.1..1:10",), RATES),
        (("activation=sigmoid,tanh,relu", "lr=0.1,0.3,1"), versus("sigmoid", "tanh", "relu")),
    ],
)
def test_rows_that_are_alike_hold_no_findings(vary: tuple[str, ...], judge: object) -> None:
    rng, of = np.random.default_rng(0), plan(*vary, repeats=8)
    rows = len(list(of.rows()))
    by_chance = 0
    for _ in range(60):
        ends = rng.integers(100, 1000, (rows, 8)).tolist()
        by_chance += any(one.expected is not None for one in found(of, ended(of, *ends), judge))
    assert by_chance <= 60 * 0.05


def test_of_what_never_comes_there_the_fastest_is_told() -> None:
    of = plan("lr=0.1,0.3,1")
    (one,) = found(of, ended(of, NEVER, SLOW, FAST))
    assert "120 steps (110–130) at 1, against never (reached by 0 of 5 runs) at 0.1." in one.text


def test_where_nothing_comes_to_the_target_losses_count() -> None:
    of = plan("lr=0.1,1")
    low = ended(of, NEVER, NEVER, loss=0.2)
    (one,) = found(of, [ended(of, NEVER, NEVER, loss=0.3)[0], low[1]])
    assert one.expected is True
    assert "ends at a lower loss: a loss of 0.20000 (0.20000–0.20000) at 1" in one.text


def test_three_seeds_are_too_few_for_a_difference() -> None:
    """However many rows there are: they share their seeds."""
    for rates in ("lr=0.1,1", "lr=lin:0.1..1:10"):
        of = plan(rates, repeats=3)
        rows = len(list(of.rows()))
        (one,) = found(of, ended(of, *([1000 - 50 * i] * 3 for i in range(rows))))
        assert one.expected is None
        assert one.text.endswith("with fewer than 4 seeds.")


def test_the_choice_of_the_best_rate_counts_as_tests() -> None:
    """Of four pairs it takes more than four seeds, of a single one not."""
    some, more = [100, 110, 120, 130], [900, 910, 920, 930]
    of = plan("activation=sigmoid,relu", "lr=1", repeats=4)
    assert found(of, ended(of, more, some), versus("sigmoid", "relu"))[0].expected is True
    of = plan("activation=sigmoid,relu", "lr=0.1,1", repeats=4)
    (one,) = found(of, ended(of, more, more, some, more), versus("sigmoid", "relu"))
    assert one.expected is None
    assert one.text.endswith("with fewer than 5 seeds.")


@pytest.mark.parametrize(
    ("relu", "expected", "said"),
    [
        ((SLOW, FAST), True, "As expected, relu needs fewer steps than sigmoid: 120 steps "
         "(110–130) at learning rate 1, against 900 steps (900–900) at learning rate 0.1."),
        ((SLOW, SLOW), None, "No clear difference between relu and sigmoid: 900"),
        ((["diverged"] * 5, [2000] * 5), False,
         "Contrary to the expectation, relu needs more steps than sigmoid: 2,000"),
    ],
)  # fmt: skip
def test_each_contender_is_taken_at_its_best(
    relu: tuple[list[End], ...], expected: bool | None, said: str
) -> None:
    of = plan("activation=sigmoid,relu", "lr=0.1,1")
    first, *others = found(of, ended(of, SLOW, NEVER, *relu), versus("sigmoid", "relu"))
    assert first.expected is expected
    assert said in first.text
    lost = [one.text for one in others]
    assert lost == (
        ["5 of 5 runs diverged with activation=relu learning_rate=0.1."]
        if expected is False
        else []
    )


@pytest.mark.parametrize(
    ("enough", "accuracy", "expected", "said"),
    [
        (False, 0.7, True, "As expected, with no activation but at the output it is not learnt: 0"),
        (False, 1.0, False, "Contrary to the expectation, with no activation but at the output"),
        (True, 1.0, True, "it is learnt: 5 of 5 runs are at 100 %"),
        (
            True,
            0.7,
            False,
            "it is not learnt: 0 of 5 runs are at 100 % accuracy or better; the median",
        ),
    ],
)
def test_whether_linear_layers_are_enough(
    enough: bool, accuracy: float, expected: bool, said: str
) -> None:
    of = plan("activation=sigmoid,linear", "output_activation=sigmoid")
    rows = ended(of, NEVER, NEVER, accuracy=accuracy)
    (one,) = found(of, rows, linear_layers(1.0, enough=enough))
    assert one.expected is expected
    assert said in one.text


def test_only_the_usual_row_is_called_the_usual_one() -> None:
    """An interrupted chapter may not have it."""
    of = plan("activation=sigmoid,linear", "output_activation=sigmoid,linear")
    rows = ended(of, [None] * 5, NEVER, NEVER, NEVER)
    _, *some = found(of, rows, linear_layers(1.0, enough=True))
    assert [one.text.endswith("the median is 100.0 %.") for one in some] == [True, True]
    rows = ended(of, NEVER, [None] * 5, NEVER, NEVER)
    _, *some = found(of, rows, linear_layers(1.0, enough=True))
    assert [one.text.endswith("100.0 %, with sigmoid 100.0 %.") for one in some] == [True, True]


@pytest.mark.parametrize(
    ("accuracy", "loss", "expected", "said"),
    [
        (0.99, 0.01, True, "As expected, 2 of 2 runs"),
        (0.99, 0.02, False, "Contrary to the expectation, only 0 of 2 runs"),
        (0.97, 0.01, False, "only 0 of 2 runs"),
    ],
)
def test_a_goal_is_one_of_all_runs(accuracy: float, loss: float, expected: bool, said: str) -> None:
    of = plan("seed=1,2", repeats=1)
    rows = ended(of, ["max_steps"], ["max_steps"], loss=loss, accuracy=accuracy)
    (one,) = found(of, rows, goal(0.98, 0.01365))
    assert one.expected is expected
    assert said in one.text


def test_of_rows_that_have_not_ended_nothing_is_said_but_that() -> None:
    of = plan("lr=0.1,0.3,1")
    some = found(of, ended(of, SLOW, FAST, [100, None, None, None, None]))
    assert some[0] == ("Unfinished: 1 of 3 rows are missing; what follows is of the others.", None)
    assert some[1].expected is True
    assert found(of, ended(of, *3 * [[None] * 5])) == [
        ("Unfinished: 3 of 3 rows are missing.", None)
    ]

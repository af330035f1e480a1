"""What may be typed after `:`."""

import pytest

from tui_nn.ui.goals import ALLOWED, parse_goal


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("100", ("steps", 100)),
        ("  100 ", ("steps", 100)),
        ("1e3", ("steps", 1000)),
        ("10k", ("steps", 10_000)),
        ("100 steps", ("steps", 100)),
        ("1 step", ("steps", 1)),
        ("10k steps", ("steps", 10_000)),
        ("steps 100", ("steps", 100)),
        ("step 5000", ("step", 5000)),
        ("STEP 5k", ("step", 5000)),
        ("until step 5000", ("step", 5000)),
        ("epoch 20", ("epoch", 20)),
        ("epoch 2.5", ("epoch", 2.5)),
        ("loss 0.01", ("loss", 0.01)),
        ("loss 1e-3", ("loss", 0.001)),
        ("loss .5", ("loss", 0.5)),
        ("test loss 0.1", ("test_loss", 0.1)),
        ("until Test  Loss .1", ("test_loss", 0.1)),
        ("accuracy 99%", ("accuracy", 0.99)),
        ("acc 0.99", ("accuracy", 0.99)),
        ("accuracy 100 %", ("accuracy", 1.0)),
        ("r2 0.9", ("accuracy", 0.9)),
        ("R² 0.9", ("accuracy", 0.9)),
        ("time 30", ("seconds", 30)),
        ("time 30s", ("seconds", 30)),
        ("time 2m", ("seconds", 120)),
        ("seconds 1h", ("seconds", 3600)),
    ],
)
def test_goals(text: str, goal: tuple[str, float]) -> None:
    kind, value = parse_goal(text)
    assert (kind, value) == (goal[0], pytest.approx(goal[1]))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "x",
            "step",
            "loss",
            "step x",
            "loss 0.01 0.02",
            "10 epochs",
            "speed 3",
            "loss 3 steps",
        ),
        *("0", "-5", "0.5", "1.5", "99%", "1e99", "nan", "inf", "1-2", "e", ".", "--1"),
        *("loss 0", "loss -1", "loss 1e-400", "step 1.5", "epoch 0", "accuracy 0"),
        *(
            "step 5m",
            "5s",
            "10%",
            "loss 3s",
            "test 3",
            "test loss",
            "loss 1%",
            "time 5k",
        ),
    ],
)
def test_what_is_no_goal_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="100 steps, or") as error:
        parse_goal(text)
    assert str(error.value) == ALLOWED


@pytest.mark.parametrize("text", ["accuracy 99", "accuracy 200%", "r2 1.1"])
def test_more_than_all_points_right_is_no_goal(text: str) -> None:
    with pytest.raises(ValueError, match="at most 100 %"):
        parse_goal(text)

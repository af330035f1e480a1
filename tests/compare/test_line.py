"""A comparison in one line, and the settings that are ready to vary."""

import pytest

from tui_nn.compare import Comparison, PlanError
from tui_nn.compare.line import names_in, parse_line, ready_made, toggled
from tui_nn.settings import Settings


def test_a_line_is_what_the_command_would_be() -> None:
    plan = parse_line("--vary lr=0.1,1 'hidden=4; 8,8' repeats=3", Settings(seed=5))
    assert plan.names == ("learning_rate", "hidden")
    assert (plan.repeats, plan.size) == (3, 12)
    assert plan.base == Settings(seed=5, max_steps=20_000)
    assert {cell.settings.hidden for cell in plan.cells()} == {(4,), (8, 8)}
    plan = parse_line("lr=0.1,1 optimizer=adam max_epochs=2", Settings())
    assert plan.names == ("learning_rate",)
    assert (plan.base.optimizer, plan.base.max_epochs, plan.base.max_steps) == ("adam", 2, None)
    assert parse_line("lr=0.1", Settings()).names == ("learning_rate",)
    assert parse_line("seed=1,2", Settings(max_epochs=3)).base.max_steps is None
    assert parse_line("lr=log:0.1..1 random=7", Settings()).size == 35


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "what varies? as in learning_rate=0.1,0.3,1"),
        ("lr=0.1,1 repeats=0", "repeats=0: a number from 1 to 10000"),
        ("lr=0.1,1 random=x", "random=x: a number from 1 to 10000"),
        ("samples=lin:2..5001:5000", "25,000 runs are too many; up to 10,000 are allowed"),
        ("'lr=1", "a quotation mark is not closed"),
        ("lr=1,2 samples=0", "samples 0: a whole number from 2"),
        ("seed=1..5", "seed=1..5: a range is lin:LOW..HIGH:COUNT"),
        ("lr=0.1,x", "learning_rate x: a number above 0"),
        ("lr=lin:0..1:5", "learning_rate 0: a number above 0"),
        ("activation=tanh,sinus", "activation sinus: one of sigmoid"),
        ("lr=1,2 lr=3", "learning_rate: varies twice"),
        ("lr=1 momentun=0", "momentun: no such setting; did you mean momentum?"),
        ("dataset=xor,points.csv", "what is read from a file can't vary"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_one(line: str, said: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_line(line, Settings())
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "base",
    [
        Settings(),
        Settings(dataset="circle", samples=30, batch_size=7, optimizer="adam", dropout=0.3),
        Settings(learning_rate=0.0173, hidden="5,3", activation="tanh,relu", seed=2**32 - 1),
    ],
)
def test_what_is_ready_is_allowed_and_has_the_value_of_now(base: Settings) -> None:
    found = {variation.name: variation for variation in ready_made(base)}
    assert {"learning_rate", "hidden", "activation", "optimizer", "seed"} <= found.keys() | {
        "activation" if base.hidden == () else "seed",
    }
    assert ("momentum" in found) == (base.optimizer == "gd")
    for variation in found.values():
        plan = parse_line(variation.text + " repeats=1", base)
        cells = list(Comparison(plan).plan.cells())
        assert len(cells) > 1
        now = getattr(base.resolved(), variation.name)
        assert now in [getattr(cell.settings, variation.name) for cell in cells]


def test_a_setting_is_put_into_the_line_and_taken_out() -> None:
    rates = ready_made(Settings())[0]
    line = toggled("optimizer=gd,adam", rates)
    assert line == "optimizer=gd,adam learning_rate=0.1,0.3,1,3,10"
    assert names_in(line) == {"optimizer", "learning_rate"}
    assert toggled("lr=5 optimizer=gd,adam", rates) == "optimizer=gd,adam"

"""A learning rate of "auto": what it stands for, that it trains, and that it follows a change."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sessions import until

from tui_nn.cli.options import gather
from tui_nn.compare import Comparison, Plan, Variation
from tui_nn.compare.exports import row_object
from tui_nn.compare.line import ready_made
from tui_nn.compare.portions import shape
from tui_nn.engine import optimizers
from tui_nn.experiment import apply_live, build_trainer, prepare
from tui_nn.render.comparison import plan_heading
from tui_nn.session import TrainingSession
from tui_nn.settings import Settings, SettingsError, learning_rate

CLASSES = ("xor", "linear", "circle", "quadrants", "gauss", "moons", "rings", "digits")
VALUES = ("plane", "multi-gauss", "sine")


@pytest.fixture
def values_file(tmp_path: Path) -> str:
    """Values of very different sizes, and those to be learnt larger still."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(200, 6)) * 10.0 ** np.arange(6)
    truth = 1e4 * (inputs[:, 0] + inputs[:, 5] / 1e5 + 0.1 * rng.normal(size=200))
    path = tmp_path / "values.csv"
    np.savetxt(path, np.column_stack([inputs, truth]), delimiter=",", header="a,b,c,d,e,f,y")
    return str(path)


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({}, 1.0),
        ({"dataset": "rings"}, 1.0),
        ({"dataset": "plane"}, 0.03),
        ({"dataset": "f(x) = sin(x)"}, 0.03),
        ({"output_activation": "linear"}, 0.03),
        ({"loss": "hinge"}, 1.0),  # of linear outputs, but its slope stays
        ({"optimizer": "adam"}, 0.01),
        ({"optimizer": "adam", "dataset": "plane"}, 0.01),
        ({"optimizer": "adam", "learning_rate": 1}, 1.0),
    ],
)
def test_auto_is_the_optimizers_usual_rate(values: dict[str, Any], rate: float) -> None:
    one = Settings.parse(values)
    assert learning_rate(one) == one.resolved().learning_rate == rate
    assert build_trainer(one).optimizer.learning_rate == rate


def test_the_default_run_is_that_of_rate_1_bit_for_bit() -> None:
    for dataset in CLASSES:
        auto, one = (
            build_trainer(Settings(dataset=dataset, **more))
            for more in ({}, {"learning_rate": 1.0})
        )
        auto.run(50)
        one.run(50)
        assert np.array_equal(auto.network.parameters, one.network.parameters)


@pytest.mark.parametrize("optimizer", optimizers.REGISTRY)
@pytest.mark.parametrize("dataset", [*CLASSES, *VALUES])
def test_every_optimizer_learns_without_being_told_a_rate(dataset: str, optimizer: str) -> None:
    trainer = build_trainer(Settings(dataset=dataset, optimizer=optimizer, target_loss=None))
    first = trainer.evaluate().train_loss
    trainer.run(50 if optimizer == "lbfgs" else 500)
    end = trainer.evaluate()
    assert math.isfinite(end.train_loss)
    if (dataset, optimizer) not in STUCK:
        assert end.train_loss < 0.75 * first
    if dataset in VALUES:
        assert end.train_accuracy > 0


# Without a line search it may jump to where every sigmoid is flat.
STUCK = {("moons", "lbfgs")}


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@pytest.mark.parametrize("hidden", ["8,8", "32,32", "64"])
@pytest.mark.parametrize("dataset", VALUES)
def test_gradient_descent_does_not_explode_on_values(
    dataset: str, hidden: str, activation: str
) -> None:
    values = {"dataset": dataset, "hidden": hidden, "activation": activation}
    trainer = build_trainer(Settings.parse({**values, "target_loss": None}))
    trainer.run(300)
    assert trainer.evaluate().train_accuracy > 0


def test_a_file_decides_once_it_is_open(values_file: str) -> None:
    one = Settings(dataset=values_file)
    assert learning_rate(one) == "auto"
    assert one.resolved().learning_rate == "auto"
    assert learning_rate(one.changed(optimizer="adam")) == 0.01
    assert "learning_rate" not in {variation.name for variation in ready_made(one)}
    prepared = prepare(one)
    assert (prepared.settings.learning_rate, learning_rate(prepared.settings)) == ("auto", 0.03)
    trainer = build_trainer(one)
    assert trainer.optimizer.learning_rate == 0.03
    trainer.run(500)
    assert trainer.evaluate().train_accuracy > 0.5


def test_another_optimizer_takes_its_own_rate_and_an_explicit_rate_stays() -> None:
    for given, after in (("auto", 0.01), (0.3, 0.3)):
        old = Settings(learning_rate=given)
        trainer = build_trainer(old)
        trainer.run(5)
        apply_live(trainer, old, old.changed(optimizer="adam"))
        assert trainer.optimizer.learning_rate == after
        assert trainer.step == 5


async def test_recovery_halves_what_auto_stood_for() -> None:
    wild = {
        "activation": "relu",
        "init": "normal",
        "optimizer": "gd",
        "hidden": "512,512",
        "dataset": "plane",
    }
    settings = Settings.parse({**wild, "target_loss": None})
    async with TrainingSession(settings, pace=None) as session:
        assert (await until(session, "finished")).reason == "diverged"
        await session.recover()
        assert session.settings.learning_rate == 0.015


def test_auto_is_written_down_as_auto_and_a_stored_rate_stays() -> None:
    assert Settings().to_flags() == []
    assert 'learning_rate = "auto"' in Settings().to_toml().splitlines()
    stored = Settings.parse(Settings().model_dump(mode="json") | {"learning_rate": 1.0})
    assert stored.to_flags() == ["--learning-rate", "1"]
    assert stored.changed(optimizer="adam").learning_rate == 1.0
    assert stored.changed(learning_rate="auto") == Settings()
    assert gather({"preset": "adam"}, {}) == Settings(optimizer="adam")
    with pytest.raises(SettingsError, match=r"learning_rate aut: a number above 0, .*, or auto"):
        Settings.parse({"learning_rate": "aut"})


def test_a_comparison_varies_around_it_and_says_which_rates_were_used() -> None:
    rates = ready_made(Settings(optimizer="adam"))[0]
    assert rates.text == "learning_rate=0.001,0.003,0.01,0.03,0.1"
    plan = Plan(Settings(max_steps=2), (Variation.parse("optimizer=gd,adam"),))
    assert plan_heading(plan, 2).endswith("; learning rate gd 1, adam 0.01")
    rows = [row_object(plan, summary) for summary in Comparison(plan).summaries()]
    assert [row["learning_rate"] for row in rows] == [1.0, 0.01]
    told = Plan(Settings(learning_rate=0.1), plan.variations)
    same = Plan(Settings(), (Variation.parse("hidden=1,2"),))
    assert not any("learning rate" in plan_heading(one, 2) for one in (told, same))


def test_runs_are_trained_together_whichever_way_their_rate_is_given() -> None:
    assert shape(Settings()) == shape(Settings(learning_rate=0.3))

"""The recipes: what is said of them is what their runs did."""

import re
import shlex

import pytest

from tui_nn.cli.commands import run
from tui_nn.datasets import generators
from tui_nn.experiment import build_trainer
from tui_nn.settings.recipes import RECIPES, Recipe, figures

BY_NAME = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


@BY_NAME
def test_a_recipe_says_what_it_does_and_ends(recipe: Recipe) -> None:
    settings = recipe.settings()
    assert settings.dataset == recipe.dataset
    assert settings.max_steps is not None
    assert 1 <= recipe.why.count(". ") + 1 <= 3
    build_trainer(settings.changed(max_steps=3)).run(3)


@BY_NAME
def test_the_recorded_runs_did_what_they_are_meant_to(recipe: Recipe) -> None:
    figure = figures()[recipe.name]
    reached, seeds = figure["reached"], figure["seeds"]
    assert (2 * reached > seeds) if recipe.works else reached == 0
    target = recipe.settings().target_loss
    if recipe.works and target is not None:
        assert figure["loss"] <= target


def test_there_is_a_figure_for_each_recipe_and_no_other() -> None:
    names = [recipe.name for recipe in RECIPES]
    assert len(set(names)) == len(names)
    assert set(figures()) == set(names)


def test_every_data_set_has_one_that_works() -> None:
    assert {recipe.dataset for recipe in RECIPES if recipe.works} == set(generators.REGISTRY)


def test_a_command_is_one_line_also_where_the_terminal_is_narrow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    assert run(["recipes"]) == 0
    lines = re.sub("\x1b\\[.*?m", "", capsys.readouterr().out).splitlines()
    for recipe in RECIPES:
        assert "  " + shlex.join(["tui-nn", *recipe.settings().to_flags()]) in lines
    assert max(len(line) for line in lines if "tui-nn" not in line) <= 60


@pytest.mark.parametrize("name", ["quadrants: the product as a feature", "xor: Adam and tanh"])
def test_a_run_gives_the_recorded_figures(name: str) -> None:
    recipe, figure = next(r for r in RECIPES if r.name == name), figures()[name]
    ends = []
    for seed in range(figure["seeds"]):
        trainer = build_trainer(recipe.settings().changed(seed=seed))
        trainer.run(10**6)
        ends.append((trainer.step, trainer.evaluate(), trainer.reason))
    assert sum(reason == "target_loss" for *_, reason in ends) == figure["reached"]
    assert sorted(step for step, *_ in ends)[1] == figure["step"]
    losses = sorted(end.train_loss for _, end, _ in ends)
    assert losses[1] == pytest.approx(figure["loss"], rel=1e-3)


@pytest.mark.parametrize("name", ["my flowers.csv", "f(x, y) = x > y", "drawn"])
def test_own_data_has_other_commands(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recipes", name]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said == (
        f"tui-nn: {name}: recipes are of the built-in data sets; what works on your own is found by"
        f" tui-nn range-test --dataset {shlex.quote(name)} and by tui-nn compare"
    )
    assert run(["recipes", "spirall"]) == 2
    assert "did you mean spiral?" in capsys.readouterr().err


def test_numbers_are_written_as_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recipes", "xor"]) == 0
    said = capsys.readouterr().out
    assert f"after {figures()['xor: the classic']['step']:,} steps: loss 0.0" in said
    assert run(["train", "--dataset", "xor", "--max-steps", "1200", "--lr", "0.001"]) == 0
    assert re.search(r"step +1,200\b", capsys.readouterr().out)

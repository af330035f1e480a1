"""First weights of "auto": what they stand for, and that whatever is chosen learns with them."""

from typing import Any

import numpy as np
import pytest

from tui_nn.engine.activations import REGISTRY
from tui_nn.experiment import build_trainer
from tui_nn.settings import Settings


@pytest.mark.parametrize(
    ("values", "initializer"),
    [
        ({}, "normal"),
        ({"activation": "tanh,sine"}, "normal"),
        ({"dataset": "rings", "hidden": "none", "activation": "sigmoid"}, "normal"),
        ({"activation": "relu"}, "xavier_normal"),
        ({"activation": "tanh,relu"}, "xavier_normal"),
        ({"dataset": "plane"}, "normal"),
        ({"activation": "relu", "init": "normal"}, "normal"),
    ],
)
def test_auto_is_normal_where_units_are_bounded(values: dict[str, Any], initializer: str) -> None:
    auto = Settings.parse(values)
    assert auto.resolved().init == initializer
    told = build_trainer(auto.changed(init=initializer)).network.parameters
    assert np.array_equal(build_trainer(auto).network.parameters, told)


@pytest.mark.parametrize("activation", sorted(REGISTRY.keys() - {"linear", "softmax"}))
@pytest.mark.parametrize("dataset", ["moons", "rings", "digits", "plane", "sine", "multi-gauss"])
def test_gradient_descent_learns_with_every_activation(dataset: str, activation: str) -> None:
    values = {"dataset": dataset, "activation": activation, "target_loss": None}
    for seed in range(2):
        trainer = build_trainer(Settings.parse({**values, "seed": seed}))
        first = trainer.evaluate().train_loss
        trainer.run(500)
        assert trainer.evaluate().train_loss < 0.9 * first


def test_relu_learns_images_with_gradient_descent() -> None:
    """With a rate of 1, or weights of `normal`, nearly all of its units die."""
    values = {"dataset": "digits", "activation": "relu", "train_fraction": 0.8}
    trainer = build_trainer(Settings.parse(values))
    trainer.run(1000)
    assert trainer.evaluate().test_accuracy > 0.9

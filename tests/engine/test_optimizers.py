"""1,000 steps of each optimizer end where PyTorch ends (values from record_torch.py)."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.engine import losses, optimizers
from tui_nn.engine.network import Network
from tui_nn.engine.trainer import Trainer

RECORDED = np.load(Path(__file__).with_name("torch_values.npz"))
OPTIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "gd": ("gd", {"learning_rate": 1.0}),
    "gd_momentum": ("gd", {"learning_rate": 0.1, "momentum": 0.9}),
    "gd_nesterov": ("gd", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "gd_decay": ("gd", {"learning_rate": 0.5, "weight_decay": 1e-3}),
    "gd_maximize": ("gd", {"learning_rate": 1e-3, "maximize": True, "momentum": 0.5}),
    "adam": ("adam", {"learning_rate": 0.01}),
    "adam_betas": ("adam", {"learning_rate": 0.01, "beta1": 0.8, "beta2": 0.99, "eps": 1e-6}),
    "adam_decay": ("adam", {"learning_rate": 0.01, "weight_decay": 1e-3}),
    "adam_amsgrad": ("adam", {"learning_rate": 0.01, "amsgrad": True}),
    "adam_maximize": ("adam", {"learning_rate": 1e-4, "maximize": True}),
}
CASES = [name for name in RECORDED.files if "/" in name]


def test_every_registered_optimizer_is_recorded() -> None:
    assert {rule for rule, _ in OPTIONS.values()} == set(optimizers.REGISTRY)


@pytest.mark.parametrize("case", CASES)
def test_a_thousand_steps_agree_with_torch(case: str) -> None:
    activation, name = case.split("/")
    rule, options = OPTIONS[name]
    network = Network((2, 8, 8, 1), activation, "sigmoid")
    network.parameters[:] = RECORDED["start"]
    optimizer = optimizers.REGISTRY[rule](network.parameters, **options)
    trainer = Trainer(
        network, optimizer, losses.REGISTRY["mse"], RECORDED["inputs"], RECORDED["truth"]
    )
    trainer.run(1000)
    difference = np.abs(network.parameters - RECORDED[case]).max() / np.abs(RECORDED[case]).max()
    assert difference < 1e-10


def test_an_update_leaves_the_gradient_as_it_was() -> None:
    for rule in optimizers.REGISTRY.values():
        parameters, gradients = np.ones(5), np.arange(5.0)
        optimizer = rule(parameters, 0.1, weight_decay=0.1, maximize=True)
        optimizer.update(gradients)
        assert gradients.tolist() == [0, 1, 2, 3, 4]

"""tui-nn: watch a neural network, written from scratch in NumPy, learn in the terminal.

The engine is at hand without the dashboard: `from tui_nn import Network, Trainer, Adam, datasets`.
The names below are looked up when they are first used, so that `import tui_nn` costs next to
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_nn import datasets
    from tui_nn.engine.network import Network
    from tui_nn.engine.optimizers import (
        Adadelta,
        Adagrad,
        Adam,
        Adamax,
        AdamW,
        GradientDescent,
        Lbfgs,
        NAdam,
        RAdam,
        RMSprop,
        Rprop,
    )
    from tui_nn.engine.population import Population
    from tui_nn.engine.range_test import range_test
    from tui_nn.engine.regularization import Penalty, PlaygroundPenalty
    from tui_nn.engine.trainer import StopRules, Trainer

__version__ = "0.1.0"

__all__ = [
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "GradientDescent",
    "Lbfgs",
    "NAdam",
    "Network",
    "Penalty",
    "PlaygroundPenalty",
    "Population",
    "RAdam",
    "RMSprop",
    "Rprop",
    "StopRules",
    "Trainer",
    "datasets",
    "range_test",
]

_HOMES = {
    "Network": "network",
    "Population": "population",
    "range_test": "range_test",
    "Penalty": "regularization",
    "PlaygroundPenalty": "regularization",
    "StopRules": "trainer",
    "Trainer": "trainer",
}


def __getattr__(name: str) -> Any:
    if name == "datasets":
        return import_module("tui_nn.datasets")
    if name in __all__:
        return getattr(import_module(f"tui_nn.engine.{_HOMES.get(name, 'optimizers')}"), name)
    raise AttributeError(f"module tui_nn has no attribute {name}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])

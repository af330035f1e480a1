"""Optimizers: how the parameters follow the gradient. One rule a file, over flat vectors.

They agree with `torch.optim`: the same options, the same arithmetic. A new rule is one file like
gd.py, entered in REGISTRY.
"""

from tui_nn.engine.optimizers.adadelta import Adadelta
from tui_nn.engine.optimizers.adagrad import Adagrad
from tui_nn.engine.optimizers.adam import Adam
from tui_nn.engine.optimizers.adamax import Adamax
from tui_nn.engine.optimizers.adamw import AdamW
from tui_nn.engine.optimizers.base import Closure, Optimizer
from tui_nn.engine.optimizers.gd import GradientDescent
from tui_nn.engine.optimizers.lbfgs import Lbfgs
from tui_nn.engine.optimizers.nadam import NAdam
from tui_nn.engine.optimizers.radam import RAdam
from tui_nn.engine.optimizers.rmsprop import RMSprop
from tui_nn.engine.optimizers.rprop import Rprop

REGISTRY: dict[str, type[Optimizer]] = {
    rule.name: rule
    for rule in (
        GradientDescent,
        Adam,
        AdamW,
        NAdam,
        RAdam,
        Adamax,
        RMSprop,
        Adagrad,
        Adadelta,
        Rprop,
        Lbfgs,
    )
}

__all__ = [
    "REGISTRY",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Closure",
    "GradientDescent",
    "Lbfgs",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
]

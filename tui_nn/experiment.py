"""Settings become objects: the only place where names are looked up."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import numpy as np

from tui_nn import datasets
from tui_nn.datasets import Dataset
from tui_nn.engine import initializers, losses, optimizers
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.trainer import Evaluation, StopRules, Trainer
from tui_nn.settings import Settings

# Data, weights and batches each have a stream of their own, so that a change of one (another
# data set, more units) leaves the others' random numbers as they were.
_DATA, _WEIGHTS, _BATCHES = range(3)

# A look at the loss goes over all points, a step perhaps over a few: short epochs (but for their
# ends) don't bring it more often.
CHECKS_PER_EPOCH, SHORTEST_CHECK = 20, 25


def _generator(settings: Settings, stream: int) -> np.random.Generator:
    return np.random.default_rng([settings.seed, stream])


def build_dataset(settings: Settings) -> Dataset:
    return datasets.load(
        settings.dataset,
        _generator(settings, _DATA),
        samples=settings.samples,
        noise=settings.noise,
        train_fraction=settings.train_fraction,
    )


def layer_sizes(settings: Settings, dataset: Dataset) -> tuple[int, ...]:
    """Units of every layer, inputs first."""
    return (dataset.inputs.shape[1], *settings.hidden, dataset.targets.shape[1])


def build_optimizer(settings: Settings, network: Network) -> Optimizer:
    """The rule with those of the settings that it knows."""
    rule = optimizers.REGISTRY[settings.optimizer]
    known = inspect.signature(rule).parameters
    values = settings.model_dump()
    return rule(network.parameters, **{name: values[name] for name in known if name in values})


def build_trainer(
    settings: Settings,
    dataset: Dataset | None = None,
    report: Callable[[int, Evaluation], None] | None = None,
) -> Trainer:
    """A trainer at step 0, its network initialised from the seed."""
    dataset = dataset or build_dataset(settings)
    sizes = layer_sizes(settings, dataset)
    network = Network(sizes, settings.activation, settings.output_activation, settings.dtype)
    network.initialize(initializers.REGISTRY[settings.init], _generator(settings, _WEIGHTS))
    return Trainer(
        network,
        build_optimizer(settings, network),
        losses.REGISTRY[settings.loss],
        dataset.inputs,
        dataset.targets,
        train=dataset.train,
        batch_size=_batch_size(settings),
        steps_per_epoch=settings.steps_per_epoch,
        check_every=max(SHORTEST_CHECK, settings.steps_per_epoch // CHECKS_PER_EPOCH),
        stop=_stop_rules(settings),
        rng=_generator(settings, _BATCHES),
        report=report,
    )


def apply_live(trainer: Trainer, old: Settings, new: Settings) -> None:
    """Give a running trainer the live settings of `new`; parameters and step stay.

    An optimizer of the same rule keeps its state; another rule begins with a fresh one.
    """
    optimizer = build_optimizer(new, trainer.network)
    if new.optimizer == old.optimizer:
        optimizer.load_state_dict(trainer.optimizer.state_dict())
    trainer.optimizer = optimizer
    trainer.stop = _stop_rules(new)
    if new.batch_size != old.batch_size:
        trainer.batch_size = _batch_size(new)


def _batch_size(settings: Settings) -> int | None:
    return None if settings.batch_size == "full" else settings.batch_size


def _stop_rules(settings: Settings) -> StopRules:
    return StopRules(settings.target_loss, settings.max_epochs, settings.max_steps)

"""Settings become objects: the only place where names are looked up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tui_nn import datasets
from tui_nn.datasets import Dataset
from tui_nn.engine import optimizers, schedules
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.regularization import PENALTIES, Penalty
from tui_nn.engine.schedules import Constant, Schedule
from tui_nn.engine.trainer import Evaluation, StopRules, Trainer
from tui_nn.settings import Settings, options

# Data, weights and batches each have a stream of their own, so that a change of one (another
# data set, more units) leaves the others' random numbers as they were.
_STREAMS = ("data_seed", "weight_seed", "batch_seed")

# The live settings that give the network other points.
POINTS = ("samples", "noise", "train_fraction", "data_seed")

# A look at the loss goes over all points, a step perhaps over a few: short epochs (but for their
# ends) don't bring it more often.
CHECKS_PER_EPOCH, SHORTEST_CHECK = 20, 25

# Points that are shown, and about how many multiplications that may cost each time.
FEWEST_SHOWN, MOST_SHOWN, LOOK = 2000, 10_000, 10**8


def _generator(settings: Settings, name: str) -> np.random.Generator:
    """The random numbers of one stream; its seed is its own, or that of the run."""
    seed = getattr(settings, name)
    return np.random.default_rng([settings.seed if seed == "auto" else seed, _STREAMS.index(name)])


def build_dataset(settings: Settings) -> Dataset:
    return datasets.load(
        settings.dataset,
        _generator(settings, "data_seed"),
        samples=settings.samples,
        noise=settings.noise,
        train_fraction=settings.train_fraction,
        features=settings.features,
    )


def shown_points(settings: Settings, dataset: Dataset) -> Dataset:
    """The points that are looked at, and those a look can't afford left out: of a large network
    each costs more."""
    units = sum(settings.hidden) + 1
    return dataset.sample(max(FEWEST_SHOWN, min(MOST_SHOWN, LOOK // units**2)))


def layer_sizes(settings: Settings, dataset: Dataset) -> tuple[int, ...]:
    """Units of every layer, inputs first."""
    return (len(dataset.feature_labels), *settings.hidden, dataset.targets.shape[1])


def build_optimizer(settings: Settings, network: Network) -> Optimizer:
    """The rule, with its options."""
    rule = optimizers.REGISTRY[settings.optimizer]
    return rule(network.parameters, settings.learning_rate, **options("optimizer", settings))


def build_schedule(settings: Settings) -> Schedule | None:
    """None where the rate stays, so that no step asks for it."""
    schedule = schedules.REGISTRY[settings.schedule]
    return None if schedule is Constant else schedule(**options("schedule", settings))


def build_penalty(settings: Settings, network: Network) -> Penalty | None:
    """None where it would do nothing. Playground's may: without L1, what it killed stays dead."""
    penalty = PENALTIES[settings.penalty](network, settings.l1, settings.l2)
    return None if type(penalty) is Penalty and not penalty.pulls else penalty


def build_trainer(
    settings: Settings,
    dataset: Dataset | None = None,
    report: Callable[[int, Evaluation], None] | None = None,
) -> Trainer:
    """A trainer at step 0, its network initialised from the seed."""
    dataset, settings = dataset or build_dataset(settings), settings.resolved()
    sizes = layer_sizes(settings, dataset)
    network = Network(sizes, settings.activation, settings.output_activation, settings.dtype)
    network.initialize(settings.init, _generator(settings, "weight_seed"))
    return Trainer(
        network,
        build_optimizer(settings, network),
        settings.loss,
        dataset.network_inputs(),
        dataset.targets,
        metric="r2" if dataset.task == "regression" else "accuracy",
        train=dataset.train,
        batch_size=_batch_size(settings),
        penalty=build_penalty(settings, network),
        dropout=settings.dropout,
        schedule=build_schedule(settings),
        clip_norm=settings.clip_norm,
        clip_value=settings.clip_value,
        steps_per_epoch=settings.steps_per_epoch,
        check_every=max(SHORTEST_CHECK, settings.steps_per_epoch // CHECKS_PER_EPOCH),
        stop=_stop_rules(settings),
        rng=_generator(settings, "batch_seed"),
        report=report,
    )


def apply_live(
    trainer: Trainer, old: Settings, new: Settings, dataset: Dataset | None = None
) -> None:
    """Give a running trainer the live settings of `new`; parameters and step stay.

    An optimizer, schedule or penalty of the same kind keeps its state; another one begins afresh.
    dataset: that of `new`, if its points are others (None: it is made here).
    """
    optimizer, schedule = build_optimizer(new, trainer.network), build_schedule(new)
    penalty = build_penalty(new, trainer.network)
    for fresh, used in (
        (optimizer, trainer.optimizer),
        (schedule, trainer.schedule),
        (penalty, trainer.penalty),
    ):
        if fresh is not None and type(fresh) is type(used):
            fresh.load_state_dict(used.state_dict())
    trainer.optimizer, trainer.schedule, trainer.penalty = optimizer, schedule, penalty
    trainer.clip_norm, trainer.clip_value = new.clip_norm, new.clip_value
    # Each of these begins a new order of the points: only where something changes.
    if new.dropout != old.dropout:
        trainer.dropout = new.dropout
    if new.batch_size != old.batch_size:
        trainer.batch_size = _batch_size(new)
    if has_other_points(old, new):
        dataset = dataset or build_dataset(new)
        trainer.set_points(dataset.network_inputs(), dataset.targets, dataset.train)
    trainer.stop = _stop_rules(new)


def has_other_points(old: Settings, new: Settings) -> bool:
    """Whether a live change means other points."""
    return any(name in POINTS for name in old.differences(new))


def _batch_size(settings: Settings) -> int | None:
    return None if settings.batch_size == "full" else settings.batch_size


def _stop_rules(settings: Settings) -> StopRules:
    return StopRules(
        settings.target_loss,
        settings.max_epochs,
        settings.max_steps,
        settings.patience,
        settings.min_delta,
    )

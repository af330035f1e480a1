"""Settings become objects: the only place where names are looked up."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_nn import datasets
from tui_nn.datasets import DataError, Dataset, features
from tui_nn.datasets.plain import brief_path, listed
from tui_nn.engine import optimizers, schedules
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import Optimizer
from tui_nn.engine.regularization import PENALTIES, Penalty
from tui_nn.engine.schedules import Constant, Schedule
from tui_nn.engine.trainer import Evaluation, StopRules, Trainer
from tui_nn.settings import (
    Settings,
    SettingsError,
    learning_rate,
    max_epochs,
    options,
    source,
    steps_per_epoch,
)

if TYPE_CHECKING:
    from tui_nn.datasets.opened import Opened

# Data, weights and batches each have a stream of their own, so that a change of one (another
# data set, more units) leaves the others' random numbers as they were.
_STREAMS = ("data_seed", "weight_seed", "batch_seed")

# The settings that give the network other points while it trains.
POINTS = ("dataset", "points", "samples", "noise", "train_fraction", "data_seed")

# A look at the loss goes over all points, a step perhaps over a few: short epochs (but for their
# ends) don't bring it more often.
CHECKS_PER_EPOCH, SHORTEST_CHECK = 20, 25

# From so many rows on a file is learnt in mini-batches, unless they are asked for themselves.
LARGE, LARGE_BATCH = 50_000, 256
# What a file's reading depends on.
READING = ("dataset", "target", "columns", "drop", "task", "missing", "test_file", "data_hash")

# Points that are shown, about how many multiplications that may cost each time, and how many
# numbers they may be.
FEWEST_SHOWN, MOST_SHOWN, LOOK, NUMBERS = 2000, 10_000, 10**8, 2 * 10**6


def _generator(settings: Settings, name: str) -> np.random.Generator:
    """The random numbers of one stream; its seed is its own, or that of the run."""
    seed = getattr(settings, name)
    return np.random.default_rng([settings.seed if seed == "auto" else seed, _STREAMS.index(name)])


@dataclass(frozen=True)
class Prepared:
    """A data set and the settings that describe it in full: what of a file was left to "auto" has
    its value. opened: the file, so that it need not be read again. notes: what was understood."""

    settings: Settings
    dataset: Dataset
    opened: Opened | None = None
    notes: tuple[str, ...] = ()


def prepare(
    settings: Settings, before: Prepared | None = None, stand_in: str | None = None
) -> Prepared:
    """Make the data set; a file that `before` has read already is not read again.

    stand_in: where the content of a file is that can be read only once. SettingsError: the file
    can't be used.
    """
    try:
        if source(settings) is not None:
            dataset = _loaded(settings)
            return Prepared(settings, dataset, notes=_one_class(dataset, before))
        return _prepare_file(settings, before, stand_in)
    except DataError as error:
        value = error.value
        if value is None:
            value = getattr(settings, error.field)
        raise SettingsError(error.reason, error.field, brief_path(str(value))) from None


def build_dataset(settings: Settings) -> Dataset:
    return prepare(settings).dataset


def _loaded(settings: Settings) -> Dataset:
    return datasets.load(
        settings.dataset,
        _generator(settings, "data_seed"),
        samples=settings.samples,
        noise=settings.noise,
        train_fraction=settings.train_fraction,
        features=settings.features,
        extent=settings.extent,
        points=settings.points,
    )


def _one_class(dataset: Dataset, before: Prepared | None) -> tuple[str, ...]:
    """A line where there is nothing to tell apart, if it is news: points are drawn one by one."""
    alone = dataset.only_class
    if not alone or (before is not None and before.dataset.name == dataset.name):
        return ()
    return (f"all points are of class {alone}: there is nothing to tell apart",)


def _prepare_file(settings: Settings, before: Prepared | None, stand_in: str | None) -> Prepared:
    opened, notes = None, tuple[str, ...]()
    if before is not None and before.opened is not None and _reads_alike(before.settings, settings):
        opened = before.opened
    if opened is None:
        from tui_nn.datasets.opened import open_data

        names = [name for name in READING if name not in ("dataset", "data_hash")]
        asked = {name: getattr(settings, name) for name in names}
        opened = open_data(settings.dataset, stand_in=stand_in, **asked)
        settings, notes = _described(settings, opened)
    rows, size = opened.training * settings.train_fraction, settings.batch_size
    if settings.steps_per_epoch == "auto" and rows > LARGE and size != "full":
        settings = settings.changed(steps_per_epoch=math.ceil(rows / size))
    dataset = opened.dataset(
        _generator(settings, "data_seed"),
        settings.train_fraction,
        settings.noise,
        settings.features,
    )
    untaught = dataset.untaught
    known = before is not None and before.opened is opened and before.dataset.untaught == untaught
    if untaught and not known:
        notes = (*notes, f"no row to train on of class {listed(untaught)}")
    there = (features.INPUTS, *features.available(len(dataset.signals)))
    if len(dataset.signals) > 2:
        there = there[:1]
    if not set(settings.features) <= set(there):
        raise DataError(f"some of {', '.join(there)}", "features", ",".join(settings.features))
    return Prepared(settings, dataset, opened, notes)


def _reads_alike(before: Settings, now: Settings) -> bool:
    return all(getattr(before, name) == getattr(now, name) for name in READING)


def _described(settings: Settings, opened: Opened) -> tuple[Settings, tuple[str, ...]]:
    """The settings with what was found in the file, and what there is to say of it."""
    if settings.data_hash not in ("auto", opened.digest):
        raise DataError("has changed: it is not what the run learnt from (--data-hash)")
    notes = [f"{brief_path(settings.dataset)}: {opened.notes[0]}", *opened.notes[1:]]
    found: dict[str, Any] = {
        "dataset": opened.name,
        "target": opened.target.name,
        "task": opened.task,
        "data_hash": opened.digest,
    }
    if settings.test_file is not None:
        found["test_file"] = opened.test_name
    rows = opened.training * settings.train_fraction
    if settings.data_hash == "auto" and rows > LARGE:
        if settings.batch_size == "full":
            found["batch_size"] = LARGE_BATCH
        told = f"many rows: batches of {found.get('batch_size', settings.batch_size)}"
        passes = settings.steps_per_epoch == "auto"
        notes.append(told + ", an epoch is one pass over them" * passes)
    given = settings.model_dump() | found
    return Settings.parse(given), tuple(notes)


def shown_points(settings: Settings, dataset: Dataset) -> Dataset:
    """The points that are looked at, and those a look can't afford left out: of a large network
    or of many inputs each costs more."""
    units, inputs = sum(settings.hidden) + 1, dataset.inputs.shape[1]
    most = min(MOST_SHOWN, LOOK // units**2, NUMBERS // inputs)
    return dataset.sample(max(FEWEST_SHOWN, most))


def layer_sizes(settings: Settings, dataset: Dataset) -> tuple[int, ...]:
    """Units of every layer, inputs first."""
    return (len(dataset.feature_labels), *settings.hidden, dataset.targets.shape[1])


def build_optimizer(settings: Settings, network: Network) -> Optimizer:
    """The rule, with its options; of a data set whose task is known."""
    rule, rate = optimizers.REGISTRY[settings.optimizer], float(learning_rate(settings))
    return rule(network.parameters, rate, **options("optimizer", settings))


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
    if dataset is None:
        prepared = prepare(settings)
        dataset, settings = prepared.dataset, prepared.settings
    settings = settings.resolved()
    sizes = layer_sizes(settings, dataset)
    network = Network(sizes, settings.activation, settings.output_activation, settings.dtype)
    network.initialize(settings.init, _generator(settings, "weight_seed"))
    return Trainer(
        network,
        build_optimizer(settings, network),
        settings.loss,
        dataset.inputs,
        dataset.targets,
        prepare=(dataset.network_inputs, dataset.network_targets),
        metric="r2" if dataset.task == "regression" else "accuracy",
        train=dataset.train,
        batch_size=_batch_size(settings),
        penalty=build_penalty(settings, network),
        dropout=settings.dropout,
        schedule=build_schedule(settings),
        clip_norm=settings.clip_norm,
        clip_value=settings.clip_value,
        steps_per_epoch=steps_per_epoch(settings),
        check_every=_check_every(settings, dataset),
        stop=stop_rules(settings),
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
        trainer.set_points(
            dataset.inputs,
            dataset.targets,
            dataset.train,
            (dataset.network_inputs, dataset.network_targets),
        )
    trainer.stop = stop_rules(new)


def has_other_points(old: Settings, new: Settings) -> bool:
    """Whether a live change means other points."""
    return any(name in POINTS for name in old.differences(new))


def _check_every(settings: Settings, dataset: Dataset) -> int:
    """Steps between two looks at the loss of all points: of many in batches it costs nearly half of
    what training on them does, and comes once they have all been used."""
    points, batch = len(dataset.inputs), _batch_size(settings)
    used_up = 0 if batch is None or points <= LARGE else math.ceil(points / batch)
    return max(SHORTEST_CHECK, steps_per_epoch(settings) // CHECKS_PER_EPOCH, used_up)


def _batch_size(settings: Settings) -> int | None:
    return None if settings.batch_size == "full" else settings.batch_size


def stop_rules(settings: Settings) -> StopRules:
    return StopRules(
        settings.target_loss,
        max_epochs(settings),
        settings.max_steps,
        settings.patience,
        settings.min_delta,
    )

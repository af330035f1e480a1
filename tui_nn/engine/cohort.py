"""A cohort: trainers of one shape that take their steps together, as one population.

The population does the arithmetic; each trainer looks at its own loss, and ends where it would
have ended alone. Whoever has ended leaves, and the others go on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import REGISTRY, Optimizer
from tui_nn.engine.population import Population
from tui_nn.engine.regularization import Penalty
from tui_nn.engine.schedules import ReduceOnPlateau
from tui_nn.engine.trainer import Evaluation, Trainer
from tui_nn.engine.types import Array


class Cohort:
    """Trains trainers together whose networks, points and rules are of one shape.

    They are at the same step. Seeds, points, limits and continuous options may differ from one to
    the next, if none is 0 in one and not in another. `run` leaves each trainer as if it had run
    alone; between two runs nobody else may change them. ValueError: they can't be trained together.
    """

    def __init__(self, trainers: Sequence[Trainer]) -> None:
        if not all(map(stackable, trainers)):
            raise ValueError("cohort: dropout, a plateau and a line search train alone")
        if any(_shape(trainer) != _shape(trainers[0]) for trainer in trainers):
            raise ValueError("cohort: the trainers are not of one shape")
        self.trainers = [trainer for trainer in trainers if trainer.reason is None]
        self._population: Population | None = None

    def run(self, steps: int) -> None:
        """Take so many steps with each trainer, fewer with those that end before."""
        while steps and self.trainers:
            population = self._population = self._population or _population(self.trainers)
            steps -= self._run(population, steps)
            _hand_back(population, self.trainers)
            if any(trainer.reason for trainer in self.trainers):
                self.trainers = [trainer for trainer in self.trainers if trainer.reason is None]
                self._population = None

    def _run(self, population: Population, steps: int) -> int:
        """Take so many steps, or until somebody ends; returns how many."""
        trainers, start = self.trainers, population.step
        looks = [trainer.next_check() for trainer in trainers]
        while population.step < start + steps and all(t.reason is None for t in trainers):
            population.run(min(start + steps, *looks) - population.step)
            if (step := population.step) in looks:
                due = zip(trainers, looks, strict=True)
                _look(population, [one if at == step else None for one, at in due])
                looks = [trainer.next_check() for trainer in trainers]
        return population.step - start


def stackable(trainer: Trainer) -> bool:
    """Whether a trainer can be one of a cohort: without dropout, plateau and line search."""
    return not (
        np.any(trainer.dropout)
        or isinstance(trainer.schedule, ReduceOnPlateau)
        or trainer.optimizer.needs_closure
    )


def _look(population: Population, trainers: Sequence[Trainer | None]) -> None:
    """Let those that are due look at their loss; None is one that is not."""
    seen = population.evaluate()
    columns = (seen.train_loss, seen.train_accuracy, seen.test_loss, seen.test_accuracy)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for trainer, own, row in zip(trainers, population.network.parameters, rows, strict=True):
        if trainer is not None:
            trainer.step = population.step
            trainer.network.parameters[:] = own
            trainer.check(Evaluation(*row))


def _shape(trainer: Trainer) -> Any:
    """What has to be the same in all trainers of a cohort."""
    network, optimizer, schedule = trainer.network, trainer.optimizer, trainer.schedule
    penalty, points, test = trainer.penalty, trainer.training_points, trainer.test_points
    return (
        (trainer.step, trainer.batch_size, trainer.batches.state_dict().get("next")),
        (network.sizes, network.activations, network.parameters.dtype),
        (points.shape, None if test is None else test.shape),
        (trainer.loss, trainer.metric, trainer.steps_per_epoch, trainer.check_every),
        (type(optimizer), [_fixed(option) for option in _options(optimizer).values()]),
        (type(schedule), None if schedule is None else vars(schedule)),
        (type(penalty), None if penalty is None else (penalty.l1 > 0, penalty.l2 > 0)),
        (trainer.clip_norm is None, trainer.clip_value),
    )


def _options(optimizer: Optimizer) -> dict[str, Any]:
    """The arguments that its constructor takes by name, as they are now."""
    return {name: getattr(optimizer, name) for name in _option_names(optimizer.name)}


@cache
def _option_names(rule: str) -> list[str]:
    parameters = inspect.signature(REGISTRY[rule]).parameters.values()
    return [option.name for option in parameters if option.kind is option.KEYWORD_ONLY]


def _fixed(option: Any) -> Any:
    """What must not differ of an option: of a number, whether it does anything at all."""
    return option != 0 if isinstance(option, float) else option


def _population(trainers: Sequence[Trainer]) -> Population:
    """The trainers' networks as they are now, with what goes on with them."""
    first = trainers[0]
    network = first.network.alike(len(trainers))
    network.parameters[:] = [trainer.network.parameters for trainer in trainers]
    inputs, truth, train = _points(trainers)
    options = [_options(trainer.optimizer) for trainer in trainers]
    optimizer = type(first.optimizer)(
        network.parameters,
        _column([trainer.base_learning_rate for trainer in trainers]),
        **{name: _column([own[name] for own in options]) for name in options[0]},
    )
    penalties = [trainer.penalty for trainer in trainers if trainer.penalty is not None]
    norms = [trainer.clip_norm for trainer in trainers]
    population = Population(
        network,
        optimizer,
        first.loss,
        inputs,
        truth,
        rngs=[trainer.rng for trainer in trainers],
        metric=first.metric,
        train=train,
        batch_size=first.batch_size,
        penalty=_penalty(penalties, network) if penalties else None,
        schedule=first.schedule,
        clip_norm=None if first.clip_norm is None else np.array(norms),
        clip_value=first.clip_value,
    )
    population.step = first.step
    optimizer.load_state_dict(_joined([trainer.optimizer.state_dict() for trainer in trainers]))
    if population.penalty is not None:
        population.penalty.load_state_dict(_joined([one.state_dict() for one in penalties]))
    states = [trainer.batches.state_dict() for trainer in trainers]
    if states[0]:
        orders = np.concatenate([state["orders"] for state in states])
        population.batches.load_state_dict({"orders": orders, "next": states[0]["next"]})
    return population


def _hand_back(population: Population, trainers: Sequence[Trainer]) -> None:
    """Give each trainer its part; one that has ended knows its parameters already."""
    optimizer, batches = population.optimizer.state_dict(), population.batches.state_dict()
    penalty = {} if population.penalty is None else population.penalty.state_dict()
    for k, trainer in enumerate(trainers):
        if trainer.reason is None:
            trainer.step = population.step
            trainer.network.parameters[:] = population.network.parameters[k]
        trainer.optimizer.load_state_dict(_part(optimizer, k))
        if trainer.penalty is not None:
            trainer.penalty.load_state_dict(_part(penalty, k))
        if batches:
            own = {"orders": batches["orders"][k : k + 1], "next": batches["next"]}
            trainer.batches.load_state_dict(own)


def _points(trainers: Sequence[Trainer]) -> tuple[Array, Array, Array]:
    """inputs, truth and train as a population takes them; shared where all have the same."""
    sets = [[t.training_points, *([t.test_points] if t.test_points else [])] for t in trainers]
    first = sets[0]
    if all(mine.has_points_of(one) for own in sets for mine, one in zip(own, first, strict=True)):
        sets = [first]
    parts = [[points.columns() for points in own] for own in sets]
    inputs = [np.concatenate([columns[:-1].T for columns, _ in own]) for own in parts]
    truth = [np.concatenate([answers.T for _, answers in own]) for own in parts]
    train = np.arange(len(inputs[0])) < trainers[0].training_points.count
    if all(map(np.array_equal, inputs[1:], inputs)) and all(map(np.array_equal, truth[1:], truth)):
        return inputs[0], truth[0], train
    return np.stack(inputs), np.stack(truth), train


def _penalty(penalties: list[Penalty], network: Network) -> Penalty:
    l1, l2 = ([getattr(one, name) for one in penalties] for name in ("l1", "l2"))
    return type(penalties[0])(network, _column(l1), _column(l2))


def _column(values: list[Any]) -> Any:
    """An option of each as a column (K, 1), or the one that they all have."""
    return values[0] if all(v == values[0] for v in values) else np.array(values)[:, np.newaxis]


def _joined(states: list[dict[str, Any]]) -> dict[str, Any]:
    """Vectors on top of each other, numbers as `_column`."""
    join: Callable[[list[Any]], Any]
    joined = {}
    for name, value in states[0].items():
        join = np.stack if isinstance(value, np.ndarray) else _column
        joined[name] = join([state[name] for state in states])
    return joined


def _part(state: dict[str, Any], k: int) -> dict[str, Any]:
    """What `_joined` has joined, of one: rows of vectors, numbers of columns."""
    part = {}
    for name, value in state.items():
        own = value[k] if isinstance(value, np.ndarray) else value
        part[name] = own.item() if isinstance(own, np.ndarray) and own.size == 1 else own
    return part

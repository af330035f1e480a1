"""Which cells are trained together: those of one shape, as many as pay."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import numpy as np

from tui_nn.compare.plan import Cell
from tui_nn.compare.work import Portion
from tui_nn.engine import optimizers
from tui_nn.settings import Settings, source
from tui_nn.settings.rules import OPTIONS

MOST = 64  # cells: from there on a larger stack is hardly faster
NUMBERS = 100_000  # and as many outputs of units and points at once as a core has near at hand

# What never matters for the shape: the seeds, the limits, how the weights begin.
_FREE = (
    *("seed", "data_seed", "weight_seed", "batch_seed", "init", "noise"),
    *("target_loss", "max_epochs", "max_steps", "patience", "min_delta"),
)


def portions(
    cells: Iterable[Cell], states: Mapping[int, dict[str, Any]], seconds: float
) -> list[Portion]:
    """All cells in portions, in their order as far as can be. states: where some go on from."""
    groups = defaultdict[Any, list[Cell]](list)
    for cell in cells:
        state = states.get(cell.number)
        step = 0 if state is None else int(state["step"])
        alone = cell.number if is_alone(cell.settings) else None
        groups[alone, step, shape(cell.settings)].append(cell)
    found = []
    for group in groups.values():
        most = members(group[0].settings)
        for start in range(0, len(group), most):
            part = group[start : start + most]
            found.append(
                Portion(
                    tuple(cell.number for cell in part),
                    tuple(cell.settings for cell in part),
                    tuple(states.get(cell.number) for cell in part),
                    seconds,
                )
            )
    return found


def shape(settings: Settings) -> tuple[Any, ...]:
    """What has to be the same for cells to be trained together; of a continuous option, whether it
    does anything at all."""
    values = vars(settings.resolved()).copy()
    for name in _FREE:
        del values[name]
    defaults = _defaults(settings.optimizer)
    for name in (*OPTIONS["optimizer"][settings.optimizer], "learning_rate", "l1", "l2"):
        value = defaults[name] if values[name] == "auto" else values[name]
        values[name] = value != 0 if type(value) is float else value
    values["clip_norm"] = settings.clip_norm is None
    return tuple(values.values())


@cache
def _defaults(optimizer: str) -> dict[str, Any]:
    """What its options are if nobody says."""
    parameters = inspect.signature(optimizers.REGISTRY[optimizer]).parameters
    return {name: parameter.default for name, parameter in parameters.items()}


def is_alone(settings: Settings) -> bool:
    """Whether it can't be trained with others: dropout, a plateau, a line search."""
    return (
        bool(np.any(settings.dropout))
        or settings.schedule == "reduce_on_plateau"
        or optimizers.REGISTRY[settings.optimizer].needs_closure
    )


def members(settings: Settings) -> int:
    """How many cells of these settings are worth to be trained together."""
    found = source(settings)
    if found is None:
        return 1  # nobody knows how many points a file has, and how much memory each would take
    points = settings.samples
    if found.fixed:
        points = len(found.generate(np.random.default_rng(0), points)[0])
    if settings.batch_size != "full":
        points = min(points, settings.batch_size)
    return max(1, min(MOST, NUMBERS // (points * (sum(settings.hidden) + 1))))

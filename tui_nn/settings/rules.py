"""Which settings matter in a run, and which don't go together.

What an optimizer or a schedule has as options is read off its constructor: the arguments that are
given by name only. So is what its options must not be together: it is asked.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_nn import datasets
from tui_nn.datasets import DataError, features
from tui_nn.datasets.files import HASH_DIGITS
from tui_nn.datasets.plain import brief, nearest
from tui_nn.engine import activations, losses, optimizers, schedules
from tui_nn.engine.stopping import STEPS_PER_EPOCH
from tui_nn.settings.fields import EPOCHS, FILE, FILE_EPOCHS, Auto, field_info

if TYPE_CHECKING:
    from tui_nn.settings.model import Settings

MOST_OUTPUTS = 10**8  # points times units, each a number in several buffers: some gigabytes


def _options(rules: Mapping[str, Callable[..., Any]]) -> dict[str, list[str]]:
    """The names of the options of each."""
    return {
        name: [
            option.name
            for option in inspect.signature(rule).parameters.values()
            if option.kind is option.KEYWORD_ONLY
        ]
        for name, rule in rules.items()
    }


# The two settings whose choices have options, and the options of each choice.
OPTIONS = {
    "optimizer": _options(optimizers.REGISTRY),
    "schedule": _options(schedules.REGISTRY),
}


def options(kind: str, settings: Settings) -> dict[str, Any]:
    """What the settings say to the options of their optimizer, or schedule; kind: which of the two.

    An option that is "auto" is left to it.
    """
    names = OPTIONS[kind][getattr(settings, kind)]
    values = {name: getattr(settings, name) for name in names}
    return {name: value for name, value in values.items() if value != "auto"}


def owners(name: str) -> str:
    """The optimizers, or schedules, that a setting is an option of: "adam, adamw" or "all but gd".

    "" for a setting that is no option.
    """
    for choices in OPTIONS.values():
        have = [choice for choice, names in choices.items() if name in names]
        lack = [choice for choice, names in choices.items() if name not in names]
        if have:
            return min(", ".join(have), f"all but {', '.join(lack)}", key=len)
    return ""


def source(settings: Settings) -> datasets.Source | None:
    """How the points are drawn; None of a file. Raises DataError."""
    return datasets.source(settings.dataset, settings.extent, settings.points)


def task(settings: Settings) -> str:
    """What the data set asks for: "binary", "multiclass" or "regression"; "auto" of a file that
    has not been opened yet."""
    found = source(settings)
    return settings.task if found is None else found.task


def output_activation(settings: Settings) -> str:
    """The output activation; "auto" is what the loss needs, or else what suits the data set."""
    if settings.output_activation != "auto":
        return settings.output_activation
    needed = () if settings.loss == "auto" else losses.REGISTRY[settings.loss].outputs
    if needed:
        return needed[0]
    usual = {"multiclass": "softmax" if settings.loss == "auto" else "sigmoid"}
    return (usual | {"binary": "sigmoid", "regression": "linear", "auto": "auto"})[task(settings)]


def loss(settings: Settings) -> str:
    """The loss; "auto" is cross_entropy on softmax, else mse."""
    output = output_activation(settings)
    if settings.loss != "auto" or output == "auto":
        return settings.loss
    return "cross_entropy" if output == "softmax" else "mse"


def steps_per_epoch(settings: Settings) -> int:
    """Steps that make an epoch; a large file, once it is open, has another number for "auto"."""
    said = settings.steps_per_epoch
    return STEPS_PER_EPOCH if said == "auto" else said


def max_epochs(settings: Settings) -> int | None:
    """Epochs that a run has at most; "auto" is fewer of a file."""
    if settings.max_epochs != "auto":
        return settings.max_epochs
    return FILE_EPOCHS if source(settings) is None else EPOCHS


def init(settings: Settings) -> str:
    """The initializer; "auto" is normal, but xavier_normal where hidden units have no bounds, which
    would hold what large weights make of the inputs.
    """
    if settings.init != "auto":
        return settings.init
    return "normal" if _units_are_bounded(settings) else "xavier_normal"


def learning_rate(settings: Settings) -> float | Auto:
    """The learning rate; "auto" is the optimizer's usual one, which may be another where gradients
    grow without bounds: with the error of linear outputs, or with hidden units.

    "auto" as long as a file that decides has not been opened.
    """
    if settings.learning_rate != "auto":
        return settings.learning_rate
    rule = optimizers.REGISTRY[settings.optimizer]
    if rule.linear_rate is None or rule.unbounded_rate is None:
        return rule.usual_rate
    if output_activation(settings) == "auto":
        return "auto"
    # The gradient of the losses of classes has bounds, and does not vanish where an output is flat.
    classes_only = losses.REGISTRY[loss(settings)].classes_only
    if output_activation(settings) == "linear" and not classes_only:
        return rule.linear_rate
    steep = classes_only and not _units_are_bounded(settings)
    return rule.unbounded_rate if steep else rule.usual_rate


def _units_are_bounded(settings: Settings) -> bool:
    told = settings.activation
    names = told if isinstance(told, tuple) else (told,) * len(settings.hidden)
    return all(activations.REGISTRY[name].bounds for name in names)


# The settings whose "auto" other settings decide, and how.
STAND_FOR: dict[str, Callable[[Settings], Any]] = {
    "output_activation": output_activation,
    "loss": loss,
    "init": init,
    "learning_rate": learning_rate,
    "steps_per_epoch": steps_per_epoch,
    "max_epochs": max_epochs,
}


def gives_probabilities(output_activation: str, task: str) -> bool:
    """Whether what is said of the classes are probabilities, of each one."""
    return output_activation == "softmax" or (output_activation == "sigmoid" and task == "binary")


def applies(name: str, settings: Settings) -> bool:
    """Whether a setting makes a difference in this run."""
    for kind, choices in OPTIONS.items():
        is_option = any(name in names for names in choices.values())
        if is_option and name not in choices[getattr(settings, kind)]:
            return False
    match name:
        case "nesterov" | "dampening":
            return settings.momentum > 0
        case "decoupled_weight_decay":
            return settings.weight_decay not in ("auto", 0)
        case "penalty":
            return settings.l1 > 0 or settings.l2 > 0
        case "min_delta":
            return settings.patience is not None
        case "samples":
            found = source(settings)
            return found is not None and not found.fixed
        case "train_fraction":
            return settings.test_file is None
        case "extent":
            is_function = "=" in settings.dataset and source(settings) is not None
            return is_function or settings.dataset == datasets.DRAWN
        case "points":
            return settings.dataset == datasets.DRAWN
        case "activation" | "dropout":
            return bool(settings.hidden)
        case _:
            return name not in FILE or source(settings) is None


def goes_on(before: Settings, after: Settings) -> bool:
    """Whether a network that trains can take over a change: from points to those that are drawn
    upon them, too, but not if there are other classes, for each of which it needs an output."""
    fixed = {name for name in before.differences(after) if not field_info(name)["live"]}
    old, new = source(before), source(after)
    draws = "dataset" in fixed and datasets.DRAWN in (before.dataset, after.dataset)
    if fixed and not (draws and old and new and fixed <= {"dataset", "extent"}):
        return False
    return not (old and new) or all(
        getattr(old, name) == getattr(new, name) for name in ("task", "classes", "coordinates")
    )


def check(settings: Settings) -> None:
    """ValueError "name: value: reason" for what is allowed by itself, but not together."""
    optimizer = optimizers.REGISTRY[settings.optimizer]
    optimizer(np.zeros(1), **options("optimizer", settings))
    schedules.REGISTRY[settings.schedule](**options("schedule", settings))
    _check_data(settings)
    _check_task(settings)
    layers = len(settings.hidden)
    for name in ("activation", "dropout"):
        value = getattr(settings, name)
        if isinstance(value, tuple) and len(value) != layers:
            raise ValueError(f"{name}: give one, or one for each of the {layers} hidden layers")
    dropped = settings.dropout if isinstance(settings.dropout, tuple) else (settings.dropout,)
    if optimizer.needs_closure and (settings.batch_size != "full" or any(dropped)):
        raise ValueError(f"optimizer: {settings.optimizer}: needs full batches and no dropout")
    if optimizer.needs_closure and (settings.clip_norm or settings.clip_value):
        raise ValueError(f"optimizer: {settings.optimizer}: needs gradients that are not clipped")
    if optimizer.needs_closure and applies("penalty", settings) and settings.penalty != "standard":
        raise ValueError(f"optimizer: {settings.optimizer}: needs the standard penalty")
    units = sum(settings.hidden)
    if applies("samples", settings) and settings.samples * units > MOST_OUTPUTS:
        most = f"at most {MOST_OUTPUTS // units} with {units} hidden units, for want of memory"
        raise ValueError(f"samples: {settings.samples}: {most}")


def _check_data(settings: Settings) -> None:
    """The name of the data set, a function's text and extent, a file's hash."""
    name, known = settings.dataset, settings.data_hash
    if not datasets.is_known(name):
        if os.path.isdir(name):
            raise DataError("is a directory", value=name)
        names = (*datasets.REGISTRY, datasets.DRAWN)
        or_file = f"a file as ./{brief(name)}, or f(x) = …{nearest(name, names)}"
        raise DataError(f"one of {', '.join(names)}, {or_file}", value=name)
    if name == settings.test_file:
        raise DataError("is what is learnt from; give another one", "test_file", name)
    if known != "auto" and not re.fullmatch(f"[0-9a-f]{{{HASH_DIGITS}}}", known):
        raise DataError(f"{HASH_DIGITS} hex digits, or auto", "data_hash", known)
    source(settings)


def _check_task(settings: Settings) -> None:
    """Output, loss and features against what the data set has, as far as it is known."""
    output, measure, kind = output_activation(settings), loss(settings), task(settings)
    told, found = settings.features, source(settings)
    there = (features.INPUTS, *features.available(found.coordinates if found else 2))
    if not told or len(set(told)) != len(told) or not set(told) <= set(there):
        raise ValueError(f"features: {','.join(told)}: some of {', '.join(there)}, each once")
    if kind == "auto":
        return
    if output == "softmax" and kind != "multiclass":
        blamed = "output_activation" if settings.output_activation == output else "loss"
        value = getattr(settings, blamed)
        raise ValueError(f"{blamed}: {value}: needs a data set of several classes, as rings")
    if kind == "regression" and losses.REGISTRY[measure].classes_only:
        names = ", ".join(n for n, each in losses.REGISTRY.items() if not each.classes_only)
        what = "the data set" if found is None else settings.dataset
        raise ValueError(f"loss: {measure}: {what} has values, no classes: {names}")
    losses.check(losses.REGISTRY[measure], output)

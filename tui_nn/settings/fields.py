"""Every setting, each in one place: its default, section, help, bounds or choices.

The flags, the form, the configuration file and the errors are all made from what stands here. The
names of the optimizers' and schedules' options are those of their constructors.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypedDict, cast

from pydantic import BaseModel, ConfigDict, Field

from tui_nn import datasets
from tui_nn.datasets import features
from tui_nn.datasets.preprocessing import FILLS
from tui_nn.engine import activations, initializers, losses, optimizers, schedules
from tui_nn.engine.regularization import PENALTIES
from tui_nn.engine.stopping import STEPS_PER_EPOCH

# The sections of the help and of a configuration file, and the form's group of each.
SECTIONS = {
    "Data": "Data",
    "Network": "Network",
    "Optimizer": "Optimizer",
    "Schedule": "Optimizer",
    "Regularization": "Training",
    "Training": "Training",
}
GROUPS = tuple(dict.fromkeys(SECTIONS.values()))
LAYERS, UNITS = 16, 1024
MUCH = 10**9  # no limit in earnest
COLUMN_LIST = "as in a,b,c, or none"
# How a file is read; another file is read in its own way.
FILE = ("target", "columns", "drop", "task", "missing", "test_file", "data_hash")
SEEDS = 2**32 - 1  # the highest
# Most epochs, unless somebody says otherwise: a file may never be fitted to the target loss, and
# gets as many as in scikit-learn's MLPClassifier.
EPOCHS, FILE_EPOCHS = 100_000, 200

Auto = Literal["auto"]  # what the optimizer, or the schedule, itself has as its default


class FieldInfo(TypedDict):
    """What a setting says of itself beside its type and default.

    live: may change while a network trains; the others need a new network. word: what may stand in
    place of a number ("none", "auto", "full"). limits: of a number, by gt, ge, lt, le. text: what
    may be typed that is neither a number nor a choice.
    """

    section: str
    group: str
    help: str
    live: bool
    short: str | None
    choices: list[str]
    word: str
    limits: dict[str, float]
    text: str


def _field(
    default: Any,
    section: str,
    help: str,
    *,
    live: bool = False,
    short: str | None = None,
    choices: tuple[str, ...] = (),
    word: str = "",
    text: str = "",
    **limits: float,
) -> Any:
    info = FieldInfo(
        section=section,
        group=SECTIONS[section],
        help=help,
        live=live,
        short=short,
        choices=list(choices),
        word=word,
        limits=limits,
        text=text,
    )
    return Field(default, description=help, json_schema_extra=cast(Any, info))


def _option(default: Any, help: str, section: str = "Optimizer", **more: Any) -> Any:
    """An option of optimizers, or of schedules: all of them are live."""
    word = "auto" if default == "auto" else ""
    return _field(default, section, help, live=True, word=word, **more)


class Fields(BaseModel):
    """The settings, in the order in which they are shown."""

    model_config = ConfigDict(defer_build=True)  # only `Settings` is ever made

    dataset: str = _field(
        "xor",
        "Data",
        "the points to learn",
        choices=(*datasets.REGISTRY, datasets.DRAWN),
        text="a file, - for standard input, or a function as f(x, y) = x*y > 0",
    )
    target: str = _field(
        "auto", "Data", "of a file, what is learnt", text="a column; auto: the last"
    )
    columns: tuple[str, ...] = _field(
        (), "Data", "columns of a file to learn from", text=COLUMN_LIST
    )
    drop: tuple[str, ...] = _field(
        (), "Data", "columns of a file that are left out", text=COLUMN_LIST
    )
    task: str = _field(
        "auto",
        "Data",
        "how the target is taken",
        choices=("auto", "binary", "multiclass", "regression"),
    )
    missing: str = _field(
        "error",
        "Data",
        "what becomes of missing values",
        choices=("error", "drop", *FILLS),
    )
    test_file: str | None = _field(
        None, "Data", "the points to test on", word="none", text="a file with the same columns"
    )
    data_hash: str = _field(
        "auto", "Data", "what the file must hold", text="16 hex digits; auto: anything"
    )
    extent: tuple[float, ...] = _field(
        datasets.EXTENT,
        "Data",
        "of a function's inputs, or of drawn points",
        text="from,to for all, or for each: 0,1,-2,2",
    )
    points: str | None = _field(
        None,
        "Data",
        "drawn",
        live=True,
        word="none",
        text="x,y,class of each, as 0,-1,0;2,1,1",
    )
    samples: int = _field(
        100, "Data", "points to draw (xor and digits have theirs)", live=True, ge=2, le=100_000
    )
    noise: float = _field(0.0, "Data", "noise on the inputs, in half widths", live=True, ge=0, le=1)
    train_fraction: float = _field(
        1.0, "Data", "share of points to train on", live=True, gt=0, le=1
    )
    features: tuple[str, ...] = _field(
        (features.INPUTS,),
        "Data",
        "what the network is told, as in x,y,xy",
        choices=(features.INPUTS, *features.REGISTRY),
    )
    data_seed: int | Auto = _field(
        "auto", "Data", "seed of the points alone", live=True, word="auto", ge=0, le=SEEDS
    )

    hidden: tuple[int, ...] = _field(
        (8, 8), "Network", "units of each hidden layer, as in 8,8", ge=1, le=UNITS
    )
    activation: str | tuple[str, ...] = _field(
        "sigmoid",
        "Network",
        "of the hidden units; one each as in tanh,relu",
        choices=tuple(activations.REGISTRY),
    )
    output_activation: str = _field(
        "auto",
        "Network",
        "of the outputs; auto: by data set and loss",
        choices=("auto", *activations.OUTPUTS),
    )
    loss: str = _field(
        "auto",
        "Network",
        "the error that training lowers",
        choices=("auto", *losses.REGISTRY),
    )
    init: str = _field(
        "auto",
        "Network",
        "how weights begin (auto: by activation)",
        choices=("auto", *initializers.REGISTRY),
    )
    seed: int = _field(0, "Network", "the same seed, the same run", ge=0, le=SEEDS)
    weight_seed: int | Auto = _field(
        "auto", "Network", "seed of the first weights alone", word="auto", ge=0, le=SEEDS
    )
    dtype: str = _field(
        "float64", "Network", "precision of all arithmetic", choices=("float64", "float32")
    )

    optimizer: str = _option("gd", "the rule of the update", choices=tuple(optimizers.REGISTRY))
    learning_rate: float | Auto = _option(
        "auto", "how far an update goes (auto: by optimizer)", short="lr", gt=0, le=MUCH
    )
    momentum: float = _option(0.0, "speed that is kept each step", ge=0, lt=1)
    dampening: float = _option(0.0, "share of the gradient not taken", ge=0, le=1)
    nesterov: bool = _option(False, "momentum that looks ahead")
    beta1: float = _option(0.9, "the mean gradient's memory", ge=0, lt=1)
    beta2: float = _option(0.999, "the squared gradient's memory", ge=0, lt=1)
    alpha: float = _option(0.99, "the squared gradient's memory", ge=0, le=1)
    rho: float = _option(0.9, "memory of gradients and steps", ge=0, le=1)
    eps: float | Auto = _option("auto", "keeps the division from 0", ge=0, le=1)
    amsgrad: bool = _option(False, "divide by the largest square so far")
    centered: bool = _option(False, "divide by the deviation, not the size")
    momentum_decay: float = _option(4e-3, "how fast the momentum rises", ge=0, le=10)
    lr_decay: float = _option(0.0, "how fast the rate falls", ge=0, le=10)
    initial_accumulator_value: float = _option(0.0, "where the sum begins", ge=0, le=MUCH)
    eta_minus: float = _option(0.5, "shrinks a step that turns", gt=0, lt=1)
    eta_plus: float = _option(1.2, "lengthens a step that goes on", gt=1, le=10)
    step_min: float = _option(1e-6, "shortest step", ge=0, le=MUCH)
    step_max: float = _option(50.0, "longest step", ge=0, le=MUCH)
    max_iter: int = _option(20, "iterations in an update", ge=1, le=1000)
    max_eval: int | Auto = _option("auto", "looks at the loss in an update", ge=1, le=1000)
    history_size: int = _option(100, "steps to learn curvature from", ge=1, le=1000)
    tolerance_grad: float = _option(1e-7, "no slope: the update ends", ge=0, le=1)
    tolerance_change: float = _option(1e-9, "no change: the update ends", ge=0, le=1)
    line_search_fn: Literal["strong_wolfe"] | None = _field(
        None,
        "Optimizer",
        "how far along a direction",
        live=True,
        choices=("none", "strong_wolfe"),
        word="none",
    )
    weight_decay: float | Auto = _option("auto", "pull of the parameters to 0", ge=0, le=10)
    decoupled_weight_decay: bool = _option(False, "shrink them directly, as adamw does")
    maximize: bool = _option(False, "climb the loss, not descend it")
    clip_norm: float | None = _field(
        None, "Optimizer", "longest gradient", live=True, word="none", gt=0, le=MUCH
    )
    clip_value: float | None = _field(
        None, "Optimizer", "largest component of it", live=True, word="none", gt=0, le=MUCH
    )

    schedule: str = _option(
        "constant",
        "how the learning rate changes",
        "Schedule",
        choices=tuple(schedules.REGISTRY),
    )
    step_size: int = _option(1000, "steps between two drops", "Schedule", ge=1, le=MUCH)
    gamma: float | Auto = _option("auto", "factor of a drop, or a step", "Schedule", gt=0, le=1)
    warmup_steps: int = _option(500, "steps of the rise", "Schedule", ge=0, le=MUCH)
    total_steps: int = _option(10_000, "steps until it ends", "Schedule", ge=1, le=MUCH)
    min_learning_rate: float = _option(0.0, "where it ends", "Schedule", ge=0, le=MUCH)
    pct_start: float = _option(0.3, "share of the steps that rise", "Schedule", ge=0, le=1)
    anneal_strategy: str = _option(
        "cos", "shape of rise and fall", "Schedule", choices=("cos", "linear")
    )
    div_factor: float = _option(25.0, "how far below it begins", "Schedule", gt=0, le=MUCH)
    final_div_factor: float = _option(1e4, "how far below that it ends", "Schedule", gt=0, le=MUCH)
    three_phase: bool = _option(False, "fall in two phases", "Schedule")
    plateau_factor: float = _option(0.1, "factor of a reduction", "Schedule", ge=0, lt=1)
    plateau_patience: int = _option(
        10, "epochs no better that are borne", "Schedule", ge=0, le=MUCH
    )
    plateau_threshold: float = _option(1e-4, "how much better is better", "Schedule", ge=0, le=MUCH)
    plateau_threshold_mode: str = _option(
        "rel", "threshold relative or absolute", "Schedule", choices=("rel", "abs")
    )
    plateau_cooldown: int = _option(
        0, "epochs of rest after a reduction", "Schedule", ge=0, le=MUCH
    )

    l1: float = _field(0.0, "Regularization", "penalty l1·Σ|w|", live=True, ge=0, le=10)
    l2: float = _field(0.0, "Regularization", "penalty ½·l2·Σw²", live=True, ge=0, le=10)
    penalty: str = _field(
        "standard",
        "Regularization",
        "when l1 and l2 act",
        live=True,
        choices=tuple(PENALTIES),
    )
    dropout: float | tuple[float, ...] = _field(
        0.0,
        "Regularization",
        "silent share of hidden units; one each as in 0.2,0",
        live=True,
        ge=0,
        lt=1,
    )
    patience: int | None = _field(
        None,
        "Regularization",
        "end after so many epochs no better",
        live=True,
        word="none",
        ge=1,
        le=MUCH,
    )
    min_delta: float = _field(
        0.0, "Regularization", "how much lower is better", live=True, ge=0, le=MUCH
    )

    batch_size: int | Literal["full"] = _field(
        "full", "Training", "points a step sees", live=True, word="full", ge=1, le=100_000
    )
    batch_seed: int | Auto = _field(
        "auto", "Training", "seed of batches and dropout alone", word="auto", ge=0, le=SEEDS
    )
    steps_per_epoch: int | Auto = _field(
        "auto",
        "Training",
        f"steps of an epoch (auto: {STEPS_PER_EPOCH}; large file: a pass)",
        word="auto",
        ge=1,
        le=10**6,
    )
    target_loss: float | None = _field(
        0.005, "Training", "end at this loss, where an epoch ends", live=True, word="none", ge=0
    )
    max_epochs: int | Auto | None = _field(
        "auto",
        "Training",
        f"most epochs (auto: {EPOCHS:,}; a file: {FILE_EPOCHS})",
        live=True,
        word="auto or none",
        ge=1,
        le=MUCH,
    )
    max_steps: int | None = _field(
        None, "Training", "end after so many steps", live=True, word="none", ge=1, le=10**12
    )


@cache
def field_info(name: str) -> FieldInfo:
    """What a setting says of itself."""
    return cast(FieldInfo, Fields.model_fields[name].json_schema_extra)


@cache
def is_switch(name: str) -> bool:
    """Whether a setting is on or off."""
    return Fields.model_fields[name].annotation is bool


@cache
def is_whole(name: str) -> bool:
    """Whether a setting is a whole number, or several."""
    return "int" in str(Fields.model_fields[name].annotation)


@cache
def has_layers(name: str) -> bool:
    """Whether a setting may have a value for each hidden layer."""
    return "tuple" in str(Fields.model_fields[name].annotation) and not is_list(name)


@cache
def is_list(name: str) -> bool:
    """Whether a setting is a list, as in 8,8."""
    return str(Fields.model_fields[name].annotation).startswith("tuple")

"""One validated description of a run; flags, form, TOML file and share line all come from it.

A field says everything about itself in one place: its default, its group in the form and in the
help, a line of help for somebody who learns, its bounds or choices, and whether it is "live", that
is, may change while a network trains. (The others need a new network.)
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tui_nn import datasets
from tui_nn.engine import activations, initializers, losses, optimizers

GROUPS = ("Data", "Network", "Optimizer", "Training")
LAYERS, UNITS = 16, 1024
OUTPUTS = 10**8  # points times units, each a number in several buffers: some gigabytes


class SettingsError(ValueError):
    """A setting that is not allowed: its name, the value that was given, what is allowed."""

    def __init__(self, reason: str, field: str = "", value: Any = None) -> None:
        given = " ".join(part for part in (field, short_text(value)) if part)
        super().__init__(f"{given}: {reason}" if given else reason)
        self.reason = reason
        self.field = field
        self.value = value


class FieldInfo(TypedDict):
    """What a field says of itself beside its type, default and bounds."""

    group: str
    help: str
    live: bool
    short: str | None
    choices: list[str]


def _field(
    default: Any,
    group: str,
    help: str,
    *,
    live: bool = False,
    short: str | None = None,
    choices: tuple[str, ...] = (),
    **bounds: Any,
) -> Any:
    info = FieldInfo(group=group, help=help, live=live, short=short, choices=list(choices))
    return Field(default, description=help, json_schema_extra=cast(Any, info), **bounds)


class Settings(BaseModel):
    """Everything that decides a run's result. Immutable; `changed` makes a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dataset: str = _field("xor", "Data", "the points to learn", choices=tuple(datasets.REGISTRY))
    samples: int = _field(100, "Data", "points to draw (xor has 21)", ge=2, le=100_000)
    noise: float = _field(0.0, "Data", "noise on the inputs, in half widths", ge=0, le=1)
    train_fraction: float = _field(1.0, "Data", "share of points to train on", gt=0, le=1)

    hidden: tuple[Annotated[int, Field(ge=1, le=UNITS)], ...] = _field(
        (8, 8), "Network", "units of each hidden layer, as in 8,8", max_length=LAYERS
    )
    activation: str = _field(
        "sigmoid", "Network", "of the hidden units", choices=tuple(activations.REGISTRY)
    )
    output_activation: str = _field(
        "sigmoid", "Network", "of the output unit", choices=tuple(activations.REGISTRY)
    )
    loss: str = _field(
        "mse", "Network", "the error that training lowers", choices=tuple(losses.REGISTRY)
    )
    init: str = _field(
        "normal", "Network", "how the weights begin", choices=tuple(initializers.REGISTRY)
    )
    seed: int = _field(0, "Network", "the same seed, the same run", ge=0, le=2**32 - 1)
    dtype: str = _field(
        "float64", "Network", "precision of all arithmetic", choices=("float64", "float32")
    )

    optimizer: str = _field(
        "gd", "Optimizer", "the rule of the update", live=True, choices=tuple(optimizers.REGISTRY)
    )
    learning_rate: float = _field(
        1.0, "Optimizer", "how far an update goes", live=True, short="lr", gt=0, le=1e9
    )
    momentum: float = _field(0.0, "Optimizer", "speed kept (gd)", live=True, ge=0, lt=1)
    nesterov: bool = _field(False, "Optimizer", "momentum that looks ahead (gd)", live=True)
    beta1: float = _field(0.9, "Optimizer", "gradient's memory (adam)", live=True, ge=0, lt=1)
    beta2: float = _field(0.999, "Optimizer", "square's memory (adam)", live=True, ge=0, lt=1)
    eps: float = _field(
        1e-8, "Optimizer", "keeps the division from 0 (adam)", live=True, ge=0, le=1
    )
    amsgrad: bool = _field(False, "Optimizer", "divide by the largest square (adam)", live=True)
    weight_decay: float = _field(
        0.0, "Optimizer", "pull of the weights to 0", live=True, ge=0, le=10
    )
    maximize: bool = _field(False, "Optimizer", "climb the loss, not descend it", live=True)

    batch_size: Annotated[int, Field(ge=1, le=100_000)] | Literal["full"] = _field(
        "full", "Training", "points a step sees", live=True
    )
    steps_per_epoch: int = _field(500, "Training", "steps that make an epoch", ge=1, le=10**6)
    target_loss: float | None = _field(0.005, "Training", "end at this loss", live=True, ge=0)
    max_epochs: int | None = _field(
        100_000, "Training", "end after so many epochs", live=True, ge=1, le=10**9
    )
    max_steps: int | None = _field(
        None, "Training", "end after so many steps", live=True, ge=1, le=10**12
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth_for_a_number(cls, value: Any, info: Any) -> Any:
        # pydantic takes True for 1; in a file that is a slip.
        parts = value if isinstance(value, (list, tuple)) else (value,)
        wants_bool = cls.model_fields[info.field_name].annotation is bool
        if not wants_bool and any(isinstance(part, bool) for part in parts):
            raise ValueError("true or false")
        return value

    @field_validator("hidden", mode="before")
    @classmethod
    def _split_layers(cls, value: Any) -> Any:
        if isinstance(value, str):
            return () if _is_none(value) else tuple(part.strip() for part in value.split(","))
        return (value,) if isinstance(value, int) else value

    @field_validator("target_loss", "max_epochs", "max_steps", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and _is_none(value) else value

    @field_validator("*", mode="after")
    @classmethod
    def _known_choice(cls, value: Any, info: Any) -> Any:
        choices = field_info(info.field_name)["choices"]
        if choices and value not in choices:
            raise ValueError("not a choice")
        return value

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Settings:
        """Validate raw values; strings are allowed for all of them. Raises SettingsError."""
        for name in values:
            if name not in cls.model_fields:
                raise SettingsError(f"no such setting{nearest(name, cls.model_fields)}", name)
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise SettingsError(allowed(name, values[name]), name, values[name]) from None
        if settings.nesterov and settings.momentum == 0:
            raise SettingsError("needs a momentum above 0", "nesterov")
        if settings.samples * (units := sum(settings.hidden)) > OUTPUTS:
            most = f"at most {OUTPUTS // units} with {units} hidden units, for want of memory"
            raise SettingsError(most, "samples", settings.samples)
        return settings

    def changed(self, **values: Any) -> Settings:
        """A copy with some values replaced, validated as a whole."""
        return Settings.parse({**self.model_dump(), **values})

    def differences(self, other: Settings) -> dict[str, Any]:
        """What `other` sets differently."""
        mine, theirs = self.model_dump(), other.model_dump()
        return {name: theirs[name] for name in mine if mine[name] != theirs[name]}

    def to_toml(self) -> str:
        """The configuration file that reproduces the run."""
        parts = []
        for group, names in groupby(Settings.model_fields, lambda name: field_info(name)["group"]):
            lines = (f"{name} = {toml_text(getattr(self, name))}\n" for name in names)
            parts.append(f"# {group}\n" + "".join(lines))
        return "\n".join(parts)

    def to_flags(self) -> list[str]:
        """The shortest command-line options that reproduce the run."""
        flags: list[str] = []
        for name, value in Settings().differences(self).items():
            if isinstance(value, bool):
                flags.append(flag_of(name, value))
            else:
                flags += [flag_of(name), as_text(value)]
        return flags


# Presets are starting points by name; `classic` is the assignment's and the default.
PRESETS: dict[str, dict[str, Any]] = {
    "classic": {},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
    # TensorFlow Playground as it opens. Its labels are ±1 and its output tanh; ours are 0 and 1.
    "playground": {
        "dataset": "circle",
        "samples": 500,
        "train_fraction": 0.5,
        "hidden": (4, 2),
        "activation": "tanh",
        "output_activation": "sigmoid",
        "init": "xavier_uniform",
        "learning_rate": 0.03,
        "batch_size": 10,
        "steps_per_epoch": 25,
        "target_loss": None,
    },
}


def field_info(name: str) -> FieldInfo:
    """Group, help, short flag, choices and liveness of a setting."""
    return cast(FieldInfo, Settings.model_fields[name].json_schema_extra)


def label(name: str) -> str:
    """The name as a form shows it: `learning_rate` is "Learning rate"."""
    return name.replace("_", " ").capitalize()


def flag_of(name: str, on: bool = True) -> str:
    """The name on the command line: `learning_rate` is "--learning-rate"."""
    return f"--{'' if on else 'no-'}{name.replace('_', '-')}"


def bounds(name: str) -> str:
    """What a setting accepts, short enough for a hint: "above 0, at most 1e9"."""
    if choices := field_info(name)["choices"]:
        return ", ".join(choices)
    if name == "hidden":
        return f"1 to {UNITS} each, up to {LAYERS} layers, or none"
    field = Settings.model_fields[name]
    if field.annotation is bool:
        return "true or false"
    if name == "batch_size":
        return "full, or 1 to 100000"
    limits = {
        kind: _number(getattr(rule, kind))
        for rule in field.metadata
        for kind in ("gt", "ge", "lt", "le")
        if hasattr(rule, kind)
    }
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    if limits.keys() == {"ge", "le"}:
        said = f"{limits['ge']} to {limits['le']}"
    else:
        said = ", ".join(f"{words[kind]} {limit}" for kind, limit in limits.items())
    return f"{said}, or none" if "None" in str(field.annotation) else said


def allowed(name: str, value: Any = "") -> str:
    """The same as part of an error: "a number above 0, at most 1e9"; with the nearest choice."""
    said = bounds(name)
    if choices := field_info(name)["choices"]:
        return f"one of {said}{nearest(str(value), choices)}"
    if name == "hidden":
        return f"units of each layer, as in 8,8: {said}"
    kind = str(Settings.model_fields[name].annotation)
    if name == "batch_size" or "bool" in kind:
        return said
    join = " from " if said[0].isdigit() else " " if said.startswith("above") else ", "
    return f"a {'whole ' if 'int' in kind else ''}number{join}{said}"


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint at the one of the names that is near ("; did you mean adam?"), or nothing."""
    near = get_close_matches(name, list(names), 1, 0.7)
    return f"; did you mean {near[0]}?" if near else ""


def as_text(value: Any) -> str:
    """A setting's value as it is typed on the command line or in the form; loses no digit."""
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(map(as_text, value))
    return _number(value) if isinstance(value, float) else str(value)


def short_text(value: Any) -> str:
    """A wrong value as an error shows it: one line, not too long."""
    text = "" if value is None else " ".join((as_text(value) or '""').split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def toml_text(value: Any) -> str:
    """A setting's value in TOML, which has no null: "none" stands for it."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    return f'"{"none" if value is None else value}"'


def read_config(path: Path) -> dict[str, Any]:
    """The values of a TOML file, not validated. Raises SettingsError if it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(error.strerror or str(error), "config", path) from None
    except UnicodeDecodeError:
        raise SettingsError("not UTF-8", "config", path) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"not TOML: {error}", "config", path) from None


def _is_none(text: str) -> bool:
    return text.strip().lower() in ("", "none")


def _number(value: float) -> str:
    """The shortest text that is this number: 1e9, 0.005, 100000."""
    text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text

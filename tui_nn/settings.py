"""One validated description of a run; flags, form, TOML file and share line all come from it.

Each field carries its help (`description`), its form group and, where it has one, a short flag.
"live" fields may change while a network trains; the others need a new network.
"""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tui_nn import datasets
from tui_nn.engine import activations, initializers, losses, optimizers

GROUPS = ("Data", "Network", "Optimizer", "Training")


class SettingsError(ValueError):
    """A setting that is not allowed; the message names it, its value and what is allowed."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


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
    extra: dict[str, Any] = {"group": group, "live": live, "short": short, "choices": list(choices)}
    return Field(default, description=help, json_schema_extra=extra, **bounds)


Full = Literal["full"]


class Settings(BaseModel):
    """Everything that decides a run's result. Immutable; `changed` makes a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dataset: str = _field("xor", "Data", "what to learn", choices=tuple(datasets.REGISTRY))
    samples: int = _field(100, "Data", "points to generate (xor always has 21)", ge=2, le=100_000)
    noise: float = _field(
        0.0, "Data", "normal noise added to the inputs, in standard deviations", ge=0, le=1
    )
    train_fraction: float = _field(
        1.0, "Data", "share of the points to train on; the rest test", gt=0, le=1
    )
    hidden: tuple[Annotated[int, Field(ge=1, le=1024)], ...] = _field(
        (8, 8), "Network", "units of each hidden layer, as in 8,8", max_length=16
    )
    activation: str = _field(
        "sigmoid", "Network", "of the hidden layers", choices=tuple(activations.REGISTRY)
    )
    output_activation: str = _field(
        "sigmoid", "Network", "of the output layer", choices=tuple(activations.REGISTRY)
    )
    loss: str = _field("mse", "Network", "what training lowers", choices=tuple(losses.REGISTRY))
    init: str = _field(
        "normal", "Network", "how weights begin", choices=tuple(initializers.REGISTRY)
    )
    seed: int = _field(0, "Network", "of data, weights and batches", ge=0, le=2**32 - 1)
    dtype: Literal["float64", "float32"] = _field(
        "float64", "Network", "precision", choices=("float64", "float32")
    )
    optimizer: str = _field(
        "gd", "Optimizer", "the update rule", live=True, choices=tuple(optimizers.REGISTRY)
    )
    learning_rate: float = _field(
        1.0, "Optimizer", "step size", live=True, short="lr", gt=0, le=1e9
    )
    momentum: float = _field(0.0, "Optimizer", "velocity kept, for gd", live=True, ge=0, lt=1)
    nesterov: bool = _field(False, "Optimizer", "look-ahead momentum, for gd", live=True)
    beta1: float = _field(0.9, "Optimizer", "mean decay, for adam", live=True, ge=0, lt=1)
    beta2: float = _field(0.999, "Optimizer", "variance decay, for adam", live=True, ge=0, lt=1)
    eps: float = _field(1e-8, "Optimizer", "keeps adam's division safe", live=True, ge=0, le=1)
    amsgrad: bool = _field(False, "Optimizer", "adam with the largest variance", live=True)
    weight_decay: float = _field(
        0.0, "Optimizer", "λ: λ·parameter joins the gradient", live=True, ge=0, le=10
    )
    maximize: bool = _field(False, "Optimizer", "climb the loss instead", live=True)
    batch_size: Annotated[int, Field(ge=1)] | Full = _field(
        "full", "Training", "points a step: full or a number", live=True
    )
    steps_per_epoch: int = _field(500, "Training", "steps that count as one epoch", ge=1, le=10**6)
    target_loss: float | None = _field(
        0.005, "Training", "end an epoch at or below it: done; none: never", live=True, ge=0
    )
    max_epochs: int | None = _field(
        100_000, "Training", "epochs at most; none: no limit", live=True, ge=1
    )
    max_steps: int | None = _field(
        None, "Training", "steps at most; none: no limit", live=True, ge=1
    )

    @field_validator("hidden", mode="before")
    @classmethod
    def _split_layers(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return (value,) if isinstance(value, int) else value

    @field_validator("target_loss", "max_epochs", "max_steps", mode="before")
    @classmethod
    def _none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and value.strip().lower() in ("", "none") else value

    @field_validator("*", mode="after")
    @classmethod
    def _known_choice(cls, value: Any, info: Any) -> Any:
        choices = field_info(info.field_name)["choices"]
        if choices and value not in choices:
            near = get_close_matches(str(value), choices, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(f"choose from {', '.join(choices)}{hint}")
        return value

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Settings:
        """Validate raw values (strings allowed). Raises SettingsError with one clear line."""
        for name in values:
            if name not in cls.model_fields:
                near = get_close_matches(name, cls.model_fields, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                raise SettingsError(f"{name}: no such setting{hint}", name)
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][0])
            raise SettingsError(f"{name}: {values[name]!r}: {allowed(name, error)}", name) from None
        if settings.nesterov and settings.momentum == 0:
            raise SettingsError("nesterov: needs momentum above 0", "nesterov")
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
        return "".join(f"{name} = {_toml(value)}\n" for name, value in self.model_dump().items())

    def to_flags(self) -> list[str]:
        """The shortest command-line options that reproduce the run."""
        flags: list[str] = []
        for name, value in Settings().differences(self).items():
            flag = name.replace("_", "-")
            if isinstance(value, bool):
                flags.append(f"--{flag}" if value else f"--no-{flag}")
            else:
                flags += [f"--{flag}", as_text(value)]
        return flags


# Presets are starting points by name; `classic` is the assignment's and the default.
PRESETS: dict[str, dict[str, Any]] = {
    "classic": {},
    "adam": {"optimizer": "adam", "learning_rate": 0.01},
    "playground": {
        "dataset": "circle",
        "samples": 500,
        "train_fraction": 0.5,
        "hidden": (4, 2),
        "activation": "tanh",
        "output_activation": "tanh",
        "init": "xavier_uniform",
        "learning_rate": 0.03,
        "batch_size": 10,
        "steps_per_epoch": 25,
        "target_loss": None,
    },
}


def field_info(name: str) -> dict[str, Any]:
    """Group, short flag, choices and liveness of a setting."""
    extra = Settings.model_fields[name].json_schema_extra
    assert isinstance(extra, dict)
    return extra


def label(name: str) -> str:
    """The name as a form shows it: `learning_rate` is "Learning rate"."""
    return name.replace("_", " ").capitalize()


def bounds(name: str) -> str:
    """What a setting accepts, in a few words."""
    if choices := field_info(name)["choices"]:
        return ", ".join(choices)
    if name == "batch_size":
        return "full or a whole number ≥ 1"
    if name == "hidden":
        return "up to 16 layers of 1 to 1024 units, as in 8,8 (empty: none)"
    field = Settings.model_fields[name]
    if field.annotation is bool:
        return "true or false"
    signs = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}
    limits = [
        f"{sign}{getattr(rule, kind):g}"
        for kind, sign in signs.items()
        for rule in field.metadata
        if getattr(rule, kind, None) is not None
    ]
    kind = "a whole number" if "int" in str(field.annotation) else "a number"
    special = " or none" if field_optional(name) else ""
    return f"{kind} {' and '.join(limits)}{special}"


def field_optional(name: str) -> bool:
    """Whether "none" is a value of this setting."""
    return "None" in str(Settings.model_fields[name].annotation)


def allowed(name: str, error: ValidationError) -> str:
    """The reason a value was refused, in our words instead of pydantic's."""
    first = error.errors()[0]
    if first["type"] == "value_error":
        return first["msg"].removeprefix("Value error, ")
    return f"must be {bounds(name)}"


def as_text(value: Any) -> str:
    """A setting's value as it is typed on the command line or in the form."""
    if value is None:
        return "none"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) and float(f"{value:g}") == value else str(value)


def _toml(value: Any) -> str:
    if value is None:
        return '"none"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def read_config(path: Path) -> dict[str, Any]:
    """The values of a TOML file. Raises SettingsError if it can't be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"config: {path}: {error.strerror}", "config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"config: {path}: not TOML: {error}", "config") from None

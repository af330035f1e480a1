"""One validated description of a run; flags, form, TOML file and share line all come from it."""

from __future__ import annotations

import operator
from itertools import groupby
from typing import Any

from pydantic import ConfigDict, ValidationError, field_validator

from tui_nn.datasets import DataError
from tui_nn.datasets.drawn import Drawing
from tui_nn.datasets.plain import nearest
from tui_nn.settings import rules
from tui_nn.settings.fields import (
    FILE,
    LAYERS,
    Fields,
    field_info,
    has_layers,
    is_list,
    is_switch,
)
from tui_nn.settings.text import (
    allowed,
    as_text,
    flag_of,
    short_text,
    split_list,
    toml_text,
)


class SettingsError(ValueError):
    """A setting that is not allowed: its name, the value that was given, what is allowed."""

    def __init__(self, reason: str, field: str = "", value: Any = None) -> None:
        given = " ".join(part for part in (field, short_text(value)) if part)
        super().__init__(f"{given}: {reason}" if given else reason)
        self.reason = reason
        self.field = field
        self.value = value


class Settings(Fields):
    """Everything that decides a run's result. Immutable; `changed` makes a new one."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=False)

    @field_validator("*", mode="before")
    @classmethod
    def _from_text(cls, value: Any, info: Any) -> Any:
        none = isinstance(value, str) and value.strip().lower() in ("", "none")
        if none and field_info(info.field_name)["word"].endswith("none"):
            return None
        # pydantic takes True for 1; in a file that is a slip.
        parts = value if isinstance(value, (list, tuple)) else (value,)
        if not is_switch(info.field_name) and any(isinstance(part, bool) for part in parts):
            raise ValueError("true or false")
        return value

    @field_validator(
        *("hidden", "features", "activation", "dropout", "columns", "drop", "extent"), mode="before"
    )
    @classmethod
    def _split_layers(cls, value: Any, info: Any) -> Any:
        may_be_empty = info.field_name in ("hidden", "columns", "drop")
        if may_be_empty and isinstance(value, str) and value.strip() in ("", "none"):
            return ()
        if isinstance(value, str):
            value = split_list(value)
        if is_list(info.field_name):
            return value if isinstance(value, (list, tuple)) else (value,)
        return value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value

    @field_validator("*", mode="after")
    @classmethod
    def _within_bounds(cls, value: Any, info: Any) -> Any:
        told = field_info(info.field_name)
        parts = value if isinstance(value, tuple) else (value,)
        limits, choices = told["limits"], told["choices"]
        for part in parts:
            if choices and as_text(part) not in choices and not told["text"]:
                raise ValueError("not a choice")
            if limits and isinstance(part, int | float) and not _inside(part, limits):
                raise ValueError("out of bounds")
        if (has_layers(info.field_name) or info.field_name == "hidden") and len(parts) > LAYERS:
            raise ValueError("too many layers")
        return value

    @field_validator("points", mode="after")
    @classmethod
    def _shortest_points(cls, value: str | None) -> str | None:
        return value and (Drawing.parse(value).text or None)

    @classmethod
    def parse(cls, values: dict[str, Any]) -> Settings:
        """Validate raw values; strings are allowed for all of them. Raises SettingsError."""
        for name in values:
            if name not in cls.model_fields:
                raise SettingsError(f"no such setting{nearest(name, cls.model_fields)}", name)
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            wrong = error.errors()[0]
            name, cause = str(wrong["loc"][0]), wrong.get("ctx", {}).get("error")
            reason = cause.reason if isinstance(cause, DataError) else allowed(name, values[name])
            raise SettingsError(reason, name, values[name]) from None
        try:
            rules.check(settings)
        except DataError as error:
            value = getattr(settings, error.field) if error.value is None else error.value
            raise SettingsError(error.reason, error.field, value) from None
        except ValueError as error:  # "name: value: reason"
            name, *_, reason = str(error).split(": ")
            raise SettingsError(reason, name, getattr(settings, name)) from None
        return settings

    def changed(self, **values: Any) -> Settings:
        """A copy with some values replaced, validated as a whole.

        How a file is read belongs to the file, and how its target is taken, to the target: with
        another one it is forgotten.
        """
        forgotten: tuple[str, ...] = ()
        if values.get("dataset", self.dataset) != self.dataset:
            forgotten = FILE
        elif values.get("target", self.target) != self.target:
            forgotten = ("task",)
        elif values.get("test_file", self.test_file) != self.test_file:
            forgotten = ("data_hash",)
        defaults = {name: Settings.model_fields[name].default for name in forgotten}
        return Settings.parse({**self.model_dump(), **defaults, **values})

    def cycled(self, name: str, direction: int) -> Settings:
        """With the next (1) or previous (-1) of a setting's choices that goes with the others."""
        choices, now = field_info(name)["choices"], getattr(self, name)
        here = choices.index(now) if now in choices else -1 if direction > 0 else 0
        for steps in range(1, len(choices)):
            choice = choices[(here + steps * direction) % len(choices)]
            try:
                return self.changed(**{name: choice})
            except SettingsError:
                continue
        return self

    def resolved(self) -> Settings:
        """With what "auto" stands for in what depends on other settings."""
        update = {name: rule(self) for name, rule in rules.STAND_FOR.items()}
        return self.model_copy(update=update)

    def differences(self, other: Settings) -> dict[str, Any]:
        """What `other` sets differently."""
        mine, theirs = self.model_dump(), other.model_dump()
        return {name: theirs[name] for name in mine if mine[name] != theirs[name]}

    def to_toml(self) -> str:
        """The configuration file that reproduces the run."""
        parts = []
        names = Settings.model_fields
        for section, members in groupby(names, lambda name: field_info(name)["section"]):
            lines = (f"{name} = {toml_text(getattr(self, name))}\n" for name in members)
            parts.append(f"# {section}\n" + "".join(lines))
        return "\n".join(parts)

    def to_flags(self) -> list[str]:
        """The shortest command-line options that reproduce the run."""
        flags: list[str] = []
        for name, value in Settings().differences(self).items():
            if name == "points" and not rules.applies(name, self):
                continue  # kept for when one comes back to them, and long
            if isinstance(value, bool):
                flags.append(flag_of(name, value))
            else:
                flags += [flag_of(name), as_text(value)]
        return flags


_COMPARE = {"gt": operator.gt, "ge": operator.ge, "lt": operator.lt, "le": operator.le}


def _inside(value: float, limits: dict[str, float]) -> bool:
    return all(_COMPARE[kind](value, limit) for kind, limit in limits.items())

"""Settings as options: a flag for each, and which of a value's sources wins.

flag > environment (TUI_NN_LEARNING_RATE) > config file > preset > default. An error names the
source that the wrong value came from.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, make_dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from tui_nn.cli.errors import UsageError
from tui_nn.settings import (
    PRESETS,
    SECTIONS,
    Settings,
    SettingsError,
    as_text,
    bounds,
    field_info,
    flag_of,
    nearest,
    owners,
    read_config,
    short_text,
    toml_text,
)

PREFIX = "TUI_NN_"
# The variables that are options of a run, but no settings: they don't change its result.
RUN_VARIABLES = ("preset", "config", "pace", "store")


HYPHENS = ("dataset", "extent", "points")  # settings whose values may begin with one: -, or -1,1

RUN = Group("Run", sort_key=len(SECTIONS))
_SECTIONS = {name: Group(name, sort_key=i) for i, name in enumerate(SECTIONS)}


def option(help: str, metavar: str | None = None, name: str | None = None) -> Parameter:
    """An option of the group Run; one without a metavar is a switch."""
    names = f"--{name}" if name else None
    return Parameter(
        name=names, help=help, metavar=metavar, group=RUN, negative=(), show_default=False
    )


@dataclass(kw_only=True)
class RunOptions:
    """Where a run's settings come from; `Options` adds a flag for every setting."""

    preset: Annotated[
        str | None, option(f"a starting point: {', '.join(PRESETS)} [classic]", "NAME")
    ] = None
    config: Annotated[str | None, option("settings from a TOML file", "FILE")] = None
    print_config: Annotated[bool, option("print the settings as TOML, and end")] = False

    def settings(self) -> Settings:
        """What was asked for, validated. Raises UsageError."""
        return gather({name: value for name, value in vars(self).items() if value is not None})


def _setting(name: str) -> tuple[str, Any, None]:
    """The row of `Options` that is a setting; it is taken as text, and Settings validates it."""
    field, info = Settings.model_fields[name], field_info(name)
    flag = flag_of(name)
    switch, default = field.annotation is bool, as_text(field.default)
    about = f"{info['help']} ({owners(name)})" if owners(name) else info["help"]
    parameter = Parameter(
        name=[flag, f"--{info['short']}"] if info["short"] else [flag],
        help=about if switch else f"{about}: {bounds(name)} [{default}]",
        metavar=None if switch else _metavar(name),
        group=_SECTIONS[info["section"]],
        negative=flag_of(name, False) if switch else (),
        show_default=False,
        allow_leading_hyphen=name in HYPHENS,
    )
    return name, Annotated[(bool if switch else str) | None, parameter], None


def _metavar(name: str) -> str:
    kind = str(Settings.model_fields[name].annotation)
    if field_info(name)["choices"]:
        return "NAME"
    if name == "hidden":
        return "N,N"
    return "TEXT" if field_info(name)["text"] else "N" if "int" in kind else "X"


if TYPE_CHECKING:
    Options = RunOptions
else:
    Options = make_dataclass(
        "Options",
        [_setting(name) for name in Settings.model_fields],
        bases=(RunOptions,),
        kw_only=True,
        namespace={"__module__": __name__},
    )


# The values that a source gives, and how it spells one of them in an error.
Source = tuple[Mapping[str, Any], Callable[[str, Any], str]]


def gather(flags: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings out of all their sources. Raises UsageError."""
    sources: list[Source] = [(flags, _spell_flag), (read_environment(environ), _spell_variable)]
    path, spelling = _find("config", sources)
    if path:
        sources.append((read_file(path, spelling), partial(_spell_key, path)))
    preset, spelling = _find("preset", sources)
    if preset and preset not in PRESETS:
        hint = nearest(str(preset), PRESETS)
        raise UsageError(f"{spelling}: one of {', '.join(PRESETS)}{hint}")
    values = dict(PRESETS[preset or "classic"])
    for source, _ in reversed(sources):
        values |= {name: value for name, value in source.items() if name in Settings.model_fields}
    try:
        return Settings.parse(values)
    except SettingsError as error:
        _, spelling = _find(error.field, sources)
        raise UsageError(f"{spelling}: {error.reason}") from None


def _find(name: str, sources: list[Source]) -> tuple[Any, str]:
    """A value from the strongest of the sources that give it, and how it is spelled there."""
    for values, spell in sources:
        if name in values:
            return values[name], spell(name, values[name])
    return None, flag_of(name)


def _spell_flag(name: str, value: Any) -> str:
    return flag_of(name) if value is True else f"{flag_of(name)} {short_text(value)}"


def _spell_variable(name: str, value: Any) -> str:
    return f"{PREFIX}{name.upper()}={short_text(value)}"


def _spell_key(path: str, name: str, value: Any) -> str:
    return f"{path}: {name} = {short_text(toml_text(value))}"


def read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables TUI_NN_…, by the names of the options. Raises UsageError for an unknown one."""
    known = [*Settings.model_fields, *RUN_VARIABLES]
    names = {v: v.removeprefix(PREFIX).lower() for v in environ if v.startswith(PREFIX)}
    for variable, name in names.items():
        if name not in known:
            hint = nearest(variable, [PREFIX + name.upper() for name in known])
            raise UsageError(f"{variable}: no such setting{hint}")
    return {name: environ[variable] for variable, name in names.items()}


def read_file(path: str, spelling: str) -> dict[str, Any]:
    """The values of a configuration file. Raises UsageError, also for an unknown key."""
    try:
        values = read_config(Path(path))
    except SettingsError as error:
        raise UsageError(f"{spelling}: {error.reason}") from None
    known = [*Settings.model_fields, "preset"]
    for name in values:
        if name not in known:
            raise UsageError(f"{path}: {name}: no such setting{nearest(name, known)}")
    return values

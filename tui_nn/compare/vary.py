"""What varies: a setting and its values, as typed: NAME=V1,V2,… or NAME=log:1e-3..1:7."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from tui_nn.settings import Settings, SettingsError, field_info, is_list, nearest, short_text
from tui_nn.settings.fields import is_whole

DIGITS = 4  # of a number out of a range: it is to be read, and typed again
MOST = 10_000  # values of one range
_RANGE = re.compile(r"(lin|log):(.+?)\.\.(.+?)(?::(\d+))?")
_SHORT = {info["short"]: name for name in Settings.model_fields if (info := field_info(name))}


class PlanError(ValueError):
    """A comparison that can't be made, in one line: what, which value, what is allowed.
    field: what is to blame other than what varies, and the message begins with; or ""."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Variation:
    """A setting that varies: over `values`, or, where numbers may be drawn, from low to high.

    text: as it was typed, from which `parse` makes it again.
    """

    text: str
    name: str
    values: tuple[Any, ...]
    limits: tuple[float, float] | None = None
    log: bool = False

    @property
    def whole(self) -> bool:
        return is_whole(self.name)

    @classmethod
    def parse(cls, text: str) -> Variation:
        """Raises PlanError."""
        given, equals, values = text.partition("=")
        name = name_in(text)
        if name not in Settings.model_fields:
            hint = nearest(name, Settings.model_fields)
            raise PlanError(f"{short_text(given)}: no such setting{hint}")
        if not equals or not values.strip():
            raise PlanError(f"{short_text(text)}: give its values, as in {name}=V1,V2")
        if values.startswith(("lin:", "log:")):
            return cls._parse_range(text, name, values)
        separator = ";" if ";" in values else ","
        found = tuple(part.strip() for part in values.split(separator) if part.strip())
        twice = next((value for value in found if found.count(value) > 1), None)
        if twice is not None:
            lists = f"; lists stand between semicolons, as in '{name}=4;8,8'"
            hint = lists if is_list(name) and separator == "," else ""
            raise PlanError(f"{short_text(text)}: {twice} is there twice{hint}")
        for value in found:
            _check(text, name, value)
        return cls(text, name, found)

    @classmethod
    def _parse_range(cls, text: str, name: str, values: str) -> Variation:
        matched = _RANGE.fullmatch(values)
        if matched is None:
            raise PlanError(f"{short_text(text)}: a range is {values[:3]}:LOW..HIGH:COUNT")
        if not field_info(name)["limits"]:
            raise PlanError(f"{short_text(text)}: {name} is no number, and has no range")
        log, low, high = matched[1] == "log", _number(text, matched[2]), _number(text, matched[3])
        if not low < high or (log and low <= 0):
            asked = "0 < LOW < HIGH" if log else "LOW < HIGH"
            raise PlanError(f"{short_text(text)}: a range needs {asked}")
        found: tuple[Any, ...] = ()
        if matched[4] is not None:
            if not 2 <= (count := int(matched[4][:9])) <= MOST:
                raise PlanError(f"{short_text(text)}: 2 to {MOST} values")
            spaced = np.geomspace(low, high, count) if log else np.linspace(low, high, count)
            found = tuple(dict.fromkeys(_readable(name, value) for value in spaced.tolist()))
            for value in (found[0], found[-1]):
                _check(text, name, value)
        return cls(text, name, found, (low, high), log)

    def draw(self, rng: np.random.Generator) -> Any:
        """One of the values, or of the numbers of the range."""
        if self.limits is None:
            return self.values[int(rng.integers(len(self.values)))]
        low, high = self.limits
        share = float(rng.random())
        value = low * (high / low) ** share if self.log else low + (high - low) * share
        return _readable(self.name, value)


def name_in(text: str) -> str:
    """The setting that NAME=… is about, whichever of its names is typed."""
    name = text.partition("=")[0].strip().lstrip("-").replace("-", "_")
    return _SHORT.get(name, name)


def _check(text: str, name: str, value: Any) -> None:
    """PlanError for a value that is never allowed; whether it goes with the other settings is seen
    when a plan has them all."""
    try:
        Settings.model_validate({name: value})
    except ValidationError:
        if field_info(name)["limits"] and ".." in str(value):
            raise PlanError(f"{short_text(text)}: a range is lin:LOW..HIGH:COUNT") from None
        try:
            Settings.parse({name: value})  # says what is wrong with it
        except SettingsError as error:
            raise PlanError(str(error)) from None


def _number(text: str, part: str) -> float:
    try:
        value = float(part)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise PlanError(f"{short_text(text)}: {short_text(part)} is no number")
    return value


def _readable(name: str, value: float) -> float | int:
    return round(value) if is_whole(name) else float(f"{value:.{DIGITS}g}")

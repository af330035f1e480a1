"""The values of options: read, and checked before anything begins. All raise UsageError."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import overload

from tui_nn.cli.dashboard import PACE
from tui_nn.cli.errors import UsageError
from tui_nn.cli.options import PREFIX
from tui_nn.runs.files import check_writable
from tui_nn.settings import short_text


def parse_amount(option: str, text: str, least: float, most: float) -> float:
    """A number within bounds."""
    try:
        amount = float(text)
    except ValueError:
        amount = math.nan
    if not least <= amount <= most:
        raise UsageError(f"{option} {short_text(text)}: a number from {least:g} to {most:g}")
    return amount


def parse_pace(flag: str | None, environ: Mapping[str, str]) -> int | None:
    """Steps a second; None is as fast as it can."""
    variable = f"{PREFIX}PACE"
    pace = environ.get(variable, str(PACE)) if flag is None else flag
    if pace == "max":
        return None
    # The length first: int() refuses thousands of digits with an error of its own.
    if not (pace.isascii() and pace.isdecimal() and len(pace) <= 7 and 1 <= int(pace) <= 10**6):
        spelling = f"{variable}=" if flag is None else "--pace "
        raise UsageError(f"{spelling}{short_text(pace)}: steps a second, 1 to 1e6, or max")
    return int(pace)


@overload
def parse_count(flag: str, text: str, most: int = ..., least: int = ...) -> int: ...
@overload
def parse_count(flag: str, text: str | None, most: int = ..., least: int = ...) -> int | None: ...


def parse_count(flag: str, text: str | None, most: int = 10**9, least: int = 1) -> int | None:
    """A whole number within these bounds; None where none is given."""
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 10 and least <= int(text) <= most:
        return int(text)
    raise UsageError(f"{flag} {short_text(text)}: a whole number from {least} to {most:,}")


def parse_age(text: str) -> float:
    """Seconds, from "90m", "12h" or "2d"."""
    from tui_nn.runs.filters import AGES

    number, unit = text[:-1], text[-1:]
    if unit in AGES and number.isascii() and number.isdecimal() and len(number) <= 6:
        return int(number) * AGES[unit]
    raise UsageError(f"--since {short_text(text)}: a number and a unit, as 90m, 12h, 2d or 1w")


def parse_limit(text: str) -> int | None:
    """A number of runs; None is all of them."""
    if text == "all":
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    raise UsageError(f"--limit {short_text(text)}: a whole number from 1, or all")


def check_output(option: str, path: str) -> None:
    """Say before a run, not after it, that its file can't be written."""
    try:
        check_writable(Path(path))
    except OSError as error:
        raise UsageError(f"{option} {path}: {error.strerror}") from None


def check_package(path: str) -> None:
    """Say before a run that the file needs what is not installed."""
    from tui_nn.runs.extras import MissingPackage, needed

    try:
        needed("safetensors.numpy", "safetensors")
    except MissingPackage as error:
        raise UsageError(f"--save-weights {path}: {error}") from None

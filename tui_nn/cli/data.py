"""Data that is given to the program: copied if it comes but once, and what is wrong with it."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import BinaryIO

from tui_nn.cli.errors import UsageError
from tui_nn.datasets import DataError, is_file
from tui_nn.datasets.plain import brief_path
from tui_nn.session import CommandError
from tui_nn.settings import Settings, SettingsError


def copied(settings: Settings) -> BinaryIO | None:
    """A file with what comes through standard input or a pipe; None if the data can be read where
    it is. Raises UsageError."""
    if not is_file(settings.dataset):
        return None
    from tui_nn.datasets.spool import needs_spool, spool

    if not needs_spool(settings.dataset):
        return None
    try:
        return spool(settings.dataset)
    except DataError as error:
        raise UsageError(f"--dataset {brief_path(settings.dataset)}: {error.reason}") from None


def described(settings: Settings, refusal: str) -> Settings:
    """With what a file says, if the data are in one: for runs that are to read it by themselves.

    refusal: what is said of data that can be read only once. Raises UsageError.
    """
    if not is_file(settings.dataset):
        return settings
    from tui_nn.datasets.spool import needs_spool
    from tui_nn.experiment import prepare

    if needs_spool(settings.dataset):
        raise UsageError(f"--dataset {brief_path(settings.dataset)}: {refusal}")
    try:
        return prepare(settings).settings
    except SettingsError as error:
        raise UsageError(data_error(error)) from None


def data_error(error: CommandError | SettingsError) -> str:
    """The line that names the option to blame."""
    return f"--{error.field.replace('_', '-')}{str(error).removeprefix(error.field)}"


def take_keys_from_terminal() -> None:
    """Let standard input be the terminal again, when data came through it."""
    with suppress(OSError):
        os.dup2(os.open("/dev/tty", os.O_RDWR), 0)

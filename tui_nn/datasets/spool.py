"""Data that comes but once, from standard input or a pipe, copied into a file."""

from __future__ import annotations

import os
import select
import stat
import tempfile
import time
from typing import BinaryIO

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.files import STANDARD_INPUT

SILENCE = 60.0  # seconds without a byte after which a pipe is given up


def needs_spool(name: str) -> bool:
    """Whether it can be read only once: standard input, a pipe, or <(a command)."""
    if name == STANDARD_INPUT:
        return True
    try:
        kind = os.stat(name).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind) or stat.S_ISCHR(kind) or stat.S_ISSOCK(kind)


def spool(name: str, silence: float = SILENCE) -> BinaryIO:
    """A copy, in a temporary file without a name, of all that comes. Raises DataError."""
    try:
        source = 0 if name == STANDARD_INPUT else os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        if os.isatty(source):
            raise DataError("is a terminal: give the data to standard input, as in < flowers.csv")
        copy = tempfile.TemporaryFile()  # noqa: SIM115
        heard, spoke = time.monotonic(), False
        while True:
            waits = silence - (time.monotonic() - heard)
            if waits <= 0 or not select.select([source], [], [], waits)[0]:
                raise DataError(f"nothing came for {silence:g} seconds")
            try:
                part = os.read(source, 2**20)
            except BlockingIOError:
                continue
            if part:
                copy.write(part)
                heard, spoke = time.monotonic(), True
            elif spoke or name == STANDARD_INPUT:
                break
            else:  # nobody has opened a named pipe to write yet
                time.sleep(0.02)
        copy.flush()
        return copy
    except OSError as error:
        raise DataError((error.strerror or str(error)).lower()) from None

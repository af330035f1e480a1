"""Data that comes but once, from standard input or a pipe, copied into a file."""

from __future__ import annotations

import os
import select
import stat
import tempfile
import time
from io import FileIO
from typing import BinaryIO

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.files import STANDARD_INPUT
from tui_nn.datasets.packed import MOST, unpacked

SILENCE = 60.0  # seconds without a byte after which a pipe is given up


def needs_spool(name: str) -> bool:
    """Whether it can be read only once: standard input, a pipe, or <(a command)."""
    if name == STANDARD_INPUT:
        return True
    try:
        kind = os.stat(name).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(kind)


def spool(name: str, silence: float = SILENCE, most: int = MOST) -> BinaryIO:
    """A copy, in a temporary file without a name, of all that comes, unpacked if it is compressed.
    Raises DataError."""
    try:
        # One of its own, which is closed in the end; and to open a pipe must not wait for a writer.
        source = os.dup(0) if name == STANDARD_INPUT else os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(source, "rb", buffering=0) as stream:
            return _copied(stream, silence, most, may_be_early=name != STANDARD_INPUT)
    except OSError as error:
        raise DataError((error.strerror or str(error)).lower()) from None


def _copied(stream: FileIO, silence: float, most: int, *, may_be_early: bool) -> BinaryIO:
    """may_be_early: it ends as long as nobody has opened it to write."""
    if stream.isatty():
        raise DataError("is a terminal: give the data to standard input, as in < flowers.csv")
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    heard = time.monotonic()
    while True:
        waits = silence - (time.monotonic() - heard)
        if waits <= 0 or not select.select([stream], [], [], waits)[0]:
            raise DataError(f"nothing came for {silence:g} seconds")
        part = stream.read(2**20)
        if part:
            copy.write(part)
            if copy.tell() > most:
                raise DataError(f"more than {most / 2**30:g} GB through a pipe; give a file")
            heard, may_be_early = time.monotonic(), False
        elif part == b"" and not may_be_early:
            copy.flush()
            return unpacked(copy)
        else:
            time.sleep(0.02)

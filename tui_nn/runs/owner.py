"""Whose run it is: a process, known from a later one of the same number."""

from __future__ import annotations

import os
from pathlib import Path

SILENCE = 60.0  # seconds after which a process that can't be looked for counts as gone


def own_mark(pid: int | None = None) -> str:
    """This process (or another): machine's start, name space, number, and its own start.

    OSError: there is no such process.
    """
    pid = os.getpid() if pid is None else pid
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    # The command's name, in brackets, may hold anything; the start is the 22nd field.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    if fields[0] in "ZX":
        raise ProcessLookupError(pid)
    return f"{boot} {os.readlink('/proc/self/ns/pid')} {pid} {fields[19]}"


def is_gone(mark: str, silent: float) -> bool:
    """Whether the process of a mark is no more. silent: seconds since it wrote last."""
    here, there = own_mark().split(), mark.split()
    if len(there) != 4 or here[0] != there[0]:  # the machine was started anew, or is another one
        return len(there) != 4 or silent > SILENCE
    if here[1] != there[1]:  # in another container, where its number means nothing to us
        return silent > SILENCE
    try:
        return own_mark(int(there[2])) != mark
    except (OSError, ValueError):
        return True

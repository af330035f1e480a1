"""Where hosts are found: each has a socket in a folder that is the user's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

SHARED = Path("/tmp")


class HostError(Exception):
    """What can't be done with a host, in one line."""


def folders() -> list[Path]:
    """Where sockets may lie. The runtime directory is the place for them, but it goes when the
    user's last login ends; the other one stays."""
    user = os.getuid()
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{user}")
    within = [runtime / "tui-nn"] if _is_ours(runtime) else []
    return [*within, SHARED / f"tui-nn-{user}"]


def own_folders() -> Iterator[Path]:
    """Those of them that can be had."""
    for folder in folders():
        with suppress(OSError):
            folder.mkdir(mode=0o700, exist_ok=True)
            if _is_private(folder):
                yield folder


def check_place() -> None:
    """Raises HostError where there is no place for a socket."""
    if next(own_folders(), None) is None:
        names = " or ".join(map(str, folders()))
        raise HostError(f"no place for a socket: {names} must be yours alone (mode 0700)")


def sockets() -> Iterator[Path]:
    """Those of the user's hosts, also of some that are no more."""
    for folder in folders():
        if _is_private(folder):
            yield from sorted(folder.glob("*.sock"))


def last_words(socket: Path) -> str:
    """What the host of a dead socket said in the end, or ""; then both are forgotten."""
    log, said = socket.with_suffix(".log"), ""
    if log.is_file():
        said = (log.read_text(errors="replace").strip().splitlines() or [""])[-1]
    for path in (socket, log):
        path.unlink(missing_ok=True)
    return said


def _is_ours(folder: Path) -> bool:
    """A link does not count: who made it might turn it elsewhere."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _is_private(folder: Path) -> bool:
    return _is_ours(folder) and not folder.lstat().st_mode & 0o077

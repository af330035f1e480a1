"""Writing a file whole or not at all, and saying beforehand whether it can be written."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replace the file's content as `replaced_whole` does. Raises OSError."""
    with replaced_whole(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def replaced_whole(path: Path) -> Iterator[BinaryIO]:
    """A file to write into, which replaces that of the path whole when all went well; else that
    stays as it was. Raises OSError.

    A new file gets the permissions that the umask leaves, an old one keeps its own; a link stays
    a link. What is no file (a pipe, /dev/stdout) can't be replaced and is written to.
    """
    if path.exists() and not path.is_file():  # before it is resolved: a pipe has no path
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tui-nn-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def check_writable(path: Path) -> None:
    """Raise OSError now where `write_atomically` would raise it later, as far as one can know."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if path.exists() and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "is read-only", str(path))
    if path.exists() and not path.is_file():
        return
    path = path.resolve()
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {path.parent}", str(path))
    # Only trying tells: a file system may be read-only or full whatever its permissions say.
    with tempfile.TemporaryFile(dir=path.parent):
        pass


def _umask() -> int:
    mask = os.umask(0)  # it can't be read without being set
    os.umask(mask)
    return mask

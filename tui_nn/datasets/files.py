"""Data files: what is one, which format it has, and its table.

The format is known from the content, never from the name. What can be read only once (a pipe, or
`-` for standard input) is copied into a file first, see `spool`.
"""

from __future__ import annotations

import os
import stat
from typing import BinaryIO, Literal

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import nearest
from tui_nn.datasets.table import Choose, Table

STANDARD_INPUT = "-"
HASH_DIGITS = 16  # that a file's content is known by
Format = Literal["parquet", "arrays", "ndjson", "text"]


def is_file(name: str) -> bool:
    """Whether a data set's name means a file: it is "-", or has a dot or a slash."""
    return name == STANDARD_INPUT or "." in name or "/" in name


def read_table(path: str, choose: Choose) -> tuple[Table, str]:
    """The table and the digest of its file. Raises DataError."""
    with opened_file(path) as file:
        match format_of(file):
            case "parquet":
                from tui_nn.datasets.frames import read_parquet

                return read_parquet(file, choose)
            case "arrays":
                from tui_nn.datasets.arrays import read_arrays

                return read_arrays(file, choose)
            case "ndjson":
                from tui_nn.datasets.frames import read_ndjson

                return read_ndjson(file, choose)
            case "text":
                from tui_nn.datasets.text_tables import read_text_table

                return read_text_table(file, choose)


def format_of(file: BinaryIO) -> Format:
    """From how it begins. Raises DataError."""
    file.seek(0)
    head = file.read(64)
    file.seek(0)
    if not head:
        raise DataError("is empty")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"\x93NUMPY", b"PK\x03\x04", b"PK\x05\x06")):
        return "arrays"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return "ndjson"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise DataError("is an old Excel or Office file: save its table as CSV")
    if text.startswith(b"[") and text[1:].lstrip().startswith(b"{"):
        raise DataError("is one JSON list: jq -c '.[]' FILE | tui-nn … - gives a line to each row")
    return "text"


def opened_file(path: str) -> BinaryIO:
    """What is in a file, unpacked if it is compressed; ~ is the home folder. Raises DataError."""
    path = os.path.expanduser(path)
    try:
        kind = os.stat(path).st_mode
        file = open(path, "rb") if stat.S_ISREG(kind) else None  # noqa: SIM115
    except FileNotFoundError as error:
        if "://" in path:
            raise DataError("is on the web: curl -L URL | tui-nn … -") from None
        raise DataError(f"{str(error.strerror).lower()}{_beside(path)}") from None
    except OSError as error:
        raise DataError((error.strerror or str(error)).lower()) from None
    except ValueError:  # a NUL in the name
        raise DataError("no such file or directory") from None
    if file is None:
        what = "a directory" if stat.S_ISDIR(kind) else "no file; - reads standard input"
        raise DataError(f"is {what}")
    from tui_nn.datasets.packed import unpacked

    return unpacked(file)


def _beside(path: str) -> str:
    """A hint at a file in the same folder whose name is near, apart from what it ends in."""
    folder, name = os.path.split(path)
    stem = os.path.splitext(name)[0]
    try:
        with os.scandir(folder or ".") as entries:
            files = [entry.name for entry in entries if entry.is_file()]
    except OSError:
        return ""
    return nearest(name, [one for one in files if nearest(stem, [os.path.splitext(one)[0]])])

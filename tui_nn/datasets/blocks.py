"""A file in blocks of whole rows, which are hashed and checked while they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.files import HASH_DIGITS

BLOCK = 2**22  # bytes
LONGEST_LINE = 2**26  # bytes; more than that without an end is no table


class Blocks:
    """Iterating gives the rows, some megabytes at a time; an end of line within quotes is none.

    digest: of all that was read, when all was.
    """

    def __init__(self, file: BinaryIO, block: int = BLOCK, longest: int = LONGEST_LINE) -> None:
        self._file, self._block, self._longest = file, block, longest
        self._hash = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        self._hash = hashlib.sha256()
        rest = b""
        while block := self._file.read(self._block):
            self._hash.update(block)
            if b"\0" in block:
                raise DataError("holds NUL bytes: neither text nor a format that is known")
            block = rest + block
            end = _last_row_end(block)
            if end == 0 and len(block) > self._longest:
                raise DataError(f"a line of more than {self._longest // 2**20} MB: not a table")
            if end:
                yield block[:end]
            rest = block[end:]
        if rest and not rest.isspace():
            yield rest

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:HASH_DIGITS]


def _last_row_end(block: bytes) -> int:
    """Where the last whole row ends; 0 if there is none."""
    if b'"' not in block:
        return block.rfind(b"\n") + 1
    end, quotes = len(block), block.count(b'"')
    while True:
        before = block.rfind(b"\n", 0, end) + 1
        quotes -= block.count(b'"', before, end)
        if quotes % 2 == 0 or before == 0:
            return before
        end = before - 1


def digest_of(file: Any) -> str:
    """The same digest, of a file that is not read in rows."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()[:HASH_DIGITS]
    file.seek(0)
    return found

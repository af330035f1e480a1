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
        rest, quotes = b"", 0  # the beginning of a row, and the quotes in it
        while block := self._file.read(self._block):
            self._hash.update(block)
            if b"\0" in block:
                raise DataError("holds NUL bytes: neither text nor a format that is known")
            quotes += block.count(b'"')
            end = _last_row_end(block, quotes)
            if end:
                yield rest + block[:end]
                rest, quotes = block[end:], block.count(b'"', end)
                continue
            rest += block
            if len(rest) > self._longest:
                most = f"{self._longest // 2**20} MB"
                raise DataError(f"a line, or a cell in quotes, of more than {most}: not a table")
        if rest and not rest.isspace():
            yield rest

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:HASH_DIGITS]


def _last_row_end(block: bytes, quotes: int) -> int:
    """Where the last whole row ends; 0 if there is none. quotes: how many there are from the
    beginning of a row to the end of the block."""
    end, after = block.rfind(b"\n") + 1, len(block)
    while end:
        quotes -= block.count(b'"', end, after)
        if quotes % 2 == 0:
            return end
        # So far back as the last quote all is within quotes.
        quote = block.rfind(b'"', 0, end)
        end, after = block.rfind(b"\n", 0, max(quote, 0)) + 1, end
    return 0


def digest_of(file: Any) -> str:
    """The same digest, of a file that is not read in rows."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()[:HASH_DIGITS]
    file.seek(0)
    return found

"""A file in blocks of whole rows, which are hashed and checked while they are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, BinaryIO, TypeVar

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.files import HASH_DIGITS

T = TypeVar("T")
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
        while block := self._file.read(self._block):
            if b"\0" in block:
                raise DataError("holds NUL bytes: neither text nor a format that is known")
            block += self._to_row_end(block)
            self._hash.update(block)
            if not block[block.rfind(b"\n") + 1 :].isspace():
                yield block
            elif rows := block[: block.rfind(b"\n") + 1]:
                yield rows

    def _to_row_end(self, block: bytes) -> bytes:
        """The rest of the row in which a block ends: its line, or some at a time until all quotes
        are closed."""
        rest = bytearray(self._line())
        quotes = block.count(b'"') if b'"' in block else 0  # one byte is found faster than counted
        quotes += rest.count(b'"')
        while quotes % 2 and (lines := self._file.read(1 + self._block // 64)):
            lines += self._line()
            rest += lines
            quotes += lines.count(b'"')
            self._check(len(rest))
        return bytes(rest)

    def _line(self) -> bytes:
        line = self._file.readline(self._longest + 1)
        self._check(len(line))
        return line

    def _check(self, length: int) -> None:
        if length > self._longest:
            most = f"{self._longest // 2**20} MB"
            raise DataError(f"a line, or a cell in quotes, of more than {most}: not a table")

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:HASH_DIGITS]


@contextmanager
def ahead(items: Iterator[T]) -> Iterator[Iterator[T]]:
    """The same items, each of them made in a thread while the one before it is used."""

    def one_by_one() -> Iterator[T]:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item

    with ThreadPoolExecutor(1) as thread:
        yield one_by_one()


def digest_of(file: Any) -> str:
    """The same digest, of a file that is not read in rows."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()[:HASH_DIGITS]
    file.seek(0)
    return found

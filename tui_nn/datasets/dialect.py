"""The dialect of a text table: what separates its cells, and whether names stand on top."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.table import unique

SEPARATORS = ";,\t|"  # of those that cut alike the first: 0,5;1,5 has decimal commas
LINES = 50  # that are looked at
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?")
_NUMBER = re.compile(
    r"[-+]?(\d+[.,]?\d*|[.,]\d+|\d{1,3}(,\d{3})+\.?\d*|\d{1,3}(\.\d{3})+,?\d*)(e[-+]?\d+)?"
    r"|[-+]?inf(inity)?",
    re.I | re.ASCII,
)
# As a cell between semicolons.
_DECIMAL_COMMA = re.compile(
    r'(?:^|;)\s*"?[-+]?(\d*|\d{1,3}(\.\d{3})+),\d+"?\s*(?:;|$)', re.ASCII | re.M
)


@dataclass(frozen=True)
class Dialect:
    """separator: " " stands for any blanks. names: of the columns. header: how many lines they take
    on top, 0 if there are none. repeated: names that are there more than once."""

    separator: str
    names: tuple[str, ...]
    header: int
    decimal_comma: bool
    repeated: tuple[str, ...] = ()


def dialect_of(sample: bytes, expected: Collection[str] = ()) -> Dialect:
    """From whole rows, the first of a file. expected: names, if some are known; a first row that
    has them all is one of names. Raises DataError."""
    text = sample.decode(errors="replace")
    if "�" in text:
        text = sample.decode("latin-1")
    if "\n" not in text and "\r" in text.strip():
        raise DataError("its lines end in CR alone: tr '\\r' '\\n' < FILE | tui-nn … -")
    text = text.replace("\r\n", "\n").replace("\r", " ")
    if not text.replace('"', "").strip():
        raise DataError("has no rows")
    lines = [f"{line}\n" for line in text.split("\n", LINES)[:LINES]]
    try:
        separator = _separator(lines)
        rows = _rows(lines, separator)
    except csv.Error:
        raise DataError("a cell of more than 128 kB: not a table") from None
    first, others = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    has_header = _is_header(first, others) or 0 < len(expected) <= sum(
        name in unique(first) for name in expected
    )
    names = first if has_header else [f"column {i}" for i in range(1, len(first) + 1)]
    header = _height(lines, separator) if has_header else 0
    decimal_comma = separator == ";" and _DECIMAL_COMMA.search(text) is not None
    repeated = tuple(name for name, count in Counter(names).items() if name and count > 1)
    return Dialect(separator, tuple(unique(names)), header, decimal_comma, repeated)


def _rows(lines: list[str], separator: str) -> list[list[str]]:
    """Without blank lines."""
    if separator == " ":
        return [row for line in lines if (row := line.split())]
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    return [row for row in rows if row not in ([], [""])]


def _height(lines: list[str], separator: str) -> int:
    """How many lines the first row takes: an end of line within quotes is none of the row."""
    if separator == " ":
        return 1
    reader = csv.reader(lines, delimiter=separator)
    next(reader)
    return reader.line_num


def _separator(lines: list[str]) -> str:
    """The one that cuts most of the lines into the same number of cells, above one."""

    def quality(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in _rows(lines, separator)]
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    best = max(SEPARATORS, key=quality)
    if quality(best)[0] > 0:
        return best
    share, _ = quality(" ")
    return " " if share == 1 and len(_rows(lines, " ")) > 1 else ","


def _is_header(first: list[str], others: list[list[str]]) -> bool:
    """Names are no numbers; so the first row is one of names where it has none, or has a word on
    top of numbers."""
    if not others:
        return not any(map(_is_number, first))
    columns = list(zip(*others, strict=True))
    numeric = [all(_is_number(c) or c in MISSING for c in column) for column in columns]
    if any(numeric):
        tops = zip(first, numeric, strict=True)
        return any(
            is_numeric and not _is_number(top) and top not in MISSING[1:]
            for top, is_numeric in tops
        )
    return not any(map(_is_number, first))


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None

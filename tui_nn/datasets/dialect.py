"""The dialect of a text table: what separates its cells, and whether names stand on top."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.numerals import BEFORE, BEHIND
from tui_nn.datasets.table import unique

SEPARATORS = ";,\t|"  # of those that cut alike the first: 0,5;1,5 has decimal commas
LINES = 50  # that are looked at
MISSING = ("", "NA", "N/A", "NaN", "nan", "null", "NULL", "?")
_NUMBER = re.compile(
    rf"[-+]?{BEFORE}[-+]?"
    r"(\d+([.,]\d*)?|[.,]\d+|\d{1,3}(,\d{3})+\.?\d*|\d{1,3}(\.\d{3})+,?\d*)(e[-+]?\d+)?"
    rf"{BEHIND}|[-+]?inf(inity)?",
    re.I | re.ASCII,
)


def _between_semicolons(digits: str) -> re.Pattern[str]:
    cell = rf'"?[-+]?{BEFORE}[-+]?{digits}{BEHIND}"?'
    return re.compile(rf"(?:^|;)[ \t]*{cell}[ \t]*(?:;|$)", re.ASCII | re.M)


_DECIMAL_COMMA = _between_semicolons(r"(\d*|\d{1,3}(\.\d{3})+),\d+")
_DECIMAL_POINT = _between_semicolons(r"\d{1,3}(,\d{3})+\.\d+")  # behind commas: 1,234.5


@dataclass(frozen=True)
class Dialect:
    """separator: " " stands for any blanks. names: of the columns; header: how many lines these
    take, 0 if there are none. repeated: names that are there more than once. above: lines before
    these, as a title. is_closed: each row ends in a separator, behind which there is nothing."""

    separator: str
    names: tuple[str, ...]
    header: int
    decimal_comma: bool
    repeated: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    is_closed: bool = False


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
    sample_lines = [f"{line}\n" for line in text.split("\n")]
    comments, lines = _without_comments(sample_lines)
    try:
        separator = _separator(lines)
        if comments and (names := _named_in(comments[-1], lines, separator)):
            comments, lines = comments[:-1], [names, *lines]
        above = _above(lines, separator)
        rows = _rows(lines[above:], separator)
        is_closed = _is_closed(rows)
        if is_closed:  # also of the rows that were not looked at
            later = _rows(sample_lines, separator)[len(comments) + LINES :]
            is_closed = not any(row[-1] for row in later)
    except csv.Error:
        raise DataError("a cell of more than 128 kB: not a table") from None
    if is_closed:
        rows = [row[: len(rows[1]) - 1] for row in rows]
    first, others = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    has_header = _is_header(first, others) or 0 < len(expected) <= sum(
        name in unique(first) for name in expected
    )
    if not has_header:
        first = [f"column {i}" for i in range(1, len(first) + 1)]
    header = _height(lines[above:], separator) if has_header else 0
    decimal_comma = (
        separator == ";" and bool(_DECIMAL_COMMA.search(text)) and not _DECIMAL_POINT.search(text)
    )
    repeated = tuple(name for name, count in Counter(first).items() if name and count > 1)
    return Dialect(
        separator,
        tuple(unique(first)),
        header,
        decimal_comma,
        repeated,
        tuple(map(str.strip, (*comments, *lines[:above]))),
        is_closed,
    )


def _rows(lines: list[str], separator: str) -> list[list[str]]:
    """Without blank lines."""
    if separator == " ":
        return [row for line in lines if (row := line.split())]
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=separator)]
    return [row for row in rows if row not in ([], [""])]


def _without_comments(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines on top that begin with #, if others follow; and so many of these."""
    count = next((i for i, line in enumerate(lines) if line[0] != "#"), len(lines))
    if not "".join(lines[count:]).strip():
        count = 0
    return lines[:count], lines[count : count + LINES]


def _named_in(comment: str, lines: list[str], separator: str) -> str:
    """What a comment says, as NumPy's savetxt has it, if it names all columns; else ""."""
    names = comment[1:].lstrip()
    if names.startswith(separator):  # the first name is the sign
        names = comment
    (cells,) = _rows([names], separator) or [[]]
    first, *others = _rows(lines, separator)
    if len(cells) != _usual_width([first, *others]):
        return ""
    alike = [row for row in others if len(row) == len(first)]
    if _tops_numbers(first, alike):  # which has the names itself
        return ""
    are_words = not any(map(_is_number, cells))
    return names if are_words or _tops_numbers(cells, [first, *alike]) else ""


def _above(lines: list[str], separator: str) -> int:
    """How many lines stand before the table: of one cell, where it has more."""
    if separator == " ":
        return 0
    usual = _usual_width(_rows(lines, separator))
    for i, line in enumerate(lines):
        if '"' in line:  # whose cells may go on in the next one
            return i
        row = [cell.strip() for cell in line.split(separator)]
        title = usual > 2 and any(row) and not any(row[1:]) and not _is_number(row[0])
        alone = len(row) == 1 < usual
        if any(row) and not (title or alone or row[0].lower() == "sep="):
            return i
    return 0


def _is_closed(rows: list[list[str]]) -> bool:
    """Whether each row ends in a separator, the first one perhaps not."""
    first, others = rows[0], rows[1:]
    if not others or any(row[-1] or len(row) != len(others[0]) for row in others):
        return False
    return len(others[0]) > 2 and (
        len(first) == len(others[0]) - 1 or (len(first) == len(others[0]) and not first[-1])
    )


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
        rows = _rows(lines, separator)
        usual = _usual_width(rows)
        share = sum(len(row) == usual for row in rows) / len(rows)
        return (share if usual > 1 else 0.0, usual)

    best = max(SEPARATORS, key=quality)
    if best == "," and _commas_are_decimal(lines):
        return ";"
    if quality(best)[0] > 0:
        return best
    share, _ = quality(" ")
    return " " if share == 1 and len(_rows(lines, " ")) > 1 else ","


def _commas_are_decimal(lines: list[str]) -> bool:
    """Whether semicolons cut all lines alike, into cells that have commas only in numbers."""
    rows = _rows(lines, ";")
    if len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return False
    return all(_is_number(cell) for row in rows for cell in row if "," in cell)


def _usual_width(rows: list[list[str]]) -> int:
    """The number of cells that most of them have."""
    widths = [len(row) for row in rows]
    return max(set(widths), key=widths.count)


def _is_header(first: list[str], others: list[list[str]]) -> bool:
    """Names are no numbers; so the first row is one of names where it has none, or has a word on
    top of numbers."""
    if any(map(_is_numeric, zip(*others, strict=True))):
        return _tops_numbers(first, others)
    return not any(map(_is_number, first))


def _tops_numbers(first: list[str], others: list[list[str]]) -> bool:
    """Whether there is a word on top of numbers."""
    return any(
        _is_numeric(column) and not _is_number(top) and top not in MISSING[1:]
        for top, column in zip(first, zip(*others, strict=True), strict=False)
    )


def _is_numeric(column: Collection[str]) -> bool:
    """Whether it has numbers, and nothing else."""
    return any(map(_is_number, column)) and all(_is_number(c) or c in MISSING for c in column)


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None

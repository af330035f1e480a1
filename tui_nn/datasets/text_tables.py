"""CSV and its kin: cells between separators, read by polars block by block."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from tui_nn.datasets.blocks import Blocks, ahead
from tui_nn.datasets.dialect import MISSING, Dialect, dialect_of
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.frames import import_polars, polars_says
from tui_nn.datasets.numerals import with_points
from tui_nn.datasets.plain import brief, counted, joined, listed
from tui_nn.datasets.series import ColumnReader, Slip, remarks, too_many
from tui_nn.datasets.table import Choose, RowBuffer, Table

if TYPE_CHECKING:
    import polars as pl

# Quoted text, to step over it; or lines of nothing, or of blanks where these separate nothing.
_BLANK_LINES = re.compile(rb'("[^"]*")|^(?:[ \t]*\r?\n)++', re.M)
_BLANK_LINES_OF_TABS = re.compile(rb'("[^"]*")|^(?: *\r?\n)++', re.M)
_BLANK_TOP = re.compile(rb"\A(?:[ \t]*\r?\n)++")
_BLANKS = (b"\n", b"\r", b" ", b"\t")  # how such a line may begin
_BLANK_AHEAD = re.compile(rb"\n[\n\r \t]")
CLOSING = "\0"  # the column that is there where a separator ends each row; no other is called so


class NotUtf8(Exception):
    """The text is in some older encoding."""


def read_text_table(file: BinaryIO, choose: Choose) -> tuple[Table, str]:
    """The table and the digest of its file. Raises DataError."""
    import_polars()
    encoding = "utf-8"
    misjudged: dict[str, pl.Series] = {}
    while True:
        try:
            table, digest = _read(file, choose, encoding, misjudged)
        except NotUtf8:
            encoding = "latin-1"
        except Slip as slip:  # what a column is, its first rows have not shown
            if slip.column in misjudged:
                raise
            misjudged[slip.column] = slip.cells
        else:
            if encoding != "utf-8":
                table = replace(table, notes=("not UTF-8, read as Latin-1", *table.notes))
            return table, digest


def _read(
    file: BinaryIO, choose: Choose, encoding: str, misjudged: Mapping[str, pl.Series]
) -> tuple[Table, str]:
    """misjudged: of columns, by name, later cells that their kinds are to be seen from too."""
    blocks = Blocks(file)
    texts = (block.decode(encoding).encode() if encoding != "utf-8" else block for block in blocks)
    first = next((text for text in texts if not text.isspace()), b"")
    if not first:
        raise DataError("has no rows")
    dialect = dialect_of(beginning(first))
    chosen = choose(dialect.names)
    rest = chain([without_header(first, dialect)], texts)
    filled = filter(None, (without_blank_lines(text, dialect) for text in rest))
    lines = first.count(b"\n") * os.fstat(file.fileno()).st_size / len(first)
    rows = RowBuffer(len(chosen), expected=int(1.02 * lines))
    readers: list[ColumnReader] = []
    empty = 0
    with (
        ahead(filled) as full,
        ahead(_columns(full, dialect, chosen, readers, misjudged)) as blocks_of_cells,
    ):
        for cells in blocks_of_cells:
            numbers = np.array([r.read(column) for r, column in zip(readers, cells, strict=True)])
            if len(numbers) > 1:  # as a spreadsheet has them below its table
                nothing = np.isnan(numbers).all(axis=0)
                if nothing.any():
                    empty += int(nothing.sum())
                    numbers = numbers[:, ~nothing]
            rows.add(numbers)
    if not rows.count:
        raise DataError("has no rows")
    values = rows.values
    columns = tuple(reader.finish(values[:, j]) for j, reader in enumerate(readers))
    notes = [] if dialect.header else ["no names on top"]
    if dialect.repeated:
        twice = f"several columns are called {listed(dialect.repeated)}"
        notes.append(f"{twice}: the later ones have a number behind it")
    if said := [line for line in dialect.above if line]:
        notes.append(f"left out above the table: {joined(list(map(brief, said)), 3)}")
    if dialect.is_closed:
        notes.append(f'"{dialect.separator}" ends each row: there is no column behind it')
    if empty:
        notes.append(f"{counted(empty, 'row')} without any value left out")
    return Table(columns, values, (*notes, *remarks(readers)), too_many(readers)), blocks.digest


def beginning(block: bytes) -> bytes:
    """Some whole rows of the first block, enough to see the dialect."""
    block = _from_top(block)
    return block[: block.find(b"\n", 2**20) + 1 or len(block)]


def without_header(block: bytes, dialect: Dialect) -> bytes:
    """The first block without what stands above its rows."""
    block = _from_top(block)
    for _ in range(len(dialect.above) + dialect.header):
        block = block[block.find(b"\n") + 1 or len(block) :]
    return block


def _from_top(block: bytes) -> bytes:
    """Without byte order mark and blank lines before the first row."""
    return _BLANK_TOP.sub(b"", block.removeprefix(b"\xef\xbb\xbf"))


def without_blank_lines(block: bytes, dialect: Dialect) -> bytes:
    """A blank line is no row; of one column it is, one that misses its value."""
    if len(dialect.names) == 1:
        return b"" if block.isspace() else block
    if not block.startswith(_BLANKS) and not _BLANK_AHEAD.search(block):
        return block
    blank = _BLANK_LINES_OF_TABS if dialect.separator == "\t" else _BLANK_LINES
    return blank.sub(rb"\1", block if block.endswith(b"\n") else block + b"\n")


def _columns(
    texts: Iterator[bytes],
    dialect: Dialect,
    chosen: list[int],
    readers: list[ColumnReader],
    misjudged: Mapping[str, pl.Series],
) -> Iterator[list[pl.Series]]:
    """The chosen columns of each block; of the first the `readers` are made."""
    row = 0
    for text in texts:
        cells = _cells(text, dialect, chosen, readers, row)
        if not readers:
            readers += _readers(cells, dialect, chosen, misjudged)
        row += len(cells[0])
        yield cells


def _readers(
    cells: list[pl.Series],
    dialect: Dialect,
    chosen: list[int],
    misjudged: Mapping[str, pl.Series],
) -> list[ColumnReader]:
    """Of the chosen columns; cells: of the first block."""
    import polars as pl

    readers = []
    for at, column in zip(chosen, cells, strict=True):
        name, some = dialect.names[at], column
        if name in misjudged:
            some = pl.concat([column, misjudged[name]])
        readers.append(ColumnReader(name, some, at == chosen[-1]))
        if dialect.separator == ";":  # as where commas are decimal
            readers[-1].look_at_dots(column)
    return readers


def _cells(
    block: bytes, dialect: Dialect, chosen: list[int], readers: list[ColumnReader], row: int
) -> list[pl.Series]:
    """The chosen columns of a block: numbers where they are known to be, else text."""
    import polars as pl

    schema = {f"c{i}": pl.String for i in range(len(dialect.names))}
    known = {
        f"c{at}": pl.Float64
        for at, r in zip(chosen, readers, strict=False)
        if r.kind == "number" and not r.found
    }
    if dialect.decimal_comma and b"." in block:  # which may stand between thousands
        known = {}
    for types in (schema | known, schema) if known else (schema,):
        try:
            frame = block_frame(block, dialect, types, sorted(chosen), MISSING)
            cells = [frame[f"c{at}"] for at in chosen]
            if dialect.decimal_comma:  # what was read as numbers has none any more
                return [with_points(c) if c.dtype == pl.String else c for c in cells]
            return cells
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            if "utf-8" in str(error):
                raise NotUtf8 from None
            if types is schema:
                raise row_error(error, block, dialect, row) from None
    raise AssertionError


def block_frame(
    block: bytes,
    dialect: Dialect,
    types: dict[str, Any],
    columns: list[int] | None = None,
    missing: Sequence[str] = (),
) -> pl.DataFrame:
    """Rows without names on top; types: of all columns, by the names that the frame has for them.
    polars' errors are the caller's. DataError: what all rows seemed to end with they do not."""
    import polars as pl

    if dialect.is_closed:
        count = len(types)
        types = types | {CLOSING: pl.String}
        columns = [*(range(count) if columns is None else columns), count]
    separator = dialect.separator
    if separator == " ":
        block = re.sub(rb"[ \t]+", b",", re.sub(rb"(?m)^[ \t]+|[ \t]+\r?$", b"", block))
        separator = ","
    frame = pl.read_csv(
        io.BytesIO(block),
        has_header=False,
        schema=types,
        columns=columns,
        separator=separator,
        null_values=list(missing) or None,
        decimal_comma=dialect.decimal_comma,
    )
    if dialect.is_closed:
        behind = frame.drop_in_place(CLOSING).str.strip_chars()
        if (cells := behind.filter(behind != "")).len():
            said = f'a row has "{brief(cells[0])}" behind its last "{dialect.separator}"'
            raise DataError(f"{said}, where those before have nothing")
    return frame


def row_error(error: BaseException, block: bytes, dialect: Dialect, row: int) -> DataError:
    """Which row of a block polars could not read, and why. row: how many are before the block."""
    lines = io.StringIO(block.decode(errors="replace"), newline="")
    blanks = dialect.separator == " "
    cut = (
        map(str.split, lines)
        if blanks
        else csv.reader(lines, delimiter=dialect.separator, strict=True)
    )
    width = len(dialect.names) + dialect.is_closed
    below = " below the names" if dialect.header else ""
    try:
        for cells in cut:
            row += 1
            if len(cells) > width:
                begins = brief(dialect.separator.join(cells), 40)
                return DataError(f"row {row}{below} has {len(cells)} cells, not {width}: {begins}")
    except csv.Error:
        said = "a quote that is not closed, or has text behind it"
        return DataError(f"row {row + 1}{below}: {said}")
    return DataError(f"after row {row}{below}: {polars_says(error)}")

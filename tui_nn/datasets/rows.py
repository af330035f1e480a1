"""A file's rows as they are, block by block: to be given back with something beside them.

They come as polars' frames. Of a text table all cells are text, so that none is changed on its way.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from tui_nn.datasets.arrays import array_columns
from tui_nn.datasets.blocks import Blocks
from tui_nn.datasets.dialect import MISSING, Dialect, dialect_of
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.files import format_of
from tui_nn.datasets.frames import import_polars, json_error, polars_says
from tui_nn.datasets.numerals import with_points
from tui_nn.datasets.table import unique
from tui_nn.datasets.text_tables import (
    beginning,
    block_frame,
    row_error,
    without_blank_lines,
    without_header,
)

if TYPE_CHECKING:
    import polars as pl

CELLS = 2**19  # in a block of what is no text


@dataclass(frozen=True)
class Rows:
    """names: of the columns, each once. frames: at least one, with columns of these names, which
    can be gone through once. dialect: of a text table."""

    names: tuple[str, ...]
    frames: Iterator[pl.DataFrame]
    dialect: Dialect | None = None

    @property
    def has_decimal_commas(self) -> bool:
        return self.dialect is not None and self.dialect.decimal_comma

    @property
    def has_semicolons(self) -> bool:
        """Between its cells, as where commas are decimal."""
        return self.dialect is not None and self.dialect.separator == ";"

    @property
    def repeated(self) -> tuple[str, ...]:
        """Names that several columns have, of which the others got a number."""
        return () if self.dialect is None else self.dialect.repeated

    def cells(self, column: pl.Series) -> pl.Series:
        """A column to be understood: nothing where a text says that there is nothing, and decimal
        points."""
        if self.dialect is None:
            return column
        cells = column.str.strip_chars()
        cells = cells.set(cells.is_in(MISSING), None)
        return with_points(cells) if self.dialect.decimal_comma else cells


def read_rows(file: BinaryIO, expected: Collection[str] = ()) -> Rows:
    """expected: columns that it should have, by which names on top are known. DataError: it is no
    table; those of later rows are raised while they are read."""
    import_polars()
    match format_of(file):
        case "text":
            return _text(file, expected)
        case "parquet":
            return _of(_parquet(file))
        case "ndjson":
            return _of(_ndjson(file))
        case "arrays":
            return _of(_arrays(file))


def _of(frames: Iterator[pl.DataFrame]) -> Rows:
    first = next(frames)
    names = tuple(unique(first.columns))
    frames = chain([first], frames)
    return Rows(names, (f.rename(dict(zip(f.columns, names, strict=True))) for f in frames))


def _text(file: BinaryIO, expected: Collection[str]) -> Rows:
    blocks = map(_as_utf8, Blocks(file))
    first = next((block for block in blocks if not block.isspace()), None)
    if first is None:
        raise DataError("has no rows")
    dialect = dialect_of(beginning(first), expected)
    rest = chain([without_header(first, dialect)], blocks)
    return Rows(dialect.names, _text_frames(rest, dialect), dialect)


def _text_frames(blocks: Iterator[bytes], dialect: Dialect) -> Iterator[pl.DataFrame]:
    import polars as pl

    types, count = dict.fromkeys(dialect.names, pl.String), 0
    for i, block in enumerate(blocks):
        block = without_blank_lines(block, dialect)
        if not block:
            if i == 0:
                yield pl.DataFrame(schema=types)
            continue
        try:
            frame = block_frame(block, dialect, types)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
            raise row_error(error, block, dialect, count) from None
        count += frame.height
        yield frame


def _as_utf8(block: bytes) -> bytes:
    """Whatever is not, is taken for Latin-1."""
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("latin-1").encode()
    return block


def _parquet(file: BinaryIO) -> Iterator[pl.DataFrame]:
    import polars as pl

    try:
        empty = pl.DataFrame(schema=pl.read_parquet_schema(file))
        file.seek(0)
        rows = max(1, CELLS // max(1, empty.width))
        frames = pl.scan_parquet(file).collect_batches(chunk_size=rows, lazy=True)
        yield next((frame for frame in frames if frame.height), empty)
        yield from frames
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise DataError(f"not a whole Parquet file: {polars_says(error)}") from None


def _ndjson(file: BinaryIO) -> Iterator[pl.DataFrame]:
    """Read twice: first what its keys are, and of what types."""
    import polars as pl

    try:
        heads = [_objects(block).clear() for block in Blocks(file)]
        schema = pl.concat(heads, how="diagonal_relaxed").schema
        for block in Blocks(file):
            yield _objects(block, schema)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise json_error(error, file) from None


def _objects(block: bytes, schema: pl.Schema | None = None) -> pl.DataFrame:
    import polars as pl

    content = io.BytesIO(block.removeprefix(b"\xef\xbb\xbf"))
    return pl.read_ndjson(content, schema=schema, infer_schema_length=None)


def _arrays(file: BinaryIO) -> Iterator[pl.DataFrame]:
    import polars as pl

    columns = array_columns(file)
    count, rows = len(next(iter(columns.values()))), max(1, CELLS // len(columns))
    for start in range(0, count, rows):
        yield pl.DataFrame({name: c[start : start + rows] for name, c in columns.items()})

"""Parquet and NDJSON, as polars reads them."""

from __future__ import annotations

import io
import json
from typing import Any, BinaryIO

import numpy as np

from tui_nn.datasets.blocks import Blocks, digest_of
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief, drop_hint, named_columns
from tui_nn.datasets.series import OTHER_TARGET, ColumnReader, remarks, too_many
from tui_nn.datasets.table import Choose, Table, unique


def import_polars() -> Any:
    """Raises DataError where it is missing."""
    try:
        import polars
    except ImportError:
        raise DataError("needs the polars package: pip install 'tui-nn[data]'") from None
    return polars


def polars_says(error: BaseException) -> str:
    """The first line of its error."""
    return brief(str(error).strip().partition("\n")[0], 80) or type(error).__name__


def read_parquet(file: BinaryIO, choose: Choose) -> tuple[Table, str]:
    pl = import_polars()
    digest = digest_of(file)
    try:
        names = list(pl.read_parquet_schema(file))
        file.seek(0)
        chosen = choose(names)
        frame = pl.read_parquet(file, columns=[names[at] for at in chosen])
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise DataError(f"not a whole Parquet file: {polars_says(error)}") from None
    return _table(frame, [names[at] for at in chosen]), digest


def read_ndjson(file: BinaryIO, choose: Choose) -> tuple[Table, str]:
    pl = import_polars()
    blocks = Blocks(file)
    content = b"".join(blocks).removeprefix(b"\xef\xbb\xbf")
    try:
        frame = pl.read_ndjson(io.BytesIO(content), infer_schema_length=None)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise json_error(error, file) from None
    del content
    names = [frame.columns[at] for at in choose(frame.columns)]
    return _table(frame.select(names), names), blocks.digest


def json_error(error: BaseException, file: BinaryIO) -> DataError:
    """Which row is no JSON object, or has a value that doesn't go with those of the rows before it;
    if none has, what polars says."""
    row, first = 0, dict[str, tuple[int, Any]]()
    for block in Blocks(file):
        lines = map(bytes.strip, block.removeprefix(b"\xef\xbb\xbf").split(b"\n"))
        for line in filter(None, lines):
            row += 1
            try:
                cells = _object(line)
            except DataError as fault:
                return DataError(f"row {row:,}: {fault}")
            for name, cell in cells.items():
                if cell is None:
                    continue
                before, other = first.setdefault(name, (row, cell))
                if not _go_together(cell, other):
                    said = f"{_said(cell)}, but {_said(other)} in row {before:,}: of one type only"
                    return DataError(f"column {brief(name)}, row {row:,}: {said}")
    return DataError(f"not a JSON object on each line: {polars_says(error)}")


def _object(line: bytes) -> dict[str, Any]:
    """Raises DataError."""
    constants: list[str] = []
    try:
        found = json.loads(line, parse_constant=constants.append)
    except (ValueError, RecursionError):
        found = None
    if constants:
        raise DataError(f"{constants[0]} is no JSON: write null where there is no number")
    if not isinstance(found, dict):
        raise DataError(f"not a JSON object: {brief(line[:80].decode(errors='replace'), 40)}")
    return found


def _go_together(one: object, other: object) -> bool:
    """Whether two values are of types that polars has in one column."""
    types = {type(one), type(other)}
    return len(types) == 1 or types <= {str, int, float} or types == {str, bool}


def _said(cell: Any) -> str:
    return brief(json.dumps(cell))


def _table(frame: Any, names: list[str]) -> Table:
    """Out of a frame that is used up column by column."""
    if not frame.height:
        raise DataError("has no rows")
    _check_types(frame, names)
    readers, values = [], np.empty((frame.height, len(names)))
    for j, (name, once) in enumerate(zip(names, unique(names), strict=True)):
        series = frame.drop_in_place(name)
        reader = ColumnReader(once, series, j == len(names) - 1)
        values[:, j] = reader.read(series)
        readers.append(reader)
    columns = tuple(reader.finish(values[:, j]) for j, reader in enumerate(readers))
    return Table(columns, values, remarks(readers), too_many(readers))


def _check_types(frame: Any, names: list[str]) -> None:
    """Raises DataError where there are no values but lists and the like; names: the target last."""
    import polars as pl

    types = {name: frame[name].dtype for name in names}
    wrong = [
        name
        for name, dtype in types.items()
        if dtype.is_nested() or dtype in (pl.Binary, pl.Object, pl.Unknown)
    ]
    if wrong:
        kinds = dict.fromkeys(f"{types[name].base_type().__name__.lower()}s" for name in wrong)
        hint = OTHER_TARGET if names[-1] in wrong else drop_hint(wrong)
        raise DataError(f"{named_columns(wrong)}: {' and '.join(kinds)}, no values: {hint}")

"""Rows that come block by block, written as a file for other programs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui_nn.runs.files import replaced_whole

if TYPE_CHECKING:
    import polars as pl

SUFFIXES = (".csv", ".tsv", ".parquet", ".ndjson")
TYPED = (".parquet", ".ndjson")  # where a number is no text


def write_rows(path: Path, frames: Iterator[pl.DataFrame], *, decimal_comma: bool = False) -> None:
    """As the suffix says, one of the SUFFIXES, whole or not at all. Raises OSError, what polars
    can't write, and what the frames raise."""
    with replaced_whole(path) as file:
        if path.suffix == ".parquet":
            _write_parquet(file, frames)
        elif path.suffix == ".ndjson":
            for frame in frames:
                file.write(frame.write_ndjson().encode())
        else:
            separator = "\t" if path.suffix == ".tsv" else ","
            for text in as_text(frames, separator=separator, decimal_comma=decimal_comma):
                file.write(text.encode())


def as_text(
    frames: Iterator[pl.DataFrame], *, separator: str = ",", decimal_comma: bool = False
) -> Iterator[str]:
    """CSV, block by block, with names on top. Between numbers with decimal commas there are
    semicolons."""
    if decimal_comma and separator == ",":
        separator = ";"
    for i, frame in enumerate(frames):
        yield frame.write_csv(
            include_header=i == 0, separator=separator, decimal_comma=decimal_comma
        )


def _write_parquet(file: BinaryIO, frames: Iterator[pl.DataFrame]) -> None:
    """In parts, which are then put together: polars writes one frame only."""
    import polars as pl

    with tempfile.TemporaryDirectory(prefix="tui-nn-") as folder:
        for i, frame in enumerate(frames):
            frame.write_parquet(Path(folder) / f"{i:09}.parquet", compression="lz4")
        pl.scan_parquet(folder).sink_parquet(file)

"""`tui-nn predict`: a run's predictions for the rows of a file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated

from cyclopts import Parameter
from threadpoolctl import threadpool_limits

from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.options import option
from tui_nn.cli.runs import RunArgument, StoreOption, opened
from tui_nn.datasets import DataError
from tui_nn.datasets.files import opened_file
from tui_nn.datasets.frames import import_polars, polars_says
from tui_nn.datasets.plain import brief, brief_path, counted, plain
from tui_nn.datasets.rows import read_rows
from tui_nn.datasets.spool import needs_spool, spool
from tui_nn.render.tables import format_score
from tui_nn.runs.exports import check_export
from tui_nn.runs.model import Model, model_of
from tui_nn.runs.predictions import Predictions
from tui_nn.runs.records import checkpoint, find
from tui_nn.runs.row_files import SUFFIXES, TYPED, as_text, write_rows
from tui_nn.runs.score import Score
from tui_nn.settings import short_text

IN_MEMORY = 2**24  # bytes of a result for standard output; a longer one is in a temporary file


def predict(
    run: RunArgument,
    file: Annotated[
        str,
        Parameter(
            help="rows, as those it has learnt from; - is standard input",
            show_default=False,
            allow_leading_hyphen=True,
        ),
    ],
    /,
    *,
    out: Annotated[
        str | None, option(f"write {', '.join(SUFFIXES)} [CSV on standard output]", "FILE")
    ] = None,
    force: Annotated[bool, option("replace a file that is there")] = False,
    store: StoreOption = None,
) -> int:
    """Predict the rows of a file with a run."""
    if out is not None:
        check_place(Path(out), force)
    with opened(store) as there:
        record = find(there, run)
        model = model_of(record, checkpoint(there, record))
    try:
        with threadpool_limits(1):  # more are slower over blocks of few rows
            write(model, file, None if out is None else Path(out))
    except DataError as error:
        raise UsageError(f"{brief_path(file)}: {error.reason}") from None
    return 0


def check_place(path: Path, force: bool) -> None:
    """Say before it takes its time that a file can't be written. Raises UsageError, RunError."""
    if path.suffix not in SUFFIXES:
        raise UsageError(f"--out {short_text(path)}: a name that ends in {', '.join(SUFFIXES)}")
    try:
        check_export(path, force=force)
    except OSError as error:
        raise RunError(f"--out {path}: {error.strerror}") from None


def write(model: Model, name: str, out: Path | None) -> None:
    """Write the rows with what is predicted, and what there is to say to standard error. Raises
    DataError, RunError."""
    polars = import_polars()
    with spool(name) if needs_spool(name) else opened_file(name) as file:
        rows = read_rows(file, [one.name for one in model.inputs])
        typed = out is not None and out.suffix in TYPED
        found = Predictions(model, rows, typed=typed)
        commas = rows.has_decimal_commas
        try:
            if out is None:
                print_whole(as_text(found.frames(), decimal_comma=commas))
            else:
                write_rows(out, found.frames(), decimal_comma=commas)
        except polars.exceptions.PolarsError as error:
            where = "standard output" if out is None else f"--out {out}"
            raise RunError(f"{where}: {polars_says(error)}") from None
    for line in said(found):
        print(f"tui-nn: {plain(line)}", file=sys.stderr)
    if out is not None:
        print(plain(str(out)))


def print_whole(texts: Iterator[str]) -> None:
    """To standard output, when all of it is there: of what fails on its way nothing is printed."""
    with SpooledTemporaryFile(IN_MEMORY) as whole:
        for text in texts:
            whole.write(text.encode())
        whole.seek(0)
        print_text(whole)


def print_text(text: IO[bytes]) -> None:
    """To a terminal without anything that it would obey; elsewhere as it is, in UTF-8."""
    if sys.stdout.isatty():
        for line in text:
            print(plain(line.decode().removesuffix("\n")))
    else:
        shutil.copyfileobj(text, sys.stdout.buffer, 2**20)


def said(found: Predictions) -> Iterator[str]:
    """What there is to say of predictions that were made."""
    yield from found.notes()
    if found.score is not None and (found.score.rows or found.score.unreadable):
        yield score_line(found.score)


def score_line(score: Score) -> str:
    metric = "R²" if score.is_regression else "accuracy"
    line = f"{metric} {format_score(score.value, metric)} of {counted(score.rows, 'row')}"
    if not score.rows:
        line = f"{metric} of no row"
    if score.unreadable:
        have = "has" if score.unreadable == 1 else "have"
        what = f'a target that is no number, as "{brief(score.example)}"'
        line += f"; {score.unreadable:,} {have} {what}"
    if score.unknown:
        line += f", {score.unknown:,} of them of a class that the run never saw"
    return line

"""Predictions for the rows of a file, block by block, beside the rows themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.known import KnownReader
from tui_nn.datasets.numerals import floats
from tui_nn.datasets.plain import brief, counted, joined, listed, named_columns, nearest, quoted
from tui_nn.datasets.rows import Rows
from tui_nn.datasets.series import TRUTH, remarks
from tui_nn.datasets.table import unique
from tui_nn.engine.types import Array
from tui_nn.runs.model import Model
from tui_nn.runs.score import Score

if TYPE_CHECKING:
    import polars as pl

PREDICTED = "predicted"
RULE = "the run has no rule for them (it learnt with --missing error)"


class Predictions:
    """names: of the columns that are added, each other than those of the file. typed: what the run
    knows as numbers is given as such, also out of a text. DataError: columns are not there that the
    run has learnt from."""

    def __init__(self, model: Model, rows: Rows, *, typed: bool = False) -> None:
        self.model, self._rows = model, rows
        self._typed = typed and rows.dialect is not None
        lacking = [one.name for one in model.inputs if one.name not in rows.names]
        if lacking:
            there = f"{listed(rows.names)}{nearest(lacking[0], rows.names)}"
            raise DataError(f"has no {named_columns(lacking)}; there are {there}")
        self._wanted = (PREDICTED, *model.share_names)
        self.names = tuple(unique([*rows.names, *self._wanted])[len(rows.names) :])
        self._readers = [KnownReader(one) for one in model.inputs]
        self.score = Score(model) if model.target.name in rows.names else None
        self._left_out = 0

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows with what is predicted; those that miss values as the run's rule has it.
        DataError: it has none, and there are such; they are counted to the end of the file."""
        fails = False
        for frame in self._rows.frames:
            values = self._read(frame)
            gaps = np.any(np.isnan(values), axis=1, keepdims=False)
            fails = fails or (self.model.missing == "error" and bool(gaps.any()))
            if fails:
                continue
            if self.model.missing == "drop" and gaps.any():
                self._left_out += int(gaps.sum())
                frame, values = frame.filter(~gaps), values[~gaps]
            yield self._with_predictions(frame, values)
        if fails:
            raise DataError(f"missing or infinite values: {joined(self._missing())}; {RULE}")

    def notes(self) -> list[str]:
        """What there is to say afterwards, a line each."""
        found = [*remarks(self._readers)]
        repeated = [one.name for one in self.model.inputs if one.name in self._rows.repeated]
        if repeated:
            found.append(f"several columns are called {listed(repeated)}: the first one is taken")
        for wanted, name in zip(self._wanted, self.names, strict=True):
            if name != wanted:
                found.append(f"there is a column {brief(wanted)} already: the new one is {name}")
                break
        for reader in self._readers:
            if reader.unknown:
                rows, what = counted(reader.unknown, "row"), ", ".join(map(brief, reader.strangers))
                found.append(f"{brief(reader.name)}: {what} unknown, taken for none ({rows})")
        if self._left_out:
            rows, what = counted(self._left_out, "row"), joined(self._missing())
            found.append(f"{rows} with missing values left out: {what}")
        elif lacking := self._missing():
            found.append(f"missing values filled ({self.model.missing}): {joined(lacking)}")
        return found

    def _read(self, frame: pl.DataFrame) -> Array:
        values = np.empty((frame.height, len(self._readers)))
        for j, reader in enumerate(self._readers):
            cells = self._rows.cells(frame[reader.name])
            if self._rows.has_semicolons and not reader.count:
                reader.look_at_dots(cells)
            values[:, j] = reader.read(cells)
        return values

    def _with_predictions(self, frame: pl.DataFrame, values: Array) -> pl.DataFrame:
        import polars as pl

        model = self.model
        outputs = model.outputs(values)
        said: Any
        if model.is_regression:
            said = outputs[:, 0]
        else:
            said = pl.Series(model.classes).gather(model.chosen(outputs))
        if self.score is not None:
            self.score.add(said, self._rows.cells(frame[model.target.name]))
        columns = [said, *model.shares(outputs).T] if model.share_names else [said]
        found = [pl.Series(n, column) for n, column in zip(self.names, columns, strict=True)]
        return frame.with_columns(*(self._numbers(frame) if self._typed else []), *found)

    def _numbers(self, frame: pl.DataFrame) -> list[pl.Series]:
        """The cells of a text that are known to be numbers, or true or false, as such."""
        numbers = [one.name for one in self.model.inputs if one.kind == "number"]
        truths = [one.name for one in self.model.inputs if one.kind == "boolean"]
        target = self.model.target.name
        if self.model.is_regression and target in frame.columns:
            numbers.append(target)
        cells = {name: self._rows.cells(frame[name]) for name in (*numbers, *truths)}
        return [
            *(floats(cells[name])[0] for name in numbers),
            *(cells[name].str.to_lowercase() == TRUTH[1] for name in truths),
        ]

    def _missing(self) -> list[str]:
        return [f"{quoted(brief(r.name))} {r.missing:,}" for r in self._readers if r.missing]

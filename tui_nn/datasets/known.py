"""Columns of new rows, read as those were that a run has learnt from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief
from tui_nn.datasets.preprocessing import Input
from tui_nn.datasets.series import DATES, Reader, Slip
from tui_nn.datasets.table import Kind
from tui_nn.engine.types import Array

if TYPE_CHECKING:
    import polars as pl

NONE_OF_THEM = -1.0  # what stands for a category that is unknown
STRANGERS = 8  # of these that are remembered


class KnownReader(Reader):
    """One input. missing: how many of its cells were empty so far; unknown: in how many there was a
    category that the run never saw; strangers: the first of these."""

    def __init__(self, known: Input) -> None:
        super().__init__(known.name, known.kind)
        self._usual = known.format
        self._codes = {name: float(i) for i, name in enumerate(known.categories)}
        self.missing = self.unknown = 0
        self.strangers: list[str] = []

    def read(self, series: pl.Series) -> Array:
        """Numbers (N,); NaN where there is none, NONE_OF_THEM for an unknown category."""
        import polars as pl

        dtype = series.dtype
        if not _fits(dtype, self.kind):
            said = f"{dtype.base_type().__name__.lower()}s, but {self.kind} in the run"
            raise DataError(f"column {brief(self.name)}: {said}")
        if self.kind == "boolean" and dtype.is_numeric():
            numbers = series.cast(pl.Float64)
            wrong = (numbers != 0) & (numbers != 1) & numbers.is_finite()
            if wrong.any():
                raise self._slip(series, wrong.fill_null(False), "")
        if self.kind == "category":
            series = series.cast(pl.String)
        elif self.kind == "date" and not dtype.is_temporal():
            series = series.cast(pl.String)
            if series.null_count() == len(series):
                series = series.cast(pl.Date)
            else:
                self.format = self.format or _date_format(series, self._usual)
        values = super().read(series)
        self.missing += int(np.isnan(values).sum())
        return values

    def _encoded(self, series: pl.Series, default: float | None = None) -> Array:
        values = np.array(super()._encoded(series, NONE_OF_THEM), float)
        values[series.is_null().to_numpy()] = np.nan
        unknown = series.filter(values == NONE_OF_THEM)
        self.unknown += len(unknown)
        if len(unknown) and len(self.strangers) < STRANGERS:
            found = [*self.strangers, *unknown.unique(maintain_order=True).head(STRANGERS)]
            self.strangers = list(dict.fromkeys(found))[:STRANGERS]
        return values

    def _slip(self, series: pl.Series, wrong: pl.Series, said: str) -> Slip:
        return super()._slip(series, wrong, f"can't be, as the run learnt from {self.kind}s")


def _fits(dtype: pl.DataType, kind: Kind) -> bool:
    """Whether cells of a type may be of a kind."""
    import polars as pl

    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        return False
    if not dtype.is_temporal() or kind in ("date", "category"):
        return True
    return kind == "number" and dtype in (pl.Duration, pl.Time)


def _date_format(cells: pl.Series, usual: str) -> str:
    """The one that most of them have, the usual one if that is one such."""
    cells = cells.str.strip_chars()
    formats = (usual, *DATES) if usual else DATES
    return min(formats, key=lambda form: cells.str.to_datetime(form, strict=False).null_count())

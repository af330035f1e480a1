"""Columns of polars as numbers: which kind each is, and its categories as they turn up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief, drop_hint, listed
from tui_nn.datasets.table import CATEGORIES, Column, Kind
from tui_nn.engine.types import Array

if TYPE_CHECKING:
    import polars as pl

DATES = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%m/%d/%Y",
)
MOSTLY = 0.95  # of a column's cells are numbers: then the others are slips, no categories
# 1,234.5: commas between thousands.
THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
DAY = 86_400_000  # milliseconds
TRUTH = ("false", "true")


class Reader:
    """One column, of a kind that is known. format: of dates, if they are text. _codes: what stands
    for each category."""

    def __init__(self, name: str, kind: Kind = "number") -> None:
        self.name, self.kind, self.format = name, kind, ""
        self._codes: dict[str, float] = {}

    def read(self, series: pl.Series) -> Array:
        """The column's numbers (N,) in a block of rows; NaN where there is none."""
        import polars as pl

        if series.dtype in (pl.String, pl.Categorical, pl.Enum):
            series = series.cast(pl.String).str.strip_chars()
        if self.kind == "category":
            return self._encoded(series)
        if self.kind == "date":
            moments = series
            if self.format:
                moments = series.str.to_datetime(self.format, strict=False)
                self._check(series, moments, "is no date as the others")
            days = moments.cast(pl.Datetime("ms")).to_physical().cast(pl.Float64) / DAY
            return days.to_numpy()
        if self.kind == "boolean" and series.dtype == pl.String:
            truths = series.str.to_lowercase().replace_strict(
                list(TRUTH), [0.0, 1.0], default=None, return_dtype=pl.Float64
            )
            self._check(series, truths, "is neither true nor false")
            return truths.to_numpy()
        if series.dtype in (pl.Duration, pl.Time):
            series = series.to_physical()
        numbers = series.cast(pl.Float64, strict=False)
        self._check(series, numbers, "is no number, as most of it is")
        found = np.array(numbers.to_numpy(), float)
        found[np.isinf(found)] = np.nan
        return found

    def _check(self, series: pl.Series, understood: pl.Series, said: str) -> None:
        """Raises DataError where a cell was not understood."""
        if understood.null_count() > series.null_count():
            wrong = series.filter(understood.is_null() & series.is_not_null())
            raise self._slip(str(wrong[0]), said)

    def _slip(self, cell: str, said: str) -> DataError:
        return DataError(f'column {brief(self.name)}: "{brief(cell)}" {said}')

    def _encoded(self, series: pl.Series, default: float | None = None) -> Array:
        """The categories' codes; default: that of one which has none."""
        import polars as pl

        if not self._codes:
            return np.full(len(series), np.nan)
        return series.replace_strict(
            list(self._codes), list(self._codes.values()), default=default, return_dtype=pl.Float64
        ).to_numpy()


class ColumnReader(Reader):
    """One column: what it is was seen in its first block of rows."""

    def __init__(self, name: str, first: pl.Series, is_target: bool = False) -> None:
        import polars as pl

        super().__init__(name)
        self.is_target, self.too_many = is_target, False
        dtype = first.dtype
        if dtype == pl.Boolean:
            self.kind = "boolean"
        elif dtype.is_temporal() and dtype not in (pl.Duration, pl.Time):
            self.kind = "date"
        elif dtype in (pl.String, pl.Categorical, pl.Enum):
            self._look(first.cast(pl.String))
        elif not (dtype.is_numeric() or dtype in (pl.Duration, pl.Time, pl.Null)):
            reason = f"column {brief(name)}: {dtype.base_type().__name__.lower()}s, no values"
            raise DataError(f"{reason}: {drop_hint([name])}")

    def _look(self, first: pl.Series) -> None:
        import polars as pl

        cells = first.str.strip_chars().drop_nulls()
        wrong = cells.filter(cells.cast(pl.Float64, strict=False).is_null())
        if not len(wrong):
            return
        if len(wrong) <= (1 - MOSTLY) * len(cells):
            raise self._slip(str(wrong[0]), "is no number, as most of it is")
        self.kind = "category"
        if not self.is_target:  # a date is a class like another
            for format in DATES:
                if cells.str.to_datetime(format, strict=False).null_count() == 0:
                    self.kind, self.format = "date", format
                    return
        if cells.str.to_lowercase().is_in(TRUTH).all():
            self.kind = "boolean"

    def _slip(self, cell: str, said: str) -> DataError:
        error = super()._slip(cell, said)
        return DataError(f"{error}; mend it, or {drop_hint([self.name])}")

    def _encoded(self, series: pl.Series, default: float | None = None) -> Array:
        """The categories' codes, in the order in which they turned up."""
        for category in series.unique(maintain_order=True).drop_nulls().to_list():
            self._codes.setdefault(category, float(len(self._codes)))
            if len(self._codes) > CATEGORIES:
                self.too_many = True
                return np.full(len(series), np.nan)
        return super()._encoded(series, default)

    @property
    def thousands(self) -> str:
        return thousands(self._codes)

    def finish(self, values: Array) -> Column:
        """The column; its `values` (N,), codes so far, become places in sorted categories."""
        if self.kind != "category":
            return Column(self.name, self.kind)
        names = sorted(self._codes)
        place = np.empty(len(names) + 1)
        for i, name in enumerate(names):
            place[int(self._codes[name])] = i
        place[-1] = np.nan
        values[:] = place[np.nan_to_num(values, nan=len(names)).astype(int)]
        return Column(self.name, "category", tuple(names))


def thousands(categories: Iterable[str]) -> str:
    """The first that is a number with commas between its thousands; "" if there is none."""
    return next((one for one in categories if THOUSANDS.fullmatch(one)), "")


def check_categories(readers: list[ColumnReader]) -> None:
    """Raises DataError that names all the columns with too many."""
    many = [reader.name for reader in readers if reader.too_many]
    if not many:
        return
    said = f"{listed(many)}: more than {CATEGORIES} categories"
    written = [reader.thousands for reader in readers if reader.too_many and reader.thousands]
    if written:
        said += f' ("{brief(written[0])}" is a word: write numbers without such commas)'
    if readers[-1].too_many:
        raise DataError(f"the target, {said}: --target names another column")
    raise DataError(f"{said}: {drop_hint(many)}")

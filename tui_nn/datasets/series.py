"""Columns of polars as numbers: which kind each is, and its categories as they turn up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.numerals import first_code, floats, grouped_in, only_dotted
from tui_nn.datasets.plain import brief, drop_hint, listed
from tui_nn.datasets.table import CATEGORIES, Column, Kind
from tui_nn.engine.types import Array

if TYPE_CHECKING:
    import polars as pl

ISO = (
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%+",  # with a time zone, Z or +01:00
)
LOCAL = ("%Y/%m/%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y")  # the last only where no other fits
DATES = (*ISO, *LOCAL)
MOSTLY = 0.95  # of a column's cells are numbers: then the others are slips, no categories
DAY = 86_400_000  # milliseconds
HOUR = 3600e9  # nanoseconds
TRUTH = ("false", "true")
OTHER_TARGET = "--target names another column"
# How a column was understood that could be meant otherwise.
REMARKS = {
    "signs": 'numbers, without the sign of "{}"',
    "times": 'hours, as of "{}"',
    "commas": 'commas between thousands, as in "{}"',
    "dots": '"{}" is read with a decimal point; write thousands without one',
    "words": 'words, as "{}" has a leading zero',
    "zeros": 'numbers, without the leading zeros as of "{}"',
    "%m/%d/%Y": "month first, as in {}",
    "%d/%m/%Y": "day first, as in {}",
}


class Slip(DataError):
    """A cell that is not of its column's kind; cells: the column in that block of rows."""

    def __init__(self, reason: str, column: str, cells: pl.Series) -> None:
        super().__init__(reason)
        self.column, self.cells = column, cells


class Reader:
    """One column, of a kind that is known. format: of dates, if they are text. count: of the rows
    that it has read. found: for keys of the REMARKS what they are about. _codes: what stands for
    each category."""

    def __init__(self, name: str, kind: Kind = "number") -> None:
        self.name, self.kind, self.format, self.count = name, kind, "", 0
        self.found: dict[str, str] = {}
        self._codes: dict[str, float] = {}

    def read(self, series: pl.Series) -> Array:
        """The column's numbers (N,) in a block of rows; NaN where there is none."""
        values = self._read(series)
        self.count += len(series)
        return values

    def _read(self, series: pl.Series) -> Array:
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
        if series.dtype == pl.Time:
            series = series.to_physical() / HOUR
        elif series.dtype == pl.Duration:
            series = series.to_physical()
        if series.dtype == pl.String:
            numbers, found = floats(series)
            self.found = found | self.found
        else:
            numbers = series.cast(pl.Float64, strict=False)
        self._check(series, numbers, "is no number, as most of it is")
        values: Array = numbers.to_numpy()
        infinite = np.isinf(values)
        return np.where(infinite, np.nan, values) if infinite.any() else values

    def look_at_dots(self, first: pl.Series) -> None:
        """Remark that all its numbers may have dots between thousands."""
        if self.kind == "number" and (cell := only_dotted(first.str.strip_chars())):
            self.found["dots"] = cell

    def _check(self, series: pl.Series, understood: pl.Series, said: str) -> None:
        """Raises Slip where a cell was not understood."""
        if understood.null_count() > series.null_count():
            raise self._slip(series, understood.is_null() & series.is_not_null(), said)

    def _slip(self, series: pl.Series, wrong: pl.Series, said: str) -> Slip:
        """What is wrong with the first of the cells that are."""
        at = wrong.arg_true()[0]
        where = f"column {brief(self.name)}, row {self.count + at + 1:,}"
        return Slip(f'{where}: "{brief(str(series[at]))}" {said}', self.name, series)

    def _encoded(self, series: pl.Series, default: float | None = None) -> Array:
        """The categories' codes; default: that of one which has none."""
        import polars as pl

        if not self._codes:
            return np.full(len(series), np.nan)
        return series.replace_strict(
            list(self._codes), list(self._codes.values()), default=default, return_dtype=pl.Float64
        ).to_numpy()


class ColumnReader(Reader):
    """One column: what it is was seen in some of its cells."""

    def __init__(self, name: str, some: pl.Series, is_target: bool = False) -> None:
        import polars as pl

        super().__init__(name)
        self.is_target, self.too_many = is_target, False
        dtype = some.dtype
        if dtype == pl.Boolean:
            self.kind = "boolean"
        elif dtype.is_temporal() and dtype not in (pl.Duration, pl.Time):
            self.kind = "date"
        elif dtype in (pl.String, pl.Categorical, pl.Enum):
            self._look(some.cast(pl.String).str.strip_chars())

    def _look(self, some: pl.Series) -> None:
        cells = some.drop_nulls()
        if code := first_code(cells):
            if cells.n_unique() <= CATEGORIES:
                self.kind, self.found["words"] = "category", code
                return
            self.found["zeros"] = code
        wrong = floats(cells)[0].null_count()
        if wrong <= (1 - MOSTLY) * len(cells):
            return
        self.kind = "category"
        if not self.is_target and (format := _date_format(cells)):  # a date is a class like another
            self.kind, self.format = "date", format
            if format in REMARKS:
                self.found[format] = str(cells[0])
        elif cells.str.to_lowercase().is_in(TRUTH).all():
            self.kind = "boolean"

    def _slip(self, series: pl.Series, wrong: pl.Series, said: str) -> Slip:
        hint = OTHER_TARGET if self.is_target else drop_hint([self.name])
        slip = super()._slip(series, wrong, said)
        return Slip(f"{slip}; mend it, or {hint}", self.name, series)

    def _encoded(self, series: pl.Series, default: float | None = None) -> Array:
        """The categories' codes, in the order in which they turned up; of too many any."""
        for category in () if self.too_many else series.unique(maintain_order=True).drop_nulls():
            self._codes.setdefault(category, float(len(self._codes)))
            if len(self._codes) > CATEGORIES:
                self.too_many = True
                break
        if self.too_many:
            return np.where(series.is_null().to_numpy(), np.nan, 0.0)
        return super()._encoded(series, default)

    @property
    def thousands(self) -> str:
        return grouped_in(self._codes)

    def finish(self, values: Array) -> Column:
        """The column; its `values` (N,), codes so far, become places in sorted categories."""
        if self.kind != "category" or self.too_many:
            return Column(self.name, self.kind, format=self.format)
        names = sorted(self._codes)
        place = np.empty(len(names) + 1)
        for i, name in enumerate(names):
            place[int(self._codes[name])] = i
        place[-1] = np.nan
        values[:] = place[np.nan_to_num(values, nan=len(names)).astype(int)]
        return Column(self.name, "category", tuple(names))


def _date_format(cells: pl.Series) -> str:
    """The one that all have; nearly all, where they are too many for categories; else ""."""
    least, best = MOSTLY * len(cells), ""
    for format in DATES:
        fit = len(cells) - cells.str.to_datetime(format, strict=False).null_count()
        if fit == len(cells):
            return format
        if fit >= least:
            least, best = fit, format
    return best if cells.n_unique() > CATEGORIES else ""


def remarks(readers: Sequence[Reader]) -> tuple[str, ...]:
    """How columns were understood that could be meant otherwise, a line for each way."""
    said = []
    for key, text in REMARKS.items():
        if alike := [reader for reader in readers if key in reader.found]:
            example = brief(alike[0].found[key])
            said.append(f"{listed([one.name for one in alike])}: {text.format(example)}")
    return tuple(said)


def too_many(readers: Sequence[ColumnReader]) -> str:
    """What is to be said of all the columns with too many categories; "" if there are none."""
    many = [reader.name for reader in readers if reader.too_many]
    if not many:
        return ""
    said = f"{listed(many)}: more than {CATEGORIES} categories"
    written = [reader.thousands for reader in readers if reader.too_many and reader.thousands]
    if written:
        said += f' ("{brief(written[0])}" is a word: write numbers without such commas)'
    if readers[-1].too_many:
        return f"the target, {said}: {OTHER_TARGET}"
    return f"{said}: {drop_hint(many)}"

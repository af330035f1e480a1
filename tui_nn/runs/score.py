"""How right predictions are, where the truth is known: summed up block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui_nn.datasets.numerals import floats, is_code
from tui_nn.datasets.series import TRUTH
from tui_nn.engine.types import Array
from tui_nn.runs.model import Model

if TYPE_CHECKING:
    import polars as pl


class Score:
    """The share of classes that are right, or R². rows: how many have a truth; unknown: how many of
    these are of classes that the run never saw, and count as wrong. unreadable: of how many others
    the truth is no number, where the run learnt values; example: the first of these."""

    def __init__(self, model: Model) -> None:
        self.is_regression, self._classes = model.is_regression, model.target.classes
        self._are_numbers = _are_numbers(self._classes)
        self.rows = self.unknown = self.unreadable = self._right = 0
        self.example = ""
        self._errors = self._mean = self._spread = 0.0

    def add(self, said: Any, cells: pl.Series) -> None:
        """said (N,): classes by name, or values; cells (N,): the truth, as the file has it."""
        if self.is_regression:
            self._add_values(np.asarray(said, float), cells)
        else:
            self._add_classes(said, cells)

    @property
    def value(self) -> float:
        """NaN where no row has a truth, or, of values, all have the same."""
        if self.is_regression:
            return 1 - self._errors / self._spread if self._spread else float("nan")
        return self._right / self.rows if self.rows else float("nan")

    def _add_classes(self, said: pl.Series, cells: pl.Series) -> None:
        import polars as pl

        truth, names = _texts(cells).str.strip_chars(), list[Any](self._classes)
        there = truth.is_not_null()
        if self._are_numbers:  # which may be written in many ways
            truth, said = (column.cast(pl.Float64, strict=False) for column in (truth, said))
            names = list(map(float, names))
        elif self._classes == TRUTH:
            truth = truth.str.to_lowercase()
        self.rows += int(there.sum())
        self._right += int((said == truth).sum())
        self.unknown += int((there & ~truth.is_in(names).fill_null(False)).sum())

    def _add_values(self, said: Array, cells: pl.Series) -> None:
        truth = _floats(cells)
        there = np.isfinite(truth)
        wrong = cells.filter(~there & cells.is_not_null().to_numpy())
        if len(wrong):
            self.unreadable += len(wrong)
            self.example = self.example or str(wrong[0])
        said, truth = said[there], truth[there]
        if not len(truth):
            return
        self._errors += float(np.square(said - truth).sum())
        # Chan, Golub and LeVeque 1979: the squares about the common mean, of those about each.
        mean, count = float(truth.mean()), self.rows + len(truth)
        apart = (mean - self._mean) ** 2 * self.rows * len(truth) / count
        self._spread += float(np.square(truth - mean).sum()) + apart
        self._mean += (mean - self._mean) * len(truth) / count
        self.rows = count


def _are_numbers(names: tuple[str, ...]) -> bool:
    """Whether classes are; a code as 007 is none."""
    try:
        return bool([float(name) for name in names]) and not any(map(is_code, names))
    except ValueError:
        return False


def _floats(cells: pl.Series) -> Array:
    """NaN where there is no number."""
    import polars as pl

    if not (cells.dtype.is_numeric() or cells.dtype == pl.Boolean):
        cells = _texts(cells)
    numbers = floats(cells)[0] if cells.dtype == pl.String else cells.cast(pl.Float64, strict=False)
    found: Array = numbers.to_numpy().astype(float)
    return found


def _texts(cells: pl.Series) -> pl.Series:
    import polars as pl

    if cells.dtype.is_nested() or cells.dtype == pl.Object:
        texts = [None if cell is None else str(cell) for cell in cells]
        return pl.Series(texts, dtype=pl.String)
    return cells.cast(pl.String)

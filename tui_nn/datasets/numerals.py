"""Numbers as people write them: decimal commas, and marks between thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

DECIMAL_COMMA = r"^([-+]?\d*),(\d+)$", "$1.$2"
# 1,234.5: commas between thousands; 1.234,5 has dots there, where commas are decimal.
COMMAS = r"^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$"
DOTS, DOTS_AND_COMMA = r"^[-+]?\d{1,3}(\.\d{3})+$", r"^[-+]?\d{1,3}(\.\d{3})+,\d+$"
POINT = r"^[-+]?\d*\.(\d{1,2}|\d{4,})$"  # a dot that is not between thousands
CODE = r"^0\d+$"  # 007: as of a zip code
_COMMAS, _CODE = re.compile(COMMAS, re.ASCII), re.compile(CODE, re.ASCII)


def with_points(cells: pl.Series) -> pl.Series:
    """Texts of a table with decimal commas, with decimal points instead. Where a column has such
    commas, its dots are those between thousands, unless one of them can be no such."""
    cells = cells.str.strip_chars()
    dotted = cells.str.contains(".", literal=True).fill_null(False)
    if dotted.any() and cells.str.contains(r"^[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+$").any():
        between = cells.str.contains(DOTS_AND_COMMA)
        if not cells.str.contains(POINT).any():
            between |= cells.str.contains(DOTS)
        grouped = cells.str.replace_all(".", "", literal=True)
        cells = grouped.zip_with(between.fill_null(False), cells)
    return cells.str.replace(*DECIMAL_COMMA)


def floats(cells: pl.Series) -> tuple[pl.Series, str]:
    """Texts as numbers, also those with commas between thousands, of which the first; nothing
    where there is none."""
    import polars as pl

    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() == cells.null_count():
        return numbers, ""
    grouped = cells.str.contains(COMMAS).fill_null(False)
    if not grouped.any():
        return numbers, ""
    plain = cells.filter(grouped)
    numbers = numbers.scatter(
        grouped.arg_true(), plain.str.replace_all(",", "", literal=True).cast(pl.Float64)
    )
    return numbers, str(plain[0])


def first_code(cells: pl.Series) -> str:
    """The first with leading zeros, which no number has; "" if there is none."""
    codes = cells.filter(cells.str.contains(CODE))
    return str(codes[0]) if len(codes) else ""


def only_dotted(cells: pl.Series) -> str:
    """The first, if each has a dot where one would be between thousands; else ""."""
    cells = cells.drop_nulls()
    return str(cells[0]) if len(cells) and cells.str.contains(DOTS).all() else ""


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def grouped_in(texts: Iterable[str]) -> str:
    """The first that has commas between thousands; "" if there is none."""
    return next((one for one in texts if _COMMAS.fullmatch(one)), "")

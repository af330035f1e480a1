"""Numbers as people write them: decimal commas, and marks between thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# What numbers of one unit have before or behind them.
BEFORE, BEHIND = r"(?:[€$£¥]\s*)?", r"(?:\s*[%€$£¥])?"
_SIGN = r"[%€$£¥]"
_BEGIN, _END = rf"^[-+]?{BEFORE}[-+]?", rf"{BEHIND}$"
DECIMAL_COMMA = rf"({_BEGIN}\d*),(\d+{_END})", "$1.$2"
# 1,234.5: commas between thousands; 1.234,5 has dots there, where commas are decimal.
COMMAS = rf"{_BEGIN}\d{{1,3}}(,\d{{3}})+(\.\d+)?{_END}"
DOTS = rf"{_BEGIN}\d{{1,3}}(\.\d{{3}})+{_END}"
DOTS_AND_COMMA = rf"{_BEGIN}\d{{1,3}}(\.\d{{3}})+,\d+{_END}"
COMMA_OF_DOTS = rf"{_BEGIN}(\d{{1,3}}(\.\d{{3}})+|\d+),\d+{_END}"
POINT = rf"{_BEGIN}\d*\.(\d{{1,2}}|\d{{4,}}){_END}"  # a dot that is not between thousands
SIGNED = rf"{_BEGIN}\d[\d.,]*{_END}"
CODE = r"^0\d+$"  # 007: as of a zip code
TIME = r"^(\d{1,3}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$"
_COMMAS, _CODE = re.compile(COMMAS, re.ASCII), re.compile(CODE, re.ASCII)


def with_points(cells: pl.Series) -> pl.Series:
    """Texts of a table with decimal commas, with decimal points instead. Where a column has such
    commas, its dots are those between thousands, unless one of them can be no such."""
    cells = cells.str.strip_chars()
    dotted = cells.str.contains(".", literal=True).fill_null(False)
    if dotted.any() and cells.str.contains(COMMA_OF_DOTS).any():
        between = cells.str.contains(DOTS_AND_COMMA)
        if not cells.str.contains(POINT).any():
            between |= cells.str.contains(DOTS)
        grouped = cells.str.replace_all(".", "", literal=True)
        cells = grouped.zip_with(between.fill_null(False), cells)
    return cells.str.replace(*DECIMAL_COMMA)


def floats(cells: pl.Series) -> tuple[pl.Series, dict[str, str]]:
    """Texts as numbers, and the first of those that are some only in a way: without the "signs" of
    a unit, without "commas" between thousands, or as "times", which are hours."""
    import polars as pl

    numbers, found = cells.cast(pl.Float64, strict=False), dict[str, str]()
    if numbers.null_count() == cells.null_count():
        return numbers, found
    bare = _without_signs(cells)
    grouped = bare.str.replace_all(",", "", literal=True).set(~bare.str.contains(COMMAS), None)
    for way, understood in (
        ("signs", bare.cast(pl.Float64, strict=False)),
        ("commas", grouped.cast(pl.Float64, strict=False)),
        ("times", _hours(cells)),
    ):
        new = numbers.is_null() & understood.is_not_null()
        if new.any():
            found[way] = str(cells.filter(new)[0])
            numbers = numbers.zip_with(~new, understood)
    return numbers, found


def _without_signs(cells: pl.Series) -> pl.Series:
    """Numbers without the sign of their unit, if they have no other; of per cent if all have it."""
    signs = cells.str.extract(f"({_SIGN})").drop_nulls()
    if signs.n_unique() != 1 or (signs[0] == "%" and len(signs) < cells.count()):
        return cells
    signed = cells.str.contains(SIGNED).fill_null(False)
    return cells.zip_with(~signed, cells.str.replace(rf"\s*{_SIGN}\s*", ""))


def _hours(cells: pl.Series) -> pl.Series:
    """7:30 is 7.5, and nothing what is no time."""
    import polars as pl

    parts = cells.str.extract_groups(TIME).struct
    hours, minutes, seconds = (parts.field(str(i)).cast(pl.Float64) for i in (1, 2, 3))
    return hours + minutes / 60 + seconds.fill_null(0) / 3600


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

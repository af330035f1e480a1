"""Scales: what the values of an axis are called, where they are no plain numbers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.datasets.series import TRUTH

EPOCH = date(1970, 1, 1)  # what dates are counted from


class Scale(NamedTuple):
    """names: of the values 0, 1, …; is_date: the values are days since 1970; is_whole: they are
    whole numbers."""

    names: tuple[str, ...] = ()
    is_date: bool = False
    is_whole: bool = False


NUMBERS = Scale()


def scales(points: Dataset) -> tuple[Scale, Scale]:
    """Of the axes of a map, across and up; of one coordinate, the second is of what is said."""
    if points.preprocessing is None or points.principal is not None:
        return NUMBERS, NUMBERS
    if points.inputs.shape[1] == 1:
        return scale(points, 0), NUMBERS
    return scale(points, points.axes[0]), scale(points, points.axes[1])


def scale(points: Dataset, coordinate: int) -> Scale:
    """Of a coordinate of a file."""
    assert points.preprocessing is not None
    kind = points.preprocessing.inputs[coordinate].kind
    if kind == "boolean":
        return Scale(TRUTH)
    values = points.inputs[:, coordinate]
    is_whole = bool((values == np.rint(values)).all())
    return Scale(points.categories(coordinate), kind == "date", is_whole and kind == "number")


def day(value: float) -> str:
    """A number of days since 1970 as a date, without the time of day; "" beyond the calendar."""
    try:
        return str(EPOCH + timedelta(value))
    except (OverflowError, ValueError):
        return ""


def days(first: float, last: float, room: int) -> tuple[str, str]:
    """Two dates, as much of them as has room in so many cells each: 2024-05-01, 2024-05, 2024; of
    one year 05-01."""
    start, end = day(first), day(last)
    if room >= len(start):
        return start, end
    if start[:4] == end[:4] and room >= 5:
        return start[5:], end[5:]
    cut = 7 if room >= 7 else 4
    return start[:cut], end[:cut]

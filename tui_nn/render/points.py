"""The points as a table: what they are, what the network says of them, and how wrong it is."""

from __future__ import annotations

import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache, cached_property, partial
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.datasets.plain import brief, listed, nearest
from tui_nn.engine.types import Array
from tui_nn.render.cells import cell, first_fitting, fitted_text, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import inks
from tui_nn.render.judgement import classes, wrong
from tui_nn.render.look import Look
from tui_nn.render.scale import NUMBERS, day, scale

WIDTH = 7  # of a number with three decimals
DAY = 11  # the width of a date
MOST_DIGITS = 16  # of a whole number, with its sign
OURS = ("point", "set", "truth", "class", "output", "error")  # the names of our own columns
SHOWN = 5e-4  # values that differ by less are written alike
COMPARE: dict[str, Callable[[Array, float], Array]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": lambda values, value: np.abs(values - value) < SHOWN,
    "!=": lambda values, value: np.abs(values - value) >= SHOWN,
    ">=": operator.ge,
    ">": operator.gt,
}
_CONDITION = re.compile(r"(\S.*?)\s*(<=|>=|!=|<|>|=)\s*(\S.*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.ASCII)


class Column(NamedTuple):
    """A column of the table.

    values: (N,) numbers, to sort and to compare. width: of its text, whatever the value. names:
    what each value is called, if it has a name.
    """

    name: str
    values: Array
    width: int
    text: Callable[[float], str]
    names: tuple[str, ...] = ()

    def cell(self, i: int) -> str:
        return fitted_text(self.text(self.values[i]), self.width, right=True)

    def called(self, name: str) -> Array:
        """(N,) booleans: where the value has this name."""
        there = [i for i, one in enumerate(self.names) if one.lower() == name.lower()]
        return np.isin(self.values, there)


def decimal(value: float) -> str:
    """Three decimals, or fewer, or a power of ten, for what has no room for them."""
    if -100 < value < 1000:
        return f"{value:.3f}"
    if not np.isfinite(value):
        return "-"
    powers = (f"{value:.{i}e}".replace("e+0", "e").replace("e+", "e") for i in (3, 2, 1, 0))
    return first_fitting([f"{value:.1f}", f"{value:.0f}", *powers], WIDTH)


def whole(value: float) -> str:
    return f"{value:.0f}"


def _named(names: tuple[str, ...], value: float) -> str:
    return names[int(value)] if value == int(value) else decimal(value)


def _day(value: float) -> str:
    return day(value) or decimal(value)


class Points:
    """The columns of a data set with its predictions (N, outputs); `wrong` (N,): which of them.

    `given` are the columns that don't change, `said` those of the network. Of more than two inputs,
    and where not all columns fit, what is said of a point comes before them.
    """

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        count = len(dataset.inputs)
        self.given = [Column("point", np.arange(1.0, count + 1), 6, whole)]
        if not dataset.train.all():
            self.given.append(
                Column("set", dataset.train.astype(float), 5, lambda t: "train" if t else "test")
            )
        self._inputs = [self._input(i, values) for i, values in enumerate(dataset.inputs.T)]
        self._room: float = np.inf
        self.is_regression = dataset.task == "regression"
        self._several = dataset.targets.shape[1] > 1
        truth = dataset.targets[:, 0] if self.is_regression else classes(dataset.targets)
        self._truth = truth.astype(float)
        self._class: Callable[[float], str] = whole
        self._class_width, self._names = 6, tuple[str, ...]()
        if dataset.preprocessing is not None and not self.is_regression:
            self._names = dataset.classes
            self._class = partial(_named, self._names)
            self._class_width = max(self._class_width, *map(cell_len, self._names))
        width = max(WIDTH, 0 if self.is_regression else self._class_width)
        said = decimal if self.is_regression else self._class
        own = Column("truth", self._truth, width, said, self._names)
        self._first, self._own = self.given, own
        self.given = [*self._first, *self._inputs, own]
        self.update(np.full(dataset.targets.shape, np.nan))

    def _input(self, i: int, values: Array) -> Column:
        """A coordinate; a category has its name."""
        name = self.dataset.coordinates[i]
        if name in OURS or name.startswith("out"):
            name = f"{name} (in)"
        names, is_date, is_whole = scale(self.dataset, i) if self.dataset.preprocessing else NUMBERS
        number, digits = decimal, 0
        if is_whole and (most := len(whole(np.abs(values).max())) + 1) <= MOST_DIGITS:
            number, digits = whole, most
        text = partial(_named, names) if names else _day if is_date else number
        widths = WIDTH, DAY if is_date else 0, digits, cell_len(name) + 1
        longest = max(*widths, *map(cell_len, names))
        return Column(name, values, longest, text, names)

    def update(self, predictions: Array) -> None:
        """What the network says now."""
        self._predictions, targets, several = predictions, self.dataset.targets, self._several
        off = np.abs(predictions - targets)
        error = off[np.arange(len(off)), self._truth.astype(int)] if several else off[:, 0]
        outputs = [
            Column(name, values, max(WIDTH, cell_len(name) + 1), decimal)
            for name, values in zip(self._output_names, predictions.T, strict=True)
        ]
        said = []
        if not self.is_regression:
            found = classes(predictions).astype(float)
            said.append(Column("class", found, self._class_width, self._class, self._names))
        self.wrong = wrong(self.dataset, predictions)
        # Figures that change together stand together: what has changed is one stretch of the line.
        last = Column("error", error, WIDTH, decimal)
        self.said = [*said, *outputs, last]
        first, own, inputs = self._first, self._own, self._inputs
        if len(inputs) <= 2:
            self._place([*self.given, *self.said])
        elif several:
            self._place([*first, own, *said, last, *inputs, *outputs])
        else:
            self._place([*first, own, *self.said, *inputs])
        if self.starts[-1] > self._room + 1:  # the blank behind the last needs none
            point, *rest = first
            behind = [*rest, *inputs, *outputs] if several else [*outputs, *rest, *inputs]
            self._place([point, own, *said, last, *behind])

    def _place(self, columns: list[Column]) -> None:
        self.columns, self.starts = columns, [0]
        for i, column in enumerate(columns):  # the mark belongs to the first
            self.starts.append(self.starts[-1] + column.width + (3 if i == 0 else 1))

    def fit(self, room: int) -> None:
        """Order the columns for so many cells: where these are too few for all of them, truth,
        class and error come first."""
        self._room = room
        self.update(self._predictions)

    @cached_property
    def _output_names(self) -> list[str]:
        if not self._several:
            named = self.dataset.preprocessing is not None and not self.is_regression
            return [f"output {self.dataset.classes[1]}" if named else "output"]
        if self.dataset.preprocessing is None:
            return [f"out{i}" for i in range(self.dataset.targets.shape[1])]
        return [f"out {name}" for name in self.dataset.classes]

    def column(self, name: str) -> Column | None:
        """By its name; the only output also without that of its class."""
        if name == "output" and not self._several:
            name = self._output_names[0]
        return next((column for column in self.columns if column.name == name), None)

    def matching(self, text: str) -> Array:
        """(N,) booleans: the rows in which the text stands, or for which conditions such as
        `error > 0.3 and class = 1` hold. ValueError: a condition, which stands in no row, on what
        there is not."""
        conditions = [_CONDITION.fullmatch(part.strip()) for part in text.split(" and ")]
        if None in conditions:
            return self._containing(text.strip().lower())
        found = np.ones(len(self.wrong), bool)
        try:
            for condition in filter(None, conditions):
                found &= self._meeting(condition[1], condition[2], condition[3])
        except ValueError:
            found = self._containing(text.strip().lower())
            if not found.any():
                raise
        return found

    def _meeting(self, name: str, sign: str, value: str) -> Array:
        """(N,) booleans: the rows for which a condition holds."""
        if (column := self.column(name)) is None:
            names = [one.name for one in self.columns]
            raise ValueError(f"{brief(name)}: one of {listed(names)}{nearest(name, names)}")
        if column.names and sign in ("=", "!="):
            if not any(one.lower() == value.lower() for one in column.names):
                hint = nearest(value, column.names)
                raise ValueError(f"{brief(name)}: one of {listed(column.names)}{hint}")
            called = column.called(value)
            return called if sign == "=" else ~called
        if (number := _NUMBER.fullmatch(value)) is None:
            raise ValueError(f"{brief(name)} {sign} a number, not {brief(value)}")
        holds: Array = COMPARE[sign](column.values, float(number[0]))
        return holds

    def _containing(self, text: str) -> Array:
        found = np.array([text in row for row in self._given_texts], bool)
        if not re.search(r"[^-+.\de]", text):  # the network says figures only
            for column in self.said:
                for i in np.flatnonzero(~found).tolist():
                    found[i] = text in column.text(column.values[i])
        return found

    @cached_property
    def _given_texts(self) -> list[str]:
        """The text of each row that doesn't change, made when somebody looks for one."""
        texts = [[column.text(v) for v in column.values.tolist()] for column in self.given]
        return ["\n".join(row) for row in zip(*texts, strict=True)]

    def ordered(self, by: str, reverse: bool, errors_only: bool, text: str) -> Array:
        """The rows' points, in order: those that are wanted, sorted by a column."""
        column = self.column(by) or self.columns[0]
        keep = self.wrong.copy() if errors_only else np.ones(len(self.wrong), bool)
        if text:
            keep &= self.matching(text)
        chosen = np.flatnonzero(keep)
        values = column.values[chosen]
        return chosen[np.argsort(-values if reverse else values, kind="stable")]


_PICKED = Style(reverse=True)


@cache
def _heading(look: Look) -> Style:
    return Style(bold=True, color=inks(look).greys.faint if look.colour else None)


@cache
def _wrong(look: Look) -> Style:
    return Style(bold=True, color=inks(look).wrong if look.colour else None)


def heading_cells(
    points: Points, by: str, reverse: bool, look: Look, left: int, width: int
) -> list[Segment]:
    """The names of the columns; an arrow at the one that sorts. left, width: see `row_cells`."""
    arrows, sight = "^v" if look.ascii else "▲▼", columns_in_sight(points, left, width)
    parts = []
    for i, column in enumerate(points.columns[: sight.stop]):
        arrow = arrows[reverse] if column.name == by else ""
        if i == 0 or i >= sight.start:
            name = fitted_text(arrow + column.name, column.width, right=True)
            parts.append(f"{name} {'  ' if i == 0 else ''}")
    return _with_gap(text_cells("".join(parts), _heading(look)), points, sight)


def row_cells(
    points: Points, i: int, picked: bool, look: Look, left: int, width: int
) -> list[Segment]:
    """A point's row: a mark behind its number, and its error, stand out where it is wrong.

    left, width: of the columns behind the first, how many cells are beyond the left edge, and how
    many there is room for; columns that are not in sight, or not whole, are left blank, or out.
    """
    is_wrong, sight = bool(points.wrong[i]), columns_in_sight(points, left, width)
    mark = glyphs_of(look).wrong if is_wrong else " "
    usual = _PICKED if picked else None
    line = text_cells(f"{points.columns[0].cell(i)} ", usual)
    line += text_cells(f"{mark} ", _wrong(look) if is_wrong and not picked else usual)
    for column in points.columns[sight.start : sight.stop]:
        stands_out = is_wrong and not picked and column.name == "error"
        line += text_cells(f"{column.cell(i)} ", _wrong(look) if stands_out else usual)
    return _with_gap(line, points, sight)


def columns_in_sight(points: Points, left: int, width: int) -> slice:
    """The columns behind the first that there is room for, whole: one at least."""
    first = min(bisect_left(points.starts, points.starts[1] + left), len(points.columns) - 1)
    end = bisect_right(points.starts, left + width + 1) - 1  # the blank behind the last needs none
    return slice(first, max(end, first + 1))


def _with_gap(line: list[Segment], points: Points, sight: slice) -> list[Segment]:
    """With blanks in the place of the columns between the first one and those in sight."""
    fixed = points.starts[1]
    return line[:fixed] + [cell(" ")] * (points.starts[sight.start] - fixed) + line[fixed:]

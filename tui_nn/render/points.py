"""The points as a table: what they are, what the network says of them, and how wrong it is."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache, cached_property, partial
from typing import NamedTuple

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import inks
from tui_nn.render.judgement import classes, wrong
from tui_nn.render.look import Look

WIDTH = 7  # of a number with three decimals
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
_CONDITION = re.compile(
    r"(\S.*?)\s*(<=|>=|!=|<|>|=)\s*(-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)", re.ASCII
)


class Column(NamedTuple):
    """A column of the table.

    values: (N,) numbers, to sort and to compare. width: of its text, whatever the value.
    """

    name: str
    values: Array
    width: int
    text: Callable[[float], str]

    def cell(self, i: int) -> str:
        return f"{self.text(self.values[i]):>{self.width}}"


def decimal(value: float) -> str:
    """Three decimals, or fewer, or a power of ten, for what has no room for them."""
    if -100 < value < 1000:
        return f"{value:.3f}"
    if not np.isfinite(value):
        return "-"
    text = f"{value:.5g}"
    return text if len(text) <= WIDTH else f"{value:.0e}"


def whole(value: float) -> str:
    return f"{value:.0f}"


def _named(names: tuple[str, ...], value: float) -> str:
    return names[int(value)]


class Points:
    """The columns of a data set with its predictions (N, outputs); `wrong` (N,): which of them."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        count = len(dataset.inputs)
        self.given = [Column("point", np.arange(1.0, count + 1), 6, whole)]
        if not dataset.train.all():
            self.given.append(
                Column("set", dataset.train.astype(float), 5, lambda t: "train" if t else "test")
            )
        for i, values in enumerate(dataset.inputs.T):
            self.given.append(self._input(i, values))
        self.is_regression = dataset.task == "regression"
        self._several = dataset.targets.shape[1] > 1
        truth = dataset.targets[:, 0] if self.is_regression else classes(dataset.targets)
        self._truth = truth.astype(float)
        self._class: Callable[[float], str] = whole
        self._class_width = 6
        if dataset.preprocessing is not None and not self.is_regression:
            names = dataset.classes
            self._class = partial(_named, names)
            self._class_width = max(self._class_width, *map(len, names))
        width = max(WIDTH, 0 if self.is_regression else self._class_width)
        self.given.append(
            Column("truth", self._truth, width, decimal if self.is_regression else self._class)
        )
        self.update(np.full(dataset.targets.shape, np.nan))

    def _input(self, i: int, values: Array) -> Column:
        """A coordinate; a category has its name."""
        name = self.dataset.coordinates[i]
        if name in OURS or name.startswith("out"):
            name = f"{name} (in)"
        names = self.dataset.categories(i)
        text = partial(_named, names) if names else decimal
        return Column(name, values, max(WIDTH, len(name) + 1, *map(len, names)), text)

    def update(self, predictions: Array) -> None:
        """What the network says now."""
        targets, several = self.dataset.targets, self._several
        off = np.abs(predictions - targets)
        error = off[np.arange(len(off)), self._truth.astype(int)] if several else off[:, 0]
        outputs = [
            Column(f"out{i}" if several else "output", values, WIDTH, decimal)
            for i, values in enumerate(predictions.T)
        ]
        said = []
        if not self.is_regression:
            found = classes(predictions).astype(float)
            said.append(Column("class", found, self._class_width, self._class))
        self.wrong = wrong(self.dataset, predictions)
        # Figures that change together stand together: what has changed is one stretch of the line.
        outputs.append(Column("error", error, WIDTH, decimal))
        self.columns = [*self.given, *said, *outputs]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)

    def matching(self, text: str) -> Array:
        """(N,) booleans: the rows in which the text stands, or for which conditions such as
        `error > 0.3 and class = 1` hold."""
        found = np.ones(len(self.wrong), bool)
        for part in text.split(" and "):
            condition = _CONDITION.fullmatch(part.strip())
            column = self.column(condition[1]) if condition else None
            if condition is None or column is None:
                return self._containing(text.strip().lower())
            found &= COMPARE[condition[2]](column.values, float(condition[3]))
        return found

    def _containing(self, text: str) -> Array:
        found = np.array([text in row for row in self._given_texts], bool)
        if not re.search(r"[^-+.\de]", text):  # the network says figures only
            for column in self.columns[len(self.given) :]:
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


def heading_cells(points: Points, by: str, reverse: bool, look: Look) -> list[Segment]:
    """The names of the columns; an arrow at the one that sorts."""
    arrows = "^v" if look.ascii else "▲▼"
    parts = []
    for i, column in enumerate(points.columns):
        arrow = arrows[reverse] if column.name == by else ""
        parts.append(f"{arrow + column.name:>{column.width}} {'  ' if i == 0 else ''}")
    return text_cells("".join(parts), _heading(look))


def row_cells(points: Points, i: int, picked: bool, look: Look) -> list[Segment]:
    """A point's row: a mark behind its number, and its error, stand out where it is wrong."""
    is_wrong = bool(points.wrong[i])
    mark = glyphs_of(look).wrong if is_wrong else " "
    first, *between, last = (f"{column.cell(i)} " for column in points.columns)
    if picked:
        return text_cells(f"{first}{mark} {''.join(between)}{last}", _PICKED)
    if not is_wrong:
        return text_cells(f"{first}{mark} {''.join(between)}{last}")
    return [
        *text_cells(first),
        *text_cells(f"{mark} ", _wrong(look)),
        *text_cells("".join(between)),
        *text_cells(last, _wrong(look)),
    ]


def column_starts(points: Points) -> list[int]:
    """Where each column begins, and the last one ends; the mark belongs to the first."""
    starts = [0]
    for i, column in enumerate(points.columns):
        starts.append(starts[-1] + column.width + (3 if i == 0 else 1))
    return starts

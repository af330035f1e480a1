"""A table that was read: named columns of numbers, the target the last of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief, listed, nearest
from tui_nn.engine.types import Array

CATEGORIES = 100  # that a column may have
Kind = Literal["number", "boolean", "date", "category"]
# From the names of a file's columns to the places of those that are read, the target's the last.
Choose = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class Column:
    """name: as the file has it. A date is a number of days since 1970, a boolean 0 or 1, a category
    its place among the `categories`. format: how its dates are written, if they are text."""

    name: str
    kind: Kind = "number"
    categories: tuple[str, ...] = ()
    format: str = ""


@dataclass(frozen=True)
class Table:
    """values (N, columns); NaN where there is none. notes: what was understood by what was read.
    problem: why it can't be learnt from; the values of columns that are to blame mean nothing."""

    columns: tuple[Column, ...]
    values: Array
    notes: tuple[str, ...] = ()
    problem: str = ""


def chooser(target: str, columns: Sequence[str], drop: Sequence[str]) -> Choose:
    """Which columns are read: these (all, if none are named) but the dropped ones, and the target,
    which is the last column where it is "auto"."""

    def choose(names: Sequence[str]) -> list[int]:
        for field, wanted in (("target", [target]), ("columns", columns), ("drop", drop)):
            for name in wanted:
                if name not in names and not (field == "target" and name == "auto"):
                    reason = f"no such column; there are {listed(names)}{nearest(name, names)}"
                    raise DataError(reason, field, brief(name))
        place = len(names) - 1 if target == "auto" else names.index(target)
        if names[place] in drop:
            raise DataError("is the target, and can't be dropped", "drop", brief(names[place]))
        left = [
            i
            for i, name in enumerate(names)
            if i != place and name not in drop and (not columns or name in columns)
        ]
        if not left:
            found = listed(names) or "none"
            raise DataError(f"no columns beside the target to learn from; there are {found}")
        return [*left, place]

    return choose


def unique(names: Sequence[str]) -> list[str]:
    """Names for columns, each once: "x", "x (2)"; one without gets its number."""
    found: list[str] = []
    for i, name in enumerate(names, 1):
        base = name.strip() or f"column {i}"
        once, count = base, 1
        while once in found:
            count += 1
            once = f"{base} ({count})"
        found.append(once)
    return found


class RowBuffer:
    """Rows on their way into a table, block by block; its memory grows in place."""

    def __init__(self, columns: int, expected: int = 0) -> None:
        """expected: rows that there will probably be in all."""
        self._values, self.count = np.empty((expected, columns)), 0

    def add(self, block: Array) -> None:
        """block (columns, rows)."""
        end = self.count + block.shape[1]
        if end > len(self._values):
            rows = max(end, len(self._values) * 9 // 8)
            self._values.resize((rows, len(block)), refcheck=False)
        self._values[self.count : end] = block.T
        self.count = end

    @property
    def values(self) -> Array:
        return self._values[: self.count]

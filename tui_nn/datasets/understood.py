"""What was understood of a file, in lines; and what of it could be meant otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tui_nn.datasets.dataset import Task
from tui_nn.datasets.numerals import grouped_in
from tui_nn.datasets.plain import brief, counted, drop_hint, joined, listed
from tui_nn.datasets.table import Column, Table
from tui_nn.engine.types import Array

FEW = 20  # different whole numbers, each at least twice on average, are classes
FIRST = 10_000  # rows


def are_whole(values: Array) -> bool:
    return np.array_equal(values, np.rint(values))


def other_task(table: Table, task: Task) -> str:
    """What else a target of whole numbers can be that was taken for classes, or for values."""
    values = table.values[:, -1]
    if table.columns[-1].kind != "number" or not are_whole(values):
        return ""
    numbers = np.unique(values)
    count = len(numbers)
    if task == "multiclass":
        are_codes = numbers[0] in (0, 1) and numbers[-1] - numbers[0] == count - 1
        return "" if are_codes else " (--task regression learns values)"
    if task == "regression" and 1 < count <= FEW and count < len(values):
        return f" (--task multiclass learns {count} classes)"
    return ""


def ids(table: Table) -> list[str]:
    """A line on those inputs that may be ids, which say nothing of rows to come."""
    columns = table.columns[:-1]
    found = [one.name for j, one in enumerate(columns) if _is_id(one, table.values[:, j])]
    if not found or len(found) == len(columns):
        return []
    return [f"{listed(found)}: another value in each row, as an id has; {drop_hint(found)}"]


def _is_id(column: Column, values: Array) -> bool:
    """Whether there is another word or whole number in each row, of more than a few."""
    count = len(values)
    if count < FEW or column.kind not in ("number", "category"):
        return False
    if column.kind == "category":
        return len(column.categories) == count
    some = values[:FIRST]  # which say it of most columns at once
    if not are_whole(some) or len(np.unique(some)) < len(some) or np.isnan(values).any():
        return False
    return are_whole(values) and len(np.unique(values)) == count


def facts(
    table: Table, training: int, task: Task, classes: tuple[str, ...], dropped: int, *, said: bool
) -> str:
    """Rows, inputs and target. dropped: rows that were left out; said: the target was not named."""
    count, inputs = len(table.values), len(table.columns) - 1
    rows = (
        f"{counted(training, 'row')} and {count - training:,} to test"
        if count > training
        else counted(count, "row")
    )
    if dropped:
        rows += f" ({dropped:,} with missing values left out)"
    name = brief(table.columns[-1].name) + (" (the last column)" if said else "")
    what = "values" if task == "regression" else f"{len(classes)} classes: {listed(classes, 4)}"
    if len(classes) == 1:
        what = f"one class only: {listed(classes)}, so there is nothing to tell apart"
    return f"{rows}, {inputs} input{'s' * (inputs > 1)}; target {name}, {what}"


def encodings(columns: Sequence[Column]) -> list[str]:
    """A line on each way in which columns that are no numbers are taken in."""
    words = {
        "category": "one input for each category",
        "boolean": "0 or 1",
        "date": "days since 1970",
    }
    found = []
    for kind, word in words.items():
        if names := [column.name for column in columns if column.kind == kind]:
            found.append(f"{listed(names)}: {word}")
    written = {c.name: one for c in columns if (one := grouped_in(c.categories))}
    if written:
        one = brief(next(iter(written.values())))
        found.append(f'{listed(list(written))}: words, as "{one}" has commas between thousands')
    return found


def spellings(columns: Sequence[Column]) -> list[str]:
    """A line on each column with words that are probably the same."""
    found = []
    for column in columns:
        alike: dict[str, list[str]] = {}
        for name in column.categories:
            alike.setdefault(name.casefold(), []).append(name)
        if groups := [listed(names) for names in alike.values() if len(names) > 1]:
            found.append(f"{brief(column.name)}: {joined(groups)} differ in capitals only")
    return found

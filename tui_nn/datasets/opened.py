"""A data file that has been opened: its table without gaps in the target, and what is to be learnt.

It is read once. Data sets are made of it: with another split, other noise, other features.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tui_nn.datasets.dataset import Dataset, Task
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.extent import Extent, around, span
from tui_nn.datasets.files import HASH_DIGITS, STANDARD_INPUT, read_table
from tui_nn.datasets.plain import (
    brief,
    brief_path,
    joined,
    listed,
    named_columns,
    nearest,
    quoted,
)
from tui_nn.datasets.preprocessing import FILLS, Preprocessing, Target, fit, mean_and_scale
from tui_nn.datasets.series import TRUTH
from tui_nn.datasets.table import CATEGORIES, Column, Table, chooser
from tui_nn.datasets.telling import telling_most
from tui_nn.datasets.understood import FEW, are_whole, encodings, facts, ids, other_task, spellings
from tui_nn.engine.types import Array

MOST_CLASSES = CATEGORIES
MOST_INPUTS = 4096  # of a network


@dataclass(frozen=True)
class Opened:
    """values (N, columns): the inputs as they are in the file, the target last. truth (N,): numbers
    of classes, or values. training: how many rows are of the file itself; the others are of the
    test file."""

    name: str
    digest: str
    table: Table
    target: Target
    task: Task
    truth: Array
    training: int
    fill: str
    test_name: str | None
    notes: tuple[str, ...]

    @property
    def inputs(self) -> Array:
        return self.table.values[:, :-1]

    @property
    def has_test_file(self) -> bool:
        return self.training < len(self.truth)

    def dataset(
        self,
        rng: np.random.Generator,
        train_fraction: float,
        noise: float,
        features: tuple[str, ...],
    ) -> Dataset:
        """Split by class, preprocessing fitted to the training rows. noise: as of the built-in."""
        train = self._split(rng, train_fraction)
        inputs, target = self.inputs, self.target
        fitted = fit(self.table.columns[:-1], inputs, train, self.fill)
        if noise:
            inputs = inputs.copy()
            for j, one in enumerate(fitted):
                if one.kind != "category":
                    low, high = span(inputs[:, j])
                    inputs[:, j] += rng.normal(0, noise * (high - low) / 2, len(inputs))
            fitted = fit(self.table.columns[:-1], inputs, train, self.fill)
        if self.task == "regression":
            mean, scale = mean_and_scale(self.truth[train])
            target = replace(target, mean=mean, scale=scale)
        preprocessing = Preprocessing(fitted, target)
        if (count := len(preprocessing.names)) > MOST_INPUTS:
            raise DataError(f"{count} inputs; at most {MOST_INPUTS}: --drop leaves columns out")
        targets = self._targets()
        categories = [len(one.categories) for one in fitted]
        axes = telling_most(inputs, targets, train, categories)
        return Dataset(
            name=brief(Path(self.name).name, 40),
            task=self.task,
            inputs=inputs,
            targets=targets,
            train=train,
            extent=self._extent(axes),
            axes=axes,
            features=features,
            preprocessing=preprocessing,
        )

    def _split(self, rng: np.random.Generator, train_fraction: float) -> Array:
        """Which rows train: of each class the same share, and at least one in all."""
        count = len(self.truth)
        train = np.zeros(count, bool)
        if self.has_test_file:
            train[: self.training] = True
            return train
        order = rng.permutation(count)
        if self.task == "regression":
            parts = [order]
        else:
            classes = self.truth[order]
            parts = [order[classes == i] for i in range(len(self.target.classes))]
        for part in parts:
            train[part[: round(train_fraction * len(part))]] = True
        if not train.any():
            train[order[0]] = True
        return train

    def _targets(self) -> Array:
        if self.task == "multiclass":
            return np.equal.outer(self.truth, np.arange(len(self.target.classes)))
        return self.truth[:, np.newaxis]

    def _extent(self, axes: tuple[int, int]) -> Extent:
        """Of the two inputs, or of the only one and the target."""
        inputs = self.inputs
        left, right = around(inputs[:, axes[0]])
        bottom, top = around(inputs[:, axes[1]] if inputs.shape[1] > 1 else self.truth)
        return left, right, bottom, top


def open_data(
    name: str,
    *,
    stand_in: str | None = None,
    target: str = "auto",
    columns: Sequence[str] = (),
    drop: Sequence[str] = (),
    task: str = "auto",
    missing: str = "error",
    test_file: str | None = None,
) -> Opened:
    """Read a file. stand_in: where the content is of what can be read only once. Raises
    DataError."""
    table, digest = read_table(stand_in or name, chooser(target, columns, drop))
    table = _without_empty(table)
    training, test_notes = len(table.values), list[str]()
    if test_file is not None:
        other, second = _read_test(test_file, table)
        digest = hashlib.sha256(f"{digest}{second}".encode()).hexdigest()[:HASH_DIGITS]
        both, test_notes = _joined(table, other)
        keep = _complete(table, both, missing)
        training = int(keep[:training].sum())
        table = replace(table, values=both[keep] if not keep.all() else both)
    else:
        keep = _complete(table, table.values, missing)
        if not keep.all():
            table = replace(table, values=table.values[keep])
            training = len(table.values)
    if not training or not len(table.values):
        raise DataError("has no rows without missing values", "missing", missing)
    kind, classes, truth = _task(table.columns[-1], table.values[:, -1], task)
    fact = facts(table, training, kind, classes, int((~keep).sum()), said=target == "auto")
    if task == "auto":
        fact += other_task(table, kind)
    return Opened(
        name=name if name == STANDARD_INPUT else _absolute(name),
        digest=digest,
        table=table,
        target=Target(table.columns[-1].name, classes),
        task=kind,
        truth=truth,
        training=training,
        fill=missing,
        test_name=None if test_file is None else _absolute(test_file),
        notes=(
            fact,
            *table.notes,
            *encodings(table.columns[:-1]),
            *ids(table),
            *spellings(table.columns),
            *test_notes,
        ),
    )


def _without_empty(table: Table) -> Table:
    """Without the inputs that have no value in any row, which is said."""
    values = table.values
    empty = [j for j in np.flatnonzero(np.isnan(values[0, :-1])) if np.isnan(values[:, j]).all()]
    if not empty:
        return table
    kept = [j for j in range(len(table.columns)) if j not in empty]
    if len(kept) == 1:
        raise DataError("no columns beside the target have values")
    names = listed([table.columns[j].name for j in empty])
    return replace(
        table,
        columns=tuple(table.columns[j] for j in kept),
        values=values[:, kept],
        notes=(*table.notes, f"{names}: no value in any row, left out"),
    )


def _absolute(path: str) -> str:
    return str(Path(path).expanduser().absolute())


def _read_test(path: str, table: Table) -> tuple[Table, str]:
    names = [column.name for column in table.columns]

    def choose(there: Sequence[str]) -> list[int]:
        lacking = [name for name in names if name not in there]
        if lacking:
            hint = nearest(lacking[0], there)
            raise DataError(f"has no {named_columns(lacking)}; there are {listed(there)}{hint}")
        return [list(there).index(name) for name in names]

    try:
        found, digest = read_table(path, choose)
        if found.problem:
            raise DataError(found.problem)
        return found, digest
    except DataError as error:
        raise DataError(error.reason, "test_file", brief_path(path)) from None


def _joined(table: Table, other: Table) -> tuple[Array, list[str]]:
    """The rows of both; a category that the first does not have is none."""
    notes = []
    for j, (mine, theirs) in enumerate(zip(table.columns, other.columns, strict=True)):
        column = other.values[:, j]
        if mine.kind != theirs.kind and not np.isnan(column).all():
            said = f"column {brief(mine.name)}: {theirs.kind}, but {mine.kind} in the data"
            raise DataError(said, "test_file")
        if mine.kind != "category":
            continue
        unknown = [name for name in theirs.categories if name not in mine.categories]
        if unknown and j == len(table.columns) - 1:
            raise DataError(f"has classes that the data has not: {listed(unknown)}", "test_file")
        if unknown:
            notes.append(f"test file: {brief(mine.name)} {listed(unknown)} unknown, taken for none")
        index = {name: i for i, name in enumerate(mine.categories)}
        places = np.array([index.get(name, -1) for name in theirs.categories] + [np.nan])
        column[:] = places[np.nan_to_num(column, nan=len(theirs.categories)).astype(int)]
    return np.concatenate([table.values, other.values]), notes


def _complete(table: Table, values: Array, missing: str) -> Array:
    """Which rows are kept. Raises DataError where values are missing and nothing is said of it, and
    what else is wrong."""
    gaps, problems = np.isnan(values), [table.problem] if table.problem else []
    counts = zip(table.columns, gaps.sum(axis=0).tolist(), strict=True)
    lacking = [f"{quoted(brief(one.name))} {count:,}" for one, count in counts if count]
    if lacking and missing == "error":
        said = f"missing or infinite values: {joined(lacking)}"
        problems.append(f"{said}; --missing drop, mean, median or zero")
    if problems:
        raise DataError("; and ".join(problems))
    # No truth can be made up.
    drop: Array = gaps[:, -1] if missing in FILLS else np.any(gaps, axis=1, keepdims=False)
    return np.logical_not(drop)


def _task(column: Column, values: Array, wanted: str) -> tuple[Task, tuple[str, ...], Array]:
    """What is to be learnt, the names of the classes, and the truth of each row."""
    name = brief(column.name)
    if column.kind == "category" or column.kind == "boolean":
        if wanted == "regression":
            return "regression", (), _numbers_of(column, values)
        names = column.categories or TRUTH
        truth = values
    else:
        if wanted == "regression" or (wanted == "auto" and not _are_classes(values)):
            return "regression", (), values
        numbers, places = np.unique(values, return_inverse=True)
        if len(numbers) > MOST_CLASSES:
            said = f"{name} has {len(numbers)} different values; at most {MOST_CLASSES} classes"
            raise DataError(said, "task", wanted)
        names, truth = tuple(f"{number:g}" for number in numbers), places.astype(float)
        if len(set(names)) < len(names):
            names = tuple(repr(float(number)) for number in numbers)
    if wanted == "binary" and len(names) > 2:
        raise DataError(f"{name} has {len(names)} classes", "task", wanted)
    if wanted == "multiclass" and len(names) < 2:
        raise DataError(f"{name} has one class only", "task", wanted)
    if wanted == "multiclass" or len(names) > 2:
        return "multiclass", names, truth
    return "binary", names, truth


def _numbers_of(column: Column, codes: Array) -> Array:
    """What categories say that are numbers, as 007 is."""
    try:
        numbers = np.array([float(name) for name in column.categories] or [np.nan])
    except ValueError:
        numbers = np.array([np.nan])
    if not np.isfinite(numbers).all():
        said = f"{brief(column.name)} has words, no values"
        raise DataError(said, "task", "regression") from None
    found: Array = numbers[codes.astype(int)]
    return found


def _are_classes(values: Array) -> bool:
    """Whether numbers look like those of classes: whole, few, and each more than once."""
    return are_whole(values) and len(np.unique(values)) <= min(FEW, len(values) // 2)

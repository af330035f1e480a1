"""Tables from NumPy's own files; objects are never unpickled."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

from tui_nn.datasets.blocks import digest_of
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief, drop_hint
from tui_nn.datasets.table import CATEGORIES, Choose, Column, Table
from tui_nn.engine.types import Array

# What people call the two parts.
INPUTS, TARGETS = ("x", "inputs", "data", "features"), ("y", "target", "targets", "labels")


def read_arrays(file: BinaryIO, choose: Choose) -> tuple[Table, str]:
    """An .npy of (rows, columns) or with named fields; an .npz of inputs and targets, or of an
    array for each column. Raises DataError."""
    digest = digest_of(file)
    columns = array_columns(file)
    names = list(columns)
    names = [names[at] for at in choose(names)]
    values = np.empty((len(columns[names[0]]), len(names)))
    found = [_read(name, columns[name], values[:, j]) for j, name in enumerate(names)]
    return Table(tuple(found), values), digest


def array_columns(file: BinaryIO) -> dict[str, Array]:
    """Columns (N,) of one length, by their names, the target last where it is known. Raises
    DataError."""
    try:
        content = np.load(file, allow_pickle=False)
        arrays = dict(content) if isinstance(content, Mapping) else {"": np.asarray(content)}
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile, MemoryError) as error:
        if "pickle" in str(error):
            raise DataError("holds Python objects, which are never loaded") from None
        raise DataError("not a whole .npy or .npz file; of Excel, save the sheet as CSV") from None
    columns = _columns(arrays)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        sizes = ", ".join(f"{brief(name)} {len(column)}" for name, column in columns.items())
        raise DataError(f"arrays of different lengths: {brief(sizes, 60)}")
    if lengths in (set(), {0}):
        raise DataError("has no rows")
    return columns


def _columns(arrays: dict[str, Array]) -> dict[str, Array]:
    lower = {name.lower(): name for name in arrays}
    inputs = next((lower[name] for name in INPUTS if name in lower), None)
    target = next((lower[name] for name in TARGETS if name in lower), None)
    if inputs is not None and target is not None:
        found = _split("x", arrays[inputs])
        truth = arrays[target]
        if truth.ndim == 2 and truth.shape[1] > 1 and (truth.sum(axis=1) == 1).all():
            truth = truth.argmax(axis=1)  # one-hot
        return found | _split("y", truth.reshape(len(truth), -1) if truth.ndim > 1 else truth)
    if inputs is not None and len(arrays) == 1:  # new points, called as with a target
        return _split("x", arrays[inputs])
    found = {}
    for name, array in arrays.items():
        found |= _split(name or "column ", array)
    return found


def _split(name: str, array: Array) -> dict[str, Array]:
    """An array's columns."""
    if array.dtype.names:
        return {field: array[field] for field in array.dtype.names}
    if array.ndim == 0:
        raise DataError(f"{brief(name)}: a single number, no table")
    flat = array.reshape(len(array), -1) if array.ndim != 1 else array[:, np.newaxis]
    if flat.shape[1] == 1 and array.ndim == 1:
        return {name.strip(): array}
    return {f"{name}{i}": column for i, column in enumerate(flat.T, 1)}


def _read(name: str, array: Array, out: Array) -> Column:
    """Write an array's numbers into `out` (N,)."""
    kind: Any = array.dtype.kind
    if kind in "US":
        texts, codes = np.unique(array.astype(str), return_inverse=True)
        if len(texts) > CATEGORIES:
            said = f"{brief(name)}: {len(texts)} categories; at most {CATEGORIES}"
            raise DataError(f"{said}: {drop_hint([name])}")
        out[:] = codes
        return Column(name, "category", tuple(texts.tolist()))
    if kind == "M":
        out[:] = array.astype("datetime64[ms]").astype(float) / 86_400_000
        out[np.isnat(array)] = np.nan
        return Column(name, "date")
    if kind not in "biuf":
        raise DataError(f"column {brief(name)}: {array.dtype}, no values")
    out[:] = array
    out[np.isinf(out)] = np.nan
    return Column(name, "boolean" if kind == "b" else "number")

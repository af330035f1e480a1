"""A network's parameters as an .npz file: arrays W0, b0, W1, b1, …; W of shape (fan_in, fan_out).

NumPy alone reads and makes such files, so that every run can be checked from outside.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.runs.files import write_atomically


class WeightsError(ValueError):
    """A file that does not hold the network's weights; the message says what is wrong."""


def write_weights(path: Path, arrays: dict[str, Any]) -> None:
    """Write the file whole or not at all. Raises OSError."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    write_atomically(path, buffer.getvalue())


def read_weights(path: Path, sizes: Sequence[int]) -> dict[str, Array]:
    """The arrays for a network of these sizes, inputs first. Raises WeightsError."""
    arrays = _read_arrays(path)
    expected: dict[str, tuple[int, ...]] = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        expected |= {f"W{i}": (fan_in, fan_out), f"b{i}": (fan_out,)}
    for name, shape in expected.items():
        if name not in arrays:
            raise WeightsError(f"{name} is missing; the network needs {', '.join(expected)}")
        if arrays[name].shape != shape:
            raise WeightsError(f"{name} is {arrays[name].shape}, the network needs {shape}")
        if arrays[name].dtype.kind not in "iuf":
            raise WeightsError(f"{name} holds {arrays[name].dtype}, not numbers")
        if not np.isfinite(arrays[name]).all():
            raise WeightsError(f"{name} holds NaN or infinity")
    if more := sorted(arrays.keys() - expected.keys()):
        raise WeightsError(f"{more[0]} is one too many; the network has {', '.join(expected)}")
    return arrays


def _read_arrays(path: Path) -> dict[str, Array]:
    # All that NumPy and zipfile raise for a file that is cut, damaged or something else.
    damaged = (ValueError, EOFError, RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error)
    try:
        with path.open("rb") as file:
            content = np.load(file, allow_pickle=False)
            if isinstance(content, np.ndarray):
                raise WeightsError("one array (.npy), not an .npz file")
            arrays = {name: content[name] for name in content.files}
    except WeightsError:
        raise
    except OSError as error:
        raise WeightsError(error.strerror or str(error)) from None
    except damaged:
        raise WeightsError("not an .npz file of plain arrays, or damaged") from None
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise WeightsError("not an .npz file of plain arrays, or damaged")
    return arrays

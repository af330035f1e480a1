"""A network's parameters as a file: arrays W0, b0, W1, b1, …; W of shape (fan_in, fan_out).

An .npz file, which NumPy alone reads and makes, so that every run can be checked from outside; or
a .safetensors one, for which the package of that name is needed.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.runs.extras import needed
from tui_nn.runs.files import write_atomically
from tui_nn.runs.state import DAMAGED

SAFETENSORS = ".safetensors"


class WeightsError(ValueError):
    """A file that does not hold the network's weights; the message says what is wrong."""


def as_npz(arrays: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def as_safetensors(arrays: Mapping[str, Any]) -> bytes:
    """Raises MissingPackage."""
    content: bytes = needed("safetensors.numpy", "safetensors").save(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    )
    return content


def write_weights(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write the file, as its suffix says, whole or not at all. Raises OSError, MissingPackage."""
    write = as_safetensors if path.suffix == SAFETENSORS else as_npz
    write_atomically(path, write(arrays))


def read_weights(path: Path, sizes: Sequence[int], dtype: str = "float64") -> dict[str, Array]:
    """The arrays for a network of these sizes, inputs first, and of this type. Raises WeightsError,
    MissingPackage."""
    arrays = _read_safetensors(path) if path.suffix == SAFETENSORS else _read_npz(path)
    expected = _shapes(sizes)
    for name, array in arrays.items():
        if name in expected and array.dtype.kind not in "iuf":
            raise WeightsError(f"{name} holds {array.dtype}, not numbers")
    found = {name: array.shape for name, array in arrays.items()}
    if found != expected:
        raise WeightsError(_difference(found, expected, sizes))
    return {name: _finite(name, arrays[name], dtype) for name in expected}


def _shapes(sizes: Sequence[int]) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        shapes |= {f"W{i}": (fan_in, fan_out), f"b{i}": (fan_out,)}
    return shapes


def _difference(
    found: dict[str, tuple[int, ...]], expected: dict[str, tuple[int, ...]], sizes: Sequence[int]
) -> str:
    """What differs first, or, if the file is of another network, which."""
    matrices = [found.get(f"W{i}", ()) for i in range(len(found) // 2)]
    if matrices and all(len(shape) == 2 for shape in matrices):
        others = [matrices[0][0], *(shape[1] for shape in matrices)]
        if found == _shapes(others):
            return f"of a {'-'.join(map(str, others))} network; this one is {_dashed(sizes)}"
    for name, shape in expected.items():
        if name not in found:
            return f"{name} is missing; the network needs {', '.join(expected)}"
        if found[name] != shape:
            return f"{name} is {found[name]}, the network needs {shape}"
    more = min(found.keys() - expected.keys())
    return f"{more} is one too many; the network has {', '.join(expected)}"


def _dashed(sizes: Sequence[int]) -> str:
    return "-".join(map(str, sizes))


def _finite(name: str, array: Array, dtype: str) -> Array:
    """As the network's type has it, which a number may be too large for."""
    with np.errstate(over="ignore"):
        fits = np.isfinite(array.astype(dtype))
    if fits.all():
        return array
    place = np.unravel_index(int(np.argmin(fits)), array.shape)
    where = ", ".join(str(int(i)) for i in place)
    value = array[place]
    limit = "a finite number" if not np.isfinite(value) else f"within {dtype}"
    raise WeightsError(f"{name}[{where}] is {value:g}, not {limit}")


def _read_npz(path: Path) -> dict[str, Array]:
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
    except DAMAGED:
        raise WeightsError("not an .npz file of plain arrays, or damaged") from None
    if not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise WeightsError("not an .npz file of plain arrays, or damaged")
    return arrays


def _read_safetensors(path: Path) -> dict[str, Array]:
    load = needed("safetensors.numpy", "safetensors").load
    # Its own error, and what it raises for types that NumPy has not.
    damaged = (
        needed("safetensors", "safetensors").SafetensorError,
        KeyError,
        TypeError,
        ValueError,
    )
    try:
        arrays: dict[str, Array] = load(path.read_bytes())
    except OSError as error:
        raise WeightsError(error.strerror or str(error)) from None
    except damaged:
        raise WeightsError(f"not a {SAFETENSORS} file of plain arrays, or damaged") from None
    return arrays

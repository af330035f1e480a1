"""A checkpoint as what lasts: its arrays as .npz (never pickle), all the rest as JSON beside it."""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from typing import Any

import numpy as np

from tui_nn.engine.types import Array

# All that NumPy and zipfile raise for an .npz file that is cut, damaged or something else.
DAMAGED = (
    *(ValueError, KeyError, EOFError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)


def pack_state(state: dict[str, Any]) -> tuple[bytes, str]:
    """The .npz file of a session's checkpoint, and its JSON.

    The JSON is the state itself; where an array was it has {"array": its name in the file}, where a
    number was that JSON has not, {"float": "inf"}. Integers have as many digits as they need.
    """
    arrays: dict[str, Any] = {}
    tree = _without_arrays(state, "", arrays)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue(), json.dumps(tree, allow_nan=False)


def unpack_state(arrays: bytes, tree: str) -> dict[str, Any]:
    """What `pack_state` was given. One of DAMAGED: it is."""
    with np.load(io.BytesIO(arrays), allow_pickle=False) as file:
        content = {name: file[name] for name in file.files}
    state: dict[str, Any] = _with_arrays(json.loads(tree), content)
    return state


def _without_arrays(value: Any, name: str, arrays: dict[str, Any]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if isinstance(value, dict):
        prefix = f"{name}." if name else ""
        return {key: _without_arrays(v, f"{prefix}{key}", arrays) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_arrays(v, f"{name}.{i}", arrays) for i, v in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    return value


def _with_arrays(value: Any, arrays: dict[str, Array]) -> Any:
    if isinstance(value, list):
        return [_with_arrays(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"array"}:
        return arrays[value["array"]]
    if value.keys() == {"float"}:
        return float(value["float"])
    return {key: _with_arrays(part, arrays) for key, part in value.items()}

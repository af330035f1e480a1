"""The messages between a session and its worker: length-prefixed msgpack, arrays as raw bytes."""

from __future__ import annotations

import dataclasses
import struct
from dataclasses import dataclass, field
from typing import Any

import msgpack
import numpy as np

from tui_nn.engine.types import Array

# The columns of `Snapshot.history`, one row a reported step; a value that does not apply is NaN.
HISTORY_COLUMNS = ("step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")

HEADER = struct.Struct(">I")
LONGEST_MESSAGE = 256 * 2**20
_ARRAY, _LONG_INTEGER = 1, 2


@dataclass(frozen=True)
class Snapshot:
    """What the network looks like between two steps. A metric that does not apply is None."""

    status: str  # "running", "paused" or "finished"
    reason: str | None  # why it finished: "target_loss", "max_steps", "max_epochs", "diverged"
    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float | None
    test_accuracy: float | None
    seconds: float  # spent training
    steps_per_second: float
    pace: int | None  # steps a second asked for; None: as fast as it can
    settings: dict[str, Any]
    history: Array = field(default_factory=lambda: np.empty((0, len(HISTORY_COLUMNS))))
    predictions: Array | None = None  # (points, 1), for all the points of the data set
    surface: Array | None = None  # (rows, columns) over the data's extent; row 0 is the top


def encode(message: dict[str, Any]) -> bytes:
    """One framed message. Values: what JSON has, bytes, and arrays."""
    body: bytes = msgpack.packb(message, default=_pack)
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    """The message in one frame's body (without its header)."""
    message: dict[str, Any] = msgpack.unpackb(body, ext_hook=_unpack)
    return message


def snapshot_message(snapshot: Snapshot) -> dict[str, Any]:
    return {f.name: getattr(snapshot, f.name) for f in dataclasses.fields(snapshot)}


def _pack(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        layout = msgpack.packb([value.dtype.str, list(value.shape)])
        return msgpack.ExtType(_ARRAY, HEADER.pack(len(layout)) + layout + value.tobytes())
    if isinstance(value, int):  # a generator's state has 128 bits
        return msgpack.ExtType(_LONG_INTEGER, str(value).encode())
    raise TypeError(f"{type(value).__name__} does not travel in a message")


def _unpack(code: int, data: bytes) -> Array | int:
    if code == _LONG_INTEGER:
        return int(data)
    if code != _ARRAY:
        raise ValueError(f"unknown message extension {code}")
    (length,) = HEADER.unpack_from(data)
    dtype, shape = msgpack.unpackb(data[HEADER.size : HEADER.size + length])
    return np.frombuffer(data, dtype, offset=HEADER.size + length).reshape(shape).copy()

"""The messages between a session and its worker: length-prefixed msgpack, arrays as raw bytes."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import IO, Any, BinaryIO

import msgpack
import numpy as np

from tui_nn.engine.types import Array
from tui_nn.session.frames import HEADER, body_length

_ARRAY, _LONG_INTEGER = 1, 2


@dataclass(frozen=True)
class Wanted:
    """What a snapshot is to bring beside the figures.

    surface, neurons: (rows, columns) of a picture of the outputs, and of one of each unit. axes:
    of more than two inputs, the two that these are over, (): those that the data set has by itself;
    None: the principal components.
    """

    predictions: bool = True
    surface: tuple[int, int] | None = None
    neurons: tuple[int, int] | None = None
    axes: tuple[()] | tuple[int, int] | None = ()
    layers: bool = False
    weights: bool = False
    importance: bool = False


FIGURES_ONLY = Wanted(predictions=False)


@dataclass(frozen=True)
class Snapshot:
    """What the network looks like between two steps."""

    status: str  # "running", "paused" or "finished"
    # Why it finished: "target_loss", "max_steps", "max_epochs", "early_stop" or "diverged".
    reason: str | None
    step: int
    epoch: int
    train_loss: float  # of all training points, without penalty; not finite as a run diverges
    train_accuracy: float  # or R² of a regression
    test_loss: float | None  # None where no points test
    test_accuracy: float | None
    seconds: float  # spent training
    steps_per_second: float
    pace: int | None  # steps a second asked for; None: as fast as it can
    moment: int | None = None  # the step, where the run is looked back at
    version: int = 0  # of the settings and points it goes with: see `Session.version`
    data_changed: int = -1  # the step at which the points became others; -1: they never have
    penalty: float | None = None  # what L1 and L2 add to the training loss; None without them
    # Outputs as the maps show them: 0 and 1 are two classes, 0.5 is undecided; of several classes
    # one each; of a regression the values.
    predictions: Array | None = None  # (points, outputs), for those of the data set's `sample`
    surface: Array | None = None  # (rows, columns, outputs) at `Dataset.grid`; row 0 is the top
    plane: dict[str, Any] | None = None  # `Dataset.plane`, that surface and neurons are over
    goal: tuple[str, float] | None = None  # what the run goes on until: see `run_until`
    moments: list[int] = field(default_factory=list)  # steps that can be looked back at
    # (units, rows, columns) of the network's inputs and of each layer, of its first units.
    neurons: list[Array] | None = None
    # Of each layer: what `LayerStatistics` has, and "update_ratio", ‖ΔW‖/‖W‖ of one step.
    layers: list[dict[str, Any]] | None = None
    # [W; b] of each layer, (fan_in + 1, fan_out), ∂L/∂[W; b], and what one step did to them, if
    # the network is not too large.
    weights: list[Array] | None = None
    gradients: list[Array] | None = None
    updates: list[Array] | None = None
    importance: dict[str, Any] | None = None  # see `Importance.look`

    def to_dict(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def encode(message: dict[str, Any]) -> bytes:
    """One framed message. Values: what JSON has, and arrays."""
    body: bytes = msgpack.packb(message, default=_pack)
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    """The message in one frame's body (without its header)."""
    message: dict[str, Any] = msgpack.unpackb(body, ext_hook=_unpack)
    return message


def send(sink: IO[bytes], message: dict[str, Any]) -> None:
    sink.write(encode(message))
    sink.flush()


def receive(source: BinaryIO) -> dict[str, Any] | None:
    """The next message, or None when the source has closed."""
    header = _read(source, HEADER.size)
    body = _read(source, body_length(header)) if header else None
    return decode(body) if body else None


def _read(source: BinaryIO, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        more = source.read(count - len(data))
        if not more:
            return None
        data += more
    return bytes(data)


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

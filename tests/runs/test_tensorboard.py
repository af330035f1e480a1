"""Event files, read back by what is written here of their format alone, and by TensorBoard itself
where it is installed."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recorded import record

from tui_nn.runs.records import Story
from tui_nn.runs.tensorboard import TAGS, as_event_file, event_file_name
from tui_nn.settings import Settings


def story() -> Story:
    """A run of 100 s, whose pause between step 50 and 75 an event tells of."""
    history = np.full((5, 5), np.nan)
    history[:, 0] = [0, 25, 50, 75, 100]
    history[:, 1] = [0.25, 0.2, 0.1, 1 / 3, np.nan]
    history[:, 2] = [0.5, 0.6, 0.7, 0.8, 0.9]
    run = record(Settings(), train_accuracy=0.9)
    events = [(0, 1000.0, "started"), (50, 1020.0, "paused"), (50, 1080.0, "goes on")]
    return Story(run, history, events, None)


WALL_TIMES = [1000, 1010, 1080, 1090, 1100]


def test_an_independent_reader_sees_the_same_curves() -> None:
    told = story()
    curves: dict[str, list[tuple[float, int, float]]] = {}
    version = None
    for event in map(fields, records_in(as_event_file(told))):
        wall_time, step = event[1][0], event.get(2, [0])[0]
        version = event.get(3, [version])[0]
        for value in (v for summary in event.get(5, []) for v in fields(summary)[1]):
            said = fields(value)
            tag = said[1][0].decode()
            curves.setdefault(tag, []).append((wall_time, step, said.get(2, [0.0])[0]))
    assert version == b"brain.Event:2"
    assert curves.keys() == {*TAGS[:2]}  # no points test
    for i, tag in enumerate(TAGS[:2]):
        times, steps, values = zip(*curves[tag], strict=True)
        assert list(steps) == told.history[:, 0].tolist()
        assert list(times) == WALL_TIMES
        expected = told.history[:, 1 + i].astype(np.float32)
        assert np.array_equal(np.array(values, np.float32), expected, equal_nan=True)


def test_tensorboard_sees_the_same_curves(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing import event_accumulator

    told = story()
    (tmp_path / event_file_name(told.run)).write_bytes(as_event_file(told))
    found = event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    assert sorted(found.Tags()["scalars"]) == sorted(TAGS[:2])
    points = found.Scalars(TAGS[1])
    assert [point.step for point in points] == told.history[:, 0].tolist()
    assert [point.wall_time for point in points] == WALL_TIMES
    assert [point.value for point in points] == told.history[:, 2].astype(np.float32).tolist()


def records_in(content: bytes) -> Iterator[bytes]:
    """TFRecords: a length and its checksum, the data and theirs."""
    at = 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        data = content[at + 12 : at + 12 + length]
        sums = (
            struct.unpack_from("<I", content, at + 8),
            struct.unpack_from("<I", content, at + 12 + length),
        )
        assert [s for (s,) in sums] == [masked_crc(content[at : at + 8]), masked_crc(data)]
        yield data
        at += 16 + length


def masked_crc(data: bytes) -> int:
    """CRC-32C (Castagnoli), rotated and shifted as the format wants it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def fields(message: bytes) -> dict[int, list[Any]]:
    """Protocol buffers on the wire: the values of each field by its number."""
    found: dict[int, list[Any]] = {}
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        number, kind = divmod(varint(), 8)
        if kind == 0:
            value: Any = varint()
        elif kind == 2:
            size = varint()
            value, at = message[at : at + size], at + size
        else:
            form, size = {1: ("<d", 8), 5: ("<f", 4)}[kind]
            (value,), at = struct.unpack_from(form, message, at), at + size
        found.setdefault(number, []).append(value)
    return found

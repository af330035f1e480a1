"""Messages come out as they went in."""

import io

import numpy as np
import pytest

from tui_nn.session import protocol


def test_a_message_comes_back() -> None:
    message = {
        "text": "ψ",
        "none": None,
        "long": 2**127 - 1,
        "list": [1, 2.5, True],
        "array": np.arange(6, dtype="float32").reshape(2, 3),
        "empty": np.empty((0, 5)),
    }
    again = protocol.receive(io.BytesIO(protocol.encode(message)))
    assert again is not None
    for name in ("array", "empty"):
        assert again[name].dtype == message[name].dtype  # type: ignore[attr-defined]
        assert np.array_equal(again.pop(name), message.pop(name))  # type: ignore[call-overload]
    assert again == message


def test_a_closed_source_is_none_and_a_giant_message_is_refused() -> None:
    assert protocol.receive(io.BytesIO()) is None
    assert protocol.receive(io.BytesIO(protocol.encode({"a": 1})[:-1])) is None
    with pytest.raises(ValueError, match="at most"):
        protocol.receive(io.BytesIO(b"\xff\xff\xff\xff"))


def test_objects_do_not_travel() -> None:
    with pytest.raises(TypeError, match="does not travel"):
        protocol.encode({"object": object()})

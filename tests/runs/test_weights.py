"""Weights as .npz: what was written is read, and what is wrong with a file is said."""

from pathlib import Path

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.runs.weights import WeightsError, read_weights, write_weights

SIZES = (2, 3, 1)


def weights() -> dict[str, Array]:
    rng = np.random.default_rng(0)
    shapes = {"W0": (2, 3), "b0": (3,), "W1": (3, 1), "b1": (1,)}
    return {name: rng.normal(size=shape) for name, shape in shapes.items()}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_weights(tmp_path / "a.npz", weights())
    again = read_weights(tmp_path / "a.npz", SIZES)
    assert again.keys() == weights().keys()
    for name, array in weights().items():
        assert np.array_equal(array, again[name])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"W0": np.zeros((3, 2))}, r"W0 is \(3, 2\), the network needs \(2, 3\)"),
        ({"b1": np.array([np.nan])}, r"b1\[0\] is nan, not a finite number"),
        ({"b1": np.array(["x"])}, "b1 holds <U1, not numbers"),
        ({"b1": np.array([{}], dtype=object)}, "plain arrays"),
        ({"W2": np.zeros((1, 1))}, "W2 is one too many"),
    ],
)
def test_wrong_arrays_are_named(tmp_path: Path, change: dict[str, Array], said: str) -> None:
    np.savez(tmp_path / "a.npz", **(weights() | change))  # type: ignore[arg-type]
    with pytest.raises(WeightsError, match=said):
        read_weights(tmp_path / "a.npz", SIZES)


def test_a_file_of_another_network_is_named_as_such(tmp_path: Path) -> None:
    write_weights(tmp_path / "a.npz", weights())
    with pytest.raises(WeightsError, match="of a 2-3-1 network; this one is 2-8-8-1"):
        read_weights(tmp_path / "a.npz", (2, 8, 8, 1))


def test_numbers_must_fit_the_type(tmp_path: Path) -> None:
    large = weights()
    large["W0"][1, 2] = 1e300
    write_weights(tmp_path / "a.npz", large)
    assert read_weights(tmp_path / "a.npz", SIZES)["W0"][1, 2] == 1e300
    with pytest.raises(WeightsError, match=r"W0\[1, 2\] is 1e\+300, not within float32"):
        read_weights(tmp_path / "a.npz", SIZES, "float32")


def test_safetensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save

    path = tmp_path / "a.safetensors"
    write_weights(path, weights())
    for again in (read_weights(path, SIZES), load_file(path)):
        for name, array in weights().items():
            assert np.array_equal(array, again[name])
            assert again[name].dtype == array.dtype
    whole = path.read_bytes()
    for content in (b"", b"text", whole[:200], save({"W0": np.zeros(3)}).replace(b"F64", b"F61")):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match=r"not a \.safetensors file"):
            read_weights(path, SIZES)
    path.write_bytes(save({"W0": np.zeros((2, 3)), "b0": np.zeros(2)}))
    with pytest.raises(WeightsError, match=r"b0 is \(2,\), the network needs \(3,\)"):
        read_weights(path, (2, 3))


def test_files_that_are_something_else(tmp_path: Path) -> None:
    write_weights(tmp_path / "whole.npz", weights())
    whole = (tmp_path / "whole.npz").read_bytes()
    damaged = whole[:60] + b"\xff" * 40 + whole[100:]
    np.save(tmp_path / "one.npy", np.zeros(3))
    for content in (b"", b"text", whole[:300], damaged, (tmp_path / "one.npy").read_bytes()):
        (tmp_path / "a.npz").write_bytes(content)
        with pytest.raises(WeightsError, match=r"not an \.npz"):
            read_weights(tmp_path / "a.npz", SIZES)
    with pytest.raises(WeightsError, match="No such file"):
        read_weights(tmp_path / "missing.npz", SIZES)
    np.savez(tmp_path / "few.npz", W0=np.zeros((2, 3)))
    with pytest.raises(WeightsError, match="b0 is missing; the network needs W0, b0, W1, b1"):
        read_weights(tmp_path / "few.npz", SIZES)

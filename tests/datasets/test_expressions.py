"""Functions that are typed: computed as NumPy would, and nothing else."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn import datasets
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.expressions import Function
from tui_nn.settings import Settings, SettingsError

X, Y = np.random.default_rng(0).uniform(-3, 3, (2, 50))
POINTS = np.column_stack([X, Y])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sin(x)*y > 0.2", np.sin(X) * Y > 0.2),
        ("x**2 - 2*x + 1", X**2 - 2 * X + 1),
        ("-1 < x <= y", (X > -1) & (X <= Y)),
        ("x > 0 and not y > 1 or x == y", (X > 0) & ~(Y > 1) | (X == Y)),
        ("(x > 0) + (y > 0) + (x > y)", (X > 0) + 1.0 * (Y > 0) + (X > Y)),
        ("abs(x) if y > 0 else max(x, 0.5)", np.where(Y > 0, abs(X), np.maximum(X, 0.5))),
        ("atan2(y, x) % 1 + hypot(x, y) // 2", np.arctan2(Y, X) % 1 + np.hypot(X, Y) // 2),
        ("2*pi", np.full(50, 2 * np.pi)),
    ],
)  # fmt: skip
def test_it_is_what_numpy_says(text: str, expected: np.ndarray) -> None:
    assert np.allclose(Function.parse(f"f(x, y) = {text}")(POINTS), expected)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "x.__class__",
        "[x for x in y]",
        "(lambda: 1)()",
        "x[0]",
        "open(x)",
        "sin(x, y)",
        "sin(x=1)",
        "sin(*x)",
        "'a' * 3",
        "1j * x",
        "z + 1",
        "x ^ 2",
        "x if",
        "",
        "y := x",
        "9" * 400,
        "(" * 90 + "x" + ")" * 90 + "+1" * 60,
        "-" * 120 + "x",
        "+".join(["x"] * 150),
        "x" * 600,
        "x\n+ y; y",
        "\0",
    ],
)
def test_all_else_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(DataError) as error:
        Function.parse(f"f(x, y) = {text}")
    assert "\n" not in str(error.value)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(DataError):
        Function.parse(f"f(x, y) = {text}")(POINTS)


def test_heads_are_checked() -> None:
    for text in ("f() = 1", "f(x, x) = x", "f(sin) = 1", "f(1) = 1", "f(a,b,c,d,e,f,g,h,i) = a"):
        with pytest.raises(DataError):
            Function.parse(text)


def test_a_comparison_makes_classes_and_anything_else_values() -> None:
    load = lambda text, **more: datasets.load(text, np.random.default_rng(0), **more)  # noqa: E731
    assert load("f(x, y) = x > y").task == "binary"
    data = load("f(u, v, w) = u*v - w", extent=(0, 1), samples=30)
    assert (data.task, data.coordinates, data.inputs.shape) == (
        "regression",
        ("u", "v", "w"),
        (30, 3),
    )
    assert 0 <= data.inputs.min() <= data.inputs.max() <= 1
    data = load("g(t) = sqrt(t)", extent=(-1, 1), samples=50)
    assert data.inputs.min() >= 0  # elsewhere there is none
    with pytest.raises(DataError, match="hardly a finite value"):
        load("g(t) = log(-1 - t**2)")


def test_settings_take_functions() -> None:
    settings = Settings.parse({"dataset": "f(x, y) = x*y", "extent": "0,1,-2,2"})
    assert settings.resolved().loss == "mse"
    assert settings.to_flags() == ["--dataset", "f(x, y) = x*y", "--extent", "0,1,-2,2"]
    for wrong in ({"dataset": "f(x) = y"}, {"dataset": "f(x) = x", "extent": "1,0"},
                  {"dataset": "f(x) = x", "extent": "0,1,2"}):  # fmt: skip
        with pytest.raises(SettingsError):
            Settings.parse(wrong)

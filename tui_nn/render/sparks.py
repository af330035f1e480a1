"""Graphs in a line: a curve or a histogram as bars, a number on a gauge."""

from __future__ import annotations

import math

import numpy as np

from tui_nn.engine.types import Array

BARS, ASCII_BARS = "▁▂▃▄▅▆▇█", "_.:-=+*#"


def number(value: float | None) -> str:
    """At most six characters and a sign, as many from one moment to the next: 12.34 or 1.2e-7."""
    if value is None or not math.isfinite(value):
        return "-"
    if value == 0 or 0.01 <= abs(value) < 100:
        return f"{value:.2f}"
    for precision in (1, 0):
        digits, _, exponent = f"{value:.{precision}e}".partition("e")
        text = f"{digits}e{int(exponent)}"
        if len(text.lstrip("-")) <= 6:
            break
    return text


def curve(x: Array, y: Array, width: int, *, log: bool = False, ascii: bool = False) -> str:
    """The values y over x from its first to its last, each cell the latest value until there; what
    is not finite (or, of logarithms, not above 0) is left out."""
    if log:
        with np.errstate(divide="ignore", invalid="ignore"):
            y = np.log10(y)
    keep = np.isfinite(y)
    x, y = x[keep], y[keep]
    if not len(x):
        return " " * width
    places = np.linspace(x[0], x[-1], width)
    y = y[np.searchsorted(x, places, side="right") - 1]
    low, high = y.min(), y.max()
    # A curve that hardly moves is level: its last digits would fill the height.
    if high - low < 0.01 * max(1.0 if log else 0.0, abs(high), abs(low)):
        return _bars(np.full(width, 3), ascii)
    return _bars(np.rint((y - low) / (high - low) * (len(BARS) - 1)), ascii)


def histogram(counts: list[float], *, ascii: bool = False) -> str:
    """A cell a bin; only an empty one is blank."""
    shares = np.array(counts) / max(1.0, *counts)
    bars = _bars(np.ceil(shares * len(BARS)) - 1, ascii)
    return "".join(bar if share else " " for bar, share in zip(bars, shares, strict=True))


def gauge(value: float | None, low: int, high: int, mark: int, width: int, ascii: bool) -> str:
    """A value on a scale of powers of ten, from 10^low to 10^high, with a mark at 10^mark."""
    line, tick, pointer = "-+o" if ascii else "─┼●"

    def place(power: float) -> int:
        return round((min(max(power, low), high) - low) / (high - low) * (width - 1))

    cells = [line] * width
    cells[place(mark)] = tick
    if value is not None and math.isfinite(value):
        cells[place(math.log10(value) if value > 0 else low)] = pointer
    return "".join(cells)


def _bars(levels: Array, ascii: bool) -> str:
    bars = ASCII_BARS if ascii else BARS
    return "".join(bars[int(level)] for level in levels)

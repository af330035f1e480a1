"""The rectangle within a picture's axes: where values are in it, and its frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_nn.datasets.plain import brief
from tui_nn.engine.types import Array
from tui_nn.render.axes import short, ticks
from tui_nn.render.scale import Scale, day
from tui_nn.render.svg.element import decimal, element, label

Limits = tuple[float, float]
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MONTH, LONGEST = 7, 8  # characters of a date, 2024-05, and of the name of a value
Ticks = Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Plane:
    """left, top, width, height: pixels. x, y: the values at its edges; log: y is drawn so."""

    left: float
    top: float
    width: float
    height: float
    x: Limits
    y: Limits
    log: bool = False

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def right(self) -> float:
        return self.left + self.width

    def across(self, values: Array | float) -> Array:
        start, end = self.x
        return np.asarray(self.left + (np.asarray(values) - start) / (end - start) * self.width)

    def up(self, values: Array | float) -> Array:
        """NaN where a value has no place; what is beyond an edge is at it."""
        low, high, values = *self.y, np.asarray(values, float)
        with np.errstate(divide="ignore", invalid="ignore"):
            values = np.where(np.isfinite(values), values, np.nan)
            if self.log:
                low, high = math.log10(low), math.log10(high)
                values = np.log10(np.where(values > 0, values, np.nan))
        return np.asarray(
            self.bottom - (np.clip(values, low, high) - low) / (high - low) * self.height
        )

    def path(self, x: Array, y: Array) -> str:
        """The line through points, as the `d` of a path; NaN in y interrupts it."""
        found, pen = [], "M"
        for across, up in zip(self.across(x).tolist(), self.up(y).tolist(), strict=True):
            if math.isnan(up):
                pen = "M"
                continue
            found.append(f"{pen}{decimal(across)} {decimal(up)}")
            pen = "L"
        return "".join(found)

    def frame(self, across: Ticks, up: Ticks, names: tuple[str, str] = ("", "")) -> str:
        """Guides, ticks and names of the axes."""
        parts = []
        for value, said in up:
            y = float(self.up(value))
            parts.append(
                element("path", class_="guide", d=f"M{self.left} {decimal(y)}h{self.width}")
            )
            parts.append(label(said, self.left - 6, y + 4, text_anchor="end"))
        for value, said in across:
            x = float(self.across(value))
            parts.append(
                element("path", class_="guide", d=f"M{decimal(x)} {self.top}v{self.height}")
            )
            parts.append(label(said, x, self.bottom + 16, text_anchor="middle"))
        parts.append(
            element("path", class_="axis", d=f"M{self.left} {self.top}v{self.height}h{self.width}")
        )
        if names[0]:
            parts.append(label(names[0], self.right, self.bottom + 32, "name", text_anchor="end"))
        if names[1]:
            parts.append(label(names[1], self.left, self.top - 8, "name"))
        return "".join(parts)


def linear_ticks(limits: Limits, wanted: int) -> list[tuple[float, str]]:
    """Round numbers between the limits."""
    low, high = limits
    found = [0.0 if abs(v) < (high - low) / 1e6 else v for v in ticks(low, high, wanted)]
    return [(value, short(value).replace("-", "−")) for value in found]


def scale_ticks(limits: Limits, wanted: int, scale: Scale) -> list[tuple[float, str]]:
    """The same; or names of values, not more of them than have room; or dates."""
    if scale.is_date:
        return [(value, day(value)[:MONTH]) for value, _ in linear_ticks(limits, wanted)]
    if not scale.names:
        return linear_ticks(limits, wanted)
    every = -(-len(scale.names) // wanted)
    return [(i, brief(scale.names[i], LONGEST)) for i in range(0, len(scale.names), every)]


def log_ticks(limits: Limits, wanted: int) -> list[tuple[float, str]]:
    """Powers of ten between the limits; where they are few, also twice and five times as much."""
    low, high = limits
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    apart = max(1, -(-(last - first) // wanted))
    steps = (1, 2, 5) if last - first <= 2 else (1,)
    values = [m * 10.0**e for e in range(first, last + 1, apart) for m in steps]
    return [(v, _power(v)) for v in values if low * 0.999 <= v <= high * 1.001]


def _power(value: float) -> str:
    """0.01, but 10⁻⁵."""
    digit, exponent = f"{value:.0e}".split("e")
    if abs(int(exponent)) < 4:
        return f"{value:g}"
    power = "10" + f"{int(exponent)}".translate(SUPERSCRIPTS)
    return power if digit == "1" else f"{digit}·{power}"

"""Levels: few shades for activations and few strengths for weights, which change only when the
values clearly have. A cell that is drawn anew costs bytes; one that flickers costs them in vain.
"""

from __future__ import annotations

import numpy as np

from tui_nn.engine.activations import OUTPUTS
from tui_nn.engine.types import Array

SHADES = 4  # of either sign
STRENGTHS = (0.12, 0.4, 0.7)  # of the layer's largest weight: from where an edge is drawn stronger
_SLACK = 0.3  # of a shade, that a value may leave it by
_LOOSE = 1.2  # factor by which a weight may leave its strength


def steady(shares: Array, before: Array | None, count: int = SHADES) -> Array:
    """Levels −count … count of shares −1 … 1; those of before stay where they nearly hold."""
    exact = np.clip(np.nan_to_num(shares), -1, 1) * count
    levels = np.rint(exact)
    if before is not None and before.shape == levels.shape:
        levels = np.where(np.abs(exact - before) <= 0.5 + _SLACK, before, levels)
    found: Array = levels.astype(np.int8)
    return found


def steady_scale(largest: float, before: float) -> float:
    """A scale that has room for `largest`, and is not more than about twice as much."""
    if not np.isfinite(largest) or largest == 0:
        return before or 1.0
    return before if 0.45 * before <= largest <= before else 1.15 * largest


def edge_levels(weights: Array, scale: float, most: int, before: Array | None) -> Array:
    """Strengths −3 … 3 of weights (fan_in, fan_out), by sign; 0 is not drawn. Of the faintest so
    many are left out that `most` remain."""
    shares = np.abs(np.nan_to_num(weights)) / scale
    levels = np.digitize(shares, STRENGTHS)
    if before is not None and before.shape == levels.shape:
        bounds = np.array([0, *STRENGTHS, np.inf])
        held = np.abs(before)
        stays = (shares * _LOOSE >= bounds[held]) & (shares <= bounds[held + 1] * _LOOSE)
        levels = np.where(stays, held, levels)
        shares = shares * np.where(held > 0, _LOOSE, 1)  # one that is drawn is not left out at once
    if levels.size > most:
        least = np.partition(shares, levels.size - most, axis=None)[levels.size - most]
        levels = np.where(shares >= least, levels, 0)
    drawn: Array = (levels * np.sign(np.nan_to_num(weights))).astype(np.int8)
    return drawn


class Levels:
    """The levels of a network as they were drawn last, and what follows them."""

    def __init__(self) -> None:
        self._shades: list[Array | None] = []
        self.drawn: list[Array] = []  # the strengths of the edges, (fan_in, fan_out) each
        self._scales: dict[tuple[str, int], float] = {}
        self._others: dict[object, Array] = {}

    def shades(self, neurons: list[Array], activations: tuple[str, ...]) -> list[Array]:
        """Of what the units say, layer by layer (units, rows, columns), inputs first."""
        old = self._shades if len(self._shades) == len(neurons) else [None] * len(neurons)
        shares = [
            spread(neurons[0]),
            *(
                self.shares(i, *pair)
                for i, pair in enumerate(zip(neurons[1:], activations, strict=True))
            ),
        ]
        shades = [steady(layer, before) for layer, before in zip(shares, old, strict=True)]
        self._shades = list(shades)
        return shades

    def shares(self, layer: int, values: Array, activation: str) -> Array:
        """What units of a layer say as −1 … 1: from bound to bound, if the activation has any."""
        if (bounds := OUTPUTS[activation].bounds) is None:
            return values / self._scale("unit", layer, values)
        low, high = bounds
        return (2 * values - low - high) / (high - low)

    def strengths(self, weights: list[Array], most: list[int]) -> list[Array]:
        """Of the edges, layer by layer (fan_in, fan_out), from blocks [W; b]."""
        old = self.drawn if len(self.drawn) == len(weights) else [None] * len(weights)
        self.drawn = [
            edge_levels(block[:-1], self._scale("edge", i, block[:-1]), room, before)
            for i, (block, room, before) in enumerate(zip(weights, most, old, strict=True))
        ]
        return self.drawn

    def steadily(self, key: object, shares: Array) -> Array:
        """Of one more picture, whatever it is of; only the last one is remembered."""
        levels = steady(shares, self._others.get(key))
        self._others = {key: levels}
        return levels

    def _scale(self, kind: str, layer: int, values: Array) -> float:
        key = kind, layer
        largest = float(np.abs(values).max(initial=0))
        self._scales[key] = steady_scale(largest, self._scales.get(key, 0.0))
        return self._scales[key]


def spread(values: Array) -> Array:
    """Units (units, rows, columns), each from its lowest, −1, to its highest, 1; 0 if it does not
    vary."""
    low, high = values.min(axis=(1, 2), keepdims=True), values.max(axis=(1, 2), keepdims=True)
    varies = high > low
    shares: Array = np.where(varies, (values - low) / np.where(varies, high - low, 1) * 2 - 1, 0)
    return shares


def sample(values: Array, rows: int, columns: int) -> Array:
    """Pictures (…, rows, columns) in fewer rows and columns, or more."""
    down, across = values.shape[-2:]
    row = (np.arange(rows) + 0.5) * down / rows
    column = (np.arange(columns) + 0.5) * across / columns
    picture: Array = values[..., row.astype(int)[:, np.newaxis], column.astype(int)]
    return picture

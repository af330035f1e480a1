"""Wiring: what a network is made of, by name, for the pictures and figures of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from tui_nn.datasets import Dataset, features
from tui_nn.session import Snapshot
from tui_nn.session.views import UNITS
from tui_nn.settings import Settings

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Pick(NamedTuple):
    """What somebody looks at: a unit of a layer (layer 0 are the inputs, its units the slots of
    `Wiring.inputs`), or one of its incoming edges: the row in [W; b], the last one the bias."""

    layer: int
    unit: int
    row: int | None = None


class Input(NamedTuple):
    """An input feature, and which input of the network it is; None: it is switched off."""

    name: str
    label: str
    at: int | None


@dataclass(frozen=True)
class Wiring:
    """inputs: those that are on, and those that could be. sizes, activations: of each layer that
    computes, the outputs last. dropout: of each hidden layer."""

    inputs: tuple[Input, ...]
    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    dropout: tuple[float, ...]

    @cached_property
    def sources(self) -> list[int]:
        """The slot of each of the network's inputs."""
        slots = [(one.at, slot) for slot, one in enumerate(self.inputs) if one.at is not None]
        return [slot for _, slot in sorted(slots)]

    @property
    def has_features(self) -> bool:
        """Whether inputs can be switched on and off."""
        return all(one.name in features.REGISTRY for one in self.inputs)

    @property
    def hidden(self) -> tuple[int, ...]:
        return self.sizes[:-1]

    def units(self, layer: int) -> int:
        """How many units stand in a layer's column."""
        return self.sizes[layer - 1] if layer else len(self.inputs)

    def fan_in(self, layer: int) -> int:
        return self.sizes[layer - 2] if layer > 1 else len(self.sources)

    def unit(self, layer: int, unit: int, ascii: bool = False) -> str:
        """A unit's name: x, h1₃ is the third of the first hidden layer, out."""
        if not layer:
            return plain(self.inputs[unit].label) if ascii else self.inputs[unit].label
        number = f"_{unit + 1}" if ascii else str(unit + 1).translate(_SUBSCRIPTS)
        if layer < len(self.sizes):
            return f"h{layer}{number}"
        return "out" if self.sizes[-1] == 1 else f"out{number}"

    def source(self, layer: int, row: int, ascii: bool = False) -> str:
        """Where a row of [W; b] of a layer comes from."""
        if row == self.fan_in(layer):
            return "bias"
        return self.unit(layer - 1, self.slot(layer - 1, row), ascii)

    def slot(self, layer: int, index: int) -> int:
        """Where unit `index` stands in its layer's column."""
        return index if layer else self.sources[index]

    def index(self, layer: int, slot: int) -> int | None:
        """Which unit stands there; None for a feature that is off."""
        return slot if layer else self.inputs[slot].at

    def holds(self, pick: Pick) -> bool:
        """Whether there is such a unit, or edge."""
        return (
            pick.layer <= len(self.sizes)
            and pick.unit < self.units(pick.layer)
            and (pick.row is None or pick.row <= self.fan_in(pick.layer))
        )

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot is of this network: it may be of the one before."""
        neurons, weights = snapshot.neurons, snapshot.weights
        shown = [min(size, UNITS) for size in (len(self.sources), *self.sizes)]
        if neurons is None or [len(layer) for layer in neurons] != shown:
            return False
        shapes = [(self.fan_in(i + 1) + 1, size) for i, size in enumerate(self.sizes)]
        return weights is None or [layer.shape for layer in weights] == shapes


def wiring(settings: Settings, points: Dataset) -> Wiring:
    """The network of these settings on this data set."""
    names, written = features.expand(points.features, points.signals), points.feature_label
    on = [Input(name, written(name), i) for i, name in enumerate(names)]
    if len(points.signals) <= 2:
        there = list(features.available(len(points.signals)))
        on += [Input(name, written(name), None) for name in there if name not in names]
        # Each has a place of its own, whether it is on or off.
        on.sort(key=lambda one: there.index(one.name))
    hidden = settings.hidden
    activation, dropout = settings.activation, settings.dropout
    output = settings.resolved().output_activation
    return Wiring(
        tuple(on),
        (*hidden, points.targets.shape[1]),
        (*(activation if isinstance(activation, tuple) else (activation,) * len(hidden)), output),
        dropout if isinstance(dropout, tuple) else (dropout,) * len(hidden),
    )


def plain(label: str) -> str:
    """A label in ASCII."""
    return label.replace("²", "^2")

"""From where bent space is looked at: which layer, and along which of its directions."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.bent_space import (
    Bend,
    Limits,
    bent_cells,
    by_principal,
    by_units,
    most_varied,
    steady_limits,
)
from tui_nn.render.cells import Cells
from tui_nn.render.levels import Levels
from tui_nn.render.look import Look
from tui_nn.render.wiring import Wiring
from tui_nn.session.views import UNITS

GRID = 41  # rows and columns of the plane's grid, so that sharp bends are still smooth


class Perspective:
    """layer: None is the last hidden one. principal: along principal components, not units."""

    def __init__(self) -> None:
        self.layer: int | None = None
        self.principal = False
        self.turn()

    def turn(self) -> None:
        """Look along other directions: units, axes and limits are chosen anew."""
        self.units: tuple[int, int] | None = None
        self._axes: Array | None = None
        self._limits: Limits | None = None

    def other_layer(self, wiring: Wiring, step: int) -> None:
        self.layer = int(np.clip(self._layer(wiring) + step, 0, len(wiring.sizes)))
        self.turn()

    def other_unit(self, wiring: Wiring, which: int, step: int) -> None:
        """The next unit as the first (0) or second (1) direction."""
        count = min(
            UNITS,
            len(wiring.sources) if not self._layer(wiring) else wiring.units(self._layer(wiring)),
        )
        pair = list(self.units or (0, 0))
        pair[which] = (pair[which] + step) % count
        self.turn()
        self.units, self.principal = (pair[0], pair[1]), False

    def _layer(self, wiring: Wiring) -> int:
        last = max(len(wiring.sizes) - 1, 0)
        return last if self.layer is None else min(self.layer, len(wiring.sizes))

    def cells(
        self,
        neurons: list[Array],
        points: Dataset,
        wiring: Wiring,
        levels: Levels,
        width: int,
        height: int,
        look: Look,
    ) -> Cells:
        layer = self._layer(wiring)
        bend = self._bend(neurons[layer], layer, wiring, look)
        self._limits = steady_limits(bend, self._limits)
        output = None
        if len(neurons[-1]) == 1:
            output = levels.shares(len(wiring.sizes) - 1, neurons[-1][0], wiring.activations[-1])
        return bent_cells(bend, output, points, self._limits, width, height, look)

    def _bend(self, units: Array, layer: int, wiring: Wiring, look: Look) -> Bend:
        if self.principal:
            bend, self._axes = by_principal(units, self._axes)
            return bend
        if self.units is None or max(self.units) >= len(units):
            self.units = most_varied(units)
        i, j = self.units
        first, second = (wiring.unit(layer, wiring.slot(layer, k), look.ascii) for k in (i, j))
        return by_units(units, i, j, (first, second))

    def title(self, wiring: Wiring, points: Dataset, look: Look) -> str:
        """What is looked at."""
        layer = self._layer(wiring)
        names = ["the inputs", *(f"hidden layer {i + 1}" for i in range(len(wiring.hidden)))]
        plane = "the plane"
        if len(points.coordinates) > 2:
            plane = (" x " if look.ascii else " × ").join(points.axis_names)
        return f"{plane} in {[*names, 'the outputs'][layer]}"

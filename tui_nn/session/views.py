"""Views: what a snapshot shows of a network, over the data and over the plane."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.statistics import LayerStatistics
from tui_nn.engine.trainer import Trainer
from tui_nn.engine.types import Array

UNITS = 16  # of a layer, whose pictures there is room for
BLOCK = 4096  # points that are made into inputs at once: more would only take memory
WEIGHTS = 50_000  # a network with more is not drawn weight by weight


def outputs(trainer: Trainer, dataset: Dataset, points: Array) -> Array:
    """Outputs (N, outputs) for points (N, coordinates), as the maps show them: with 0.5 between
    two classes, also for a loss that wants −1 and 1; values in the units of the data."""
    said = [
        outputs_of(trainer, dataset, dataset.network_inputs(points[start : start + BLOCK]))
        for start in range(0, max(1, len(points)), BLOCK)
    ]
    return said[0] if len(said) == 1 else np.concatenate(said)


def outputs_of(trainer: Trainer, dataset: Dataset, inputs: Array) -> Array:
    """The same for what the network takes in."""
    boundary = trainer.loss.boundary
    said = trainer.network.predict(inputs)
    if dataset.task == "regression":
        return dataset.in_own_units(said)
    if boundary == 0.5:
        return said
    return (said + 1 - 2 * boundary) / (2 - 2 * boundary)


def surface(trainer: Trainer, dataset: Dataset, rows: int, columns: int) -> Array:
    """Outputs at the cells of `Dataset.grid`: (rows, columns, outputs); row 0 is the top."""
    said = outputs_of(trainer, dataset, dataset.grid(rows, columns))
    return said.reshape(-1, columns, said.shape[1])


def neurons(trainer: Trainer, dataset: Dataset, rows: int, columns: int) -> list[Array]:
    """What each unit says at the same cells, the network's inputs first: (units, rows, columns) of
    each layer, of its first UNITS units."""
    inputs = dataset.grid(rows, columns)
    layers = [inputs, *trainer.network.layer_outputs(inputs)]
    return [layer[:, :UNITS].T.reshape(-1, len(inputs) // columns, columns) for layer in layers]


def layers(
    trainer: Trainer, statistics: list[LayerStatistics], update: Array | None
) -> list[dict[str, Any]]:
    """`LayerStatistics` of each layer, and update_ratio, ‖ΔW‖/‖W‖ of the step whose `update` this
    is, or None."""
    found = []
    moved = None if update is None else trainer.network.blocks(update)
    for i, layer in enumerate(statistics):
        ratio = None
        if moved is not None and layer.weight_norm:
            ratio = float(np.linalg.norm(moved[i][:-1])) / layer.weight_norm
        found.append(dataclasses.asdict(layer) | {"update_ratio": ratio})
    return found


def blocks(trainer: Trainer, flat: Array | None) -> list[Array] | None:
    """A vector of the parameters' layout, layer by layer, [W; b] of shape (fan_in + 1, fan_out)."""
    if flat is None or flat.size > WEIGHTS:
        return None
    return trainer.network.blocks(flat.copy())

"""What a run of a comparison has learnt: its network, at the points and over the plane."""

from __future__ import annotations

from typing import NamedTuple

from tui_nn.compare.results import Result
from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.experiment import build_dataset, build_trainer, shown_points
from tui_nn.session import views


class Learnt(NamedTuple):
    """What a run's network says: the points that are shown, its outputs at them (N, outputs), and
    its surface (rows, columns, outputs)."""

    points: Dataset
    outputs: Array
    surface: Array


def learnt(result: Result, rows: int, columns: int) -> Learnt:
    """By the network of a run as it is now."""
    settings = result.cell.settings
    dataset = build_dataset(settings)
    trainer = build_trainer(settings, dataset)
    assert result.state is not None
    trainer.network.parameters[:] = result.state["parameters"]
    points = shown_points(settings, dataset)
    outputs = views.outputs(trainer, dataset, points.inputs)
    return Learnt(points, outputs, views.surface(trainer, dataset, rows, columns))

"""What is seen of a network: its outputs and units over the points, its layers and weights."""

from __future__ import annotations

from typing import Any

from tui_nn.datasets import Dataset
from tui_nn.engine.trainer import Trainer
from tui_nn.engine.types import Array
from tui_nn.session import views
from tui_nn.session.importance import Importance
from tui_nn.session.protocol import Wanted


class Sight:
    """Makes the pictures of a `Snapshot`; what takes long is kept as long as the points are these.

    shown: the points that pictures are made of.
    """

    def __init__(self, dataset: Dataset, shown: Dataset) -> None:
        self._dataset, self._shown = dataset, shown
        self._planes: dict[tuple[int, ...] | None, Dataset] = {}  # by the axes that were wanted
        self._inputs: Array | None = None  # as the network takes them in, once it is asked
        self._importance: dict[int | None, Importance] = {}  # by the moment, None: the present

    def seen(
        self,
        trainer: Trainer,
        wanted: Wanted,
        update: Array | None,
        *,
        active: bool,
        moment: int | None = None,
    ) -> dict[str, Any]:
        """The fields of a snapshot that are wanted. update: of the parameters, by the last step
        that was watched. active: whether steps are being taken, which is not to be held up.
        moment: the step that the parameters are of, None: the present."""
        shown, network = self._along(wanted.axes), trainer.network
        # Those leave the gradients behind.
        statistics = trainer.statistics() if wanted.layers or wanted.weights else []
        return {
            "plane": shown.plane if shown.inputs.shape[1] > 2 else None,
            "predictions": self._predictions(trainer) if wanted.predictions else None,
            "surface": views.surface(trainer, shown, *wanted.surface) if wanted.surface else None,
            "neurons": views.neurons(trainer, shown, *wanted.neurons) if wanted.neurons else None,
            "layers": views.layers(trainer, statistics, update) if wanted.layers else None,
            "weights": views.blocks(trainer, network.parameters) if wanted.weights else None,
            "gradients": views.blocks(trainer, network.gradients) if wanted.weights else None,
            "updates": views.blocks(trainer, update) if wanted.weights else None,
            "importance": self._importance_at(moment, trainer, active=active)
            if wanted.importance
            else None,
        }

    def _along(self, axes: tuple[int, ...] | None) -> Dataset:
        """The points that are shown, with the plane that somebody wants to see."""
        axes = axes if axes is None else tuple(axes)
        if axes not in self._planes:
            self._planes[axes] = self._shown.along(axes)
        return self._planes[axes]

    def _predictions(self, trainer: Trainer) -> Array:
        if self._inputs is None:
            self._inputs = self._shown.network_inputs()
        return views.outputs_of(trainer, self._shown, self._inputs)

    def _importance_at(
        self, moment: int | None, trainer: Trainer, *, active: bool
    ) -> dict[str, Any]:
        """Each has its own, as inputs are measured one after the other; of moments the last."""
        if moment not in self._importance:
            self._importance = {at: one for at, one in self._importance.items() if at is None}
            self._importance[moment] = Importance(trainer, self._dataset)
        return self._importance[moment].look(active)

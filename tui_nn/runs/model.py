"""What a checkpoint has learnt, from the columns of a file to what is said of a row.

Prediction and exports are made of it. It needs neither the data nor a trainer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from tui_nn.datasets import features
from tui_nn.datasets.dataset import Task, usual_names
from tui_nn.datasets.preprocessing import FILLS, Input, Preprocessing, Target
from tui_nn.engine.losses import REGISTRY as LOSSES
from tui_nn.engine.metrics import classes
from tui_nn.engine.network import Network
from tui_nn.engine.types import Array
from tui_nn.experiment import prepare
from tui_nn.runs.records import Record
from tui_nn.runs.store import StoreError
from tui_nn.settings import Settings, SettingsError
from tui_nn.settings.rules import gives_probabilities, source, task

CHUNK = 4096  # rows that are encoded at once: categories make many inputs of few columns
TRUTH = "truth"  # what the target is called where the data are drawn


@dataclass(frozen=True)
class Model:
    """preprocessing: columns, in their own units, into what `features` are made of. boundary: an
    output at or above it says class 1, of two. missing: what becomes of missing values, a choice
    of the setting."""

    preprocessing: Preprocessing
    features: tuple[str, ...]
    network: Network
    task: Task
    boundary: float
    missing: str

    @property
    def inputs(self) -> tuple[Input, ...]:
        return self.preprocessing.inputs

    @property
    def target(self) -> Target:
        return self.preprocessing.target

    @property
    def fills(self) -> bool:
        """Whether missing numbers are filled in; else there is no prediction without them."""
        return self.missing in FILLS

    @property
    def output_activation(self) -> str:
        return self.network.activations[-1].name

    @property
    def is_regression(self) -> bool:
        return self.task == "regression"

    @property
    def classes(self) -> tuple[str, ...]:
        """Their names, as they are in the file; none in a regression."""
        return self.target.names

    @property
    def has_probabilities(self) -> bool:
        """Whether what it says of the classes are probabilities, of each one."""
        return gives_probabilities(self.output_activation, self.task)

    @property
    def share_names(self) -> tuple[str, ...]:
        """What the columns of `shares` are called."""
        if self.is_regression:
            return ()
        if self.has_probabilities:
            return tuple(f"probability of {name}" for name in self.classes)
        of = self.classes if self.task == "multiclass" else self.classes[1:]
        return tuple(f"output of {name}" for name in of)

    def encode(self, values: Array) -> Array:
        """Columns (N, inputs) in their own units as the network takes them in, (N, features)."""
        return features.compute(self.features, self.preprocessing.encode(values))

    def outputs(self, values: Array) -> Array:
        """What is said of columns (N, inputs): (N, outputs), values in the target's own units."""
        starts = range(0, max(len(values), 1), CHUNK)
        parts = [self.network.predict(self.encode(values[i : i + CHUNK])) for i in starts]
        outputs = np.concatenate(parts)
        return self.target.in_own_units(outputs) if self.is_regression else outputs

    def shares(self, outputs: Array) -> Array:
        """How much each class has of outputs (N, outputs): (N, share_names)."""
        if self.has_probabilities and outputs.shape[1] == 1:
            return np.column_stack([1 - outputs, outputs])
        return outputs

    def chosen(self, outputs: Array) -> Array:
        """The numbers of the classes (N,) that outputs (N, outputs) say."""
        return classes(outputs.T, self.boundary).astype(int)


def model_of(run: Record, state: dict[str, Any]) -> Model:
    """What its checkpoint has learnt. StoreError: it is of another version, or needs a file that is
    not there any more."""
    try:
        settings = Settings.parse(state["settings"]).resolved()
    except SettingsError as error:
        raise StoreError(f"run {run.id}: settings of another version: {error}") from None
    preprocessing, kind = _preprocessing(run, state, settings), cast(Task, task(settings))
    told = features.expand(settings.features, preprocessing.names)
    outputs = len(preprocessing.target.classes) if kind == "multiclass" else 1
    sizes = len(told), *settings.hidden, outputs
    given = settings.activation, settings.output_activation, settings.dtype
    network = Network(sizes, *given)
    network.parameters[:] = state["trainer"]["parameters"]
    boundary = LOSSES[settings.loss].boundary
    return Model(preprocessing, settings.features, network, kind, boundary, settings.missing)


def _preprocessing(run: Record, state: dict[str, Any], settings: Settings) -> Preprocessing:
    """That of a file; of drawn points, which are taken as they are, one that says so."""
    if state.get("data"):
        return Preprocessing.from_dict(state["data"])
    drawn = source(settings)
    if drawn is not None:
        columns = drawn.names or usual_names(drawn.coordinates)
        names = () if drawn.task == "regression" else tuple(map(str, range(drawn.classes)))
        return Preprocessing(tuple(map(Input, columns)), Target(TRUTH, names))
    try:  # a run of a comparison does not keep it
        found = prepare(settings).dataset.preprocessing
    except SettingsError as error:
        raise StoreError(f"run {run.id}: needs the file that it learnt from: {error}") from None
    assert found is not None
    return found

"""The part of a report that shows the predictions: beside the truth, and where they go wrong."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.classification import class_figures, reliability, roc
from tui_nn.engine.metrics import confusion
from tui_nn.engine.types import Array
from tui_nn.render.binary_curves import scored
from tui_nn.render.judgement import TOLERANCE, verdict
from tui_nn.render.page.frame import Part, table
from tui_nn.render.svg import element, svg_heatmap, svg_map, svg_scatter, text
from tui_nn.render.svg.maps import RESOLUTION
from tui_nn.session import Wanted, views
from tui_nn.session.training import Training
from tui_nn.settings.rules import gives_probabilities, output_activation

POINTS = 1000  # that a map shows; the matrices and figures are of all


def maps(training: Training) -> Part:
    dataset = training.dataset
    rows = 1 if dataset.inputs.shape[1] == 1 else RESOLUTION
    picture = training.snapshot(
        Wanted(surface=(rows, 256 if rows == 1 else RESOLUTION), predictions=False)
    )
    few = dataset.sample(POINTS)
    outputs = views.outputs(training.trainer, dataset, few.inputs)
    everything = views.outputs(training.trainer, dataset, dataset.inputs)
    title = f"Prediction: {', '.join(verdict(dataset, everything))}"
    parts = [
        svg_map(few, few.targets, title="Ground truth"),
        svg_map(few, outputs, picture.surface, title=title),
    ]
    if dataset.task == "regression":
        parts.append(svg_scatter(few, outputs, title="Predicted against true"))
    else:
        chosen = {"Confusion": np.ones(len(dataset.inputs), bool)}
        if not dataset.train.all():
            chosen = {"Confusion, training": dataset.train, "Confusion, test": ~dataset.train}
        for name, which in chosen.items():
            figures = _figures(training, everything[which], dataset.targets[which])
            parts.append(element("div", _confusion(dataset, everything, which, name), figures))
    legend = element("p", text(map_legend(dataset, len(few.inputs))), class_="faint")
    return Part("Truth and prediction", "".join(parts) + legend)


def _confusion(dataset: Dataset, outputs: Array, rows: Array, title: str) -> str:
    counts = confusion(outputs[rows].T, dataset.targets[rows].T).astype(float)
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    right = np.eye(len(counts), dtype=bool)
    named = dataset.classes
    names = [_class(dataset, i) for i in range(len(named))] if len(named) < 6 else named
    width = 74.0 if len(counts) < 4 else 46.0 if len(counts) < 8 else 34.0
    return svg_heatmap(
        counts,
        names,
        names,
        title=title,
        names=("true", "predicted"),
        shades=np.where(right, shares, -shares),
        kind="confusion",
        cell=(width, width * 0.7),
    )


def _figures(training: Training, outputs: Array, targets: Array) -> str:
    """Precision, recall and F1 of each class; of two classes the area below the ROC curve, and of
    probabilities the calibration error."""
    dataset = training.dataset
    found = class_figures(confusion(outputs.T, targets.T))
    lines = [
        [_class(dataset, i), *(f"{values[i]:.3f}" for values in found[:3]), int(found.support[i])]
        for i in range(len(found.support))
    ]
    lines.append(["mean", *(f"{mean:.3f}" for mean in found.means), len(targets)])
    tables = [table(["class", "precision", "recall", "F1", "support"], lines)]
    if dataset.task == "binary":
        said, truth = scored(outputs, targets)
        heads, values = ["ROC AUC"], [_known(roc(said, truth).auc)]
        if gives_probabilities(output_activation(training.settings), dataset.task) and len(said):
            heads.append("calibration error")
            values.append(_known(reliability(said, truth).error))
        tables.append(table(heads, [values]))
    return "".join(tables)


def _known(value: float) -> str:
    return f"{value:.3f}" if np.isfinite(value) else "-"


def _class(dataset: Dataset, i: int) -> str:
    name = dataset.classes[i]
    return name if dataset.preprocessing is not None else f"class {name}"


def map_legend(dataset: Dataset, shown: int | None = None) -> str:
    """What the marks of a map are. shown: how many of the points are drawn; None: all."""
    if dataset.task == "regression":
        low, high = dataset.value_range
        said = [f"orange to blue: values from {low:.3g} to {high:.3g}"]
        said.append(f"✗ off by more than {TOLERANCE:.0%} of that")
    else:
        shapes = ("circles", "squares", "triangles", "diamonds")
        count = max(2, dataset.targets.shape[1])
        said = (
            [f"{shapes[i]}: {_class(dataset, i)}" for i in range(count)]
            if count <= len(shapes)
            else []
        )
        said.append("✗ misclassified")
    if not dataset.train.all():
        said.append(f"{'squares' if dataset.task == 'regression' else 'hollow'}: test points")
    if dataset.inputs.shape[1] > 2:
        said.append("other inputs at their mean, or most frequent value")
    if shown is not None and shown < len(dataset.inputs):
        said.append(f"{shown} of {len(dataset.inputs)} points are drawn")
    return "; ".join(said) + "."

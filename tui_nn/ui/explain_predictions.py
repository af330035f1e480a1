"""What the pane of the predictions means, for each of the things that it can show."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.classification import class_figures, reliability, roc
from tui_nn.engine.metrics import confusion
from tui_nn.engine.types import Array
from tui_nn.render.binary_curves import scored
from tui_nn.render.judgement import STEPS, TOLERANCE, chosen, some
from tui_nn.render.tables import format_loss, score_text
from tui_nn.settings import Settings, task
from tui_nn.settings.rules import gives_probabilities, output_activation
from tui_nn.ui.view import View


def explain_predictions(view: View, shown: str, part: str) -> str:
    """shown: one of `PredictionMaps.kinds`; part: of `judgement.PARTS`."""
    if shown == "importance":
        return _importance(view)
    said = view.snapshot.predictions
    if said is None or shown in ("all", "maps") or view.points.task == "regression":
        return _maps(view)
    which = chosen(view.points, part)
    points, outputs = some(view.points, which), said[which]
    of = f"{len(points.train)} {'' if part == 'all' else f'{part} '}points shown"
    if shown == "curves":
        return _curves(points, outputs, of, view.settings)
    return _classes(points, outputs, of)


def _maps(view: View) -> str:
    what = {
        "binary": "orange where it is below ½ (class 0), blue where it is above (class 1), grey"
        " where it is undecided",
        "multiclass": "the colour of the class whose output is the largest, the stronger the surer",
        "regression": "orange where the value is low, blue where it is high",
    }[task(view.settings)]
    marked, discrete = "a point that is wrong", "classes only"
    if task(view.settings) == "regression":
        marked = f"a value that is off by more than {TOLERANCE:.0%} of the range of the true ones"
        discrete = f"{STEPS} steps of values instead of shades"
    now = score_text(view.snapshot.train_accuracy, view.settings)
    text = (
        "Left stands each point's truth, right what the network says of it now.\n"
        f"The colours behind the points are the network's output everywhere: {what}.\n"
        f"✗ marks {marked}; now {now} on the training points. x shows {discrete}, t"
        " the training or the test points alone, v other views."
    )
    return text + _plane(view.points)


def _plane(points: Dataset) -> str:
    """Which plane it is, where there are several."""
    count = len(points.coordinates)
    if count <= 2:
        return ""
    if points.principal is None:
        first, second = points.axis_names
        return (
            f"\nOf the {count} inputs {first} goes across and {second} up; for the colours all"
            " others are held at their mean, or most frequent category, but the points have their"
            " own. So a point may be right on a ground that is wrong. Arrow keys choose other"
            " inputs, g the principal components."
        )
    first_share, second_share = points.principal.shares.tolist()
    return (
        f"\nThe {count} inputs, as the network gets them, are seen along their first two principal"
        f" components v₁ and v₂, the directions in which the training points differ most:\n"
        f"  x ↦ ((x - mean)·v₁, (x - mean)·v₂)\n"
        f"They hold {first_share:.1%} and {second_share:.1%} of the variance. The colours are the"
        " output at mean + p₁v₁ + p₂v₂: all other components are 0. g goes back."
    )


def _classes(points: Dataset, outputs: Array, of: str) -> str:
    counts = confusion(outputs.T, points.targets.T)
    found = class_figures(counts)
    worst = int(np.argmin(np.where(found.there, found.f1, np.inf)))
    right, said, there = counts[worst, worst], counts[:, worst].sum(), found.support[worst]
    return (
        f"Which class is taken for which, over the {of}: a row a true class, a column what is"
        " said.\n"
        "  precision = right / all that are said to be of the class\n"
        "  recall = right / all that are of the class (its support)\n"
        "  F1 = 2·precision·recall / (precision + recall)\n"
        f"The lowest F1 has {points.classes[worst]}: {said} are said to be of it, {there} are, and"
        f" {right} are both: precision {found.precision[worst]:.3f},"
        f" recall {found.recall[worst]:.3f}, F1 {found.f1[worst]:.3f}. Where nothing is said to be"
        " of a class, its precision counts as 0. The mean gives each class the same weight. t"
        " takes the training or the test points alone."
    )


def _curves(points: Dataset, outputs: Array, of: str, settings: Settings) -> str:
    said, truth = scored(outputs, points.targets)
    curve = roc(said, truth >= 0.5)
    name = points.classes[1]
    auc = f"here {curve.auc:.3f}" if np.isfinite(curve.auc) else "needs points of both classes"
    text = (
        f"Left the ROC curve, over the {of}: as the output from which on {name} is said falls,"
        f" the share of what is not {name} that is said to be (across), and the share of"
        f" what is {name} that is found (up). ● is where it is ½.\n"
        f"  AUC = P(output of a {name} > output of another), ties half; {auc}\n"
        "1 tells all apart, 0.5 is guessing.\n"
    )
    kind = output_activation(settings)
    if not gives_probabilities(kind, points.task):
        return text + (
            f"Whether outputs can be taken for probabilities is asked of sigmoid ones only: {kind}"
            " ones are no probabilities."
        )
    if not len(said):
        return text
    error = reliability(said, truth).error
    return text + (
        f"Right, for outputs in ten bins from 0 to 1: their mean across, and how many of them are"
        f" {name} up. On the diagonal the output can be taken for a probability.\n"
        f"  calibration error = Σ n_b/N·|share_b - mean_b|, here {error:.3f}\n"
        "A hollow mark has fewer than a twentieth of the points."
    )


def _importance(view: View) -> str:
    found = view.snapshot.importance
    text = (
        "How much the network relies on each input: the loss with this input's values shuffled"
        " among the points, less the loss with its own.\n"
        "  importance_j = L(inputs with column j shuffled) - L(inputs)\n"
    )
    if found is not None:
        rows, increase = found["rows"], found["increase"]
        text += f"L is now {format_loss(found['loss'])} over {rows}"
        text += f" {'test' if found['test'] else 'training'} points"
        if rows > 1 and np.isfinite(increase).any():
            most = int(np.nanargmax(increase))
            name = view.points.input_groups[most][0]
            text += f"; shuffling {name} adds most, {format_loss(float(increase[most]))}"
        text += ".\n"
    return text + (
        "An input near 0 is not used, or others say the same as it does. The inputs that a category"
        " makes are shuffled together, features such as x² apart from the inputs they are made of."
        " While the network trains, the bars follow every second or two."
    )

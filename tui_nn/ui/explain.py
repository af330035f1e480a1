"""What each pane means, in a few sentences, with its formula and this run's numbers."""

from __future__ import annotations

from inspect import getdoc

import numpy as np

from tui_nn.datasets.plain import called
from tui_nn.engine.losses import REGISTRY
from tui_nn.render.judgement import wrong
from tui_nn.render.tables import format_loss, format_score, metric_name, score_text
from tui_nn.session.diagnosis import diagnose
from tui_nn.settings import Settings, applies, as_text, label, shown_text
from tui_nn.ui.explain_predictions import explain_predictions
from tui_nn.ui.view import View


def explain(pane: str, view: View, shown: str = "maps", part: str = "all") -> str:
    """The text for a pane of `layout.PANES`, or for the board, "draw". shown, part: of the pane of
    the predictions, see `explain_predictions`."""
    if pane == "maps":
        return explain_predictions(view, shown, part)
    return {
        "loss": _loss,
        "draw": _draw,
        "network": _network,
        "layers": _layers,
        "points": _points,
        "settings": _settings,
        "log": _log,
    }[pane](view)


def _loss(view: View) -> str:
    now, settings = view.snapshot, view.settings.resolved()
    formula = (getdoc(REGISTRY[settings.loss]) or "").partition("\n")[0]
    trained, all_of_them = int(view.points.train.sum()), len(view.points.train)
    text = (
        f"The loss is what training lowers: how far the outputs a are from the truth y.\n"
        f"  {settings.loss}: {formula}\n"
        f"Now it is {format_loss(now.train_loss)} over the training points"
        f" ({trained} of the {all_of_them} points shown)"
    )
    if now.test_loss is not None:
        text += f" and {format_loss(now.test_loss)} over the others, which it never learns from"
    text += ".\n"
    if now.penalty is not None:
        text += (
            f"L1 and L2 add {format_loss(now.penalty)} to what is lowered: together"
            f" {format_loss(now.train_loss + now.penalty)}. The chart leaves the penalty out, so"
            " that runs with and without it can be compared.\n"
        )
    if settings.target_loss is not None:
        text += f"The run ends at {as_text(settings.target_loss)}, the dotted line.\n"
    name = metric_name(settings)
    share = format_score(now.train_accuracy, name)
    if name == "accuracy":
        return text + f"The accuracy, {share}, is the share of points whose class is said right."
    return text + f"R², {share}, is 1 - Σ(a - y)²/Σ(y - mean y)²: 0 is no better than the mean."


def _draw(view: View) -> str:
    return (
        "The points of classes that the network learns, and behind them what it says everywhere:"
        f" now {score_text(view.snapshot.train_accuracy, view.settings)}.\n"
        "A digit puts a point of its class at the cursor, enter or the mouse one of the class that"
        " was chosen last; x, or the right button, removes the nearest one. c chooses, g takes"
        " another brush, X removes all, w saves them as CSV.\n"
        "The network goes on with what it has learnt. Only for another number of classes it begins"
        " anew: it needs an output for each."
    )


def _network(view: View) -> str:
    sizes = "-".join(map(str, (len(view.points.feature_labels), *view.settings.hidden)))
    return (
        f"The network, from its inputs at the left to its output: {sizes}-"
        f"{view.points.targets.shape[1]} units. Each unit adds up what comes in and bends it:\n"
        f"  a = φ(W·a' + b), φ = {as_text(view.settings.activation)} in the hidden layers,"
        f" {view.settings.resolved().output_activation} at the output\n"
        "The small picture of a unit is what it says over the plane of the points. A line is a"
        " weight: blue if it is positive, orange if negative, the thicker the larger. Arrow keys"
        f" pick a unit, enter its weights, enter again changes one by hand.{_weights(view)}"
    )


def _weights(view: View) -> str:
    """How many there are, and which is the largest."""
    if (blocks := view.snapshot.weights) is None:
        return ""
    sizes = [np.abs(block[:-1]).max(initial=0) for block in blocks]  # the last row are the biases
    layer = int(np.argmax(sizes))
    weight = blocks[layer].flat[np.abs(blocks[layer][:-1]).argmax()]
    return (
        f"\nIt has {sum(block.size for block in blocks):,} weights and biases; the largest weight,"
        f" {weight:.3g}, leads into layer {layer + 1} of {len(blocks)}."
    )


def _layers(view: View) -> str:
    layers = view.snapshot.layers or []
    ratios = [layer["update_ratio"] for layer in layers if layer.get("update_ratio")]
    now = f" Here it is now {', '.join(f'{ratio:.1e}' for ratio in ratios)}." if ratios else ""
    found = [one.text for one in diagnose(view.history, view.layers, view.settings)]
    return (
        "How each layer is doing: the size of its weights and of their gradients, and how far one"
        " step moves them.\n"
        f"  update ratio = ‖ΔW‖ / ‖W‖; about 1e-3 is healthy.{now}\n"
        "Saturated is the share of outputs in whose neighbourhood the activation is nearly flat:"
        " little of the gradient gets through. A dead unit is flat at every point, and learns no"
        f" more.\nThe diagnosis of now: {'; '.join(found)}."
    )


def _points(view: View) -> str:
    return (
        f"Every point of {called(view.settings.dataset)}: its inputs, the truth, what the network"
        " says, and the error between the two, |a - y|.\n"
        f"✗ marks those that are wrong{_mistakes(view)}. f shows them alone, h and j choose a"
        " column to sort by, x turns the order round, / filters."
    )


def _mistakes(view: View) -> str:
    """How many, and which is the worst."""
    if (said := view.snapshot.predictions) is None:
        return ""
    off = np.abs(said - view.points.targets).max(axis=1)
    worst = int(np.argmax(off))
    return (
        f", now {int(wrong(view.points, said).sum())} of {len(off)}; the farthest from its truth is"
        f" point {worst + 1}, by {off[worst]:.3g}"
    )


def _settings(view: View) -> str:
    settings = view.settings
    changed = Settings().differences(settings)
    told = ", ".join(
        f"{label(n)} {shown_text(n, v)}" for n, v in changed.items() if applies(n, settings)
    )
    return (
        "All that decides the run's result; the same settings give the same run, to the last bit.\n"
        "A setting with • changes while the network trains and keeps what it has learnt; any other"
        " begins a new run. Those of other optimizers and schedules are not shown.\n"
        f"Not at their defaults here: {told or 'none'}.{_stand_ins(settings)}"
        " y shows the command line of this run."
    )


def _stand_ins(settings: Settings) -> str:
    """What "auto" stands for, where settings decide it."""
    told = ", ".join(
        f"{label(n)} {shown_text(n, v)}"
        for n, v in settings.differences(settings.resolved()).items()
    )
    return f" What is auto: {told}." if told else ""


def _log(view: View) -> str:
    return (
        f"What has happened in this run, each with its step: {len(view.events)} events so far. A"
        " change of a setting is also a mark on the chart's axis. ctrl+s saves the log, with chart,"
        " maps and figures, as text, HTML and SVG."
    )

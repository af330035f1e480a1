"""The parts of a report that look into the network: how its layers are doing, and its weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.render.page.frame import Part
from tui_nn.render.svg import element, svg_heatmap, svg_histogram, text
from tui_nn.session import Wanted
from tui_nn.session.diagnosis import diagnose, layer_activations
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.training import Training

TABLE = (26, 16)  # inputs and units of a layer whose weights are all shown
NUMBERS = 1500  # weights of all layers together for which there is room


def layers(history: Array, state: dict[str, Any], training: Training) -> Part:
    """The layers as they stood, and what one more step would have done to them."""
    found = training.snapshot(Wanted(predictions=False, layers=True)).layers or []
    names = layer_activations(training.settings)
    step = training.trainer.step
    if training.trainer.reason != "diverged":
        training.step(1)  # in this copy
        training.advance()
        after = training.snapshot(Wanted(predictions=False, layers=True)).layers or []
        for layer, next_layer in zip(found, after, strict=True):
            layer["update_ratio"] = next_layer["update_ratio"]
        training.restore(state)
    findings = diagnose(history, LayerRecord().grown(step, found), training.settings)
    said = "".join(
        element("p", text(finding.text), class_=f"finding {_verdict(finding.illness)}")
        for finding in findings
    )
    heading = ("layer", "units", "‖W‖", "‖∂L/∂W‖", "‖ΔW‖/‖W‖", "saturated", "dead")
    graphs = ("outputs", "weights", "gradients")
    head = "".join(
        element("th", text(h), class_="number" if i else None) for i, h in enumerate(heading)
    )
    head += "".join(element("th", text(name)) for name in graphs)
    rows = "".join(_layer(i, layer, names[i]) for i, layer in enumerate(found))
    markup = element("table", element("thead", element("tr", head)), element("tbody", rows))
    note = f"Norms and histograms at step {step:,}; ‖ΔW‖/‖W‖: what the next step would change."
    return Part(
        "Layers",
        said
        + element("div", markup, class_="scroll layers")
        + element("p", text(note), class_="faint"),
        wide=True,
    )


def _verdict(illness: str) -> str:
    return illness if illness in ("well", "still") else "ill"


def _layer(i: int, layer: dict[str, Any], activation: str) -> str:
    figures = [
        f"{layer['units']}",
        *(_figure(layer[name]) for name in ("weight_norm", "gradient_norm", "update_ratio")),
        f"{layer['saturated']:.0%}",
        f"{layer['dead']:.0%}",
    ]
    cells = [element("td", text(f"{i + 1} {activation}"))]
    cells += [element("td", text(figure), class_="number") for figure in figures]
    for kind in ("activations", "weights", "gradients"):
        spread = layer[kind]
        title = f"{kind} of layer {i + 1}"
        cells.append(
            element(
                "td", svg_histogram(spread["counts"], spread["low"], spread["high"], title=title)
            )
        )
    return element("tr", *cells)


def _figure(value: float | None) -> str:
    return "–" if value is None or not math.isfinite(value) else f"{value:.3g}"


def weights(training: Training) -> Part:
    """Of each layer that there is room for, a table of its weights and biases."""
    network = training.trainer.network
    names: Sequence[str] = training.dataset.feature_labels
    parts, shown = list[str](), 0
    for i, block in enumerate(network.blocks(network.parameters)):
        fan_in, fan_out = len(block) - 1, block.shape[1]
        title = f"Layer {i + 1}: {fan_in} × {fan_out} weights, and the biases"
        shown += block.size
        large = len(block) > TABLE[0] or fan_out > TABLE[1] or shown > NUMBERS
        if large or not np.isfinite(block).all():
            parts.append(element("p", text(f"{title}: no table.")))
        else:
            parts.append(
                svg_heatmap(
                    block,
                    [*names, "bias"],
                    [f"{unit + 1}" for unit in range(fan_out)],
                    title=title,
                    names=("from", "to unit"),
                    say=_weight,
                    shades=block / (np.abs(block).max() or 1.0),
                    cell=(50, 26),
                )
            )
        names = [f"unit {unit + 1}" for unit in range(fan_out)]
    return Part("Weights", "".join(parts))


def _weight(value: float) -> str:
    """As short as a cell is."""
    size = abs(value)
    said = f"{value:.2f}" if size < 100 else f"{value:.0f}" if size < 1e5 else f"{value:.0e}"
    return said.replace("-", "−").replace("e+", "e")

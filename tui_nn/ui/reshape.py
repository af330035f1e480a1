"""Reshape: the settings of a network that has a unit, a layer or an input more or fewer.

Each function returns the settings that change, as texts, or raises ValueError with what is in the
way, for the user.
"""

from __future__ import annotations

from tui_nn.datasets import is_file
from tui_nn.engine import activations
from tui_nn.render.wiring import Pick, Wiring
from tui_nn.settings import Settings, as_text
from tui_nn.settings.fields import LAYERS, UNITS

DROPOUT = (0.0, 0.1, 0.2, 0.5)
FIRST_UNITS = 4  # of a first hidden layer
Changes = dict[str, str]


def units(wiring: Wiring, pick: Pick | None, more: int) -> Changes:
    """So many units more in the hidden layer that is picked."""
    layer = _hidden_layer(wiring, pick)
    sizes = list(wiring.hidden)
    sizes[layer] += more
    if not 1 <= sizes[layer] <= UNITS:
        raise ValueError(f"a layer has 1 to {UNITS} units; K takes it away")
    return {"hidden": as_text(sizes)}


def add_layer(wiring: Wiring, pick: Pick | None) -> Changes:
    """A hidden layer like the picked one behind it: behind the last one if none is picked, the
    first of all if the inputs are."""
    hidden = wiring.hidden
    if len(hidden) == LAYERS:
        raise ValueError(f"at most {LAYERS} hidden layers")
    if not hidden:
        return {"hidden": str(FIRST_UNITS)}
    at = len(hidden) if pick is None else min(pick.layer, len(hidden))
    like = max(at - 1, 0)
    return _layers(wiring, [*range(at), like, *range(at, len(hidden))])


def drop_layer(wiring: Wiring, pick: Pick | None) -> Changes:
    layer = _hidden_layer(wiring, pick)
    return _layers(wiring, [i for i in range(len(wiring.hidden)) if i != layer])


def _layers(wiring: Wiring, kept: list[int]) -> Changes:
    """Hidden layers like these of the network; what each has of its own goes with it."""
    changes = {"hidden": as_text([wiring.hidden[i] for i in kept])}
    for name, own in (("activation", wiring.activations), ("dropout", wiring.dropout)):
        if len(set(own[: len(wiring.hidden)])) > 1:
            changes[name] = _per_layer([own[i] for i in kept])
    return changes


def feature(settings: Settings, wiring: Wiring, pick: Pick | None) -> Changes:
    """The picked input switched off, or on."""
    if pick is None or pick.layer:
        raise ValueError("pick an input first, with the arrow keys")
    if not wiring.has_features:
        if is_file(settings.dataset):
            raise ValueError("Columns and Drop in the settings choose what is learnt from")
        raise ValueError("this data set's inputs can't be switched off")
    names = [
        one.name
        for slot, one in enumerate(wiring.inputs)
        if (one.at is not None) != (slot == pick.unit)
    ]
    if not names:
        raise ValueError("a network needs an input: this is the last one")
    return {"features": ",".join(names)}


def activation(settings: Settings, wiring: Wiring, pick: Pick | None) -> Changes:
    """The next activation for the picked layer alone."""
    if pick is not None and pick.layer == len(wiring.sizes):
        after = settings.cycled("output_activation", 1).output_activation
        return {"output_activation": after}
    layer = _hidden_layer(wiring, pick)
    names, own = list(activations.REGISTRY), list(wiring.activations[:-1])
    own[layer] = names[(names.index(own[layer]) + 1) % len(names)]
    return {"activation": _per_layer(own)}


def dropout(wiring: Wiring, pick: Pick | None) -> Changes:
    """The next dropout for the picked layer alone."""
    layer = _hidden_layer(wiring, pick)
    own = list(wiring.dropout)
    own[layer] = next((share for share in DROPOUT if share > own[layer]), 0.0)
    return {"dropout": _per_layer(own)}


def _per_layer(values: list[str] | list[float] | list[str | float]) -> str:
    """One for all, or one for each."""
    return as_text(values if len(set(values)) > 1 else values[:1])


def _hidden_layer(wiring: Wiring, pick: Pick | None) -> int:
    if pick is None or not 0 < pick.layer <= len(wiring.hidden):
        raise ValueError("pick a hidden layer first, with the arrow keys")
    return pick.layer - 1

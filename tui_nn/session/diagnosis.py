"""The diagnosis: what a run suffers from, in plain words, from its history and its layers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from tui_nn.engine.activations import OUTPUTS
from tui_nn.engine.types import Array
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings

# A step should change the weights by about a thousandth of what they are: Karpathy, "A Recipe for
# Training Neural Networks" and CS231n, "Ratio of weights:updates". A tenth upsets what was learned;
# a hundredth of it is as good as nothing.
HEALTHY_UPDATE, LARGE_UPDATE, SMALL_UPDATE = 1e-3, 1e-1, 1e-5
# Of the weights' norm: a gradient beyond the first explodes (Pascanu et al. 2013,
# arxiv.org/abs/1211.5063, who clip it); with one above the second a small update is the rate's
# fault; below the third there is none left to follow.
EXPLODING, SOME, NONE_LEFT = 100.0, 1e-4, 1e-7
# First layer against last (Glorot and Bengio 2010 saw a factor of 10 with five sigmoid layers,
# which still learned).
VANISHING = 1e-3
MANY_SATURATED, MANY_DEAD = 0.5, 0.25  # of a layer's units
FITS = 0.95  # accuracy or R²: with it nothing needs a cure but overfitting
WINDOW = 20  # points of the history that are the present
RECENT = 5  # snapshots that are
SWING = 0.1  # from point to point, of the loss itself
STANDS_STILL = 0.01  # less change of the loss, within the window
AT_REST = 1e-5  # as good as none
GROWN = 100.0  # times the first loss
OVERFITTED = 1.2  # times the best test loss
GAP = 1.5  # and times the training loss
SENTENCES = 3


class Diagnosis(NamedTuple):
    """An illness by its name, and a sentence on it; "well" is none, "still" not yet one.

    cure: a way out, of what ends all learning.
    """

    illness: str
    text: str
    cure: str = ""

    @property
    def ill(self) -> bool:
        return self.illness not in ("well", "still")

    @property
    def brief(self) -> str:
        """Without figures."""
        return re.split(":| at ", self.text)[0]


class Case(NamedTuple):
    """All that is known of a run."""

    history: Array
    record: LayerRecord
    settings: Settings

    @property
    def recent_losses(self) -> Array:
        return self.history[-WINDOW:, 1]

    @property
    def fits(self) -> bool:
        return fits(self.history)

    @property
    def moved(self) -> float:
        """By how much of itself the loss has changed within the window, below 0 if it falls; NaN
        before there is one."""
        return moved(self.history)

    @property
    def activations(self) -> list[str]:
        return layer_activations(self.settings)

    def names(self, *, flattens: bool) -> list[str]:
        """The activations whose units saturate, or else those whose units die."""
        kinds = {name: OUTPUTS[name] for name in sorted(set(self.activations))}
        return [n for n, kind in kinds.items() if kind.sloped and kind.flattens == flattens]

    def now(self, column: str) -> Array:
        """(layers,): the (lower) median of the last snapshots, NaN where there is none."""
        values = self.record.of(column)[-RECENT:]
        ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=0)  # NaN comes last
        middle = np.maximum(np.isfinite(ordered).sum(axis=0) - 1, 0) // 2
        found: Array = ordered[middle, np.arange(len(middle))]
        return found


def fits(history: Array) -> bool:
    """Whether nothing needs a cure but overfitting."""
    return bool(np.median(history[-RECENT:, 2]) >= FITS)


def moved(history: Array) -> float:
    """See `Case.moved`."""
    losses = history[-WINDOW:, 1]
    if len(losses) < WINDOW:
        return math.nan
    before, now = np.median(losses[: WINDOW // 2]), np.median(losses[WINDOW // 2 :])
    return float((now - before) / max(before, 1e-300))


def may_be_stuck(history: Array) -> bool:
    """Whether the loss moves so little that `stuck` is worth asking."""
    return abs(moved(history)) < AT_REST and not fits(history)


def stuck(diagnoses: list[Diagnosis]) -> Diagnosis | None:
    """Whether a network learns no more, and of what: units that are dead, or saturated."""
    if not any(found.illness == "stuck" for found in diagnoses):
        return None
    told = [found.text for found in diagnoses if found.illness in ("dead", "saturated", "stuck")]
    units = any(found.illness in ("dead", "saturated") for found in diagnoses)
    cure = "another rate or init" if units else "a larger network"
    return Diagnosis("stuck", "; ".join(told), f"R: new seed, or {cure}")


def layer_activations(settings: Settings) -> list[str]:
    """The name of each layer's activation."""
    settings = settings.resolved()
    hidden = settings.activation
    names = [hidden] * len(settings.hidden) if isinstance(hidden, str) else list(hidden)
    return [*names, settings.output_activation]


def diagnose(history: Array, record: LayerRecord, settings: Settings) -> list[Diagnosis]:
    """One to three, the most important first; "all well" if there is nothing else.

    history: rows of HISTORY_COLUMNS of the whole run.
    """
    if not len(history) or not len(record.steps):
        return [Diagnosis("well", "too early to say")]
    case = Case(history, record, settings)
    with np.errstate(all="ignore"):
        if not np.isfinite(history[-1, 1]):
            return [_diverged(case)]
        if found := list(_explodes(case)):
            return found  # and nothing else can be told
        for look in CHECKS:
            found += look(case)
    return found[:SENTENCES] or [Diagnosis("well", "all well")]


def _diverged(case: Case) -> Diagnosis:
    steps, norms = case.record.steps, case.record.of("weight_norm")
    finite = np.flatnonzero(np.isfinite(norms).all(axis=1))
    advice = "halve the learning rate (b)"
    if len(finite) > 1 and (growth := norms[finite[-1]] / norms[finite[0]]).max() > 10:
        layer, last = int(growth.argmax()), finite[-1]
        # From when on the growth was seen: the last time it was near what it was at first.
        calm = norms[finite, layer] <= 2 * norms[finite[0], layer]
        first = finite[np.flatnonzero(calm)[-1]]
        return Diagnosis(
            "diverged",
            f"the run diverged: weights of layer {layer + 1} grew from {norms[first, layer]:.2g} "
            f"to {norms[last, layer]:.2g} between step {steps[first]:.0f} and {steps[last]:.0f}; "
            + advice,
        )
    step = case.history[-1, 0]
    calm = case.history[np.isfinite(case.history[:, 1]), 0]
    since = f"between step {calm[-1]:.0f} and {step:.0f}" if len(calm) else f"by step {step:.0f}"
    return Diagnosis("diverged", f"the run diverged {since}; {advice}")


def exploded(history: Array) -> Diagnosis | None:
    """Whether the loss has grown beyond everything, by the history (points, HISTORY_COLUMNS)."""
    if not len(history) or not GROWN * history[0, 1] < history[-1, 1] < math.inf:
        return None
    first, last = history[0, 1], history[-1, 1]
    text = f"the loss explodes: {last:.2g}, at first {first:.2g}; learning rate too high"
    return Diagnosis("explodes", text, "r: reset, at a lower one")


def _explodes(case: Case) -> Iterator[Diagnosis]:
    gradients, weights = case.now("gradient_norm"), case.now("weight_norm")
    relative = gradients / np.maximum(weights, 1)  # they may begin at nothing
    if (relative > EXPLODING).any():
        layer = int(np.nanargmax(relative))
        yield Diagnosis(
            "explodes",
            f"gradient explodes: {gradients[layer]:.1g} in layer {layer + 1}, whose weights "
            f"are {weights[layer]:.1g}; smaller initial weights, or clip it",
        )
    elif (found := exploded(case.history)) is not None:
        yield found


def _saturated(case: Case) -> Iterator[Diagnosis]:
    if case.fits:
        return
    for name in case.names(flattens=True):
        if where := _many(case, "saturated_units", MANY_SATURATED, name):
            yield Diagnosis("saturated", f"{name} units saturated: {where}")


def _dead(case: Case) -> Iterator[Diagnosis]:
    for name in case.names(flattens=False):
        if where := _many(case, "dead", MANY_DEAD, name):
            yield Diagnosis("dead", f"{name} units dead: {where}")


def _many(case: Case, column: str, many: float, name: str) -> str:
    """Where so large a share of an activation's units is ill: "3 of 8 in layer 2"."""
    usual = case.now(column)
    return ", ".join(
        f"{round(layer[column] * layer['units'])} of {layer['units']} in layer {i + 1}"
        for i, (layer, kind) in enumerate(zip(case.record.latest, case.activations, strict=True))
        if kind == name and min(layer[column], usual[i]) >= many
    )


def _vanishes(case: Case) -> Iterator[Diagnosis]:
    if case.fits or len(case.record.latest) < 2:
        return
    gradients = case.record.of("gradient_norm")
    # A network that stands still has fitted its last layer, whose gradient then goes too: how far
    # the gradient reaches was seen at first.
    for seen, when in ((case.now("gradient_norm"), ""), (gradients[0], " as the run began")):
        moves = when and abs(case.moved) > STANDS_STILL
        if seen[0] < VANISHING * seen[-1] and not moves:
            yield Diagnosis(
                "vanishes",
                f"gradient vanishes towards the input: {seen[0]:.0e} in layer 1 against "
                f"{seen[-1]:.0e} in the last{when}",
            )
            return


def _rate_too_high(case: Case) -> Iterator[Diagnosis]:
    if case.fits or not case.moved > -STANDS_STILL:
        return
    changes = np.diff(case.recent_losses)
    swing = float(np.median(np.abs(changes)) / np.median(case.recent_losses))
    turns = float(np.mean(np.sign(changes[1:]) != np.sign(changes[:-1])))
    updates = case.now("update_ratio")
    if swing > SWING and turns > 1 / 3:
        yield Diagnosis(
            "rate too high", f"learning rate too high: the loss oscillates by {swing:.0%} of itself"
        )
    elif (updates > LARGE_UPDATE).any():
        layer = int(np.nanargmax(updates))
        yield Diagnosis(
            "rate too high",
            f"learning rate too high: a step changes layer {layer + 1} by {updates[layer]:.0%}",
        )


def _rate_too_low(case: Case) -> Iterator[Diagnosis]:
    if case.fits:
        return
    updates = case.now("update_ratio")
    gradients = case.now("gradient_norm") / case.now("weight_norm")
    largest = np.nanmax(updates) if np.isfinite(updates).any() else np.nan
    if largest < SMALL_UPDATE and np.nanmax(gradients) > SOME:
        yield Diagnosis(
            "rate too low", f"learning rate too low: updates are {largest:.0e} of the weights"
        )


def overfitted(history: Array) -> Diagnosis | None:
    """Whether the test loss has long been lower, while the training loss went on to fall; by the
    history (points, HISTORY_COLUMNS)."""
    tests = history[:, 3]
    if len(tests) < WINDOW or not np.isfinite(tests[-1]):
        return None
    best = int(np.nanargmin(tests))
    train, test = (float(np.median(history[-RECENT:, column])) for column in (1, 3))
    if not (test > OVERFITTED * tests[best] and test > GAP * train and train < history[best, 1]):
        return None
    text = (
        f"overfitting: the test loss rises ({tests[best]:.2g} at step {history[best, 0]:.0f}, "
        f"now {test:.2g}) while the training loss falls"
    )
    return Diagnosis("overfits", text)


def _overfits(case: Case) -> Iterator[Diagnosis]:
    if (found := overfitted(case.history)) is not None:
        yield found


def _stands_still(case: Case) -> Iterator[Diagnosis]:
    if case.fits or not abs(case.moved) < STANDS_STILL:
        return
    loss = case.history[-1, 1]
    gradients = case.now("gradient_norm")
    if np.nanmax(gradients) < NONE_LEFT:
        yield Diagnosis(
            "stuck",
            f"no gradient is left at a loss of {loss:.2g}: this network fits no better from here",
        )
    else:
        yield Diagnosis("still", f"the loss stands still at {loss:.2g}")


# From the most important to the least.
CHECKS: tuple[Callable[[Case], Iterator[Diagnosis]], ...] = (
    _rate_too_high,
    _overfits,
    _saturated,
    _vanishes,
    _dead,
    _rate_too_low,
    _stands_still,
)

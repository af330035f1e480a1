"""A comparison in one line: NAME=V1,V2 NAME=log:LO..HI:N … repeats=N; and what is ready to vary."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tui_nn.compare.plan import MANY, Plan
from tui_nn.compare.vary import DIGITS, PlanError, Variation, name_in
from tui_nn.settings import Settings, SettingsError, applies, as_text, learning_rate, short_text

COUNTS = ("repeats", "random")  # words of a line that are no settings
FACTORS = (0.1, 0.3, 1, 3, 10)  # of the learning rate as it is
SEEDS = 10
READY = {
    "hidden": ("none", "1", "2", "4", "8", "16", "8,8", "16,16"),
    "activation": ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "gelu"),
    "optimizer": ("gd", "rmsprop", "adam", "adamw", "rprop", "lbfgs"),
    "momentum": ("0", "0.5", "0.9"),
    "init": ("normal", "xavier_normal", "he_normal"),
    "batch_size": ("full", "1", "5", "20", "50"),
    "l2": ("0", "0.0001", "0.001", "0.01"),
    "dropout": ("0", "0.1", "0.2", "0.5"),
    "noise": ("0", "0.1", "0.2", "0.3"),
    "samples": ("20", "50", "100", "200", "500"),
}


def words_of(line: str) -> list[str]:
    """Its words, without the `--vary` of a command that was pasted. Raises PlanError."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise PlanError("a quotation mark is not closed") from None
    return [word for word in words if word != "--vary"]


def parse_line(line: str, base: Settings) -> Plan:
    """The plan that a line makes of a run's settings; a single value holds for all of its runs.
    Raises PlanError."""
    variations, counts = [], dict[str, int]()
    for word in words_of(line):
        name, _, value = word.partition("=")
        if name in COUNTS:
            if not (value.isdecimal() and 1 <= int(value[:9]) <= MANY):
                raise PlanError(f"{short_text(word)}: a number from 1 to {MANY}")
            counts[name] = int(value[:9])
        else:
            variations.append(Variation.parse(word))
    if not variations:
        raise PlanError("what varies? as in learning_rate=0.1,0.3,1 or lr=log:0.01..1:5")
    for one in variations:
        if sum(other.name == one.name for other in variations) > 1:
            raise PlanError(f"{one.name}: varies twice")
    several = [one for one in variations if len(one.values) != 1] or variations
    fixed = {one.name: one.values[0] for one in variations if one not in several}
    try:
        base = base.changed(**fixed)
    except SettingsError as error:
        raise PlanError(str(error)) from None
    given = {*Settings().differences(base), *fixed}
    plan = Plan.limited(
        base, tuple(several), counts.get("repeats"), counts.get("random"), given=given
    )
    if plan.size > MANY:
        raise PlanError(f"{plan.size:,} runs are too many; up to {MANY:,} are allowed")
    return plan


def names_in(line: str) -> set[str]:
    """The settings that a line is about, also of one that is not yet typed in full."""
    return {name_in(word) for word in line.split()}


def toggled(line: str, variation: Variation) -> str:
    """The line with a setting that varies, or, if it did, without it."""
    words = line.split()
    kept = [word for word in words if name_in(word) != variation.name]
    return " ".join(kept if len(kept) < len(words) else [*words, variation.text])


def ready_made(base: Settings) -> list[Variation]:
    """What makes a difference for a run of these settings, with values to begin with; only those
    that are allowed, and that of now among them."""
    return [Variation.parse(text) for text in _texts(base)]


def _texts(base: Settings) -> Iterator[str]:
    choices = {"learning_rate": _rates(base), **READY}
    resolved = base.resolved()
    choices["seed"] = tuple(str(base.seed + i) for i in range(SEEDS))
    for name, values in choices.items():
        if not applies(name, base):
            continue
        now = as_text(getattr(resolved, name))
        allowed = [value for value in values if _is_allowed(base, name, value)]
        if now not in allowed:
            allowed.insert(0, now)
        if len(allowed) > 1:
            separator = ";" if any("," in value for value in allowed) else ","
            yield f"{name}={separator.join(allowed)}"


def _rates(base: Settings) -> tuple[str, ...]:
    """Learning rates around that of now; none while it is not known."""
    rate = learning_rate(base)
    around = () if rate == "auto" else (f"{factor * rate:.{DIGITS}g}" for factor in FACTORS)
    return tuple(as_text(float(text)) for text in around)


def _is_allowed(base: Settings, name: str, value: str) -> bool:
    try:
        base.changed(**{name: value})
    except SettingsError:
        return False
    return True

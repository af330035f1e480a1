"""What is typed to find runs: words, and conditions such as `dataset=xor loss<0.01 age<2d`."""

from __future__ import annotations

import math
import operator
import re
import time
from collections.abc import Callable, Iterable
from typing import Any

from tui_nn.datasets.plain import plain
from tui_nn.runs.records import Record

Test = Callable[[Record], bool]


def network(run: Record) -> str:
    """Its hidden layers, as in "8-8"."""
    return run.hidden.strip("[]").replace(",", "-") or "none"


def ended(run: Record) -> str:
    """Why it has, or else whether it trains or rests."""
    return run.reason or ("paused" if run.paused else "training")


FEW = 6  # values that a hint names
AGES = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_COUNTS = {"": 1.0, "k": 1e3}
_SHARES = {"": 1.0, "%": 0.01}
# A quantity is read off a run, and written in units: as a number of the first one.
_NUMBERS: dict[str, tuple[Callable[[Record], float | None], dict[str, float]]] = {
    "loss": (lambda run: run.train_loss, {"": 1.0}),
    "accuracy": (lambda run: run.train_accuracy, _SHARES),
    "test_loss": (lambda run: run.test_loss, {"": 1.0}),
    "test_accuracy": (lambda run: run.test_accuracy, _SHARES),
    "steps": (lambda run: run.step, _COUNTS),
    "seconds": (lambda run: run.seconds, {"": 1.0}),
    "seed": (lambda run: run.seed, {"": 1.0}),
    "age": (lambda run: time.time() - run.started, {unit: float(s) for unit, s in AGES.items()}),
}
_TEXTS: dict[str, Callable[[Record], str]] = {
    "name": lambda run: run.name,
    "note": lambda run: run.note,
    "dataset": lambda run: run.dataset,
    "network": network,
    "optimizer": lambda run: run.optimizer,
    "ended": ended,
    "group": lambda run: run.group,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
_CONDITION = re.compile(r"(\w+)(<=|>=|!=|<|>|=)(.*)")
_WORDS = re.compile(r'(?:"[^"]*"?|[^\s"])+')  # a name with blanks stands in quotes
_AMOUNT = re.compile(r"([-+.e\d]+?)([a-z%]?)")


def parse_filter(text: str) -> Test:
    """Whether a run has all the words in it, and all conditions hold. ValueError: what is wrong."""
    words = _split(re.sub(r"\s*(<=|>=|!=|<|>|=)\s*", r"\1", text.lower()))
    conditions = [(_CONDITION.fullmatch(word), word) for word in words if word != "and"]
    tests = [_condition(*found.groups()) if found else _word(word) for found, word in conditions]
    return lambda run: all(test(run) for test in tests)


def missing(text: str, runs: Iterable[Record]) -> str:
    """Why none of the runs matches what is being typed, and what could follow."""
    words = _split(text.lower())
    last = words[-1] if words else ""
    found = _CONDITION.fullmatch(last)
    if found and found[1] in _TEXTS:
        there = sorted({_TEXTS[found[1]](run) for run in runs} - {""})
        more = " ..." if len(there) > FEW else ""
        return f"no run matches; of {found[1]} there is {plain(', '.join(there[:FEW]))}{more}"
    begun = [f"{name}=" for name in _TEXTS if name.startswith(last)]
    begun += [f"{name}<" for name in _NUMBERS if name.startswith(last)]
    return f"no run matches; or go on with {', '.join(begun)}" if begun else "no run matches"


def _split(text: str) -> list[str]:
    return [word.replace('"', "") for word in _WORDS.findall(text)]


def _word(word: str) -> Test:
    texts = _TEXTS.values()
    return lambda run: (
        run.id.startswith(word) or word in " ".join([text(run) for text in texts]).lower()
    )


def _condition(name: str, sign: str, wanted: str) -> Test:
    compare = _COMPARE[sign]
    if name in _TEXTS:
        if sign not in ("=", "!="):
            raise ValueError(f"{name}{sign}{wanted}: {name} is a text; = or !=")
        text = _TEXTS[name]
        return lambda run: compare(text(run).lower(), wanted)
    if name not in _NUMBERS:
        raise ValueError(f"{name}: one of {', '.join((*_TEXTS, *_NUMBERS))}")
    figure, units = _NUMBERS[name]
    bound = _amount(wanted, units)
    if bound is None:
        said = ", ".join(unit for unit in units if unit)
        raise ValueError(f"{name}{sign}{wanted}: a number{f', or with {said}' if said else ''}")

    def holds(run: Record) -> bool:
        value = figure(run)
        return value is not None and compare(value, bound)

    return holds


def _amount(text: str, units: dict[str, float]) -> float | None:
    match = _AMOUNT.fullmatch(text)
    if not match or match[2] not in units:
        return None
    try:
        value = float(match[1]) * units[match[2]]
    except ValueError:
        return None
    return value if math.isfinite(value) else None

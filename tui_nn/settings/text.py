"""Settings as text: their names, what they accept, and their values as one types them."""

from __future__ import annotations

import csv
import math
from typing import Any

from tui_nn.datasets.plain import counted, nearest, quoted
from tui_nn.settings.fields import LAYERS, field_info, has_layers, is_switch, is_whole


def label(name: str) -> str:
    """The name as a form shows it: `learning_rate` is "Learning rate"."""
    return name.replace("_", " ").capitalize()


def flag_of(name: str, on: bool = True) -> str:
    """The name on the command line: `learning_rate` is "--learning-rate"."""
    return f"--{'' if on else 'no-'}{name.replace('_', '-')}"


def bounds(name: str) -> str:
    """What a setting accepts, short enough for a hint: "above 0, at most 1e9"."""
    info = field_info(name)
    if info["choices"]:
        return ", ".join((*info["choices"], *([info["text"]] if info["text"] else [])))
    if info["text"]:
        return info["text"]
    if is_switch(name):
        return "true or false"
    limits = {kind: number_text(limit) for kind, limit in info["limits"].items()}
    if name == "hidden":
        return f"{limits['ge']} to {limits['le']} each, up to {LAYERS} layers, or none"
    words = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    if limits.keys() == {"ge", "le"}:
        said = f"{limits['ge']} to {limits['le']}"
    else:
        said = ", ".join(f"{words[kind]} {limit}" for kind, limit in limits.items())
    return f"{said}, or {info['word']}" if info["word"] else said


def allowed(name: str, value: Any = "") -> str:
    """The same as part of an error: "a number above 0, at most 1e9"; with the nearest choice."""
    said = bounds(name)
    if choices := field_info(name)["choices"]:
        wrong = [part for part in as_text(value).split(",") if part not in choices]
        return f"one of {said}{nearest(wrong[0] if wrong else '', choices)}"
    if name == "hidden":
        return f"units of each layer, as in 8,8: {said}"
    if is_switch(name) or field_info(name)["text"]:
        return said
    join = " from " if said[0].isdigit() else " " if said.startswith("above") else ", "
    several = ", or one for each hidden layer" if has_layers(name) else ""
    return f"a {'whole ' if is_whole(name) else ''}number{join}{said}{several}"


def as_text(value: Any) -> str:
    """A setting's value as it is typed on the command line or in the form; loses no digit."""
    if value is None or value in ((), []):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list)):
        return ",".join(map(quoted, map(as_text, value)))
    return number_text(value) if isinstance(value, float) else str(value)


def format_loss(value: float | None) -> str:
    """A loss, wherever it stands: five decimals, but of tiny and huge ones three digits."""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.5f}" if 1e-4 <= value < 1e3 or value == 0 else f"{value:.2e}"


def split_list(text: str) -> tuple[str, ...]:
    """The parts between commas; as in a CSV file, quotes hold together one that has some itself."""
    try:
        parts = next(csv.reader([text], skipinitialspace=True)) or [""]
    except csv.Error:  # an end of line, or a cell too long: no list that can be meant
        parts = text.split(",")
    return tuple(part.strip() for part in parts)


def shown_text(name: str, value: Any) -> str:
    """The same for the eye: of points that are drawn how many."""
    if name != "points" or value is None:
        return as_text(value)
    points = str(value).split(";")
    classes = len({point.rpartition(",")[2] for point in points})
    return f"{counted(len(points), 'point')}, {counted(classes, 'class')}"


def short_text(value: Any) -> str:
    """A wrong value as an error shows it: one line, not too long."""
    text = "" if value is None else " ".join((as_text(value) or '""').split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def toml_text(value: Any) -> str:
    """A setting's value in TOML, which has no null: "none" stands for it."""
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    if isinstance(value, (bool, int, float)):
        return str(value).lower()
    return f'"{"none" if value is None else value}"'


def number_text(value: float) -> str:
    """The shortest text that is this number: 1e9, 0.005, 100000."""
    text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text

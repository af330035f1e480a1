"""A model as one file of Python, to be read as a lesson and run with NumPy alone.

What it says is cut out of `python_file.txt`: only the parts that this model needs.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from tui_nn.datasets import features
from tui_nn.datasets.dialect import MISSING
from tui_nn.datasets.plain import brief, plain
from tui_nn.datasets.preprocessing import Input
from tui_nn.datasets.series import LOCAL
from tui_nn.engine.types import Array
from tui_nn.runs.model import Model

MOST = 10**6  # parameters that a text of them can be expected to hold
WIDTH = 96
FEATURES = {
    features.INPUTS: "points",
    **{"x": "x", "y": "y", "x2": "x**2", "y2": "y**2", "xy": "x * y"},
    **{"sin_x": "np.sin(x)", "sin_y": "np.sin(y)"},
}


class TooLarge(ValueError):
    """A network that no text should hold."""


def as_python(model: Model, title: str) -> str:
    """title: what it is, a line. Its arithmetic is of the network's own type. Raises TooLarge."""
    if (count := model.network.parameters.size) > MOST:
        raise TooLarge(f"{count:,} parameters, more than a text is good for ({MOST:,})")
    network = model.network
    kinds = {one.kind for one in model.inputs}
    names = dict.fromkeys(a.name for a in network.activations if a.name != "linear")
    parts = [_docstring(model, title), _imports(model), _columns(model)]
    if "date" in kinds:
        parts.append(_part("dates", formats=_literal(LOCAL)))
    if "boolean" in kinds:
        parts.append(_part("booleans"))
    parts.append(_encode(model))
    if list(model.features) != [features.INPUTS]:
        parts.append(_features(model))
    parts += map(_part, names)
    parts += [_network(model), _predict(model)]
    if model.missing == "drop":
        parts.append(_part("whole_numbers" if kinds == {"number"} else "whole"))
    if "category" in kinds:
        parts.append(_part("unknown"))
    parts += [_part("read"), _main(model), _weights(model), _part("end")]
    head, rest = "\n\n".join(parts[:3]), parts[3:]
    return "\n\n\n".join(part.strip("\n") for part in (head, *rest)) + "\n"


def _part(name: str, **values: str) -> str:
    """A part of the file; a line that is a value alone takes as many as that has, or goes."""
    lines = []
    for line in _PARTS[name].splitlines():
        indent, alone = len(line) - len(line.lstrip()), line.strip()
        if alone.startswith("$") and alone[1:] in values:
            value = textwrap.indent(values[alone[1:]].strip("\n"), " " * indent)
            lines += value.splitlines()
        else:
            lines.append(Template(line).substitute(values))
    return "\n".join(lines)


_TEXT = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
_PARTS = dict(re.findall(r"^=== (\w+)\n(.*?)(?=^===|\Z)", _TEXT, re.DOTALL | re.MULTILINE))


def _docstring(model: Model, title: str) -> str:
    names = [plain(one.name) for one in model.inputs]
    width = min(24, max(map(len, names)))
    columns = [
        f"    {name:<{width}}  {_about(one)}".rstrip()
        for name, one in zip(names, model.inputs, strict=True)
    ]
    example = f"predict([[{', '.join(map(_example, model.inputs[:8]))}]])"
    if len(model.inputs) > 8:
        example = "predict(rows)"
    lines = [
        *textwrap.wrap(plain(title), WIDTH),
        *("", "    python model.py new.csv > predicted.csv", ""),
        *("or, where this file is model.py,", ""),
        *("    from model import predict", f"    {example}", ""),
        *("A row has these columns, in this order and in their own units:", "", *columns, ""),
        _rule(model),
    ]
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""'


def _about(one: Input) -> str:
    match one.kind:
        case "category":
            return brief(f"one of {', '.join(one.categories)}", 60)
        case "boolean":
            return "true or false"
        case "date":
            return "a date as 2024-01-31"
    return "a number"


def _example(one: Input) -> str:
    match one.kind:
        case "category":
            return _literal(one.categories[int(one.typical)])
        case "boolean":
            return repr(bool(one.typical))
        case "date":
            return f'"{np.datetime64("1970-01-01") + int(one.typical)}"'
    return f"{one.typical:.4g}"


def _rule(model: Model) -> str:
    if model.missing == "zero":
        return "A number that is missing, None, is taken for 0."
    if model.fills:
        return f"A number that is missing, None, is taken for the {model.missing} in training."
    return "No value may be missing."


def _imports(model: Model) -> str:
    modules = ["csv", "io", "os", "re", "sys"]
    if any(a.name in ("gelu", "gelu_tanh") for a in model.network.activations):
        modules.append("math")
    lines = [f"import {name}" for name in sorted(modules)]
    if any(one.kind == "date" for one in model.inputs):
        lines.append("from datetime import datetime, timedelta, timezone")
    lines.append("from itertools import islice, zip_longest")
    return "\n".join([*lines, "", "import numpy as np"])


def _columns(model: Model) -> str:
    lines = ["COLUMNS = [", *(f"    {_column(model, one)}," for one in model.inputs), "]"]
    if not _is_drawn(model):
        lines.insert(0, "# mean and scale (the deviation) are those of the training rows.")
    if not model.is_regression:
        lines.append(f"CLASSES = {_literal(list(model.classes))}")
    return "\n".join(lines)


def _column(model: Model, one: Input) -> str:
    known: dict[str, Any] = {"name": one.name}
    if one.kind == "category":
        known["categories"] = list(one.categories)
    elif not _is_drawn(model):
        if one.kind != "number":
            known["kind"] = one.kind
        if one.format in LOCAL:
            known["format"] = one.format
        known |= {"mean": one.mean, "scale": one.scale}
        if model.fills:
            known["fill"] = one.fill
    return _literal(known)


def _literal(value: Any) -> str:
    """As Python reads it, with the quotation marks of the rest, if there are no others in it."""
    text = repr(value)
    return text if '"' in text or "\\" in text else text.replace("'", '"')


def _is_drawn(model: Model) -> bool:
    """Whether the columns are taken in as they are."""
    return all(one == Input(one.name) for one in model.inputs)


def _encode(model: Model) -> str:
    width = str(len(model.preprocessing.names))
    kinds = {one.kind for one in model.inputs}
    if kinds == {"number"}:
        gaps = 'if not np.isfinite(x).all():\n    raise ValueError("values are missing")'
        if model.fills:
            gaps = 'x = np.where(np.isfinite(x), x, [column["fill"] for column in COLUMNS])'
        standardised = "x"
        if not _is_drawn(model):
            gaps += '\nmean, scale = np.array([(c["mean"], c["scale"]) for c in COLUMNS]).T'
            standardised = "(x - mean) / scale"
        return _part("encode_numbers", width=width, gaps=gaps, standardised=standardised)
    missing = "raise ValueError(f\"{column['name']}: values are missing\")"
    cells = "x = np.array(list(cells), float)"
    for kind, said in (("date", 'days(cell, column.get("format"))'), ("boolean", "truth(cell)")):
        if kind in kinds:
            cells = (
                f'if column.get("kind") == "{kind}":\n'
                f"    cells = [{said} for cell in cells]\n{cells}"
            )
    return _part(
        "encode",
        width=width,
        empty="" if model.fills else f"if any(cell is None for cell in cells):\n    {missing}",
        cells=cells,
        gaps='x = np.where(np.isfinite(x), x, column["fill"])'
        if model.fills
        else f"if not np.isfinite(x).all():\n    {missing}",
        array="np.array(inputs, float).T",
    )


def _features(model: Model) -> str:
    count = len(model.preprocessing.names)
    of_x, of_y = "x = points[:, 0]", "x, y = points[:, 0], points[:, 1]"
    return _part(
        "features",
        count=str(count),
        coordinates=of_x if count == 1 else of_y,
        features=", ".join(FEATURES[name] for name in model.features),
    )


def _network(model: Model) -> str:
    lines = []
    for i, activation in enumerate(model.network.activations):
        z = f"a @ W{i} + b{i}"
        lines.append(f"a = {z}" if activation.name == "linear" else f"a = {activation.name}({z})")
    return _part("network", outputs=str(model.network.sizes[-1]), layers="\n".join(lines))


def _predict(model: Model) -> str:
    inputs = "encode(rows)"
    if list(model.features) != [features.INPUTS]:
        inputs = f"features({inputs})"
    if model.network.parameters.dtype == "float32":
        inputs += ".astype(np.float32)"
    if model.is_regression:
        values, target = f"network({inputs})[:, 0]", model.target
        if (target.mean, target.scale) != (0, 1):
            values += f" * {target.scale!r} + {target.mean!r}"
        return _part("predict_values", values=values)
    share = "probability" if model.has_probabilities else "output"
    count = str(len(model.share_names))
    if model.task == "multiclass":
        return _part("predict_several", inputs=inputs, share=share, count=count)
    return _part(
        "predict_two",
        inputs=inputs,
        share=share,
        each="each" if model.has_probabilities else "the second",
        count=count,
        boundary=f"{model.boundary:g}",
        shares="np.column_stack([1 - output, output])" if model.has_probabilities else "output",
    )


def _main(model: Model) -> str:
    if model.is_regression:
        values = {"predicted": "values = predict(rows)", "each": "value", "all": "values"}
        values |= {"added": '"predicted"', "cells": "value"}
    else:
        share = "probability" if model.has_probabilities else "output"
        of = "CLASSES" if len(model.share_names) == len(model.classes) else "CLASSES[1:]"
        values = {"predicted": "classes, shares = predict(rows)", "each": "one, parts"}
        values |= {"all": "classes, shares", "cells": "one, *parts"}
        values["added"] = f'"predicted", *(f"{share} of {{name}}" for name in {of})'
    drop = (
        "kept = [i for i, row in enumerate(rows) if is_whole(row)]\n"
        "table, rows = [table[i] for i in kept], [rows[i] for i in kept]"
    )
    drop = drop if model.missing == "drop" else ""
    has_categories = any(one.kind == "category" for one in model.inputs)
    strange = "say_unknown(rows)" if has_categories else ""
    return _part("main", missing=_literal(MISSING), drop=drop, strange=strange, **values)


def _weights(model: Model) -> str:
    """W (inputs, units) and b (units,) of each layer."""
    network = model.network
    dtype = ", np.float32" if network.parameters.dtype == "float32" else ""
    lines = ["# The weights, a row for each input and a column for each unit, and the biases."]
    for i, (weights, biases) in enumerate(zip(network.weights, network.biases, strict=True)):
        rows = [line for row in weights for line in _wrapped(f"[{_numbers(row)}],")]
        lines += [f"W{i} = np.array([", *rows, f"]{dtype})"]
        rows = _wrapped(_numbers(biases))
        if len(rows) > 1:
            lines += [f"b{i} = np.array([", *rows, f"]{dtype})"]
        else:
            lines.append(f"b{i} = np.array([{_numbers(biases)}]{dtype})")
    return "\n".join(lines)


def _numbers(row: Array) -> str:
    """Each as short as it can be without losing a digit."""
    return ", ".join(map(str, row))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * 4,
        subsequent_indent=" " * 5,
        break_on_hyphens=False,
    )

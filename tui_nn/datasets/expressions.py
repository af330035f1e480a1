"""Functions that somebody types, as in "f(x, y) = sin(x)*y > 0.2": parsed and computed, never run.

Python's parser reads the text; what it finds is looked up, node by node, in the tables below, and
computed over NumPy. Whatever is not in them is an error, before any number is computed.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.datasets.errors import DataError
from tui_nn.datasets.plain import brief
from tui_nn.engine.types import Array

LONGEST, DEEPEST, MOST_NODES, MOST_INPUTS = 500, 40, 200, 8
_HEAD = re.compile(r"\s*([A-Za-z_]\w*)\s*\(([^()]*)\)\s*=(?!=)(.*)", re.DOTALL | re.ASCII)

CONSTANTS = {"pi": np.pi, "e": np.e}
# Name -> the function, and how many arguments it takes at least and at most.
FUNCTIONS: dict[str, tuple[Callable[..., Array], int, int]] = {
    **{
        name: (getattr(np, name), 1, 1)
        for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log2", "log10")
    },
    **{name: (getattr(np, name), 1, 1) for name in ("sqrt", "abs", "sign", "floor", "ceil")},
    **{name: (getattr(np, f"arc{name[1:]}"), 1, 1) for name in ("asin", "acos", "atan")},
    "atan2": (np.arctan2, 2, 2),
    "hypot": (np.hypot, 2, 2),
    "min": (lambda *values: np.minimum.reduce(np.broadcast_arrays(*values)), 2, MOST_INPUTS),
    "max": (lambda *values: np.maximum.reduce(np.broadcast_arrays(*values)), 2, MOST_INPUTS),
}
_BINARY: dict[type[ast.operator], Callable[[Array, Array], Array]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: np.divide,
    ast.Mod: np.mod,
    ast.FloorDiv: np.floor_divide,
    ast.Pow: np.power,
}
_UNARY: dict[type[ast.unaryop], Callable[[Array], Array]] = {
    ast.UAdd: np.positive,
    ast.USub: np.negative,
    ast.Not: lambda value: value == 0,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Array, Array], Array]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def is_function(text: str) -> bool:
    """Whether a text is meant as one: it begins as in "f(x) ="."""
    return _HEAD.match(text) is not None


@dataclass(frozen=True)
class Function:
    """inputs: the names of its arguments. is_class: whether it says true or false."""

    inputs: tuple[str, ...]
    body: ast.expr

    @classmethod
    def parse(cls, text: str) -> Function:
        """Raises DataError."""
        found = _HEAD.match(text)
        if found is None:
            raise DataError("a function is written as in f(x, y) = x*y > 0")
        if len(text) > LONGEST:
            raise DataError(f"a function of more than {LONGEST} characters")
        inputs = tuple(name.strip() for name in found[2].split(","))
        for name in inputs:
            if not (name.isidentifier() and name.isascii()):
                raise DataError(f"{brief(name) or 'f()'}: an input is a name, as in f(x, y)")
            if name in FUNCTIONS or name in CONSTANTS:
                raise DataError(f"{name}: is taken, and can't be an input")
        if len(set(inputs)) < len(inputs) or len(inputs) > MOST_INPUTS:
            raise DataError(f"a function has 1 to {MOST_INPUTS} inputs, each once")
        try:
            body = ast.parse(found[3].strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise DataError("not an expression, as in f(x, y) = sin(x)*y > 0.2") from None
        if sum(1 for _ in ast.walk(body)) > MOST_NODES:
            raise DataError(f"an expression of more than {MOST_NODES} parts")
        _check(body, inputs, DEEPEST)
        return cls(inputs, body)

    @property
    def is_class(self) -> bool:
        return _is_truth(self.body)

    def __call__(self, points: Array) -> Array:
        """Its values (N,) at points (N, inputs); not finite where it has none."""
        names = dict(zip(self.inputs, points.T, strict=True))
        with np.errstate(all="ignore"):
            value = np.asarray(_compute(self.body, names), float)
        return np.broadcast_to(value, len(points)).copy()


def _is_truth(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_truth(node.body) and _is_truth(node.orelse)
    return isinstance(node, (ast.Compare, ast.BoolOp)) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _check(node: ast.expr, inputs: tuple[str, ...], depth: int) -> None:
    """Raises DataError for what is not in the tables."""
    if depth == 0:
        raise DataError(f"an expression more than {DEEPEST} levels deep")
    parts: list[ast.expr] = []
    match node:
        case ast.Constant(value=bool() | int() | float() as value):
            if abs(value) > 1e300:
                raise DataError("too large a number")
        case ast.Name(id=name):
            if name not in inputs and name not in CONSTANTS:
                raise DataError(f"{brief(name)}: is none of {', '.join((*inputs, *CONSTANTS))}")
        case ast.BinOp(op=ast.BitXor()):
            raise DataError("^: a power is written **, as in x**2")
        case ast.BinOp() if type(node.op) in _BINARY:
            parts = [node.left, node.right]
        case ast.UnaryOp() if type(node.op) in _UNARY:
            parts = [node.operand]
        case ast.Compare() if all(type(op) in _COMPARE for op in node.ops):
            parts = [node.left, *node.comparators]
        case ast.BoolOp():
            parts = node.values
        case ast.IfExp():
            parts = [node.test, node.body, node.orelse]
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            parts, (_, least, most) = node.args, FUNCTIONS[name]
            if not least <= len(parts) <= most:
                takes = f"{least}" if least == most else f"{least} to {most}"
                raise DataError(f"{name}: takes {takes} arguments, not {len(parts)}")
        case ast.Call(func=ast.Name(id=name)):
            raise DataError(f"{brief(name)}: no such function; there are {', '.join(FUNCTIONS)}")
        case _:
            said = brief(ast.unparse(node))
            raise DataError(f"{said}: only numbers, inputs, + - * / % **, < > = and functions")
    for part in parts:
        _check(part, inputs, depth - 1)


def _compute(node: Any, names: dict[str, Array]) -> Any:
    """The value of a node that has been checked; truth is 0 or 1."""

    def of(part: ast.expr) -> Array:
        return np.asarray(_compute(part, names), float)

    match node:
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]  # it has been checked
        case ast.Name(id=name):
            return names[name] if name in names else CONSTANTS[name]
        case ast.BinOp():
            return _BINARY[type(node.op)](of(node.left), of(node.right))
        case ast.UnaryOp():
            return _UNARY[type(node.op)](of(node.operand))
        case ast.Compare():
            sides = [of(part) for part in (node.left, *node.comparators)]
            pairs = zip(node.ops, sides, sides[1:], strict=False)
            truths = [_COMPARE[type(op)](left, right) for op, left, right in pairs]
            return np.logical_and.reduce(np.broadcast_arrays(*truths))
        case ast.BoolOp():
            together = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
            truths = [of(part) != 0 for part in node.values]
            return together.reduce(np.broadcast_arrays(*truths))
        case ast.IfExp():
            return np.where(of(node.test) != 0, of(node.body), of(node.orelse))
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name][0](*map(of, node.args))
    raise AssertionError(node)

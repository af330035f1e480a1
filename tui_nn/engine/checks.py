"""What is refused, in one line: name, value, what is allowed."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def known(kind: str, name: str, registry: Mapping[str, T]) -> T:
    """What the registry has under this name; else a ValueError that names the choices."""
    if name not in registry:
        raise ValueError(f"{kind}: {name}: choose from {', '.join(registry)}")
    return registry[name]


def checked(
    name: str,
    value: T,
    *,
    at_least: float | None = None,
    above: float | None = None,
    at_most: float | None = None,
    below: float | None = None,
) -> T:
    """The value, a number or an array, if it lies within the limits; else a ValueError that names
    it and them."""
    limits: tuple[tuple[str, Any, float | None], ...] = (
        ("≥", operator.ge, at_least),
        (">", operator.gt, above),
        ("≤", operator.le, at_most),
        ("<", operator.lt, below),
    )
    given = [(sign, inside, limit) for sign, inside, limit in limits if limit is not None]
    if not all(np.all(inside(value, limit)) for _, inside, limit in given):
        allowed = " and ".join(f"{sign} {limit:g}" for sign, _, limit in given)
        raise ValueError(f"{name}: {value}: must be {allowed}")
    return value

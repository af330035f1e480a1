"""Packages that only some exports need, and that not everybody has."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class MissingPackage(Exception):
    """A package that is not installed; the message says how it can be."""


def needed(module: str, extra: str) -> Any:
    """The module, of the package of an extra. Raises MissingPackage."""
    try:
        return import_module(module)
    except ImportError:
        package = module.partition(".")[0]
        raise MissingPackage(
            f"needs the {package} package: pip install 'tui-nn[{extra}]'"
        ) from None

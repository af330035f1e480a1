"""Telling whoever sits at the terminal what is no part of a result."""

from __future__ import annotations

from contextlib import suppress

from rich.console import Console
from rich.text import Text


def say(console: Console, message: str) -> None:
    """A line, if anybody can still read it."""
    with suppress(OSError):
        console.print(Text(f"tui-nn: {message}"), soft_wrap=True)

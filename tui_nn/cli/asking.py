"""Asking whoever sits at the terminal, before something that is not easily taken back."""

from __future__ import annotations

import sys

from tui_nn.cli.errors import UsageError


def confirms(question: str, refusal: str) -> bool:
    """Whether the answer is yes. Raises UsageError, with the refusal, where nobody can be asked."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(refusal)
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")

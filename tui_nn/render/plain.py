"""Text that others wrote, made fit for a terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """Without anything that a terminal obeys instead of showing it; one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "�" for c in text)

"""Text that others wrote, made fit for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

BRIEF = 24  # characters of a name that there is room for


def plain(text: str) -> str:
    """Without anything that a terminal obeys instead of showing it; one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "�" for c in text)


def brief(text: str, limit: int = BRIEF) -> str:
    """The same, not longer than so many characters."""
    text = plain(text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def distinct(names: Iterable[str]) -> list[str]:
    """Names, each brief and none twice: of those that are cut off alike the later have a number."""
    found: dict[str, None] = {}
    for name in names:
        short, count = brief(name), 1
        while short in found:
            count += 1
            number = f"~{count}"
            short = brief(name)[: BRIEF - len(number)] + number
        found[short] = None
    return list(found)


def brief_path(path: str, limit: int = 40) -> str:
    """The same of a path, of which the end says most."""
    text = plain(path)
    return text if len(text) <= limit else f"…{text[1 - limit :]}"


def listed(names: list[str] | tuple[str, ...], limit: int = 8) -> str:
    """Names beside one another, the first few of many."""
    shown = ", ".join(map(brief, names[:limit]))
    return shown if len(names) <= limit else f"{shown}, … ({len(names)} in all)"


def counted(count: int, noun: str) -> str:
    """How many there are: 1 run, 1,000 runs, 2 classes."""
    plural = "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{plural * (count != 1)}"


def called(dataset: str, limit: int = 32) -> str:
    """A data set's name where there is little room: of a file its own, without the folder."""
    is_path = "/" in dataset and "(" not in dataset
    return brief(dataset.rstrip("/").rpartition("/")[2] if is_path else dataset, limit)

"""Text that others wrote, made fit for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

BRIEF = 24  # characters of a name that there is room for
LINE = 200  # of what is to be typed


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


def listed(names: Sequence[str], limit: int = 8) -> str:
    """Names beside one another, the first few of many; one that has a comma stands in quotes."""
    return joined([quoted(brief(name)) for name in names], limit)


def named_columns(names: Sequence[str]) -> str:
    """The same, as columns: "column x", "columns x, y"."""
    return f"column{'s' * (len(names) > 1)} {listed(names)}"


def joined(parts: Sequence[str], limit: int = 8) -> str:
    """The same of what is worded already."""
    shown = ", ".join(parts[:limit])
    return shown if len(parts) <= limit else f"{shown}, … ({len(parts)} in all)"


def quoted(name: str) -> str:
    """A name as one of a list of names between commas, as `--drop` takes it."""
    return '"{}"'.format(name.replace('"', '""')) if set(name) & set(',"') else name


def drop_hint(names: Sequence[str]) -> str:
    """The option that leaves columns out, to be typed into a shell; of many without their names."""
    import shlex  # only where something is wrong

    text = plain(",".join(map(quoted, names)))
    them = "it" if len(names) == 1 else "them"
    return f"--drop{f' {shlex.quote(text)}' * (len(text) <= LINE)} leaves {them} out"


def nearest(name: str, names: Iterable[str]) -> str:
    """A hint at the one of the names that is near ("; did you mean adam?"), or nothing."""
    from difflib import get_close_matches  # only where something is wrong

    lower = {one.lower(): one for one in names}
    near = get_close_matches(name.lower(), list(lower), 1, 0.7)
    return f"; did you mean {plain(lower[near[0]])}?" if near else ""


def counted(count: int, noun: str) -> str:
    """How many there are: 1 run, 1,000 runs, 2 classes."""
    plural = "es" if noun.endswith("s") else "s"
    return f"{count:,} {noun}{plural * (count != 1)}"


def called(dataset: str, limit: int = 32) -> str:
    """A data set's name where there is little room: of a file its own, without the folder."""
    is_path = "/" in dataset and "(" not in dataset
    return brief(dataset.rstrip("/").rpartition("/")[2] if is_path else dataset, limit)

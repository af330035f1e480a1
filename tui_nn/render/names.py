"""What runs that are drawn beside another are called: by what tells them from it, and apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_nn.datasets.plain import plain
from tui_nn.render.differences import differing, setting_words


class Told(NamedTuple):
    """What a run may be called by. settings: JSON, or None of another version."""

    name: str  # which its user gave it, or ""
    id: str
    step: int
    settings: str | None


def is_alike(run: Told, settings: str) -> bool:
    """Whether a run has no other settings than these, JSON, in effect."""
    return run.settings is not None and not differing([settings, run.settings])


def names_apart(runs: Sequence[Told], name: str, settings: str) -> list[str]:
    """A name for each of the runs, beside one of this name and these settings, JSON.

    The name that its user gave it, else the settings that are other ones, else its id: the first of
    these that it has, and, where another run would be called alike, the next one too.
    """
    known = [run.settings for run in runs if run.settings is not None]
    words = []
    for run in runs:
        differ = [] if run.settings is None else differing([settings, run.settings])
        # What the fewest of these runs share comes first: a long name may be cut.
        shared: dict[str, int] = {}
        for one in differ:
            word = setting_words(one, run.settings or "")
            shared.setdefault(word, sum(setting_words(one, way) == word for way in known))
        said = " ".join(sorted(shared, key=lambda word: shared[word]))
        own = plain(run.name) if run.name != name else ""
        if own and "dataset" in differ:
            own = f"{setting_words('dataset', run.settings or '')}, {own}"
        words.append([*filter(None, (own, said, run.id)), f"{run.step} steps"])
    counts = [1] * len(runs)
    while True:
        names = [", ".join(parts[:count]) for parts, count in zip(words, counts, strict=True)]
        alike = [i for i, one in enumerate(names) if names.count(one) > 1]
        longer = [i for i in alike if counts[i] < len(words[i])]
        if not longer:
            return names
        for i in longer:
            counts[i] += 1

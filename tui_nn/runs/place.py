"""Where runs are recorded, and what one is called there. SQLite is not needed to say so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Label:
    """What a run is called, and from where it goes on."""

    name: str = ""
    note: str = ""
    group: str = ""
    parent: int | None = None  # the number of a run
    parent_step: int | None = None


@dataclass(frozen=True)
class Origin:
    """A recorded run that another one goes on from: its id, what the other is called, and what had
    happened until there, (step, text) each."""

    id: str
    label: Label
    events: list[tuple[int, str]]


def store_path(option: str | None) -> Path | None:
    """Where the store is: --store, else TUI_NN_STORE, else the user's data directory; None: off."""
    chosen = option if option is not None else os.environ.get("TUI_NN_STORE")
    if chosen == "none":
        return None
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("tui-nn", appauthor=False)) / "runs.sqlite3"

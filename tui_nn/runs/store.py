"""The store: every run, with its points, events and checkpoint, in one database."""

from __future__ import annotations

import json
import platform
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tui_nn import __version__
from tui_nn.engine.types import Array
from tui_nn.runs.database import PATIENCE, Database, StoreError
from tui_nn.runs.owner import is_gone, own_mark
from tui_nn.runs.place import Label
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import Settings

__all__ = ["FIGURES", "Store", "StoreError", "new_id"]

FIGURES = HISTORY_COLUMNS[1:]


class Store(Database):
    """An open store. What is written is written within a `transaction`."""

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        super().__init__(path, patience=patience)
        self.mark_interrupted()

    def mark_interrupted(self) -> bool:
        """Runs whose process has vanished ended when they were last seen: whether there are any."""
        now = time.time()
        going_on = self.query("SELECT number, owner, seen FROM runs WHERE ended IS NULL")
        gone = [number for number, owner, seen in going_on if is_gone(owner, now - seen)]
        if gone and self.writable:
            with self.transaction():
                for number in gone:
                    self.query(
                        "UPDATE runs SET ended = seen, reason = 'interrupted' "
                        "WHERE number = ? AND ended IS NULL",
                        [number],
                    )
        return bool(gone and self.writable)

    # What follows is called within a transaction.

    def begin(
        self, settings: Settings, label: Label, started: float, identity: str | None = None
    ) -> int:
        """Enter a run that goes on; returns its number. identity: its id, if it has one already."""
        row: dict[str, Any] = {
            "id": identity or new_id(),
            "name": label.name,
            "note": label.note,
            "group_name": label.group,
            "parent": label.parent,
            "parent_step": label.parent_step,
            "started": started,
            "seen": started,
            "owner": own_mark(),
            "settings": json.dumps(settings.model_dump(mode="json")),
            "seed": settings.seed,
            "versions": json.dumps(
                {
                    "tui-nn": __version__,
                    "numpy": np.__version__,
                    "python": platform.python_version(),
                    "machine": platform.machine(),
                }
            ),
        }
        marks = dict.fromkeys(row, "?")
        marks["parent"] = "(SELECT number FROM runs WHERE number = ?)"  # it may have been removed
        with self._wording():
            done = self.connection.execute(
                f"INSERT INTO runs ({', '.join(row)}) VALUES ({', '.join(marks.values())})",
                list(row.values()),
            )
        assert done.lastrowid is not None
        return done.lastrowid

    def called(self, run: int) -> tuple[str, str] | None:
        """A run's name and note, or None if it is not there any more."""
        found = self.query("SELECT name, note FROM runs WHERE number = ?", [run])
        return (str(found[0][0]), str(found[0][1])) if found else None

    def claim(self, run: int, owner: str) -> None:
        """Take over a run that another process, by its mark, gives us. StoreError: it is not its
        own, nor its to give."""
        changed = self.query(
            "UPDATE runs SET owner = ?, ended = NULL, reason = NULL WHERE number = ? AND owner = ?"
            " RETURNING id",
            [own_mark(), run, owner],
        )
        if not changed:
            raise StoreError(f"store {self.path}: another process trains this run")

    def add_points(self, run: int, rows: Array) -> None:
        """rows: (points, HISTORY_COLUMNS); the last one is how the run stands."""
        if not len(rows):
            return
        with self._wording():
            self.connection.executemany(
                "INSERT OR REPLACE INTO points VALUES (?, ?, ?, ?, ?, ?)",
                ((run, int(step), *values) for step, *values in rows.tolist()),
            )
        changes = ", ".join(f"{name} = ?" for name in ("step", *FIGURES))
        step, *values = rows[-1].tolist()
        self.query(f"UPDATE runs SET {changes} WHERE number = ?", [int(step), *values, run])

    def drop_points(self, run: int) -> None:
        """All that it has so far."""
        self.query("DELETE FROM points WHERE run = ?", [run])

    def add_events(self, run: int, first: int, events: Iterable[tuple[int, float, str]]) -> None:
        """events: step, time and text of each; first: the number of the first one of them."""
        with self._wording():
            self.connection.executemany(
                "INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?, ?)",
                ((run, i, *event) for i, event in enumerate(events, first)),
            )

    def keep_checkpoint(self, run: int, step: int, arrays: bytes, state: str) -> None:
        """The run's only one: those before give way."""
        self.query("DELETE FROM checkpoints WHERE run = ?", [run])
        row = [run, step, time.time(), arrays, state]
        self.query("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)", row)

    def update(
        self, run: int, settings: Settings, seconds: float | None, *, paused: bool = False
    ) -> None:
        """It goes on, or rests: with these settings, so many seconds of training so far (None: as
        before)."""
        self.query(
            "UPDATE runs SET seen = ?, settings = ?, seed = ?, seconds = coalesce(?, seconds), "
            "paused = ?, ended = NULL, reason = NULL WHERE number = ?",
            [
                time.time(),
                json.dumps(settings.model_dump(mode="json")),
                settings.seed,
                seconds,
                paused,
                run,
            ],
        )

    def end(self, run: int, reason: str) -> None:
        self.query(
            "UPDATE runs SET ended = seen, reason = ? WHERE number = ?",
            [reason, run],
        )

    def call(self, run: int, name: str, note: str) -> None:
        """Give it another name and note."""
        self.query("UPDATE runs SET name = ?, note = ? WHERE number = ?", [name, note, run])

    def remove(self, runs: Iterable[int]) -> None:
        """Forget runs with all that belongs to them."""
        for run in runs:
            self.query("DELETE FROM runs WHERE number = ?", [run])


def new_id() -> str:
    """By which people name a run."""
    return secrets.token_hex(6)

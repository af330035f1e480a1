"""Looking back: what a store holds of its runs."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.runs.state import unpack_state
from tui_nn.runs.store import FIGURES, Store, StoreError
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import Settings, SettingsError

_COLUMNS = (
    "run.number",
    *(f"run.{name}" for name in ("id", "name", "note", "group_name")),
    *("parent.id", "run.parent_step"),
    *(f"run.{name}" for name in ("started", "seen", "ended", "reason", "settings", "versions")),
    *(f"run.{name}" for name in ("step", *FIGURES, "seconds")),
)
_RUNS = f"""SELECT {", ".join(_COLUMNS)}
    FROM runs AS run LEFT JOIN runs AS parent ON parent.number = run.parent"""


@dataclass(frozen=True)
class Record:
    """A run as the store has it. Times are seconds since 1970; a figure that there is not is None.

    `parent` is the id of the run from which this one goes on, or which was left for it.
    """

    number: int
    id: str
    name: str
    note: str
    group: str
    parent: str | None
    parent_step: int | None
    started: float
    seen: float  # when it was written last
    ended: float | None  # None: it goes on
    reason: str | None
    settings: dict[str, Any]
    versions: dict[str, str]
    step: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    seconds: float  # spent training

    @property
    def parsed(self) -> Settings:
        """Its settings. StoreError: they are not of this version."""
        try:
            return Settings.parse(self.settings)
        except SettingsError as error:
            raise StoreError(f"run {self.id}: settings of another version: {error}") from None


@dataclass(frozen=True, eq=False)
class Story:
    """All that a store has of a run.

    history: (points, HISTORY_COLUMNS). events: step, time and text of each. state: its checkpoint,
    as `TrainingSession.restore` takes it; None: it was left within its first second.
    """

    run: Record
    history: Array
    events: list[tuple[int, float, str]]
    state: dict[str, Any] | None


def _record(row: tuple[Any, ...]) -> Record:
    settings, versions = 11, 12
    values = list(row)
    values[settings], values[versions] = json.loads(row[settings]), json.loads(row[versions])
    return Record(*values)


def records(
    store: Store,
    *,
    dataset: str | None = None,
    since: float | None = None,
    best: str | None = None,
    limit: int | None = None,
) -> list[Record]:
    """The latest runs first, or, by one of the FIGURES, the best.

    since: seconds since 1970.
    """
    where, values = ["1"], list[Any]()
    if dataset is not None:
        where.append("json_extract(run.settings, '$.dataset') = ?")
        values.append(dataset)
    if since is not None:
        where.append("run.started >= ?")
        values.append(since)
    order = "run.started DESC, run.number DESC"
    if best is not None:
        assert best in FIGURES
        direction = "DESC" if best.endswith("accuracy") else "ASC"
        order = f"run.{best} IS NULL, run.{best} {direction}, {order}"
    sql = f"{_RUNS} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?"
    rows = store.query(sql, [*values, -1 if limit is None else limit])
    return [_record(row) for row in rows]


def find(store: Store, word: str) -> Record:
    """The run with this id, or the only one whose id begins so; "latest". Raises StoreError."""
    if word == "latest":
        found = records(store, limit=1)
        if not found:
            raise StoreError("latest: there are no runs yet")
        return found[0]
    # Within these bounds lies what begins so, and the index knows where.
    sql = f"{_RUNS} WHERE run.id >= ? AND run.id < ? ORDER BY run.id LIMIT 3"
    found = [_record(row) for row in store.query(sql, [word, word + "\U0010ffff"])]
    if not word or not found:
        raise StoreError(f'{word or "an empty id"}: no such run; "tui-nn runs list" shows them')
    if len(found) > 1 and found[0].id != word:
        raise StoreError(f"{word}: several runs, as {', '.join(run.id for run in found[:2])}")
    return found[0]


def points(store: Store, run: Record) -> Array:
    """(points, HISTORY_COLUMNS): its history."""
    sql = f"SELECT {', '.join(HISTORY_COLUMNS)} FROM points WHERE run = ? ORDER BY step"
    return np.array(store.query(sql, [run.number]), float).reshape(-1, len(HISTORY_COLUMNS))


def events(store: Store, run: Record) -> list[tuple[int, float, str]]:
    """Step, time and text of each."""
    sql = "SELECT step, time, text FROM events WHERE run = ? ORDER BY number"
    rows = store.query(sql, [run.number])
    return [(int(step), float(when), str(text)) for step, when, text in rows]


def story(store: Store, run: Record) -> Story:
    """All that there is of it. StoreError: it can't be read, or its checkpoint is damaged."""
    there = store.query("SELECT 1 FROM checkpoints WHERE run = ? LIMIT 1", [run.number])
    state = checkpoint(store, run) if there else None
    return Story(run, points(store, run), events(store, run), state)


def checkpoint(store: Store, run: Record) -> dict[str, Any]:
    """The state in which it was seen last, as `TrainingSession.restore` takes it."""
    sql = "SELECT arrays, state FROM checkpoints WHERE run = ? ORDER BY step DESC LIMIT 1"
    found = store.query(sql, [run.number])
    if not found:
        raise StoreError(f"run {run.id}: has no checkpoint")
    try:
        return unpack_state(*found[0])
    except (ValueError, KeyError, zipfile.BadZipFile):
        raise StoreError(f"run {run.id}: its checkpoint is damaged") from None


def remove(store: Store, runs: list[Record]) -> None:
    """Forget runs. StoreError: one of them goes on."""
    for run in runs:
        if run.ended is None:
            raise StoreError(f"run {run.id}: is being trained; stop it first")
    with store.transaction():
        store.remove(run.number for run in runs)

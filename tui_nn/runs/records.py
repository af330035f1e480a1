"""Looking back: what a store holds of its runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from tui_nn.datasets.plain import plain
from tui_nn.engine.types import Array
from tui_nn.runs.place import Label, Origin
from tui_nn.runs.state import DAMAGED, unpack_state
from tui_nn.runs.store import FIGURES, Store, StoreError
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import Settings, SettingsError

PIECES = 500  # of a curve that is thinned

_SETTINGS = ("dataset", "task", "optimizer", "hidden")  # that are asked for of every run
_COLUMNS = (
    "run.number",
    *(f"run.{name}" for name in ("id", "name", "note", "group_name")),
    *("parent.id", "run.parent_step"),
    *(f"run.{name}" for name in ("started", "seen", "ended", "reason", "paused")),
    *(f"coalesce(json_extract(run.settings, '$.{name}'), '')" for name in _SETTINGS),
    *(f"run.{name}" for name in ("seed", "step", *FIGURES, "seconds", "settings", "versions")),
)
_RUNS = f"""SELECT {", ".join(_COLUMNS)}
    FROM runs AS run LEFT JOIN runs AS parent ON parent.number = run.parent"""


class Record(NamedTuple):
    """A run as the store has it. Times are seconds since 1970; a figure that there is not is None.

    `parent` is the id of the run from which this one goes on, or which was left for it. Of its
    settings those that a list of runs has are there at once, the others in JSON.
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
    paused: int  # 1: it rested when it was written last, as long as it has not ended
    dataset: str
    task: str  # the setting; "auto" of what is no file
    optimizer: str
    hidden: str  # as in "[8,8]"
    seed: int
    step: int
    train_loss: float | None
    train_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    seconds: float  # spent training
    settings_json: str
    versions_json: str

    @property
    def settings(self) -> dict[str, Any]:
        settings: dict[str, Any] = json.loads(self.settings_json)
        return settings

    @property
    def versions(self) -> dict[str, str]:
        versions: dict[str, str] = json.loads(self.versions_json)
        return versions

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


def records(
    store: Store,
    *,
    dataset: str | None = None,
    group: str | None = None,
    since: float | None = None,
    best: str | None = None,
    limit: int | None = None,
    folded: bool = False,
) -> list[Record]:
    """The latest runs first, or, by one of the FIGURES, the best.

    since: seconds since 1970. folded: of each comparison only the latest.
    """
    where, values = _conditions(dataset, group, since, folded)
    order = "run.started DESC, run.number DESC"
    if best is not None:
        assert best in FIGURES
        direction = "DESC" if best.endswith("accuracy") else "ASC"
        order = f"run.{best} IS NULL, run.{best} {direction}, {order}"
    sql = f"{_RUNS} WHERE {where} ORDER BY {order} LIMIT ?"
    rows = store.query(sql, [*values, -1 if limit is None else limit])
    return list(map(Record._make, rows))


def count(
    store: Store,
    *,
    dataset: str | None = None,
    group: str | None = None,
    since: float | None = None,
    folded: bool = False,
) -> int:
    """How many `records` there are."""
    where, values = _conditions(dataset, group, since, folded)
    return int(store.query(f"SELECT count(*) FROM runs AS run WHERE {where}", values)[0][0])


def _conditions(
    dataset: str | None, group: str | None, since: float | None, folded: bool
) -> tuple[str, list[Any]]:
    where, values = ["1"], list[Any]()
    if dataset is not None:
        where.append("json_extract(run.settings, '$.dataset') = ?")
        values.append(dataset)
    if group is not None:
        where.append("run.group_name = ?")
        values.append(group)
    if since is not None:
        where.append("run.started >= ?")
        values.append(since)
    said = " AND ".join(where)
    if folded:
        latest = f"SELECT max(run.number) FROM runs AS run WHERE {said} GROUP BY run.group_name"
        said, values = f"{said} AND (run.group_name = '' OR run.number IN ({latest}))", 2 * values
    return said, values


def find(store: Store, word: str) -> Record:
    """The run with this id, or the only one whose id begins so; else the latest of this name; or
    "latest". Raises StoreError."""
    if word == "latest":
        found = records(store, limit=1)
        if not found:
            raise StoreError("latest: there are no runs yet")
        return found[0]
    # Within these bounds lies what begins so, and the index knows where.
    sql = f"{_RUNS} WHERE run.id >= ? AND run.id < ? ORDER BY run.id LIMIT 3"
    found = [Record._make(row) for row in store.query(sql, [word, word + "\U0010ffff"])]
    if word and not found:
        sql = f"{_RUNS} WHERE run.name = ? ORDER BY run.started DESC, run.number DESC LIMIT 1"
        found = [Record._make(row) for row in store.query(sql, [word])]
    if not word or not found:
        raise StoreError(f'{word or "an empty id"}: no such run; "tui-nn runs list" shows them')
    if len(found) > 1 and found[0].id != word:
        raise StoreError(f"{word}: several runs, as {', '.join(run.id for run in found[:2])}")
    return found[0]


def ancestors(store: Store, id: str) -> list[str]:
    """The ids of the runs that this one goes on from, or was begun anew after, the nearest first;
    its own before them."""
    sql = """WITH RECURSIVE line(id, parent) AS (
        SELECT id, parent FROM runs WHERE id = ?
        UNION SELECT runs.id, runs.parent FROM runs JOIN line ON runs.number = line.parent)
        SELECT id FROM line"""
    return [row[0] for row in store.query(sql, [id])]


def points(store: Store, run: Record) -> Array:
    """(points, HISTORY_COLUMNS): its history."""
    sql = f"SELECT {', '.join(HISTORY_COLUMNS)} FROM points WHERE run = ? ORDER BY step"
    return np.array(store.query(sql, [run.number]), float).reshape(-1, len(HISTORY_COLUMNS))


def thinned(store: Store, run: Record) -> Array:
    """The same of a long one in at most about 2 * PIECES rows: of each of so many pieces the lowest
    and the highest training loss, so that its picture is the same."""
    length = max(1, -(-(run.step + 1) // PIECES))
    rest = ", ".join(HISTORY_COLUMNS[2:])  # of the row of the extreme: SQLite promises so
    lowest, highest = (
        f"SELECT step, {extreme}(train_loss), {rest} FROM points WHERE run = ? GROUP BY step / ?"
        for extreme in ("min", "max")
    )
    ends = f"SELECT step, train_loss, {rest} FROM points WHERE run = ? AND step IN (0, ?)"
    found = store.query(
        f"{lowest} UNION {highest} UNION {ends} ORDER BY step",
        [run.number, length, run.number, length, run.number, run.step],
    )
    return np.array(found, float).reshape(-1, len(HISTORY_COLUMNS))


def sampled(store: Store, run: Record, places: int) -> Array:
    """(places, 2): steps and training losses, evenly spread; each found in the index, however long
    the run is."""
    sql = (
        "SELECT step, train_loss FROM points WHERE run = ? AND step <= ? ORDER BY step DESC LIMIT 1"
    )
    rows = []
    for step in np.linspace(0, run.step, places).astype(int).tolist():
        rows += store.query(sql, [run.number, step])
    return np.array(rows, float).reshape(-1, 2)


def happened(store: Store, run: Record) -> list[tuple[int, str]]:
    """Step and text of what happened in it, and before in the runs from which it goes on."""
    sql = """
        WITH RECURSIVE line (number, before) AS (
            SELECT ?, 9e18
            UNION SELECT parent, min(before, parent_step)
            FROM runs JOIN line USING (number) WHERE parent_step > 0 AND parent IS NOT NULL
        )
        SELECT step, text FROM events JOIN line ON run = line.number
        WHERE step <= before ORDER BY step, time"""
    return [(int(step), plain(str(text))) for step, text in store.query(sql, [run.number])]


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
    except DAMAGED:
        raise StoreError(f"run {run.id}: its checkpoint is damaged") from None


class Resumption(NamedTuple):
    """What `TrainingSession.restore` needs to go on with a run."""

    state: dict[str, Any]
    history: Array
    origin: Origin


def resumption(store: Store, run: Record) -> Resumption:
    """StoreError: it is being trained, or has no checkpoint."""
    if run.ended is None:
        raise StoreError(f"run {run.id}: is being trained")
    state = checkpoint(store, run)
    label = Label(run.name, run.note, run.group, run.number, int(state["trainer"]["step"]))
    return Resumption(state, points(store, run), Origin(run.id, label, happened(store, run)))


def remove(store: Store, runs: list[Record]) -> None:
    """Forget runs. StoreError: one of them goes on."""
    for run in runs:
        if run.ended is None:
            raise StoreError(f"run {run.id}: is being trained; stop it first")
    with store.transaction():
        store.remove(run.number for run in runs)


def call(store: Store, run: Record, *, name: str | None = None, note: str | None = None) -> Record:
    """Give a run another name or note; returns it as it is then."""
    called = run._replace(
        name=run.name if name is None else name, note=run.note if note is None else note
    )
    with store.transaction():
        store.call(run.number, called.name, called.note)
    return called

"""A comparison in the store: its plan, and a group of runs with histories and checkpoints."""

from __future__ import annotations

import json
import secrets
import shlex
import time
from collections.abc import Iterable
from typing import NamedTuple

from tui_nn.compare.results import Result, Results
from tui_nn.runs import records
from tui_nn.runs.place import Label, Origin
from tui_nn.runs.records import Record, Resumption
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store, StoreError

INTERVAL = 3.0  # seconds between two writings of runs that go on
DONE = ("target_loss", "max_steps", "max_epochs", "early_stop", "diverged")


class _Kept(NamedTuple):
    """What the store has of a cell."""

    run: int
    points: int
    goes_on: bool = False  # as the store says


class Group:
    """The runs of a comparison in an open store. Raises StoreError where it can't be written."""

    def __init__(self, store: Store, name: str) -> None:
        self.store, self.name = store, name
        self._kept: dict[int, _Kept] = {}  # by the cell's number
        self._changed: dict[int, Result] = {}  # that go on, and have not been written
        self._next = 0.0

    @classmethod
    def begin(cls, store: Store, name: str, plan: str) -> Group:
        """A new one; plan: JSON. StoreError: there is one of that name."""
        name = name or f"compare-{secrets.token_hex(3)}"
        with store.transaction():
            if store.query("SELECT 1 FROM groups WHERE name = ?", [name]):
                raise StoreError(
                    f"{name}: there is such a comparison; --resume {shlex.quote(name)} continues it"
                )
            store.query("INSERT INTO groups VALUES (?, ?, ?)", [name, time.time(), plan])
        return cls(store, name)

    @classmethod
    def find(cls, store: Store, name: str) -> tuple[Group, str]:
        """The one of that name, or the latest for ""; and its plan. Raises StoreError."""
        where, values = ("WHERE name = ?", [name]) if name else ("", [])
        sql = f"SELECT name, plan FROM groups {where} ORDER BY started DESC LIMIT 1"
        found = store.query(sql, values)
        if not found:
            raise StoreError(
                f"{name}: no such comparison" if name else "there is no comparison yet"
            )
        return cls(store, found[0][0]), found[0][1]

    def recall(self, results: Results) -> None:
        """Fill in what the store has of these cells. StoreError: one is being trained elsewhere."""
        # The latest of each: a run that was removed, or could not be gone on with, has others.
        known = {_canonical(record.settings): record for record in reversed(self.records())}
        for result in results if known else ():
            settings = result.cell.settings.model_dump(mode="json")
            if record := known.get(_canonical(settings)):
                self._recall(result, record)

    def records(self) -> list[Record]:
        """All runs of the group."""
        return records.records(self.store, group=self.name)

    def _recall(self, result: Result, record: Record) -> None:
        if record.ended is None:
            raise StoreError(f"{self.name}: is being trained by another program")
        try:
            state = records.checkpoint(self.store, record)
        except StoreError:
            self._kept[result.cell.number] = _Kept(record.number, 0)
            return  # from the beginning, then
        history = records.points(self.store, record)
        self._kept[result.cell.number] = _Kept(record.number, len(history))
        result.points.append(history)
        result.state, result.step = state["trainer"], int(state["trainer"]["step"])
        result.seconds = record.seconds
        result.reason = record.reason if record.reason in DONE else None

    def save(self, changed: Iterable[Result], *, interrupted: bool = False) -> None:
        """Write those that have ended at once, the others now and then, or, all of them, as
        interrupted."""
        self._changed |= {result.cell.number: result for result in changed}
        everything = interrupted or time.monotonic() >= self._next
        due = [r for r in self._changed.values() if everything or r.reason is not None]
        if everything:
            self._next = time.monotonic() + INTERVAL
        if not due and not interrupted:
            return
        with self.store.transaction():
            written = {result.cell.number: self._write(result) for result in due}
            if interrupted:
                for number, kept in (self._kept | written).items():
                    if kept.goes_on:
                        self.store.end(kept.run, "interrupted")
                        written[number] = kept._replace(goes_on=False)
        self._kept |= written  # not sooner: a transaction that fails has written nothing
        for result in due:
            del self._changed[result.cell.number]

    def resumption(self, result: Result) -> Resumption:
        """What it takes to go on with a run as another one, which is no part of the group: from
        where it ended, or has come to, and that is written first. Raises StoreError."""
        with self.store.transaction():
            kept = self._there(result)
            if kept is None or kept.points < len(result.history):
                kept = self._write(result)
            record = next(record for record in self.records() if record.number == kept.run)
        self._kept[result.cell.number] = kept
        label = Label(parent=kept.run, parent_step=result.step)
        origin = Origin(record.id, label, records.happened(self.store, record))
        return Resumption(result.checkpoint, result.history, origin)

    def _there(self, result: Result) -> _Kept | None:
        """What the store has of a cell, unless somebody has removed it."""
        kept = self._kept.get(result.cell.number)
        return None if kept is None or self.store.called(kept.run) is None else kept

    def _write(self, result: Result) -> _Kept:
        """Within a transaction; what the store has of the cell when that has succeeded."""
        store, settings, now = self.store, result.cell.settings, time.time()
        kept = self._there(result)
        if kept is None:
            kept = _Kept(store.begin(settings, Label(group=self.name), now - result.seconds), 0)
            store.add_events(kept.run, 0, [(0, now - result.seconds, f"begun by {self.name}")])
        elif not kept.points:  # those of an attempt that could not be gone on with
            store.drop_points(kept.run)
        store.update(kept.run, settings, result.seconds)
        history = result.history
        store.add_points(kept.run, history[kept.points :])
        if result.state is not None:
            store.keep_checkpoint(kept.run, result.step, *pack_state(result.checkpoint))
        if result.reason is not None:
            store.end(kept.run, result.reason)
        return _Kept(kept.run, len(history), goes_on=result.reason is None)


def _canonical(settings: object) -> str:
    return json.dumps(settings, sort_keys=True)

"""The store: whole or not at all, for several writers, and clear about what is wrong with it."""

import errno
import fcntl
import math
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.runs import records
from tui_nn.runs.owner import is_gone, own_mark
from tui_nn.runs.place import Label
from tui_nn.runs.schema import MIGRATIONS
from tui_nn.runs.state import pack_state, unpack_state
from tui_nn.runs.store import Store, StoreError
from tui_nn.settings import Settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite3"


def rows(*steps: int) -> Array:
    return np.array([[step, 1 / (step + 1), 0.5, math.nan, math.nan] for step in steps])


def enter(store: Store, steps: int = 3, end: str | None = "max_steps", **settings: Any) -> int:
    """A run of some points in the store."""
    chosen = Settings(**settings)
    with store.transaction():
        number = store.begin(chosen, Label("a name"), 1000.0)
        store.update(number, chosen, 0.5)
        store.add_points(number, rows(*range(steps)))
        store.add_events(number, 0, [(0, 1000.0, "started")])
        if end:
            store.end(number, end)
    return number


def test_what_was_written_is_read(path: Path) -> None:
    state = {
        "settings": {"hidden": [8, 8], "l1": None},
        "trainer": {"parameters": np.arange(3.0), "loss": math.inf, "generator": {"state": 2**127}},
        "batches": {"orders": np.array([[1, 0]])},
    }
    with Store(path) as store:
        number = enter(store, dataset="spiral", seed=7)
        with store.transaction():
            store.keep_checkpoint(number, 1, *pack_state({}))
            store.keep_checkpoint(number, 2, *pack_state(state))
    with Store.for_reading(path) as store:
        run = records.find(store, "latest")
        assert (run.name, run.step, run.train_loss, run.test_loss) == ("a name", 2, 1 / 3, None)
        assert (run.reason, run.seconds, run.parsed.dataset) == ("max_steps", 0.5, "spiral")
        assert np.array_equal(records.points(store, run), rows(0, 1, 2), equal_nan=True)
        assert records.events(store, run) == [(0, 1000.0, "started")]
        again = records.checkpoint(store, run)
        for view in ("runs", "points", "events", "checkpoints"):
            assert store.query(f"SELECT * FROM {view}_view")
    assert again["trainer"]["generator"]["state"] == 2**127
    assert again["trainer"]["loss"] == math.inf
    assert np.array_equal(again["trainer"]["parameters"], state["trainer"]["parameters"])
    assert again["batches"]["orders"].dtype == state["batches"]["orders"].dtype
    assert again["settings"] == state["settings"]


def test_a_checkpoint_is_never_pickled() -> None:
    with pytest.raises(ValueError, match="Object arrays"):
        unpack_state(*pack_state({"x": np.array([{}], dtype=object)}))


def test_runs_are_found_by_prefix_and_filtered(path: Path) -> None:
    with Store(path) as store:
        with pytest.raises(StoreError, match="latest: there are no runs yet"):
            records.find(store, "latest")
        for steps, dataset in ((9, "xor"), (2, "circle"), (5, "xor")):
            enter(store, steps, dataset=dataset)
        store.query("UPDATE runs SET id = 'ab' || number || '0', started = 1000 + number")
        assert records.find(store, "ab2").number == 2
        with pytest.raises(StoreError, match="ab: several runs, as ab10, ab20"):
            records.find(store, "ab")
        for word in ("ab4", "%", "AB1", ""):
            with pytest.raises(StoreError, match="no such run"):
                records.find(store, word)

        def found(**filters: Any) -> list[int]:
            return [run.number for run in records.records(store, **filters)]

        assert found() == [3, 2, 1]
        assert found(dataset="xor", limit=1) == [3]
        assert found(since=1002.0) == [3, 2]
        assert found(best="train_loss") == [1, 3, 2]


def test_two_programs_write_at_once(path: Path) -> None:
    def write() -> None:
        with Store(path) as store:
            for _ in range(20):
                enter(store, 50)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(path) as store:
        assert len(records.records(store)) == 80
        assert store.query("SELECT count(*) FROM points") == [(4000,)]


def test_a_transaction_is_whole_or_not_at_all(path: Path) -> None:
    with Store(path) as store:
        number = enter(store)
        with pytest.raises(ZeroDivisionError), store.transaction():  # noqa: PT012
            store.add_points(number, rows(7))
            raise ZeroDivisionError
        assert store.query("SELECT max(step) FROM points") == [(2,)]


def test_a_run_whose_process_vanished_was_interrupted(path: Path) -> None:
    with Store(path) as store:
        ours, other = enter(store, end=None), enter(store, end=None)
        mark = own_mark()
        done = subprocess.run(
            [sys.executable, "-c", "from tui_nn.runs.owner import own_mark; print(own_mark())"],
            capture_output=True,
            text=True,
        )
        store.query("UPDATE runs SET owner = ? WHERE number = ?", [done.stdout.strip(), other])
    with Store(path) as store:
        reasons = dict(store.query("SELECT number, reason FROM runs"))
        assert reasons == {ours: None, other: "interrupted"}
        with pytest.raises(StoreError, match="is being trained"):
            records.remove(store, records.records(store))
    boot, space, pid, start = mark.split()
    assert not is_gone(mark, 1e6)
    assert is_gone(f"{boot} {space} {pid} {int(start) - 1}", 0)  # its number came again
    assert is_gone("something else", 0)
    elsewhere = f"{boot} pid:[1] {pid} {start}"  # in a container, who can tell
    assert not is_gone(elsewhere, 1)
    assert is_gone(elsewhere, 1e6)


def test_removing_takes_everything_with_it(path: Path) -> None:
    with Store(path) as store:
        first, second = enter(store), enter(store)
        store.query("UPDATE runs SET parent = ? WHERE number = ?", [first, second])
        records.remove(store, [run for run in records.records(store) if run.number == first])
        assert store.query("SELECT DISTINCT run FROM points") == [(second,)]
        assert store.query("SELECT DISTINCT run FROM events") == [(second,)]
        assert records.find(store, "latest").parent is None


def test_the_number_of_a_removed_run_is_nobodys(path: Path) -> None:
    with Store(path) as store:
        number = enter(store)
        records.remove(store, records.records(store))
        assert store.called(number) is None
        with store.transaction():
            other = store.begin(Settings(), Label(parent=number, parent_step=3), 1000.0)
        assert other != number
        assert records.find(store, "latest").parent is None


def test_a_thinned_history_has_the_extremes(path: Path) -> None:
    many = rows(*range(0, 25_000, 5))
    many[:, 1] = np.random.default_rng(0).random(len(many))
    many[777, 1:3], many[-30:, 1] = (7.0, 0.25), math.nan
    with Store(path) as store:
        number = enter(store)
        with store.transaction():
            store.query("DELETE FROM points")
            store.add_points(number, many)
        run = records.find(store, "latest")
        thin = records.thinned(store, run)
        assert len(thin) < 1100
        assert np.nanmin(thin[:, 1]) == np.nanmin(many[:, 1])
        assert thin[np.nanargmax(thin[:, 1])].tolist()[:3] == [777 * 5, 7.0, 0.25]
        assert np.array_equal(thin[[0, -1], 0], many[[0, -1], 0])
        assert np.isnan(thin[-1, 1])
        curve = records.sampled(store, run, 12)
        assert curve[:, 0].tolist() == [step // 5 * 5 for step in np.linspace(0, run.step, 12) // 1]


def test_names_and_notes_are_changed(path: Path) -> None:
    with Store(path) as store:
        enter(store)
        run = records.find(store, "latest")
        records.call(store, run, note="to be kept")
        records.call(store, records.find(store, "latest"), name="")
        run = records.find(store, "latest")
        assert (run.name, run.note) == ("", "to be kept")


@pytest.mark.parametrize("damage", ["text", "middle", "wal"])
def test_a_damaged_file_is_set_aside_and_said(path: Path, damage: str) -> None:
    with Store(path) as store:
        enter(store)
    content = bytearray(path.read_bytes())
    content[100 if damage == "middle" else 0 : 2000] = b"not a database " * 200
    path.write_bytes(content)
    if damage == "wal":
        Path(f"{path}-wal").write_bytes(b"x" * 100)
    with Store(path) as store:
        assert f"{path} was damaged" in store.notice
        enter(store)
    (aside,) = path.parent.glob("*.damaged-*[0-9]")
    assert aside.read_bytes() == content
    assert aside.name in store.notice
    with Store(path) as store:
        assert store.notice == ""
        assert len(records.records(store)) == 1


def test_programs_set_a_damaged_file_aside_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(b"not a database " * 300)
    notices = []
    prepare, one_is_done = Store._prepare, threading.Event()

    def slowly(store: Store, connection: sqlite3.Connection) -> None:
        """Between opening the file and reading it another program comes by."""
        if threading.current_thread() is threads[0]:
            one_is_done.wait(0.2)
        prepare(store, connection)

    def write() -> None:
        with Store(path) as store:
            notices.append(store.notice)
            enter(store)
            one_is_done.set()
            if threading.current_thread() is not threads[0]:
                threads[0].join(1)

    threads = [threading.Thread(target=write) for _ in range(4)]
    monkeypatch.setattr(Store, "_prepare", slowly)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(path.parent.glob("*.damaged-*"))) == 1
    assert sorted(map(bool, notices)) == [False, False, False, True]
    with Store(path) as store:
        assert len(records.records(store)) == 4


def test_a_file_system_without_locks_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match="its file system has no locks"):
        Store(path)


def test_a_store_that_has_vanished_is_not_set_aside(path: Path) -> None:
    store = Store(path)
    path.unlink()
    assert store.set_aside() == "gone"


def test_a_store_that_another_program_has_set_aside_is_left_alone(path: Path) -> None:
    first, second = Store(path), Store(path)
    assert first.set_aside().startswith("runs.sqlite3.damaged-")
    with Store(path) as anew:
        enter(anew)
    assert second.set_aside() == "set aside by another program"
    with Store(path) as store:
        assert len(records.records(store)) == 1


def test_stores_that_are_not_ours(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE music (title)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="a database of something else"):
        Store(path)
    newer = tmp_path / "newer.sqlite3"
    with Store(newer) as store:
        store.query(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = newer.read_bytes()
    with pytest.raises(StoreError, match=r"of a newer tui-nn \(schema 4; this one has 3\)"):
        Store(newer)
    assert newer.read_bytes() == before
    with pytest.raises(StoreError, match="there is none yet"):
        Store.for_reading(tmp_path / "missing.sqlite3")
    with pytest.raises(StoreError, match="it is a folder"):
        Store(tmp_path)


def test_what_can_not_be_written_is_said(path: Path) -> None:
    with Store(path, patience=0.01) as store, Store(path) as other:
        number = enter(store)
        with other.transaction(), pytest.raises(StoreError, match="another program holds it"):
            enter(store)
        store.query("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match="the disk is full"), store.transaction():
            store.add_points(number, rows(*range(10_000)))
        store.query("PRAGMA query_only = 1")
        with pytest.raises(StoreError, match="it is read-only"):
            enter(store)
        store.query("PRAGMA query_only = 0")
        assert store.query("SELECT count(*) FROM points") == [(3,)]


def test_a_store_that_can_only_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(path) as store:
        enter(store)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with Store.for_reading(path) as store:
        assert len(records.records(store)) == 1
        with pytest.raises(StoreError, match="it is read-only"):
            enter(store)

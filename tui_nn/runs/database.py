"""A store's database: an SQLite file that several programs may open, read and write at once."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tui_nn.runs.schema import APPLICATION, MIGRATIONS

PATIENCE = 10.0  # seconds to wait for another writer
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NO_MEMORY = "its file system has no shared memory"
NO_LOCKS = "its file system has no locks"
CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "it is read-only",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened or made",
    sqlite3.SQLITE_IOERR: "it can't be read or written",
    sqlite3.SQLITE_BUSY: "another program holds it, or its file system has no locks",
    sqlite3.SQLITE_IOERR_SHMMAP: NO_MEMORY,
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged",
}


class StoreError(Exception):
    """What can't be done with a store, in one line that names it."""


class Damaged(StoreError):
    """The file is no whole database."""


class Busy(StoreError):
    """Another program is writing, and has not let go of it in time."""


class Database:
    """An open one. Raises StoreError wherever it can't be read or written.

    One thread at a time may use it. `notice`: what the user must hear about it, or "".
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        """Open it, or make a new one. One that is damaged is set aside, under another name."""
        self.path, self.patience, self.notice = path, patience, ""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"store {path}: {error.strerror}") from None
        try:
            with self._locked(fcntl.LOCK_SH):
                self.connection = self._open()
        except Damaged:
            with self._locked(fcntl.LOCK_EX):
                self.connection = self._open_anew()
        self.writable = True

    @classmethod
    def for_reading(cls, path: Path) -> Self:
        """One that is there; it may be in a place where nothing can be written."""
        if not path.exists():
            raise StoreError(f"store {path}: there is none yet")
        if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
            return cls(path)
        store = cls.__new__(cls)
        store.path, store.patience, store.notice, store.writable = path, PATIENCE, "", False
        # Where nobody can write, nobody does: without -wal there is nothing to wait for.
        alone = "&immutable=1" if not os.path.exists(f"{path}-wal") else ""
        with store._wording():
            store.connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro{alone}", uri=True, isolation_level=None
            )
            if store._version(store.connection) < len(MIGRATIONS):
                store.close()
                raise StoreError(f"store {path}: of an older tui-nn, and read-only")
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def _open(self) -> sqlite3.Connection:
        with self._wording():
            connection = sqlite3.connect(
                self.path, timeout=self.patience, isolation_level=None, check_same_thread=False
            )
        try:
            with self._wording():
                self._prepare(connection)
            self._file = self._number()
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the tables of a new store, and those of today out of an older one's."""
        run = connection.execute
        if self._version(connection) < len(MIGRATIONS):
            self._log_ahead(connection)
            run("BEGIN IMMEDIATE")
            for version in range(self._version(connection), len(MIGRATIONS)):
                for statement in MIGRATIONS[version]:
                    run(statement)
                run(f"PRAGMA user_version = {version + 1}")
            run(f"PRAGMA application_id = {APPLICATION}")
            run("COMMIT")
        run("PRAGMA foreign_keys = ON")
        # A killed program loses nothing by it; a power cut may cost the last seconds.
        run("PRAGMA synchronous = NORMAL")

    def _log_ahead(self, connection: sqlite3.Connection) -> None:
        """WAL: who reads and who writes don't wait for each other."""
        end = time.monotonic() + self.patience
        while True:
            try:
                mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            except sqlite3.OperationalError as error:  # SQLite itself does not wait here
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    raise
                time.sleep(0.01)
            else:
                break
        if mode != "wal":
            raise StoreError(f"store {self.path}: {NO_MEMORY}")

    def _version(self, connection: sqlite3.Connection) -> int:
        """The store's schema; 0 of a new one."""

        def number(question: str) -> int:
            return int(connection.execute(question).fetchone()[0])

        reading = not connection.in_transaction
        if reading:
            connection.execute("BEGIN")  # all three of the same moment
        version, application = number("PRAGMA user_version"), number("PRAGMA application_id")
        tables = number("SELECT count(*) FROM sqlite_master")
        if reading:
            connection.execute("COMMIT")
        if tables and application != APPLICATION:
            raise StoreError(f"store {self.path}: a database of something else than tui-nn")
        if version > len(MIGRATIONS):
            raise StoreError(
                f"store {self.path}: of a newer tui-nn (schema {version}; this one has "
                f"{len(MIGRATIONS)})"
            )
        return version

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """Who opens the file shares it, who sets it aside has it alone.

        SQLite looks for a file's -wal and -shm by its name: one that is renamed while it is opened
        would be read with those of its successor.
        """
        try:
            lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise StoreError(f"store {self.path}: {error.strerror}") from None
        try:
            try:
                fcntl.flock(lock, kind)
            except OSError:
                raise StoreError(f"store {self.path}: {NO_LOCKS}") from None
            yield
        finally:
            os.close(lock)

    def _open_anew(self) -> sqlite3.Connection:
        """Open the file that somebody else has made since, or set it aside and make a new one."""
        with suppress(Damaged):
            return self._open()
        try:
            aside = self._set_aside()
        except OSError as error:
            raise StoreError(
                f"store {self.path}: damaged, and can't be set aside: {error.strerror}"
            ) from None
        self.notice = f"store {self.path} was damaged: it is now {aside.name}, and a new one begun"
        return self._open()

    def set_aside(self) -> str:
        """Give up a store that turned out to be damaged; returns what its file is now."""
        self.close()
        with self._locked(fcntl.LOCK_EX):
            now = self._number()
            if now is None:
                return "gone"
            if now != self._file:
                return "set aside by another program"
            return self._set_aside().name

    def _number(self) -> int | None:
        """That of the file which has the name now, if there is one."""
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return None

    def _set_aside(self) -> Path:
        stamp, count = time.strftime("%Y%m%d-%H%M%S"), 0
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        while aside.exists():
            count += 1
            aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}-{count}")
        for suffix in ("-wal", "-shm", ""):
            if os.path.exists(f"{self.path}{suffix}"):
                os.rename(f"{self.path}{suffix}", f"{aside}{suffix}")
        return aside

    @contextmanager
    def _wording(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            detail = getattr(error, "sqlite_errorcode", 0)
            code = detail & 0xFF
            reason = CAUSES.get(detail) or CAUSES.get(code) or str(error)
            if self.path.is_dir():
                reason = "it is a folder"
            kind = Damaged if code in DAMAGE else StoreError
            kind = Busy if code == sqlite3.SQLITE_BUSY else kind
            raise kind(f"store {self.path}: {reason}") from None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is there in the end, or nothing of it."""
        with self._wording():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # a full disk has rolled it back already
                    self.connection.execute("ROLLBACK")
                raise

    def query(self, sql: str, values: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
        with self._wording():
            return self.connection.execute(sql, tuple(values)).fetchall()

    @property
    def version(self) -> int:
        """Changes when another connection has written something."""
        return int(self.query("PRAGMA data_version")[0][0])

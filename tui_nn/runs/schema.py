"""The store's tables and views, and how an older store becomes one of today."""

from __future__ import annotations

APPLICATION = 0x7475696E  # "tuin", by which a store is told from any other SQLite file

_TABLES = (
    # AUTOINCREMENT: who still holds the number of a run that was removed never meets another one.
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        group_name TEXT NOT NULL DEFAULT '',
        parent INTEGER REFERENCES runs ON DELETE SET NULL,
        parent_step INTEGER,
        started REAL NOT NULL,
        seen REAL NOT NULL,
        ended REAL,
        reason TEXT,
        owner TEXT NOT NULL,
        settings TEXT NOT NULL,
        seed INTEGER NOT NULL,
        versions TEXT NOT NULL,
        step INTEGER NOT NULL DEFAULT 0,
        train_loss REAL,
        train_accuracy REAL,
        test_loss REAL,
        test_accuracy REAL,
        seconds REAL NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX runs_by_start ON runs (started)",
    "CREATE INDEX runs_by_parent ON runs (parent)",
    "CREATE INDEX runs_not_ended ON runs (number) WHERE ended IS NULL",
    """CREATE TABLE points (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        train_loss REAL,
        train_accuracy REAL,
        test_loss REAL,
        test_accuracy REAL,
        PRIMARY KEY (run, step)
    ) WITHOUT ROWID""",
    """CREATE TABLE events (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        number INTEGER NOT NULL,
        step INTEGER NOT NULL,
        time REAL NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (run, number)
    ) WITHOUT ROWID""",
    """CREATE TABLE checkpoints (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        step INTEGER NOT NULL,
        time REAL NOT NULL,
        arrays BLOB NOT NULL,
        state TEXT NOT NULL,
        PRIMARY KEY (run, step)
    )""",
)


def _moment(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', {column}, 'unixepoch')"


# The tables for people: ids instead of numbers, dates instead of seconds.
_VIEWS = (
    f"""CREATE VIEW runs_view AS SELECT
        run.id, run.name, run.note, run.group_name, parent.id AS parent, run.parent_step,
        {_moment("run.started")} AS started, {_moment("run.seen")} AS seen,
        {_moment("run.ended")} AS ended, run.reason,
        json_extract(run.settings, '$.dataset') AS dataset, run.seed, run.step,
        run.train_loss, run.train_accuracy, run.test_loss, run.test_accuracy, run.seconds,
        run.settings, run.versions
        FROM runs AS run LEFT JOIN runs AS parent ON parent.number = run.parent""",
    """CREATE VIEW points_view AS SELECT
        id AS run, points.step, points.train_loss, points.train_accuracy, points.test_loss,
        points.test_accuracy
        FROM points JOIN runs ON number = run""",
    f"""CREATE VIEW events_view AS SELECT
        id AS run, events.number, events.step, {_moment("time")} AS time, text
        FROM events JOIN runs ON runs.number = run""",
    f"""CREATE VIEW checkpoints_view AS SELECT
        id AS run, checkpoints.step, {_moment("time")} AS time, length(arrays) AS bytes
        FROM checkpoints JOIN runs ON number = run""",
)

_GROUPS = (
    """CREATE TABLE groups (
        name TEXT PRIMARY KEY,
        started REAL NOT NULL,
        plan TEXT NOT NULL
    )""",
    "CREATE INDEX runs_by_group ON runs (group_name) WHERE group_name != ''",
    f"""CREATE VIEW groups_view AS SELECT
        name, {_moment("started")} AS started, plan,
        (SELECT count(*) FROM runs WHERE group_name = name) AS runs
        FROM groups""",
)

_PAUSED = ("ALTER TABLE runs ADD COLUMN paused INTEGER NOT NULL DEFAULT 0",)

# The statements that make each version of the one before; user_version says which one a store is.
MIGRATIONS: tuple[tuple[str, ...], ...] = ((*_TABLES, *_VIEWS), _GROUPS, _PAUSED)

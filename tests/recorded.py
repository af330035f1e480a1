"""Runs in a store, and what `tui-nn runs` says of them."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tui_nn.cli.commands import run as command
from tui_nn.runs import records
from tui_nn.runs.place import Label
from tui_nn.runs.records import Record
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings

EVIL = "[red]x[/red]<b>y</b>\x1b[31m\x07\u202e\nline"


def record(settings: Settings, **values: Any) -> Record:
    """A run as a store would have it: of 100 steps and 10 s, without figures or a name."""
    said: dict[str, Any] = {
        **dict.fromkeys(Record._fields),
        **{"number": 1, "id": "0123456789ab", "name": "", "note": "", "group": ""},
        **{"started": 1000.0, "seen": 1100.0, "ended": 1100.0, "reason": "interrupted"},
        **{
            "dataset": settings.dataset,
            "task": settings.task,
            "optimizer": settings.optimizer,
            "seed": settings.seed,
        },
        **{"hidden": str(list(settings.hidden)).replace(" ", ""), "step": 100, "seconds": 10.0},
        "settings_json": json.dumps(settings.model_dump(mode="json")),
        "versions_json": json.dumps({"tui-nn": "1", "numpy": "2"}),
    }
    return Record(**(said | values))


def enter(
    path: Path, steps: int = 200, name: str = "", end: str | None = "interrupted", **settings: Any
) -> Record:
    """A run that was trained here, in the store; end: None for one that goes on."""
    training = Training(Settings(**settings), None, True)
    training.trainer.run(steps)
    training.snapshot(Wanted())
    with Store(path) as store:
        with store.transaction():
            number = store.begin(training.settings, Label(name, name), time.time())
            store.update(number, training.settings, 1.5)
            store.add_points(number, training.take_history())
            store.add_events(number, 0, [(0, time.time(), f"started {name}")])
            store.keep_checkpoint(number, training.trainer.step, *pack_state(training.state()))
            if end is not None:
                store.end(number, end)
        return records.records(store, limit=1)[0]


def compared(path: Path, group: str, runs: Iterable[Record]) -> None:
    """Make runs of a store a comparison."""
    with Store(path) as store, store.transaction():
        for run in runs:
            sql = "UPDATE runs SET group_name = ? WHERE number = ?"
            store.query(sql, [group, run.number])


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert command(["runs", *arguments]) == code
    output, errors = capsys.readouterr()
    return errors if code else output

"""Runs in a store, and what `tui-nn runs` says of them."""

import time
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

EVIL = "name \x1b[31m\x07[red]x[/red]<b>y</b>\u202e\nline"


def enter(path: Path, steps: int = 200, name: str = "", **settings: Any) -> Record:
    """A run that was trained here, in the store."""
    training = Training(Settings(**settings), None, True)
    training.trainer.run(steps)
    training.snapshot(Wanted())
    with Store(path) as store:
        with store.transaction():
            number = store.begin(training.settings, Label(name, name), time.time())
            store.update(number, training.settings, 1.5)
            store.add_points(number, training.take_history())
            store.add_events(number, 0, [(0, time.time(), f"started {name}")])
            store.keep_checkpoint(number, steps, *pack_state(training.state()))
            store.end(number, "interrupted")
        return records.records(store, limit=1)[0]


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert command(["runs", *arguments]) == code
    output, errors = capsys.readouterr()
    return errors if code else output

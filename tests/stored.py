"""Recorded runs, without waiting for a worker and a recorder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tui_nn.runs import records
from tui_nn.runs.place import Label
from tui_nn.runs.records import Record
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings


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
            if end:
                store.end(number, end)
        return records.records(store, limit=1)[0]

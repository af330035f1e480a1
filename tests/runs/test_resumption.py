"""A run that goes on from the store equals one that never stopped, to the last bit."""

import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.engine.types import Array
from tui_nn.runs import records
from tui_nn.runs.place import Label
from tui_nn.runs.records import Record
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store, StoreError
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings

SHAKY = {"batch_size": 7, "dropout": 0.2, "train_fraction": 0.7, "noise": 0.1}


def trained(training: Training, to: int) -> Training:
    training.step(to - training.trainer.step)
    while training.active:
        training.advance()
    return training


def record(store: Store, training: Training, history: Array, **label: Any) -> Record:
    """The run as it stands, in the store."""
    with store.transaction():
        number = store.begin(training.settings, Label(**label), time.time())
        store.update(number, training.settings, training.seconds)
        store.add_points(number, history)
        store.add_events(number, 0, [(0, 0.0, "started"), (int(history[-1, 0]), 1.0, "stopped")])
        store.keep_checkpoint(number, training.trainer.step, *pack_state(training.state()))
        store.end(number, "stopped")
    return next(run for run in records.records(store) if run.number == number)


@pytest.mark.parametrize(
    ("branched", "values"),
    [
        (False, {"optimizer": "adam", **SHAKY}),
        (True, {"optimizer": "adam", **SHAKY}),
        (False, {"optimizer": "rprop"}),
        (True, {"optimizer": "lbfgs", "history_size": 3, "max_iter": 3}),
        (True, {"optimizer": "gd", "momentum": 0.9, "schedule": "reduce_on_plateau", **SHAKY}),
        (False, {"optimizer": "nadam", "schedule": "one_cycle", "total_steps": 300}),
    ],
)
def test_it_goes_on_bit_for_bit(tmp_path: Path, values: dict[str, Any], branched: bool) -> None:
    settings = Settings(dataset="circle", learning_rate=0.02, target_loss=None, **values)
    whole = Training(settings, None, False)
    trained(whole, 110)
    if branched:
        whole.branch(60)
        trained(whole, 110)
    history = whole.take_history()
    with Store(tmp_path / "runs.sqlite3") as store:
        found = records.resumption(store, record(store, whole, history))
    resumed = Training(Settings.parse(found.state["settings"]), None, False)
    resumed.restore(found.state)
    assert resumed.trainer.step == 110
    assert np.array_equal(found.history, history, equal_nan=True)
    trained(whole, 250)
    trained(resumed, 250)
    assert np.array_equal(whole.trainer.network.parameters, resumed.trainer.network.parameters)
    assert whole.snapshot(Wanted()).train_loss == resumed.snapshot(Wanted()).train_loss
    ours, theirs = pack_state(whole.state()), pack_state(resumed.state())
    assert ours[0] == theirs[0]


def test_what_happened_before_is_told_through_all_the_runs(tmp_path: Path) -> None:
    training = trained(Training(Settings(), None, False), 50)
    first_part = training.take_history()
    with Store(tmp_path / "runs.sqlite3") as store:
        first = record(store, training, first_part, name="a", note="b", group="c")
        trained(training, 100)
        rest = np.vstack([first_part, training.take_history()])
        second = record(store, training, rest, parent=first.number, parent_step=50)
        reset = record(store, training, rest, parent=second.number, parent_step=0)
        assert records.happened(store, second) == [
            *[(0, "started"), (0, "started"), (50, "stopped"), (100, "stopped")]
        ]
        assert records.happened(store, reset) == [(0, "started"), (100, "stopped")]
        found = records.resumption(store, first)
        assert found.origin.label == Label("a", "b", "c", first.number, 50)
        records.remove(store, [first])
        assert records.happened(store, second) == [(0, "started"), (100, "stopped")]


def test_what_can_not_go_on(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        with store.transaction():
            store.begin(Settings(), Label(), 0.0)
        run = records.find(store, "latest")
        with pytest.raises(StoreError, match="is being trained"):
            records.resumption(store, run)
        with store.transaction():
            store.end(run.number, "stopped")
        with pytest.raises(StoreError, match="has no checkpoint"):
            records.resumption(store, records.find(store, "latest"))


def test_a_checkpoint_with_any_bit_flipped_is_damaged_or_read(tmp_path: Path) -> None:
    chance = random.Random(0)
    with Store(tmp_path / "runs.sqlite3") as store:
        training = trained(Training(Settings(hidden=(2,)), None, False), 50)
        run = record(store, training, training.take_history())
        arrays = pack_state(training.state())[0]
        damaged = 0
        for _ in range(300):
            flipped = bytearray(arrays)
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            store.query("UPDATE checkpoints SET arrays = ?", [bytes(flipped)])
            try:
                records.checkpoint(store, run)
            except StoreError:  # and nothing else
                damaged += 1
        assert damaged > 200
        store.query("UPDATE checkpoints SET arrays = x''")
        with pytest.raises(StoreError, match="is damaged"):
            records.checkpoint(store, run)


def test_events_with_control_sequences_are_told_without_them(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        training = trained(Training(Settings(), None, False), 50)
        run = record(store, training, training.take_history())
        with store.transaction():
            store.add_events(run.number, 9, [(10, 1.0, "a\x1b]0;owned\x07b")])
        assert (10, "a�]0;owned�b") in records.happened(store, run)

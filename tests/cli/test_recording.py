"""The real programs and their store: killed, hung up, ended."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pseudo_terminal import on_terminal
from recorded import enter

from tui_nn.runs import records
from tui_nn.runs.records import Record
from tui_nn.runs.store import Store

TRAIN = [sys.executable, "-m", "tui_nn", "train", "--target-loss", "none", "--json"]
TRAIN += ["--optimizer", "adam", "--lr", "0.01", "--batch-size", "5"]


def only_run(path: Path) -> Record:
    with Store(path) as store:
        (run,) = records.records(store)
    return run


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_saves_and_ends(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "runs.sqlite3"
    run = subprocess.Popen(
        [*TRAIN, "--store", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout
    while '"step": 0,' in (run.stdout.readline() or '"step": 0,'):
        pass
    run.send_signal(number)
    output, errors = run.communicate(timeout=30)
    assert (run.returncode, errors) == (130, "")
    kept = only_run(path)
    assert kept.reason == "interrupted"
    end = json.loads(output.splitlines()[-1])
    assert 0 < kept.step <= end["step"]  # the last point is where it was looked at last


def test_killed_at_any_moment_nothing_acknowledged_is_missing(tmp_path: Path) -> None:
    """A reader beside it sees what has been acknowledged; after the kill it must still be there."""
    path, chance = tmp_path / "runs.sqlite3", random.Random(0)
    for _ in range(4):
        with Store(path) as store:
            before = len(records.records(store))
        run = subprocess.Popen([*TRAIN, "--store", str(path)], stdout=subprocess.DEVNULL)
        seen = (0, 0, 0)
        end = time.monotonic() + 30
        with Store(path) as store:
            while len(records.records(store)) == before and time.monotonic() < end:
                time.sleep(0.01)
            later = time.monotonic() + chance.uniform(0, 1)
            while time.monotonic() < later:
                seen = acknowledged(store)
                time.sleep(0.01)
        run.kill()
        run.wait()
        with Store(path) as store:
            assert store.notice == ""
            assert store.query("PRAGMA integrity_check") == [("ok",)]
            last = records.find(store, "latest")
            assert last.reason == "interrupted"
            assert acknowledged(store) >= seen
            points, state = records.points(store, last), records.checkpoint(store, last)
            assert points[-1, 0] == last.step
            assert state["trainer"]["step"] >= last.step


def acknowledged(store: Store) -> tuple[int, int, int]:
    """Of the latest run: the last step, the number of points, the step of the checkpoint."""
    return store.query(
        "SELECT step, (SELECT count(*) FROM points WHERE run = runs.number),"
        " (SELECT max(step) FROM checkpoints WHERE run = runs.number)"
        " FROM runs ORDER BY number DESC LIMIT 1"
    )[0]  # type: ignore[return-value]


def dashboard_until_recorded(path: Path, number: signal.Signals, *arguments: str) -> None:
    """The program in a terminal of its own, until one run more is recorded, and then a signal."""
    with Store(path) as store:
        before = len(records.records(store))
    program, fd = on_terminal(*arguments, "--store", str(path), columns=100)
    end = time.monotonic() + 30
    with Store(path) as store:
        while len(records.records(store)) == before and time.monotonic() < end:
            os.read(fd, 65536)
    program.send_signal(number)
    while time.monotonic() < end:
        try:
            os.read(fd, 65536)
        except OSError:
            break
    program.wait()


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGTERM, "stopped"), (signal.SIGHUP, "interrupted")]
)
def test_the_dashboard_records_and_saves(
    tmp_path: Path, number: signal.Signals, reason: str
) -> None:
    path = tmp_path / "runs.sqlite3"
    dashboard_until_recorded(path, number)
    run = only_run(path)
    assert run.step > 0
    assert run.reason in (reason, "target_loss")


def test_on_a_terminal_resume_opens_the_dashboard(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    before = enter(path, 300, "to go on with", "stopped", dataset="circle", optimizer="adam")
    options = ["--lr", "0.05", "--pace", "100", "--target-loss", "none"]
    dashboard_until_recorded(path, signal.SIGTERM, "runs", "resume", before.id, *options)
    with Store(path) as store:
        run = records.find(store, "latest")
        history = records.points(store, run)
    assert (run.parent, run.parent_step, run.name) == (before.id, 300, "to go on with")
    assert (run.settings["learning_rate"], run.reason) == (0.05, "stopped")
    assert history[0, 0] == 0  # all of it
    assert 300 < run.step == history[-1, 0]

"""A comparison beside a dashboard: trained by processes, asked, stopped, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from test_execution import comparison

from tui_nn.compare import Background, Comparison, Cores, Standings, background
from tui_nn.runs import records
from tui_nn.runs.store import Store

ENDLESS = {"max_steps": 10**9, "target_loss": None}


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for processes to start."""
    monkeypatch.setattr(background, "Cores", lambda workers, here: Cores(1))


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_is_trained_recorded_asked_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    path, news = tmp_path / "runs.sqlite3", list[int]()
    one = Background(comparison("lr=0.1,1", **ENDLESS), path, lambda: news.append(1))
    until(lambda: one.share > 0)
    first = one.ask(lambda c: [result.step for result in c.results]).result(5)
    one.stop()
    until(lambda: one.status == "stopped")
    assert news
    with Store(path) as store:
        found = records.records(store, group=one.name)
        assert [run.reason for run in found] == ["interrupted"] * 2
    one.go_on()
    until(lambda: one.status == "training")
    until(lambda: min(one.ask(lambda c: [r.step for r in c.results]).result(5)) > max(first))
    began = time.monotonic()
    one.close()
    assert time.monotonic() - began < 2
    with Store(path) as store:
        assert [run.reason for run in records.records(store)] == ["interrupted"] * 2


@pytest.mark.usefixtures("at_once")
def test_a_run_of_it_is_gone_on_with_as_another_one(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    one = Background(comparison("lr=0.1,1", max_steps=200), path, lambda: None)
    until(lambda: one.status == "done")

    def resumption(asked: Comparison) -> records.Resumption:
        assert asked.group is not None
        return asked.group.resumption(asked.results.by_number[1])

    state, history, origin = one.ask(resumption).result(5)
    with Store(path) as store:
        run = records.find(store, origin.id)
        assert (run.reason, run.number) == ("max_steps", origin.label.parent)
        records.remove(store, [run])
    again = one.ask(resumption).result(5).origin  # it is written anew
    with Store(path) as store:
        anew = records.find(store, again.id)
        assert (anew.number, anew.step) == (again.label.parent, 200)
    assert anew.number != run.number
    one.close()
    assert state["trainer"]["step"] == history[-1, 0] == 200
    assert state["settings"]["learning_rate"] == 1
    assert (origin.label.parent_step, origin.label.group) == (200, "")


@pytest.mark.usefixtures("at_once")
def test_a_store_that_cant_be_used_is_said_and_it_goes_on(tmp_path: Path) -> None:
    one = Background(comparison("lr=0.1,1", max_steps=50), tmp_path, lambda: None)
    until(lambda: one.status == "done")
    one.close()
    assert "not recorded" in one.said
    assert one.name == ""


@pytest.mark.usefixtures("at_once")
def test_rows_stand_in_the_order_of_their_ranks_also_before_any_run_has_ended() -> None:
    asked = comparison("lr=0.001,1", repeats=2, max_steps=400, target_loss=0.2)
    standings = Standings(asked)
    assert [one.row for one in standings.now()] == [0, 1]
    one = Background(asked, None, lambda: None)
    until(lambda: one.status == "done")
    best, other = standings.now()
    assert (best.row, other.row) == (1, 0)
    assert best.curve[-1, 1] == pytest.approx(best.loss)
    assert (best.done, best.share, best.lost) == (2, 1.0, 0)
    expected = sorted(asked.summaries(), key=lambda summary: summary.rank)
    assert [row.values for row in expected] == [("1",), ("0.001",)]
    one.close()


def test_what_goes_wrong_unexpectedly_is_said_and_it_can_still_be_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(workers: int, *, here: bool) -> Cores:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(background, "Cores", refuse)
    one = Background(comparison("lr=0.1,1"), None, lambda: None)
    assert one.ask(lambda c: len(c.results)).result(5) == 2
    assert (one.status, "Resource temporarily unavailable" in one.said) == ("failed", True)
    one.close()


@pytest.mark.usefixtures("at_once")
def test_whoever_asks_while_it_ends_is_not_left_waiting() -> None:
    one = Background(comparison("lr=0.1,1", max_steps=50), None, lambda: None)
    until(lambda: one.status == "done")
    first = one.ask(lambda c: time.sleep(0.2))
    waits = one.ask(lambda c: 1)
    one.close()
    assert first.done()
    assert waits.cancelled()
    assert one.ask(lambda c: 1).cancelled()


OWNER = """
import sys, time
from test_execution import comparison
from tui_nn.compare import Background

class Captured:  # as Textual replaces stderr
    def fileno(self): return -1
    def write(self, text): pass
    def flush(self): pass

if __name__ == "__main__":
    sys.stderr = Captured()
    one = Background(comparison("lr=0.1,1", max_steps=10**9, target_loss=None), None, lambda: None)
    while one.share == 0:
        assert one.status in ("starting", "training"), one.said
        time.sleep(0.05)
    print("training", flush=True)
    time.sleep(60)
"""


def test_it_leaves_no_process_behind_when_its_owner_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "owner.py"
    script.write_text(OWNER)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    owner = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        text=True,
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "training\n"
    there = in_session(owner.pid)
    assert len(there) > 1  # the owner, and those who train
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    until(lambda: not in_session(owner.pid), seconds=2)


def in_session(session: int) -> list[int]:
    """The processes that are alive in it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, *_, own = folder.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(own) == session and state != "Z":
            found.append(int(folder.name))
    return found

"""Real host processes: a run that is handed over, come back to, stopped, killed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tui_nn.cli.commands import run as command
from tui_nn.hosting.attachment import attach
from tui_nn.hosting.directory import HostError
from tui_nn.hosting.handover import Handover, HostProcess, begin_detached, hand_over
from tui_nn.hosting.roster import Roster, Status, roster, stop
from tui_nn.render.run_list import SHORT
from tui_nn.runs import records
from tui_nn.runs.owner import own_mark
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import Recorder, new_bookmark
from tui_nn.runs.state import pack_state
from tui_nn.runs.store import Store
from tui_nn.session import Session, Snapshot, TrainingSession
from tui_nn.session.reasons import REASONS
from tui_nn.settings import Settings

NOISY = {"optimizer": "adam", "learning_rate": 0.01, "batch_size": 5, "target_loss": None}
pytestmark = pytest.mark.usefixtures("runtime")


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(true: Callable[[], object], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


async def only_host() -> tuple[Path, Status]:
    (found,) = (await roster()).hosts.items()
    return found


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def recorded(path: Path) -> list[records.Record]:
    with Store(path) as store:
        return records.records(store)


async def until_step(session: Session, step: int) -> Snapshot:
    async with asyncio.timeout(20):
        while (snapshot := await session.snapshot()).step < step:
            await asyncio.sleep(0.02)
    return snapshot


async def test_a_run_that_is_detached_and_come_back_to_equals_one_that_is_not(store: Path) -> None:
    settings = Settings(**NOISY, max_steps=9000)
    async with TrainingSession(settings, pace=None) as session:
        await until_step(session, 9000)
        whole, end = session.history.copy(), await session.checkpoint()

    events = [(0, "started")]
    async with (
        TrainingSession(settings, pace=2000) as session,
        Recorder(session, store, events, print, label=Label("named")) as recorder,
    ):
        before = await until_step(session, 500)
        worker = session.pid
        host = hand_over(recorder)
    assert worker is not None
    assert runs(worker)  # it trains on while the host is still being started
    host.wait_until_ready()
    path, status = await only_host()
    assert (status.id, status.name, status.attached) == (host.run, "named", [])
    session = await attach(path, steer=False)
    async with session:
        snapshot = await until_step(session, 1500)
        assert set(before.moments[::8]) <= set(snapshot.moments)  # also the way back is kept
        assert session.events == events
        await session.set_pace(None)
        await until_step(session, 9000)
        assert np.array_equal(session.history, whole, equal_nan=True)
    await until(lambda: not runs(worker) and not runs(status.pid))  # it has ended, and nobody looks
    (run,) = recorded(store)
    assert (run.id, run.reason, run.step) == (host.run, "max_steps", 9000)
    with Store(store) as there:
        assert np.array_equal(records.points(there, run), whole, equal_nan=True)
        assert pack_state(records.checkpoint(there, run)["trainer"]) == pack_state(end["trainer"])
        texts = [text for _, _, text in records.events(there, run)]
    assert texts == ["started", REASONS["max_steps"]]


async def test_stop_saves_and_leaves_no_process(store: Path) -> None:
    host = begin_detached(Settings(target_loss=None), 500, store, Label("n"))
    host.wait_until_ready()
    path, status = await only_host()
    worker = child_of(status.pid)
    session = await attach(path, steer=False)
    async with session:
        await until_step(session, 50)
        os.kill(status.pid, signal.SIGHUP)  # of no terminal that it has
        await session.rebuild(seed=7)  # which the host records as a run of its own
        step = (await until_step(session, 400)).step
        said = await stop(path)
        async with asyncio.timeout(5):
            await session.stirred()
    assert "stopped, and saved, at step" in said
    await until(lambda: not runs(worker) and not runs(status.pid), 2)
    assert list(path.parent.iterdir()) == []
    last, *earlier = recorded(store)
    assert last.reason == "stopped"
    assert last.step >= step - 25
    assert (last.settings["seed"], last.id in said) == (7, True)
    assert [run.id for run in earlier] in ([], [host.run])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_signal_leaves_no_process_and_an_interrupted_run(
    store: Path, number: signal.Signals
) -> None:
    begin_detached(Settings(target_loss=None), None, store, Label()).wait_until_ready()
    path, status = await only_host()
    worker = child_of(status.pid)
    session = await attach(path, steer=False)
    async with session:
        await until(lambda: recorded(store))
        os.kill(status.pid, number)
    await until(lambda: not runs(worker) and not runs(status.pid), 2)
    (run,) = recorded(store)
    assert run.reason == "interrupted"
    found = await roster()
    assert found.hosts == {}
    gone = [f"host {status.pid} is gone"] if number == signal.SIGKILL else []
    assert found.wrong == gone
    assert (await roster()).wrong == []  # said once
    assert list(path.parent.iterdir()) == []


async def test_a_worker_that_dies_is_said_and_recorded(store: Path) -> None:
    begin_detached(Settings(target_loss=None), None, store, Label()).wait_until_ready()
    path, status = await only_host()
    session = await attach(path, steer=False)
    async with session:
        await until(lambda: recorded(store))
        os.kill(child_of(status.pid), signal.SIGKILL)
        with pytest.raises(Exception, match=rf"SIGKILL.*tui-nn runs resume {status.id}"):
            await until_step(session, 10**9)
    await until(lambda: not runs(status.pid), 5)
    assert recorded(store)[0].reason == "failed"


def test_a_host_that_a_run_was_not_given_to_can_not_have_it(store: Path) -> None:
    settings, giver = Settings(target_loss=None), own_mark(os.getppid())
    with Store(store) as there, there.transaction():
        number = there.begin(settings, Label(), time.time())  # it is ours
    bookmark = new_bookmark(0)._replace(number=number)
    host = HostProcess()
    host.give(Handover(settings, 500, store, Label(), bookmark, [], owner=giver))
    with pytest.raises(HostError, match="another process trains this run"):
        host.wait_until_ready()


async def test_a_run_goes_on_here_if_no_host_starts(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        TrainingSession(Settings(target_loss=None), pace=None) as session,
        Recorder(session, store, [], print, reason="stopped") as recorder,
    ):
        await until_step(session, 10)
        monkeypatch.setattr("sys.executable", "false")
        with pytest.raises(HostError, match="the host could not start"):
            hand_over(recorder)
        step = session.last_step
        await until_step(session, step + 50)
        await until(lambda: store.exists() and recorded(store))
    assert recorded(store)[0].reason == "stopped"


async def test_a_run_that_can_not_begin_is_said_and_leaves_nothing(
    store: Path, runtime: Path
) -> None:
    settings = Settings(dataset="f(x, y) = log(-1-x*x)")
    with pytest.raises(HostError, match=r"could not start: .*f\(x, y\) = log"):
        begin_detached(settings, None, store, Label()).wait_until_ready()
    assert (await roster()).hosts == {}
    assert list(runtime.rglob("*.*")) == []


def test_what_the_commands_say(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> tuple[object, str, str]:
        code = command(list(arguments))
        output = capsys.readouterr()
        return code, output.out, output.err

    assert said("ps") == (0, "Nothing runs without a terminal.\n", "")
    assert said("ps", "--json") == (0, "", "")
    code, _, error = said("stop", "4ed5")
    assert (code, error) == (1, 'tui-nn: 4ed5: no such run; "tui-nn ps" shows what goes on\n')
    code, _, error = said("stop")
    assert (code, "nothing runs without a terminal" in error) == (1, True)
    code, _, error = said("--detach", "--store", "none")
    assert code == 2
    assert "is not recorded can't be detached" in error
    for flags in (["train", "--json"], ["--log", "x.txt"], ["train", "--save-weights", "x.npz"]):
        code, _, error = said(*flags, "--detach")
        assert code == 2
        assert "not with --detach; tui-nn runs export" in error

    code, output, _ = said("train", "--detach", "--target-loss", "none", "--name", "a\x1b[31m name")
    assert code == 0
    word = output.split()[-1]
    assert len(word) == SHORT
    code, output, _ = said("ps")
    assert "nobody" in output
    assert "a�[31m" in output  # as far as 80 columns have room for it
    asyncio.run(until(lambda: store.exists() and recorded(store)))
    (run,) = recorded(store)
    code, _, error = said("runs", "rm", word, "--yes")
    assert "is being trained; stop it first" in error
    assert said("stop", "")[0] == 1
    code, output, _ = said("stop")  # the only one
    assert output.startswith(f"run {run.id} stopped, and saved, at step ")
    code, _, error = said("stop", "latest")
    assert f"run {run.id}: stopped: " in error


def test_of_several_runs_the_one_to_stop_must_be_named() -> None:
    def status(run: str) -> Status:
        return Status(run, "", "xor", "running", None, 1, 0.5, 0.0, [], 1, "0")

    one, two = Path("1"), Path("2")
    assert Roster({one: status("4ed5")}, []).only() == one
    with pytest.raises(HostError, match="several runs: 4ed5, 77aa; which one"):
        Roster({one: status("4ed5"), two: status("77aa")}, []).only()

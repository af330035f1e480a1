"""The recorder beside a real session: what is kept, what is not, and that training goes on."""

import asyncio
import math
import os
import shutil
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tui_nn.runs import recorder, records
from tui_nn.runs.database import CAUSES, Damaged
from tui_nn.runs.filters import ended
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import BLINK, Recorder
from tui_nn.runs.records import Record
from tui_nn.runs.store import Store
from tui_nn.session import CommandError, TrainingSession, WorkerDied
from tui_nn.settings import Settings

ENDLESS = Settings(target_loss=None, optimizer="adam", learning_rate=0.01, batch_size=5)
Events = list[tuple[int, str]]


@pytest.fixture(autouse=True)
def _often(warm_start: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "INTERVAL", 0.5)
    monkeypatch.setattr(recorder, "TICK", 0.05)
    monkeypatch.setattr(recorder, "SHARE", 5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite3"


def recorded(path: Path) -> list[Record]:
    """The runs, the earliest first."""
    if not path.exists():
        return []
    with Store(path) as store:
        return records.records(store)[::-1]


def kept_step(path: Path) -> int:
    """The step of the latest run's checkpoint."""
    with Store(path) as store:
        step = records.checkpoint(store, records.find(store, "latest"))["trainer"]["step"]
    return int(step)


async def until(true: Callable[[], object], session: TrainingSession) -> None:
    async with asyncio.timeout(20):
        while not true():
            await session.snapshot()
            await asyncio.sleep(0.05)


async def test_a_run_is_recorded_as_it_goes(path: Path) -> None:
    events: Events = [(0, "started")]
    label = Label("first", "a note")
    async with (
        TrainingSession(ENDLESS, pace=2000) as session,
        Recorder(session, path, events, print, label=label),
    ):
        await until(lambda: recorded(path), session)
        run = recorded(path)[0]
        assert (run.ended, run.name, run.note) == (None, "first", "a note")
        # What is paused is written at once.
        await session.set(learning_rate=0.02)
        events.append((run.step, "learning_rate = 0.02"))
        await session.pause()
        step = (await session.snapshot()).step
        await until(lambda: kept_step(path) == step, session)
        history = session.history.copy()
    (run,) = recorded(path)
    assert (run.reason, run.settings["learning_rate"]) == ("interrupted", 0.02)
    assert run.step == history[-1, 0]
    assert run.ended is not None
    with Store(path) as store:
        assert np.array_equal(records.points(store, run), history, equal_nan=True)
        texts = [text for _, _, text in records.events(store, run)]
        assert texts == ["started", "learning_rate = 0.02"]
    assert kept_step(path) == step


async def test_a_run_that_ends_by_itself(path: Path) -> None:
    async with (
        TrainingSession(Settings(max_steps=100), pace=None) as session,
        Recorder(session, path, [], print),
    ):
        await until(lambda: session.status == "finished", session)
    (run,) = recorded(path)
    assert (run.reason, run.step) == ("max_steps", 100)


async def test_a_run_that_rests_is_recorded_as_paused_until_it_goes_on(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, playing=True) as session,
        Recorder(session, path, [], print),
    ):
        await until(lambda: recorded(path), session)
        assert ended(recorded(path)[0]) == "training"
        await session.pause()
        await until(lambda: ended(recorded(path)[0]) == "paused", session)
        await session.play()
        await until(lambda: ended(recorded(path)[0]) == "training", session)
        await session.pause()
        await until(lambda: ended(recorded(path)[0]) == "paused", session)
    assert ended(recorded(path)[0]) == "interrupted"


async def test_what_lived_less_than_a_blink_is_not_kept(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, playing=False) as session,
        Recorder(session, path, [], print),
    ):
        await session.step(40)
        await until(lambda: session.status == "paused", session)
        await session.reset()  # discarded at once
        await asyncio.sleep(1)  # and nothing is done with the next one
        await session.snapshot()
    assert recorded(path) == []


async def test_a_reset_and_a_branch_begin_another_run(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, pace=2000) as session,
        Recorder(session, path, [], print),
    ):
        await until(lambda: recorded(path), session)
        await session.pause()
        first = session.history.copy()
        await session.reset()
        await session.play()
        await until(lambda: len(recorded(path)) == 2, session)
        second = (await session.snapshot()).moments[-1]
        await session.branch(second)
        began = session.began_at
        await until(lambda: len(recorded(path)) == 3, session)
    one, two, three = recorded(path)
    assert (one.parent, one.reason) == (None, "stopped")
    assert (two.parent, two.parent_step, two.reason) == (one.id, 0, "stopped")
    assert (three.parent, three.parent_step) == (two.id, began)
    with Store(path) as store:
        assert np.array_equal(records.points(store, one), first, equal_nan=True)
        steps = records.points(store, three)[:, 0]
        assert steps[0] == 0  # its history is whole
        assert began in steps


async def test_a_worker_that_dies_leaves_a_failed_run(path: Path) -> None:
    with pytest.raises(WorkerDied):  # noqa: PT012
        async with (
            TrainingSession(ENDLESS, pace=2000) as session,
            Recorder(session, path, [], print),
        ):
            await until(lambda: recorded(path), session)
            assert session.pid
            os.kill(session.pid, signal.SIGKILL)
            await until(lambda: False, session)
    (run,) = recorded(path)
    assert run.reason == "failed"
    with Store(path) as store:
        assert records.checkpoint(store, run)["trainer"]["step"] > 0


async def test_without_a_store_training_goes_on_and_it_is_said_once(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    said: list[str] = []
    async with (
        TrainingSession(ENDLESS, pace=2000) as session,
        Recorder(session, blocked / "runs.sqlite3", [], said.append),
    ):
        await until(lambda: said, session)
        step = (await session.snapshot()).step
        await session.pause()
        await session.play()
        await asyncio.sleep(0.6)
        assert (await session.snapshot()).step > step
    assert len(said) == 1
    assert said[0].startswith(f"not recorded: store {blocked / 'runs.sqlite3'}: ")


async def test_another_writer_is_waited_for_but_not_on_leaving(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "PATIENCE", 1e6)  # who waited so long would never leave
    said: list[str] = []
    with Store(path) as other:
        async with (
            TrainingSession(ENDLESS, pace=2000) as session,
            Recorder(session, path, [], said.append),
        ):
            with other.transaction():
                await until(lambda: session.last_step > 1000, session)
                await asyncio.sleep(2 * recorder.ATTEMPT)
            await until(lambda: other.query("SELECT * FROM runs"), session)
            assert said == []
            other.connection.execute("BEGIN IMMEDIATE")
        other.connection.execute("COMMIT")
    assert said == [f"not recorded: store {path}: {CAUSES[sqlite3.SQLITE_BUSY]}"]


async def said_of_a_write(
    path: Path, write: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What is said when a run that is recorded meets this in the place of the next write."""
    said: list[str] = []
    async with (
        TrainingSession(ENDLESS, pace=2000) as session,
        Recorder(session, path, [], said.append),
    ):
        await until(lambda: recorded(path), session)
        monkeypatch.setattr(Store, "add_points", write)
        await session.pause()
        await until(lambda: said, session)
    return said


async def test_a_store_that_turns_out_damaged_is_set_aside(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise Damaged(f"store {path}: it is damaged")

    said = await said_of_a_write(path, damaged, monkeypatch)
    assert "it is damaged; it is now runs.sqlite3.damaged-" in said[0]
    assert len(list(path.parent.glob("*.damaged-*[0-9]"))) == 1


async def test_a_damaged_store_whose_folder_is_gone_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "folder" / "runs.sqlite3"

    def damaged(*_: object) -> None:
        shutil.rmtree(path.parent)
        raise Damaged(f"store {path}: it is damaged")

    said = await said_of_a_write(path, damaged, monkeypatch)
    assert said == [f"not recorded: store {path}: it is damaged"]


async def trains_and_rests(session: TrainingSession, path: Path, runs: int) -> None:
    """What rests is written at once: until so many runs are recorded."""
    await session.play()
    await asyncio.sleep(BLINK)
    await session.pause()
    await until(lambda: len(recorded(path)) == runs, session)


async def test_a_run_that_is_removed_while_it_goes_on_is_recorded_anew(path: Path) -> None:
    events: Events = [(0, "started")]
    said: list[str] = []
    async with (
        TrainingSession(ENDLESS, pace=2000, playing=False) as session,
        Recorder(session, path, events, said.append) as recorder,
    ):
        await trains_and_rests(session, path, 1)
        first = recorder.number
        with Store(path) as store, store.transaction():
            store.remove([first or 0])
        await trains_and_rests(session, path, 1)
        await until(lambda: recorder.number not in (None, first), session)
        await session.snapshot()  # brings what was reported until the pause
        history = session.history.copy()
    (run,) = recorded(path)
    assert said == []
    with Store(path) as store:
        assert np.array_equal(records.points(store, run), history, equal_nan=True)
        assert [text for _, _, text in records.events(store, run)] == ["started"]


async def test_a_run_that_others_rename_keeps_its_name_and_passes_it_on(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, pace=2000, playing=False) as session,
        Recorder(session, path, [], print, label=Label("first", "why")) as recorder,
    ):
        await trains_and_rests(session, path, 1)
        with Store(path) as store:
            records.call(store, recorded(path)[0], name="renamed")
        await session.reset()
        await trains_and_rests(session, path, 2)
        assert (recorder.run.label.name, recorder.run.label.note) == ("renamed", "why")
    assert [run.name for run in recorded(path)] == ["renamed", "renamed"]


async def test_a_run_whose_worker_died_stays_failed_when_it_is_restarted(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, pace=2000, playing=False) as session,
        Recorder(session, path, [], print, reason="stopped") as writer,
    ):
        await trains_and_rests(session, path, 1)
        await session.checkpoint()
        rested = session.last_step
        await session.play()
        await until(lambda: session.last_step > rested + 25, session)
        writer._next = math.inf  # the next writing is not due yet
        os.kill(session.pid or 0, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await until(lambda: False, session)
        async with asyncio.timeout(10):
            while recorded(path)[0].reason != "failed":
                await asyncio.sleep(0.05)
        await session.restart()
        await trains_and_rests(session, path, 2)
    assert [run.reason for run in recorded(path)] == ["failed", "stopped"]


async def test_a_checkpoint_that_there_is_no_memory_for_ends_no_run(path: Path) -> None:
    async def refuse() -> dict[str, Any]:
        raise CommandError("there is not enough memory for this")

    async with (
        TrainingSession(ENDLESS, pace=2000, playing=False) as session,
        Recorder(session, path, [], print, reason="stopped"),
    ):
        session.checkpoint = refuse  # type: ignore[method-assign]
        await trains_and_rests(session, path, 1)
        (run,) = recorded(path)
        assert (run.reason, run.ended) == (None, None)
    assert recorded(path)[0].reason == "stopped"


async def test_a_run_that_is_left_for_a_recorded_one_is_kept_as_it_was(path: Path) -> None:
    async with (
        TrainingSession(ENDLESS, pace=2000, playing=False) as session,
        Recorder(session, path, [], print, label=Label("first"), reason="stopped"),
    ):
        await trains_and_rests(session, path, 1)
        await session.reset()
        await trains_and_rests(session, path, 2)
        first = recorded(path)[0]
        with Store(path) as store:
            found = records.resumption(store, first)
        await session.step(10)
        await until(lambda: session.status == "paused", session)
        left = (await session.checkpoint())["trainer"]["step"]
        await session.restore(*found)
        began = session.began_at
        await trains_and_rests(session, path, 3)
    first, second, third = recorded(path)
    assert (second.reason, second.step) == ("stopped", left)
    assert (third.name, third.parent, third.parent_step) == ("first", first.id, began)
    with Store(path) as store:
        assert records.checkpoint(store, second)["trainer"]["step"] == left
        own, before = records.points(store, third), records.points(store, first)
        assert np.isin(before[before[:, 0] < began, 0], own[:, 0]).all()


@pytest.mark.parametrize("turns", range(4))  # of the event loop; at one the wait is over
async def test_who_is_cancelled_while_leaving_ends_so(path: Path, turns: int) -> None:
    writer = Recorder(TrainingSession(ENDLESS), path, [], print)
    await writer.__aenter__()
    await asyncio.sleep(0)
    leaving = asyncio.create_task(writer.__aexit__(None, None, None))
    for _ in range(turns):
        await asyncio.sleep(0)
    in_time = leaving.cancel()
    await asyncio.wait([leaving])
    assert leaving.cancelled() == in_time


async def test_what_is_known_can_be_saved_at_once(path: Path) -> None:
    async with TrainingSession(ENDLESS, pace=2000) as session:
        recorder = Recorder(session, path, [(0, "started")], print)
        async with recorder:
            await until(lambda: recorded(path), session)
            await session.snapshot()
            recorder.save_now()
            (run,) = recorded(path)
            with Store(path) as store:
                points = records.points(store, run)
            assert np.array_equal(points, session.history, equal_nan=True)
            assert run.reason == "interrupted"
            # Should it go on after all, it has not ended.
            await until(lambda: recorded(path)[0].ended is None, session)

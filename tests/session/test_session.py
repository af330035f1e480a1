"""The real worker process, driven as the dashboard drives it; it starts as the program starts it
where that may matter."""

import asyncio
import os
import resource
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sessions import until

from tui_nn.session import CommandError, TrainingSession, Wanted, WorkerDied
from tui_nn.settings import Settings


async def test_pace_pauses_and_snapshots_do_not_change_the_result() -> None:
    settings = Settings(max_steps=400, target_loss=None)
    weights = []
    for pace in (None, 2000):
        async with TrainingSession(settings, pace=pace) as session:
            await asyncio.sleep(0.05)
            if pace:
                await session.pause()
                await session.play()
            assert (await until(session, "finished")).step == 400
            weights.append(await session.weights())
    for name in weights[0]:
        assert np.array_equal(weights[0][name], weights[1][name])


async def test_a_divergence_is_the_same_however_it_is_watched() -> None:
    settings = Settings(
        dataset="circle", activation="relu", output_activation="linear", learning_rate=1e6
    )
    ends = []
    for pace in (None, 40):
        async with TrainingSession(settings, pace=pace) as session:
            end = await until(session, "finished")
            ends.append((end.step, end.reason, *(await session.weights())["W0"].ravel()))
            with pytest.raises(CommandError, match="diverged"):
                await session.play()
    assert ends[0] == ends[1]
    assert ends[0][1] == "diverged"


async def test_stopped_before_it_has_begun_its_commands_say_that_it_is_gone() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        asking = asyncio.create_task(session.snapshot())
        await asyncio.sleep(0)
        await session.stop()
        with pytest.raises(WorkerDied):
            await asking


async def test_a_session_leaves_no_file_open() -> None:
    async def files() -> int:
        async with TrainingSession(Settings(), playing=False) as session:
            await session.snapshot()
        await asyncio.sleep(0.05)
        return len(os.listdir("/proc/self/fd"))

    before = await files()
    assert await files() == before


async def test_the_loss_of_a_single_test_point_is_told_though_it_has_no_r2(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("x,y\n" + "".join(f"{i / 10},{i % 3 + i / 7}\n" for i in range(20)))
    settings = Settings(dataset=str(path), task="regression", train_fraction=0.95)
    async with TrainingSession(settings, playing=False) as session:
        snapshot = await session.snapshot()
    assert snapshot.test_loss is not None
    assert np.isfinite(snapshot.test_loss)
    assert snapshot.test_accuracy is not None
    assert np.isnan(snapshot.test_accuracy)


@pytest.mark.parametrize("pace", [50, 1000])
async def test_the_pace_is_kept(pace: int) -> None:
    clock = asyncio.get_running_loop().time
    async with TrainingSession(Settings(target_loss=None), pace=pace) as session:
        await session.snapshot()
        before, first, after = clock(), (await session.snapshot()).step, clock()
        await asyncio.sleep(1)
        shortest = clock() - after
        steps, longest = (await session.snapshot()).step - first, clock() - before
        # What a busy machine holds up for more than a tenth of a second is not caught up.
        assert 0.3 * pace * shortest < steps <= 1.1 * pace * longest + 1


async def test_a_command_waits_for_one_step_not_for_the_pace() -> None:
    settings = Settings(dataset="circle", samples=5000, hidden=(512, 512), target_loss=None)
    async with TrainingSession(settings, pace=500) as session:
        await session.snapshot()
        await asyncio.sleep(1)
        async with asyncio.timeout(5):  # the pace asks for fifty steps at once, 10 seconds
            await session.pause()


async def test_live_settings_change_without_a_reset() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(30)
        await until(session, "paused")
        await session.set(optimizer="adam", learning_rate=0.1)
        assert (await session.snapshot()).step == 30
        assert (session.settings.optimizer, session.settings.learning_rate) == ("adam", 0.1)


async def test_changes_from_two_tasks_are_both_kept() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await asyncio.gather(session.set(learning_rate=0.5), session.set(momentum=0.9))
        await asyncio.gather(session.rebuild(hidden=(3,)), session.set(learning_rate=0.25))
        asking = asyncio.create_task(session.rebuild(dataset="linear"))
        await asyncio.sleep(0)
        asking.cancel()
        weights = await session.weights()
        assert session.settings == Settings(
            dataset="linear", hidden=(3,), learning_rate=0.25, momentum=0.9
        )
        assert weights["W0"].shape == (2, 3)
        assert len(session.shown.inputs) == 100


@pytest.mark.cold_start
async def test_more_than_memory_holds_is_refused_and_changes_nothing() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.snapshot()
        assert session.pid is not None
        resource.prlimit(session.pid, resource.RLIMIT_AS, (600 * 2**20, 600 * 2**20))
        with pytest.raises(CommandError, match="memory"):
            await session.rebuild(dataset="circle", samples=100_000, hidden=(1000,))
        assert session.settings == Settings()
        assert (await session.snapshot()).step == 0


async def test_an_early_stop_shows_the_network_that_it_went_back_to() -> None:
    settings = Settings(
        dataset="linear", train_fraction=0.5, steps_per_epoch=1, patience=4, learning_rate=30,
        target_loss=None,
    )  # fmt: skip
    async with TrainingSession(settings, pace=None) as session:
        end = await until(session, "finished")
        assert end.reason == "early_stop"
        test_losses = session.history[:, 3]
        assert end.test_loss == min(test_losses[1:]) == test_losses[-1] < test_losses[-2]
        await session.set(patience=None)
        assert (await session.snapshot()).status == "running"


async def test_predictions_of_a_hinge_loss_have_their_boundary_in_the_middle() -> None:
    settings = Settings(loss="hinge", output_activation="tanh", dataset="gauss", max_steps=300)
    async with TrainingSession(settings, pace=None) as session:
        end = await until(session, "finished")
        assert end.predictions is not None
        right = (end.predictions >= 0.5) == session.shown.targets
        assert end.train_accuracy == right.mean() > 0.9


async def test_an_impossible_command_changes_nothing() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        before = await session.snapshot()
        with pytest.raises(CommandError, match="learning_rate"):
            await session.set(learning_rate=-1)
        with pytest.raises(CommandError, match="hidden"):
            await session.set(hidden=(3,))
        with pytest.raises(CommandError, match="W0"):
            await session.load_weights({"W0": np.zeros((3, 3))})
        with pytest.raises(CommandError, match="pace"):
            await session.set_pace(0)
        with pytest.raises(CommandError, match="step"):
            await session.step(0)
        after = await session.snapshot()
        assert session.settings == Settings()
        assert np.array_equal(after.predictions, before.predictions)  # type: ignore[arg-type]


async def test_the_history_has_every_report_once_and_a_reset_begins_a_new_one() -> None:
    async with TrainingSession(Settings(max_steps=300), pace=None) as session:
        await until(session, "finished")
        assert session.history[:, 0].tolist() == list(range(0, 301, 25))
        await asyncio.gather(session.snapshot(), session.reset(), session.snapshot())
        await until(session, "finished")
        assert session.history[:, 0].tolist() == list(range(0, 301, 25))


async def test_a_slow_pace_reports_every_step() -> None:
    async with TrainingSession(Settings(max_steps=5), pace=20) as session:
        await until(session, "finished")
        assert session.history[:, 0].tolist() == [0, 1, 2, 3, 4, 5]


async def test_a_cancelled_caller_leaves_the_replies_in_order() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=None) as session:
        for _ in range(20):
            asking = asyncio.create_task(session.snapshot(Wanted(surface=(200, 200))))
            await asyncio.sleep(0)
            asking.cancel()
        await session.pause()
        assert (await session.snapshot()).status == "paused"
        assert set(await session.weights()) == {"W0", "b0", "W1", "b1", "W2", "b2"}


EVERYTHING = {
    "optimizer": "nadam", "schedule": "one_cycle", "total_steps": 150, "batch_size": 8,
    "dropout": (0.2, 0.0), "l1": 1e-3, "penalty": "playground", "clip_norm": 1.0,
    "steps_per_epoch": 20, "train_fraction": 0.7,
}  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"optimizer": "adam", "batch_size": 8},
        {**EVERYTHING, "patience": 5, "min_delta": 9.0},  # ends early, before max_steps
        {**EVERYTHING, "schedule": "reduce_on_plateau", "optimizer": "rmsprop", "momentum": 0.5},
        {"optimizer": "lbfgs", "line_search_fn": "strong_wolfe", "history_size": 3},
    ],
)
async def test_a_restored_run_equals_an_uninterrupted_one(values: dict[str, Any]) -> None:
    settings = Settings(dataset="linear", learning_rate=0.1, max_steps=200, **values)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        await session.step(70)
        await until(session, "paused")
        state = await session.checkpoint()
        await session.play()
        end = await until(session, "finished")
        assert end.reason == ("early_stop" if settings.patience else "max_steps")
        whole = await session.weights()
        await session.pause()
        await session.restore(state)
        assert (await session.snapshot()).step == 70
        await session.play()
        await until(session, "finished")
        again = await session.weights()
    for name in whole:
        assert np.array_equal(whole[name], again[name])


@pytest.mark.cold_start
async def test_a_killed_worker_is_reported_and_restarts_from_its_checkpoint() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(40)
        await until(session, "paused")
        await session.checkpoint()
        assert session.pid is not None
        os.kill(session.pid, signal.SIGKILL)
        with pytest.raises(WorkerDied, match="SIGKILL"):
            await session.snapshot()
        await session.restart()
        assert (await session.snapshot()).step == 40
        assert session.history[:, 0].tolist() == [0, 25, 40]


async def test_a_restart_keeps_what_was_set_since_the_checkpoint() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(40)
        await until(session, "paused")
        await session.checkpoint()
        await session.set(optimizer="adam", learning_rate=0.1)
        os.kill(session.pid or 0, signal.SIGKILL)
        await session.stirred()
        await session.restart()
        assert (await session.snapshot()).step == 40
        assert session.settings == Settings(optimizer="adam", learning_rate=0.1)


@pytest.mark.parametrize(
    ("changes", "step"), [({"l1": 0.5, "optimizer": "adam"}, 40), ({"dataset": "linear"}, 0)]
)
async def test_a_restart_can_change_what_the_worker_died_of(
    changes: dict[str, Any], step: int
) -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(40)
        await until(session, "paused")
        await session.checkpoint()
        os.kill(session.pid or 0, signal.SIGKILL)
        await session.stirred()
        await session.restart(**changes)
        assert (await session.snapshot()).step == step
        assert session.settings == Settings(**changes)


@pytest.mark.parametrize("changes", [{}, {"dataset": "linear"}])
async def test_a_checkpoint_is_of_one_run(changes: dict[str, Any]) -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(40)
        await until(session, "paused")
        await session.checkpoint()
        await (session.rebuild(**changes) if changes else session.reset())
        os.kill(session.pid or 0, signal.SIGKILL)
        await session.stirred()
        for _ in range(2):
            await session.restart()
            assert (await session.snapshot()).step == 0
            assert session.settings == Settings(**changes)
            assert session.history[:, 0].tolist() == [0]


@pytest.mark.cold_start
async def test_who_asks_during_a_restart_is_answered_after_it() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(40)
        await until(session, "paused")
        await session.checkpoint()
        os.kill(session.pid or 0, signal.SIGKILL)
        await session.stirred()
        restarting = asyncio.create_task(session.restart())
        while session.pid is not None:  # until the dead one is given up
            await asyncio.sleep(0)
        assert (await session.snapshot()).step == 40
        await restarting


@pytest.mark.cold_start
async def test_a_worker_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(WorkerDied, match="can't start: No such file"):
        async with TrainingSession(Settings()):
            pass


@pytest.mark.cold_start
async def test_neither_the_folder_nor_chatter_disturbs_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise ZeroDivisionError")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONVERBOSE", "2")
    async with TrainingSession(Settings(), playing=False) as session:
        assert (await session.snapshot()).step == 0


async def test_after_the_target_play_trains_on() -> None:
    async with TrainingSession(Settings(), pace=None) as session:
        end = await until(session, "finished")
        assert end.reason == "target_loss"
        await session.step(10)
        assert (await until(session, "paused")).step == end.step + 10


async def test_weights_are_taken_up() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        arrays = {name: np.full_like(a, 0.25) for name, a in (await session.weights()).items()}
        await session.load_weights(arrays)
        again = await session.weights()
        assert all(np.all(array == 0.25) for array in again.values())
        arrays["b0"] = arrays["b0"][:-1]
        with pytest.raises(CommandError, match="b0"):
            await session.load_weights(arrays)


async def test_loaded_weights_come_back_after_a_divergence() -> None:
    settings = Settings(activation="relu", output_activation="linear", learning_rate=1e6)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        arrays = {name: np.full_like(a, 0.25) for name, a in (await session.weights()).items()}
        await session.load_weights(arrays)
        await session.play()
        assert (await until(session, "finished")).reason == "diverged"
        assert np.all((await session.weights())["W0"] == 0.25)


async def test_the_record_of_the_layers_is_of_the_run_and_not_of_its_moments() -> None:
    layers = Wanted(layers=True)
    async with TrainingSession(Settings(target_loss=None), pace=None, playing=False) as session:
        for _ in range(3):
            await session.snapshot(layers)
            await session.step(25)
            await until(session, "paused")
        assert session.layers.steps.tolist() == [0, 25, 50]
        await session.snapshot(layers, at=25)
        await session.snapshot()
        assert session.layers.steps.tolist() == [0, 25, 50]
        await session.reset()
        assert not len(session.layers.steps)

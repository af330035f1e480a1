"""What is done to a run on the real worker: looked back at, branched, recovered, touched."""

import time
from typing import Any

import numpy as np
import pytest
from sessions import until

from tui_nn.session import CommandError, TrainingSession, Wanted
from tui_nn.session.training import Refused, Training
from tui_nn.settings import Settings

RUN: dict[str, Any] = {"dataset": "linear", "target_loss": None}


async def test_a_run_is_looked_back_at_and_stays_as_it_was() -> None:
    wanted = Wanted(surface=(4, 5), neurons=(3, 4), layers=True, weights=True)
    async with TrainingSession(Settings(**RUN), pace=None, playing=False) as session:
        await session.step(50)
        early = await until(session, "paused")
        early = await session.snapshot(wanted)
        await session.step(450)
        now = await until(session, "paused")
        assert now.moments == sorted(set(now.moments))
        assert {0, 50} <= set(now.moments)
        then = await session.snapshot(wanted, at=60)
        assert (then.step, then.train_loss) == (50, early.train_loss)
        assert np.array_equal(then.surface, early.surface)
        assert all(map(np.array_equal, then.weights, early.weights))
        assert (then.moment, early.moment) == (50, None)
        assert early.surface.shape == (4, 5, 1)
        assert [layer.shape for layer in then.neurons] == [
            (2, 3, 4),
            (8, 3, 4),
            (8, 3, 4),
            (1, 3, 4),
        ]
        assert [block.shape for block in then.weights] == [(3, 8), (9, 8), (9, 1)]
        again = await session.snapshot()
        assert (again.step, again.train_loss) == (now.step, now.train_loss)


async def test_a_branch_trains_on_from_a_moment_as_the_run_did() -> None:
    settings = Settings(**RUN, optimizer="adam", learning_rate=0.02, batch_size=7)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        await session.step(300)
        end = await until(session, "paused")
        await session.branch(120)
        moment = await session.snapshot()
        assert 0 < moment.step <= 120
        assert session.history[-1, 0] == moment.step
        assert max(moment.moments) <= moment.step
        await session.step(300 - moment.step)
        again = await until(session, "paused")
        assert (again.step, again.train_loss) == (300, end.train_loss)
        with pytest.raises(CommandError, match="nothing is kept"):
            await session.branch(-1)


async def test_a_diverged_run_recovers_with_half_the_learning_rate() -> None:
    linear = {"activation": "linear", "output_activation": "linear", "init": "normal"}
    settings = Settings(**RUN, **linear, learning_rate=1.0)
    async with TrainingSession(settings, pace=None) as session:
        await session.set(max_steps=500)
        recoveries = 0
        while (end := await until(session, "finished")).reason == "diverged":
            recoveries += 1
            await session.recover()
            assert session.settings.learning_rate == 0.5**recoveries
        assert recoveries > 0
        assert (end.reason, end.step) == ("max_steps", 500)
        assert end.train_loss < 1


def test_one_that_is_restored_as_it_had_diverged_has_nothing_to_recover_to() -> None:
    linear = {"activation": "linear", "output_activation": "linear", "init": "normal"}
    training = Training(Settings(**RUN, **linear), None, True)
    while training.active:
        training.advance()
    assert training.trainer.reason == "diverged"
    training.restore(training.state())
    with pytest.raises(Refused, match="nothing is kept of the run from before"):
        training.recover()


async def test_a_weight_is_set_by_hand() -> None:
    async with TrainingSession(Settings(**RUN), pace=None, playing=False) as session:
        await session.edit(1, 8, 3, 0.25)
        assert (await session.weights())["b1"][3] == 0.25
        with pytest.raises(CommandError, match="no weight 9, 0 in layer 2"):
            await session.edit(2, 9, 0, 1.0)


def test_a_weight_by_which_the_target_is_missed_ends_the_end() -> None:
    training = Training(Settings(**{**RUN, "target_loss": 0.1}), None, True)
    while training.active:
        training.advance()
    assert training.trainer.reason == "target_loss"
    before = float(training.trainer.network.weights[0][0, 0])
    training.edit(0, 0, 0, before)  # nothing has changed
    assert training.status == "finished"
    training.edit(0, 0, 0, before + 100)
    assert (training.trainer.reason, training.status) == (None, "paused")


@pytest.mark.parametrize(
    ("what", "value"),
    [("step", 33), ("epoch", 2), ("loss", 0.2), ("accuracy", 0.9), ("seconds", 0.05)],
)
async def test_a_run_goes_on_until_a_goal(what: str, value: float) -> None:
    settings = Settings(**RUN, steps_per_epoch=50)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        began = time.monotonic()
        await session.run_until(what, value)
        end = await until(session, "paused")
        took = time.monotonic() - began
        reached = {
            "step": end.step == 33, "epoch": end.step == 100, "loss": end.train_loss <= 0.2,
            "accuracy": end.train_accuracy >= 0.9, "seconds": 0 < end.seconds < 1 and took >= 0.05,
        }  # fmt: skip
        assert reached[what]
        if what != "seconds":  # which are counted anew
            with pytest.raises(CommandError, match="reached already"):
                await session.run_until(what, value)


async def test_a_goal_is_told_until_it_is_reached_or_given_up() -> None:
    async with TrainingSession(Settings(**RUN), pace=1, playing=False) as session:
        await session.run_until("step", 1000)
        assert (await session.snapshot()).goal == ["step", 1000]
        await session.pause()
        assert (await session.snapshot()).goal is None


async def test_a_run_goes_on_until_a_test_loss_if_there_are_test_points() -> None:
    settings = Settings(**RUN | {"train_fraction": 0.5})
    async with TrainingSession(settings, pace=None, playing=False) as session:
        goal = 0.9 * ((await session.snapshot()).test_loss or 0)
        await session.run_until("test_loss", goal)
        end = await until(session, "paused")
        assert end.test_loss is not None
        assert end.test_loss <= goal
        with pytest.raises(CommandError, match="is reached already"):
            await session.run_until("test_loss", goal)
        await session.set(train_fraction=1.0)
        with pytest.raises(CommandError, match="no points test"):
            await session.run_until("test_loss", 0.1)


async def test_points_change_while_the_network_keeps_what_it_has_learnt() -> None:
    async with TrainingSession(Settings(**RUN), pace=None, playing=False) as session:
        await session.step(200)
        before = await until(session, "paused")
        weights = await session.weights()
        await session.set(samples=40, noise=0.1, train_fraction=0.5, data_seed=7)
        after = await session.snapshot()
        assert after.step == before.step
        assert len(session.shown.inputs) == 40
        assert len(after.predictions) == 40
        assert after.test_loss is not None
        assert np.array_equal((await session.weights())["W1"], weights["W1"])


@pytest.mark.parametrize(
    ("dataset", "outputs"), [("rings", 3), ("plane", 1), ("sine", 1), ("multi-gauss", 1)]
)
async def test_every_task_trains(dataset: str, outputs: int) -> None:
    settings = Settings(dataset=dataset, optimizer="adam", learning_rate=0.02, activation="tanh")
    async with TrainingSession(settings, pace=None, playing=False) as session:
        first = await session.snapshot(Wanted(surface=(6, 8)))
        assert first.predictions.shape == (100, outputs)
        assert first.surface.shape == (1 if dataset == "sine" else 6, 8, outputs)
        await session.step(1000)
        while (end := await session.snapshot()).status == "running":
            pass
        assert end.train_accuracy > (0.5 if dataset == "multi-gauss" else 0.9)


async def test_the_network_of_step_0_is_the_one_that_was_loaded() -> None:
    async with TrainingSession(Settings(**RUN), pace=None, playing=False) as session:
        weights = {name: array + 0.5 for name, array in (await session.weights()).items()}
        await session.load_weights(weights)
        await session.step(200)
        await until(session, "paused")
        first = await session.snapshot(Wanted(weights=True), at=0)
        assert np.array_equal(first.weights[0][:-1], weights["W0"])


async def test_where_a_run_rests_its_history_has_a_row_and_a_branch_keeps_all() -> None:
    async with TrainingSession(Settings(**RUN), pace=None, playing=False) as session:
        await session.run_until("step", 130)
        await until(session, "paused")
        assert session.history[-1, 0] == 130
        await session.step(870)
        while session.status != "paused":
            await session.checkpoint()
        before = len(session.history)
        await session.branch(500)
        await session.snapshot()
        assert session.history[-1, 0] == 500
        assert np.all(np.diff(session.history[:, 0]) > 0)
        assert before / 3 < len(session.history) < before
        with pytest.raises(CommandError, match="no weight -1"):
            await session.edit(0, -1, 0, 1.0)

"""The real worker process, driven as the dashboard drives it."""

import asyncio
import os
import signal

import numpy as np
import pytest

from tui_nn.session import CommandError, Snapshot, TrainingSession, WorkerDied
from tui_nn.settings import Settings


async def until(session: TrainingSession, status: str) -> Snapshot:
    async with asyncio.timeout(20):
        while (snapshot := await session.snapshot()).status != status:
            await asyncio.sleep(0.02)
        return snapshot


async def test_pace_and_pauses_do_not_change_the_result() -> None:
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


async def test_live_settings_change_without_a_reset() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.step(30)
        await until(session, "paused")
        await session.set(optimizer="adam", learning_rate=0.1)
        snapshot = await session.snapshot()
        assert (snapshot.step, snapshot.settings["optimizer"]) == (30, "adam")


async def test_an_impossible_command_changes_nothing() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        with pytest.raises(CommandError, match="learning_rate"):
            await session.set(learning_rate=-1)
        with pytest.raises(CommandError, match="hidden"):
            await session.set(hidden=(3,))
        with pytest.raises(CommandError, match="W0"):
            await session.load_weights({"W0": np.zeros((3, 3))})
        assert session.settings == Settings()
        assert (await session.snapshot()).step == 0


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


async def test_after_the_target_play_trains_on() -> None:
    async with TrainingSession(Settings(), pace=None) as session:
        end = await until(session, "finished")
        assert end.reason == "target_loss"
        await session.step(10)
        assert (await until(session, "paused")).step == end.step + 10

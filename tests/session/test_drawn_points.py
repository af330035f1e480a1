"""Points that change while the real worker trains on them."""

import numpy as np
import pytest
from sessions import until

from tui_nn.session import CommandError, TrainingSession
from tui_nn.settings import Settings, goes_on

POINTS = "-1,-1,0;1,1,1"


def drawn(points: str = POINTS, **settings: object) -> Settings:
    quick = {"activation": "tanh", "optimizer": "adam", "learning_rate": 0.03, "target_loss": None}
    return Settings.parse({"dataset": "drawn", "points": points, **quick, **settings})


async def test_points_change_while_it_trains() -> None:
    async with TrainingSession(drawn(), pace=2000) as session:
        await session.snapshot()
        run = session.run_number
        for i in range(20):
            await session.set(points=f"{session.settings.points};{i / 4},-1,{i % 2}")
            assert len(session.shown.inputs) == 3 + i
        seen = await session.snapshot()
        assert (session.run_number, seen.status) == (run, "running")
        assert seen.step > 0
        assert seen.predictions is not None
        assert len(seen.predictions) == 22
        await session.set(points="0,0,1")
        assert len(session.shown.inputs) == 1
        assert (await session.snapshot()).status == "running"


async def test_a_point_on_the_wrong_side_lets_a_finished_run_go_on() -> None:
    async with TrainingSession(drawn(target_loss=0.001), pace=None) as session:
        end = await until(session, "finished")
        await session.set(points=f"{POINTS};1.2,1,0")
        assert (await session.snapshot()).status == "running"
        assert (await until(session, "finished")).step > end.step


async def test_points_upon_those_of_a_built_in_set_keep_the_network() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=None, playing=False) as session:
        await session.step(50)
        await until(session, "paused")
        weights = await session.weights()
        await session.set(dataset="drawn", points=POINTS, extent="0,1")
        assert np.array_equal((await session.weights())["W0"], weights["W0"])
        assert (await session.snapshot()).step == 50
        assert session.shown.name == "drawn"
        await session.set(dataset="xor")
        assert len(session.shown.inputs) == 21
        for changes in ({"dataset": "sine"}, {"dataset": "rings"}, {"extent": "0,2"}):
            with pytest.raises(CommandError, match="while a network trains"):
                await session.set(**changes)


async def test_other_classes_need_a_new_network() -> None:
    async with TrainingSession(drawn(), pace=None, playing=False) as session:
        await session.step(50)
        await until(session, "paused")
        three = f"{POINTS};2,2,2"
        assert not goes_on(session.settings, session.settings.changed(points=three))
        with pytest.raises(CommandError, match="need a new network"):
            await session.set(points=three)
        assert session.settings.points == POINTS
        with pytest.raises(CommandError, match="has no points"):
            await session.set(points=None)
        assert (await session.snapshot()).step == 50
        await session.rebuild(points=three)
        assert (await session.snapshot()).step == 0
        assert session.shown.targets.shape == (3, 3)


async def test_a_worker_that_is_killed_goes_on_bit_for_bit() -> None:
    more = f"{POINTS};2,-1,0;-2,1,1;0.5,0.25,0;3,3,1"
    settings = drawn(train_fraction=0.7, noise=0.05, batch_size=2)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        await session.step(100)
        await until(session, "paused")
        await session.set(points=more)
        await session.step(33)
        await until(session, "paused")
        await session.checkpoint()
        await session.restart()
        assert session.settings.points == more
        assert len(session.shown.inputs) == 6
        await session.step(100)
        await until(session, "paused")
        resumed = await session.weights()
    async with TrainingSession(settings, pace=None, playing=False) as session:
        await session.step(100)
        await until(session, "paused")
        await session.set(points=more)
        await session.step(133)
        await until(session, "paused")
        for name, array in (await session.weights()).items():
            assert np.array_equal(array, resumed[name])


async def test_one_goes_back_to_before_points_were_drawn() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=None, playing=False) as session:
        await session.step(100)
        await until(session, "paused")
        await session.set(dataset="drawn", points=POINTS)
        await session.step(100)
        await until(session, "paused")
        await session.branch(100)
        assert (await session.snapshot()).step <= 100
        assert session.settings.points == POINTS
        assert len(session.shown.inputs) == 2


async def test_a_snapshot_says_when_the_points_became_others() -> None:
    async with TrainingSession(drawn(), pace=None, playing=False) as session:
        assert (await session.snapshot()).data_changed == -1
        await session.step(50)
        await until(session, "paused")
        await session.set(learning_rate=0.02)
        assert (await session.snapshot()).data_changed == -1
        await session.set(points=f"{POINTS};1.2,1,0")
        assert (await session.snapshot()).data_changed == 50
        await session.step(10)
        await until(session, "paused")
        await session.restore(await session.checkpoint())
        assert (await session.snapshot()).data_changed == 50
        await session.reset()
        assert (await session.snapshot()).data_changed == -1
        await session.step(50)
        await until(session, "paused")
        await session.set(noise=0.1)
        await session.branch(0)  # with the points of today
        assert (await session.snapshot()).data_changed == 0

"""Steering on the real worker: what can be taken back, and what keys do to the settings."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from sessions import until

from tui_nn.runs.place import Label, Origin
from tui_nn.runs.records import Resumption
from tui_nn.session import CommandError, TrainingSession
from tui_nn.settings import Settings, SettingsError
from tui_nn.ui.steering import FRACTIONS, NOISES, RATES, SAMPLES, Steering, next_of


class Told:
    """What became of the commands."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def done(self, event: str) -> None:
        self.events.append(event)

    def refused(self, reason: str, field: str = "") -> None:
        self.events.append(f"refused: {field}: {reason}")

    def died(self, reason: str) -> None:
        self.events.append(f"died: {reason}")


@asynccontextmanager
async def steering(**settings: Any) -> AsyncIterator[Steering]:
    async with TrainingSession(Settings(**settings), pace=None, playing=False) as session:
        yield Steering(session, Told())


async def test_undo_takes_back_one_change_after_the_other() -> None:
    async with steering(target_loss=None) as wheel:
        before = wheel.session.settings
        with pytest.raises(CommandError, match="nothing to undo"):
            await wheel.undo()
        await wheel.rate(1)
        await wheel.change_all({"optimizer": "adam", "learning_rate": 0.02})
        await wheel.cycle("dataset", 1)
        assert "dataset = xor" in await wheel.undo()
        assert "learning_rate = 2" in await wheel.undo()
        assert wheel.session.settings.optimizer == "gd"
        await wheel.undo()
        assert wheel.session.settings == before
        with pytest.raises(CommandError):
            await wheel.undo()


async def test_the_oldest_change_that_is_remembered_is_undone_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui_nn.ui.steering.UNDO", 3)
    async with steering(target_loss=None) as wheel:
        rates = [1.0, 2.0, 3.0, 4.0]
        for rate in rates:
            await wheel.change("learning_rate", rate)
        for rate in reversed(rates[:-1]):
            await wheel.undo()
            assert wheel.session.settings.learning_rate == rate
        with pytest.raises(CommandError, match="nothing to undo"):
            await wheel.undo()


async def test_what_was_refused_is_not_there_to_be_undone() -> None:
    async with steering(target_loss=None) as wheel:
        await wheel.rate(1)

        async def refuse(**changes: Any) -> None:
            raise CommandError("there is not enough memory for this")

        wheel.session.rebuild = refuse  # type: ignore[method-assign]
        with pytest.raises(CommandError, match="memory"):
            await wheel.change("hidden", (512, 512))
        with pytest.raises(SettingsError):
            await wheel.change("learning_rate", -1)
        await wheel.undo()
        assert wheel.session.settings.learning_rate == "auto"


async def test_a_rate_of_auto_goes_on_from_what_it_stands_for_and_follows_the_optimizer() -> None:
    async with steering(target_loss=None) as wheel:
        await wheel.cycle("optimizer", 1)
        assert wheel.session.settings.learning_rate == "auto"
        assert await wheel.rate(-1) == "learning_rate = 0.005"
        await wheel.cycle("optimizer", -1)
        assert wheel.session.settings.learning_rate == 0.005
        await wheel.start_from({"dataset": "plane"})
        assert wheel.session.settings.learning_rate == "auto"
        assert await wheel.rate(1) == "learning_rate = 0.05"


async def test_undo_of_a_live_change_keeps_the_network() -> None:
    async with steering(target_loss=None) as wheel:
        await wheel.rate(1)
        await wheel.session.step(50)
        await until(wheel.session, "paused")
        await wheel.undo()
        assert (await wheel.session.snapshot()).step == 50


async def test_a_run_that_is_left_in_its_first_moment_has_begun() -> None:
    settings = Settings(target_loss=None)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        wheel = Steering(session, Told(), play=True)
        task = asyncio.create_task(wheel.run())
        await wheel.begun()
        assert session.status == "running"
        await session.pause()
        await wheel.begun()  # a pause is not ended
        assert session.status == "paused"
        task.cancel()


async def test_a_detached_run_is_not_left_for_another_nor_paused_for_it() -> None:
    async with steering(target_loss=None) as wheel:
        session = wheel.session
        await session.play()
        session.hosted = True
        found = Resumption({}, session.history, Origin("0123456789ab", Label(), []))
        with pytest.raises(CommandError, match="leave with q; tui-nn runs resume 0123456789ab"):
            await wheel.go_on(found)
        assert session.status == "running"


async def test_a_start_is_from_the_defaults_and_can_be_undone() -> None:
    async with steering(dataset="spiral", seed=7, noise=0.1) as wheel:
        before = wheel.session.settings
        await wheel.session.step(5)
        await until(wheel.session, "paused")
        event = await wheel.start_from({"dataset": "circle", "activation": "tanh"})
        assert event.endswith("a new run")
        assert wheel.session.settings == Settings(dataset="circle", activation="tanh", seed=7)
        assert (await wheel.session.snapshot()).step == 0
        await wheel.session.step(5)
        await wheel.start_from({"dataset": "circle", "activation": "tanh"})  # again, from 0
        assert (await wheel.session.snapshot()).step == 0
        await wheel.undo()
        assert wheel.session.settings == before


async def test_a_new_sample_has_other_points_and_the_same_network() -> None:
    async with steering(dataset="circle", seed=4, target_loss=None) as wheel:
        weights = await wheel.session.weights()
        points = wheel.session.shown.inputs
        await wheel.new_sample()
        assert wheel.session.settings.data_seed == 5
        assert not np.array_equal(wheel.session.shown.inputs, points)
        assert np.array_equal((await wheel.session.weights())["W0"], weights["W0"])
        await wheel.new_sample()
        assert wheel.session.settings.data_seed == 6
        await wheel.undo()
        await wheel.undo()
        assert np.array_equal(wheel.session.shown.inputs, points)


async def test_what_recovers_and_diverges_again_at_once_was_recovered() -> None:
    wild = {"dataset": "circle", "activation": "relu", "output_activation": "linear"}
    async with steering(learning_rate=1e6, target_loss=None, **wild) as wheel:
        session = wheel.session
        await session.play()
        assert (await until(session, "finished")).reason == "diverged"
        play = session.play

        async def late() -> None:
            await until(session, "finished")
            await play()

        session.play = late  # type: ignore[method-assign]
        assert await wheel.recover() == "back from the divergence, learning_rate = 500000"


async def test_a_new_seed_is_of_all_that_has_none_of_its_own() -> None:
    async with steering(dataset="circle", target_loss=None) as wheel:

        async def drawn() -> list[bytes]:
            await wheel.session.reset()
            return [
                wheel.session.shown.inputs.tobytes(),
                (await wheel.session.weights())["W0"].tobytes(),
            ]

        points, weights = await drawn()
        assert await wheel.new_seed() == "seed = 1; a new run"
        other_points, other_weights = await drawn()
        assert points != other_points
        assert weights != other_weights
        await wheel.new_sample()
        points, _ = await drawn()
        assert await wheel.new_seed() == "seed = 2; a new run, still with data_seed = 2"
        assert (await drawn())[0] == points
        assert (await drawn())[1] != other_weights


async def test_noise_points_and_shares_go_round() -> None:
    async with steering(dataset="circle", target_loss=None) as wheel:
        session = wheel.session
        seen = [(await wheel.noise(), session.settings.noise)[1] for _ in NOISES]
        assert seen == [*NOISES[1:], 0.0]
        shares = [
            (await wheel.train_fraction(), session.settings.train_fraction)[1] for _ in FRACTIONS
        ]
        assert shares == [*reversed(FRACTIONS[:-1]), 1.0]
        counts = [(await wheel.samples(), session.settings.samples)[1] for _ in SAMPLES]
        assert counts == [*SAMPLES[2:], *SAMPLES[:2]]
        assert (await session.snapshot()).step == 0


def test_the_next_of_some_values() -> None:
    assert next_of(RATES, 1.0, 1) == 2.0
    assert next_of(RATES, 0.3, -1) == 0.2
    assert next_of(RATES, RATES[-1], 1) == RATES[-1]
    assert next_of(RATES, 1e-9, -1) == 1e-9


async def test_commands_are_carried_out_in_turn_and_a_wrong_one_stops_none() -> None:
    async with steering(target_loss=None) as wheel:
        carrying = asyncio.create_task(wheel.run())
        wheel.enqueue("change", "learning_rate", "x")
        wheel.enqueue("run_until", "step", 0.5)
        wheel.enqueue("rate", 1)
        async with asyncio.timeout(10):
            while len(wheel.wheelhouse.events) < 3:
                await asyncio.sleep(0.01)
        carrying.cancel()
        first, *_, last = wheel.wheelhouse.events
        assert first.startswith("refused: learning_rate: ")
        assert last == "learning_rate = 2"


async def test_a_key_that_is_held_does_not_run_on_after_its_release() -> None:
    wheel = Steering(TrainingSession(Settings()), Told())
    done: list[str] = []

    async def change(name: str, value: Any) -> str:
        done.append(name)
        return ""

    wheel.change = change  # type: ignore[method-assign]
    for _ in range(50):
        wheel.enqueue("new_sample")
    for direction in (1, -1, 1):  # of which each is meant
        wheel.enqueue("rate", direction)
    carrying = asyncio.create_task(wheel.run())
    await asyncio.sleep(0.01)
    carrying.cancel()
    assert done == ["data_seed", *3 * ["learning_rate"]]


@pytest.mark.parametrize(
    ("what", "value", "step"),
    [("step", 130, 130), ("step", 130.5, 131), ("epoch", 0.5, 20), ("epoch", 2.3, 92)],
)
async def test_a_run_goes_on_until_the_step_of_its_goal(what: str, value: float, step: int) -> None:
    async with steering(target_loss=None, steps_per_epoch=40) as wheel:
        await wheel.run_until(what, value)
        assert (await until(wheel.session, "paused")).step == step
        with pytest.raises(CommandError, match="reached already"):
            await wheel.run_until(what, value)


class Sheet:
    """What was drawn, for steering to take."""

    def __init__(self) -> None:
        self.stroke: object = None
        self.waits = False
        self.drawn: dict[str, Any] = {}
        self.well: list[bool] = []

    def draw(self, points: str, stroke: object) -> None:
        self.drawn, self.stroke = {"points": points}, stroke

    def take(self) -> dict[str, Any]:
        taken, self.drawn = self.drawn, {}
        return taken

    def landed(self, *, well: bool) -> None:
        self.well.append(well)


async def test_what_is_drawn_in_a_stroke_is_undone_together() -> None:
    async with steering(target_loss=None) as wheel:
        sheet, first, second = Sheet(), object(), object()
        sheet.draw("0,0,0", first)
        sheet.drawn["dataset"] = "drawn"
        assert "dataset = drawn, points = 1 point, 1 class" in await wheel.draw(sheet)
        for i, stroke in enumerate((first, second, second)):
            sheet.draw("0,0,0" + i * ";1,1,1" + ";1,0,0", stroke)
            assert await wheel.draw(sheet) == ""  # no line in the log for each
        assert await wheel.draw(sheet) == ""  # there is nothing new
        await wheel.undo()
        assert wheel.session.settings.points == "0,0,0;1,0,0"
        await wheel.undo()
        assert wheel.session.settings.dataset == "xor"
        sheet.draw("0,0,11", object())
        with pytest.raises(SettingsError, match="class 11"):
            await wheel.draw(sheet)
        assert sheet.well == [True] * 5 + [False]


async def test_the_stroke_that_goes_on_is_the_one_that_was_begun() -> None:
    async with steering(dataset="drawn", points="0,0,0", target_loss=None) as wheel:
        sheet, set_points = Sheet(), wheel.session.set

        async def slow(**changes: Any) -> None:
            sheet.draw("0,0,0;1,1,1;2,2,0", object())  # while the worker is busy
            await set_points(**changes)

        wheel.session.set = slow  # type: ignore[method-assign]
        sheet.draw("0,0,0;1,1,1", object())
        await wheel.draw(sheet)
        wheel.session.set = set_points  # type: ignore[method-assign]
        await wheel.draw(sheet)
        await wheel.undo()
        assert wheel.session.settings.points == "0,0,0;1,1,1"


async def test_a_start_from_a_recipe_keeps_what_was_drawn() -> None:
    async with steering(dataset="drawn", points="0,0,0") as wheel:
        await wheel.start_from({"dataset": "circle"})
        assert wheel.session.settings == Settings(dataset="circle", points="0,0,0")
        await wheel.cycle("dataset", -1)
        assert wheel.session.settings.dataset == "linear"
        await wheel.change("dataset", "drawn")
        assert len(wheel.session.shown.inputs) == 1

"""The real app on the real worker, driven by keys."""

import os
import signal
from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.widgets.status_line import StatusLine


async def until(pilot: Pilot[int], true: Callable[[], object]) -> None:
    for _ in range(200):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError("it did not happen within ten seconds")


async def test_keys_change_the_run_without_a_reset() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=500) as session:
        app = Dashboard(session)
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.latest and app.latest.step > 20)
            await pilot.press("o", "left_square_bracket", "plus")
            assert session.settings.optimizer == "adam"
            assert session.settings.learning_rate == 0.5
            assert session.pace == 1000
            await pilot.press("space")
            await until(pilot, lambda: app.latest and app.latest.status == "paused")
            assert app.latest is not None
            step = app.latest.step
            assert step > 20
            await pilot.press("s")
            await until(pilot, lambda: app.latest and app.latest.step == step + 1)
            await pilot.press("d")
            await until(pilot, lambda: app.latest and app.latest.settings["dataset"] == "linear")
            assert len(session.dataset.inputs) == 100


async def test_a_wrong_value_is_marked_and_the_run_goes_on() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=500) as session:
        app = Dashboard(session)
        async with app.run_test(size=(120, 40)) as pilot:
            field = app.query_one("#learning_rate", Input)
            field.focus()
            field.value = "minus one"
            await pilot.press("enter")
            await until(pilot, lambda: field.has_class("invalid"))
            assert "must be a number > 0" in str(app.query_one("#wrong-learning_rate").render())
            assert session.settings.learning_rate == 1.0
            field.value = "0.25"
            await pilot.press("enter")
            await until(pilot, lambda: session.settings.learning_rate == 0.25)
            assert not field.has_class("invalid")


async def test_a_killed_worker_is_reported_and_r_restarts_it() -> None:
    async with TrainingSession(Settings(target_loss=None), pace=500) as session:
        app = Dashboard(session)
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: app.latest and app.latest.step > 10)
            assert session.pid is not None
            os.kill(session.pid, signal.SIGKILL)
            await until(pilot, lambda: "SIGKILL" in str(app.query_one(StatusLine).render()))
            await pilot.press("r")
            await until(pilot, lambda: not app.dead and app.latest and app.latest.step > 0)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (120, 40), (200, 60)])
async def test_every_size_and_key_is_survived(size: tuple[int, int]) -> None:
    async with TrainingSession(Settings(), pace=None) as session:
        app = Dashboard(session)
        async with app.run_test(size=size) as pilot:
            await pilot.press(
                "l", "tab", "tab", "tab", "D", "O", "a", "S", "r", "R", "question_mark"
            )
            await pilot.press("escape", "comma", "escape", "y", "minus")
            await until(pilot, lambda: app.latest)

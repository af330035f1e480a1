"""The real app on the real worker, driven by keys."""

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from driving import Driver, dashboard
from rich.style import Style
from textual.events import Click
from textual.widgets import Input, OptionList, RichLog, Select

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.actions import ACTIONS, TOPICS
from tui_nn.ui.app import Dashboard
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.widgets.status_line import StatusLine


def shown(widget: object) -> str:
    return str(widget.render())  # type: ignore[attr-defined]


async def test_it_opens_playing_xor_with_the_classic_preset() -> None:
    async with dashboard(pace=50) as driver:
        await driver.until_step(20)
        assert driver.main.latest is not None
        assert driver.main.latest.status == "running"
        assert driver.session.settings.dataset == "xor"
        assert "running" in shown(driver.app.main.query_one(StatusLine))


async def test_learning_rate_and_optimizer_change_while_it_runs() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(20)
        assert driver.main.latest is not None
        step = driver.main.latest.step
        await driver.pilot.press("o", "left_square_bracket", "plus")
        await driver.until(lambda: driver.session.pace == 1000)
        assert driver.session.settings.optimizer != "gd"
        assert driver.session.settings.learning_rate == 0.005
        await driver.until_step(step + 1)
        chosen = driver.main.query_one("#optimizer", Select).value
        assert chosen == driver.session.settings.optimizer
        assert driver.main.query_one("#learning_rate", Input).value == "0.005"


async def test_pause_step_epoch_and_play() -> None:
    async with dashboard(target_loss=None, steps_per_epoch=40) as driver:
        await driver.until_step(5)
        await driver.pilot.press("space")
        await driver.until_status("paused")
        assert driver.main.latest is not None
        step = driver.main.latest.step
        await driver.pilot.press("s")
        await driver.until_step(step + 1)
        await driver.pilot.press("S")
        await driver.until_step(step + 41)
        await driver.until_status("paused")
        assert driver.main.latest.step == step + 41
        await driver.pilot.press("space")
        await driver.until_step(step + 50)


async def test_reset_keeps_the_seed_and_a_new_seed_is_another_network() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        first = await driver.session.weights()
        await driver.pilot.press("s")
        await driver.until_step(1)
        await driver.pilot.press("r")
        await driver.until(lambda: driver.main.latest and driver.main.latest.step == 0)
        assert np.array_equal((await driver.session.weights())["W0"], first["W0"])
        await driver.pilot.press("R")
        await driver.until(lambda: driver.session.settings.seed == 1)
        assert not np.array_equal((await driver.session.weights())["W0"], first["W0"])


async def test_another_data_set_or_activation_is_a_new_run() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(20)
        await driver.pilot.press("d", "a")
        await driver.until(lambda: driver.session.settings.activation == "tanh")
        assert driver.session.settings.dataset == "linear"
        assert len(driver.session.shown.inputs) == 100
        await driver.pilot.press("D", "A")
        await driver.until(lambda: driver.session.settings == Settings(target_loss=None))


async def test_after_the_target_space_trains_on() -> None:
    async with dashboard(pace=None) as driver:
        await driver.until_status("finished")
        assert "target loss reached" in shown(driver.main.query_one(StatusLine))
        assert driver.main.latest is not None
        step = driver.main.latest.step
        await driver.pilot.press("space")
        await driver.until_step(step + 100)


async def test_the_pace_goes_from_one_step_a_second_to_as_fast_as_it_can() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.pilot.press(*["minus"] * 12)
        await driver.until(lambda: driver.session.pace == 1)
        await driver.pilot.press(*["plus"] * 15)
        await driver.until(lambda: driver.session.pace is None)


async def test_a_wrong_value_is_marked_at_its_field_and_the_run_goes_on() -> None:
    async with dashboard(target_loss=None) as driver:
        field = await driver.field("learning_rate")
        field.focus()
        field.value = "minus one"
        await driver.pilot.press("enter")
        line = field.parent.parent
        assert line is not None
        await driver.until(lambda: line.has_class("invalid"))
        assert "a number above 0, at most 1e9" in shown(line.query_one(".wrong"))
        assert driver.session.settings.learning_rate == "auto"
        assert driver.main.latest is not None
        await driver.until_step(driver.main.latest.step + 1)
        field.value = "0.25"
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.session.settings.learning_rate == 0.25)
        await driver.until(lambda: not line.has_class("invalid"))


async def test_keys_typed_into_a_field_are_text_and_escape_takes_them_back() -> None:
    async with dashboard() as driver:
        field = await driver.field("seed")
        field.focus()
        await driver.pilot.press("d", "plus", "q", "question_mark")
        assert field.value == "d+q?"
        await driver.pilot.press("escape")
        assert driver.main.focused is None
        assert field.value == "0"
        assert driver.session.settings.dataset == "xor"


async def test_a_killed_worker_is_reported_and_r_goes_on_from_its_checkpoint() -> None:
    async with dashboard((80, 24), target_loss=None) as driver:
        await driver.until_step(100)
        await driver.session.checkpoint()
        points = len(driver.session.history)
        assert driver.session.pid is not None
        os.kill(driver.session.pid, signal.SIGKILL)
        await driver.until(lambda: "SIGKILL" in shown(driver.main.query_one(StatusLine)))
        await driver.pilot.press("space", "l", "s")  # they find nobody and change nothing
        assert len(driver.session.history) >= points
        await driver.pilot.press("r")
        await driver.until(lambda: not driver.main.steering.dead)
        await driver.until_step(100)
        assert driver.session.history[0, 0] == 0
        assert np.all(np.diff(driver.session.history[:, 0]) > 0)


async def test_the_log_is_saved_and_says_where(tmp_path: Path) -> None:
    async with dashboard() as driver:
        driver.main.logbook.path = tmp_path / "new" / "run"
        await driver.until_step(10)
        await driver.pilot.press("right_square_bracket")
        await driver.until(lambda: driver.session.settings.learning_rate == 2)
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: "log saved" in str(driver.main.query_one(RichLog).lines))
        saved = tmp_path / "new" / "run.txt"
        assert "learning_rate = 2" in saved.read_text()
        assert {path.suffix for path in saved.parent.iterdir()} == {".txt", ".html", ".svg"}


async def test_a_log_that_cannot_be_saved_is_a_line_not_an_end() -> None:
    async with dashboard() as driver:
        driver.main.logbook.path = Path("/proc/nowhere/log")
        await driver.until_step(1)
        await driver.pilot.press("ctrl+s")
        await driver.notified("log not saved")


async def test_there_is_no_log_to_save_before_anything_was_seen() -> None:
    async with TrainingSession(Settings(), playing=False) as session:
        await session.ready()
        os.kill(session.pid, signal.SIGKILL)
        app = Dashboard(session)
        async with app.run_test() as pilot:
            driver = Driver(app, pilot)
            await driver.until(lambda: app.main.dead)
            await pilot.press("ctrl+s")
            await driver.until(lambda: app._notifications)
            assert [note.message for note in app._notifications] == ["nothing to save yet"]
            await driver.settled()


async def test_help_lists_every_key_and_closes() -> None:
    async with dashboard((80, 24)) as driver:
        await driver.pilot.press("question_mark")
        assert isinstance(driver.app.screen, HelpScreen)
        await driver.pilot.press("d")
        assert driver.session.settings.dataset == "xor"
        await driver.pilot.press("escape")
        assert driver.app.screen is driver.main


async def test_the_palette_has_every_action() -> None:
    async with dashboard() as driver:
        titles = {command.title for command in driver.app.get_system_commands(driver.main)}
        assert {a.title for a in ACTIONS} - {"Help", "Quit"} <= titles


async def test_enter_twice_in_the_palette_closes_it_once() -> None:
    async with dashboard() as driver:
        await driver.field("seed")
        await driver.pilot.press("ctrl+p")
        commands = await driver.shown(OptionList)
        await driver.until(lambda: commands.option_count)
        for key in ("down", "enter", "enter"):  # in one read
            driver.app.simulate_key(key)
            await asyncio.sleep(0)
        await driver.until(lambda: driver.app.screen is driver.main)
        await driver.pilot.pause()
        assert driver.app.is_running


async def test_a_click_on_an_option_that_has_just_gone() -> None:
    async with dashboard() as driver:
        await driver.field("seed")
        await driver.pilot.press("ctrl+r")
        found = await driver.shown(OptionList)
        last = Style(meta={"option": found.option_count - 1})
        click = Click(found, 5, 5, 0, 0, 1, False, False, False, 5, 5, last)
        found.post_message(click)
        found.clear_options()
        await driver.pilot.pause()
        assert driver.app.is_running


async def test_panes_of_a_small_window() -> None:
    async with dashboard((80, 24)) as driver:
        await driver.field("seed")

        def shown_panes() -> list[str]:
            return [name for name, pane in driver.main.panes.items() if pane.display]

        assert shown_panes() == ["loss", "maps"]
        await driver.pilot.press("7")
        assert shown_panes() == ["loss", "log"]
        await driver.pilot.press("tab")
        assert shown_panes() == ["loss"]
        await driver.pilot.press("comma")
        assert shown_panes() == ["loss", "settings"]
        assert driver.main.focused is not None
        await driver.pilot.press("escape", "tab")
        assert shown_panes() == ["loss", "log"]


async def test_a_page_key_in_a_list_that_has_no_room_yet() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        choice = driver.main.query_one("#optimizer", Select)
        choice.action_show_overlay()
        options = choice.query_one(OptionList)
        options.action_page_down()
        await driver.until(lambda: options.has_focus and options.size.height)
        await driver.pilot.press("pagedown", "enter")
        await driver.until(lambda: driver.session.settings.optimizer != "gd")


async def test_that_a_network_learns_no_more_is_said_once_wherever_one_looks() -> None:
    dead = {"dataset": "circle", "activation": "relu", "init": "normal", "learning_rate": 20}
    async with dashboard((80, 24), pace=None, target_loss=None, **dead) as driver:
        await driver.notified("no gradient is left")
        assert driver.main.latest is not None
        await driver.until_step(driver.main.latest.step + 1000)
        said = [text for _, text in driver.main.logbook.events if "no gradient" in text]
        assert len(said) == 1
        assert "relu units dead: 4 of 8 in layer 2" in said[0]
        assert "R: new seed, or another rate or init" in said[0]


async def test_the_status_says_that_a_network_learns_no_more_until_it_learns_again() -> None:
    dead = {"dataset": "circle", "activation": "relu", "init": "normal", "learning_rate": 20}

    def first_words() -> list[str]:
        return [line.split("  ")[0] for line in str(driver.main.status.content).splitlines()]

    async with dashboard((80, 24), pace=None, target_loss=None, **dead) as driver:
        await driver.until(lambda: first_words()[0] == "▶ not learning")
        assert "; R: new seed, or another rate or init · " in first_words()[1]
        await driver.pilot.press("space")
        await driver.until_status("paused")
        await driver.until(lambda: first_words()[0] == "‖ paused")
        driver.main.steer("change_all", {"dataset": "linear", "learning_rate": 0.1})
        await driver.pilot.press("space")
        await driver.until(lambda: first_words()[0] == "▶ running")
        assert "new seed" not in first_words()[1]


async def test_the_help_has_a_line_for_each_key() -> None:
    async with dashboard((80, 24), playing=False) as driver:
        await driver.pilot.press("question_mark")
        _, *parts = driver.app.screen.query("TextScreen Static")
        tables = parts[1::2]
        assert [part.size.height for part in tables] == [
            *(len(actions) + 1 for actions in TOPICS.values())
        ]


@pytest.mark.parametrize("size", [(1, 1), (80, 24)])
async def test_every_size_and_key_is_survived(size: tuple[int, int]) -> None:
    async with dashboard(size, pace=None) as driver:
        for action in ACTIONS:
            if action.method != "quit":
                driver.app.simulate_key(action.keys.split(",")[0])
                await asyncio.sleep(0.01)
            await driver.back()
        await driver.pilot.press("escape", "space")
        await driver.until(lambda: driver.main.latest)


async def test_nothing_is_drawn_while_paused() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        await driver.field("seed")
        await driver.until(lambda: driver.main.watcher.at_rest)
        await driver.pilot.pause(0.5)
        latest = driver.main.latest
        await driver.pilot.pause(0.5)
        assert driver.main.latest is latest


async def test_a_worker_that_dies_while_paused_is_reported_too() -> None:
    async with dashboard(playing=False) as driver:
        await driver.until_status("paused")
        assert driver.session.pid is not None
        os.kill(driver.session.pid, signal.SIGKILL)
        await driver.until(lambda: "SIGKILL" in shown(driver.main.query_one(StatusLine)))


async def test_a_pause_is_kept_and_a_change_of_settings_restarts_a_dead_worker() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(50)
        await driver.pilot.press("space")
        await driver.until_status("paused")
        await driver.until(lambda: driver.main.watcher.at_rest)
        assert driver.main.latest is not None
        step = driver.main.latest.step
        await driver.pilot.pause(0.3)
        assert driver.session.pid is not None
        os.kill(driver.session.pid, signal.SIGKILL)
        await driver.until(lambda: driver.main.steering.dead)
        await driver.pilot.press("o")
        await driver.until(lambda: "restarted" in str(driver.main.logbook.events))
        assert driver.session.settings.optimizer != "gd"
        assert driver.main.latest.step == step
        assert f"restarted from step {step}" in str(driver.main.logbook.events)


async def test_quick_pauses_and_plays_are_all_heard() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until_step(5)
        await driver.pilot.press(*["space"] * 8)
        assert driver.main.latest is not None
        step = driver.main.latest.step
        await driver.until_step(step + 50)
        await driver.pilot.press(*["space"] * 3)
        await driver.until_status("paused")


async def test_the_same_value_in_other_words_changes_nothing() -> None:
    async with dashboard(playing=False) as driver:
        field = await driver.field("hidden")
        field.focus()
        field.value = "8, 8"
        await driver.pilot.press("enter")
        await driver.until(lambda: field.value == "8,8")
        assert len(driver.app._notifications) == 0


async def test_a_step_that_takes_long_does_not_hold_up_the_keys() -> None:
    async with dashboard(target_loss=None) as driver:
        await driver.until(lambda: driver.main.latest)
        await driver.field("seed")
        assert driver.session.pid is not None
        os.kill(driver.session.pid, signal.SIGSTOP)  # as one that never ends
        try:
            await driver.pilot.press("o", "plus", "l", "question_mark")
            assert isinstance(driver.app.screen, HelpScreen)
            assert not driver.main.chart.log_axis
            await driver.until(lambda: "working" in shown(driver.main.query_one(StatusLine)))
        finally:
            os.kill(driver.session.pid, signal.SIGCONT)
        await driver.until(lambda: "pace 1000/s" in str(driver.main.logbook.events))
        assert "optimizer" in str(driver.main.logbook.events)

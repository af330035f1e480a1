"""The first frame: what it waits for, what it shows, and what becomes of keys pressed so early."""

import asyncio
import subprocess
import sys

from textual.events import Key
from textual.widgets._footer import FooterKey

from tui_nn.session import CommandError, TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.layout import PANES
from tui_nn.ui.screens.help import HelpScreen
from tui_nn.ui.screens.opening import Opening

# What `tui-nn` does until the first frame, but for the terminal and the worker.
FIRST_FRAME = """
import os, sys
sys.argv = ["tui-nn"]
from tui_nn import cli, ui
from tui_nn.cli import dashboard
async def begin(events):
    os.write(1, " ".join(sys.modules).encode())
    os._exit(0)
async def run_dashboard(*arguments, **options):
    from tui_nn.ui.app import Dashboard, layout_path
    layout_path()
    async with Dashboard(begin).run_test() as pilot:
        await pilot.pause(20)
dashboard.check_terminal = lambda: None
ui.run_dashboard = run_dashboard
cli.main()
"""
LATER = {"numpy", "pydantic", "cyclopts", "plotext", "msgpack", "threadpoolctl", "tui_nn.settings"}


def test_the_first_frame_waits_for_nothing_heavy() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME], capture_output=True, text=True, check=True
    )
    modules = set(answer.stdout.split())
    assert "tui_nn.ui.screens.opening" in modules
    assert LATER & modules == set()


async def test_it_can_be_left_before_the_run_is_there() -> None:
    async def begin(events: list[tuple[int, str]]) -> TrainingSession:
        await asyncio.sleep(60)
        raise AssertionError

    app = Dashboard(begin)
    async with asyncio.timeout(20), app.run_test() as pilot:
        while not app._begun:
            await pilot.pause(0.01)
        await pilot.press("q")
        while app.is_running:
            await asyncio.sleep(0.01)


async def test_what_keeps_the_run_from_beginning_ends_the_dashboard_with_a_reason() -> None:
    async def begin(events: list[tuple[int, str]]) -> TrainingSession:
        raise CommandError("no such thing")

    app = Dashboard(begin)
    async with asyncio.timeout(20), app.run_test():
        while app.is_running:
            await asyncio.sleep(0.01)
    assert str(app.failure) == "no such thing"


async def test_the_first_frame_has_titles_and_keys_and_gives_way_to_the_main_screen() -> None:
    seen = {}
    async with TrainingSession(Settings(), playing=False) as session:

        async def begin(events: list[tuple[int, str]]) -> TrainingSession:
            assert isinstance(app.screen, Opening)
            seen["titles"] = [pane.border_title for pane in app.screen.grid.panes.values()]
            seen["keys"] = [key.description for key in app.screen.query(FooterKey)]
            await app.on_event(Key("question_mark", "?"))
            return session

        app = Dashboard(begin, play=False)
        async with app.run_test(size=(120, 40)) as pilot:
            for _ in range(200):
                if isinstance(app.screen, HelpScreen):  # the key was not lost
                    break
                await pilot.pause(0.05)
            assert app.screen_stack == [app.main, app.screen]
            while not app.main.query("#seed"):
                await pilot.pause(0.05)
            await app.main.form.settled()
    titles = zip(seen["titles"], enumerate(PANES.values(), 1), strict=True)
    assert all(said.startswith(f"{i} {title}") for said, (i, title) in titles)
    assert {"play/pause", "step", "quit", "palette"} <= set(seen["keys"])

"""The dashboard of who watches a run that another one steers."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from test_server import attached, served
from textual.widgets._footer import FooterKey

from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.screens.main import MainScreen
from tui_nn.ui.widgets.key_line import KeyLine

pytestmark = pytest.mark.usefixtures("runtime")


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def keys(line: KeyLine) -> list[str]:
    """What its keys are called."""
    return [key.description for key in line.query(FooterKey)]


async def test_who_watches_looks_back_in_silence_and_takes_over() -> None:
    async with (
        served(pace=2000, playing=True) as there,
        attached(there) as first,
        attached(there) as session,
    ):
        await first.snapshot()
        app = Dashboard(session, None, play=False)
        async with app.run_test(size=(120, 40)) as pilot:
            main = app.main
            await until(lambda: main.latest and len(main.latest.moments) > 3)
            assert session.role == "watching"
            await until(lambda: "leave" in keys(main.footer))
            assert "quit" not in keys(main.footer)
            app.clear_notifications()
            await pilot.press("less_than_sign")
            await until(lambda: main.view and main.view.moment is not None)
            assert not app._notifications
            await pilot.press("T")
            await until(lambda: session.role == "attached")
            assert there.session.status == "running"
            await pilot.press("less_than_sign")
            await until(lambda: there.session.status == "paused")
            await main.form.settled()


async def test_of_a_run_that_was_stopped_one_thing_is_said() -> None:
    async with served(pace=2000, playing=True) as there, attached(there) as session:
        app = Dashboard(session, None, play=False)
        async with app.run_test(size=(120, 40)):
            main = app.main
            await until(lambda: main.latest)
            for reason in ("run 12 stopped, and saved", "the host is gone"):
                main.died(reason)
            await asyncio.sleep(0.2)
            assert not app._notifications
            assert "stopped, and saved" in str(main.status.render())
            assert "host is gone" not in str(main.logbook.events)
            await main.form.settled()


async def test_what_there_is_to_say_of_a_file_is_said_once_however_often_one_attaches(
    tmp_path: Path,
) -> None:
    path = tmp_path / "three.csv"
    path.write_text("x,y\n" + "1,a\n2,b\n" * 4 + "3,c\n")

    def said(main: MainScreen, text: str) -> int:
        return sum(text in event for _, event in main.logbook.events)

    async with served(Settings(dataset=str(path))) as there:
        for times in (1, 2):
            async with attached(there) as session:
                app = Dashboard(session, None, play=False)
                async with app.run_test(size=(120, 40)):
                    main = app.main
                    await until(lambda main=main: said(main, "rows"))
                    for share in (0.4, 1.0) * times:
                        main.steer("change", "train_fraction", share)
                        await until(lambda v=share, s=session: s.settings.train_fraction == v)
                        main.watcher.wake()
                    await until(lambda main=main: said(main, "no row to train on of class c"))
                    await asyncio.sleep(0.2)
                    assert said(main, "9 rows") == 1
                    assert said(main, "no row to train on of class c") == 1
                    await main.form.settled()

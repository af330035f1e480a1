"""How the tests drive the real app on the real worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard

W = TypeVar("W", bound=Widget)


class Driver:
    """A dashboard, its screen and its pilot."""

    def __init__(self, app: Dashboard, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.main = app, pilot, app.main

    @property
    def session(self) -> TrainingSession:
        return self.main.session

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.01)

    async def field(self, name: str) -> Input:
        """A field of the form, which comes a moment after the first picture."""
        await self.until(lambda: self.main.query(f"#{name}"))
        await self.settled()
        return self.main.query_one(f"#{name}", Input)

    async def shown(self, kind: type[W]) -> W:
        """The widget of this kind on the screen above, when it is there."""
        await self.until(lambda: self.app.screen is not self.main and self.app.screen.query(kind))
        return self.app.screen.query_one(kind)

    async def notified(self, text: str) -> None:
        """A notification says this; it is there a moment after what it is about."""
        await self.until(lambda: text in str([note.message for note in self.app._notifications]))

    async def settled(self) -> None:
        """Textual can't take down a form that is half there."""
        await self.main.form.settled()

    async def back(self) -> None:
        """To the main screen, however many are above it; one may be a moment from coming up."""
        async with asyncio.timeout(30):
            while self.app.screen is not self.main:
                await self.pilot.press("escape")

    async def until_step(self, step: int) -> None:
        await self.until(lambda: self.main.latest and self.main.latest.step >= step)

    async def until_status(self, status: str) -> None:
        await self.until(lambda: self.main.latest and self.main.latest.status == status)


@asynccontextmanager
async def dashboard(
    size: tuple[int, int] = (120, 40),
    *,
    pace: int | None = 500,
    playing: bool = True,
    log: Path | None = None,
    store: Path | None = None,
    notifications: bool = False,
    **settings: Any,
) -> AsyncIterator[Driver]:
    """notifications: whether they are shown, not only kept."""
    async with TrainingSession(Settings(**settings), pace=pace, playing=False) as session:
        app = Dashboard(session, log, play=playing, store=store)
        async with app.run_test(size=size, notifications=notifications) as pilot:
            driver = Driver(app, pilot)
            yield driver
            await driver.settled()
            app.workers.cancel_all()  # as the end of the program does, before the panes go


class OwnedDashboard(Dashboard):
    """A dashboard that starts its session itself, for pictures that are taken from outside."""

    async def run_async(self, **options: Any) -> Any:
        async with self.main.session:
            return await super().run_async(**options)

    async def train(self, pilot: Pilot[None], steps: int) -> None:
        """Take exactly so many steps and show them, so that the picture is always the same."""
        driver = Driver(self, pilot)
        await driver.until_status("paused")
        if steps:
            await driver.until(lambda: self.main.watcher.at_rest)
            await self.main.session.step(steps)
            while (await self.main.session.snapshot()).status != "paused":
                await pilot.pause(0.01)
            self.main.watcher.wake()
            await driver.until_step(steps)
            await driver.until_status("paused")

    async def settle(self, pilot: Pilot[None]) -> None:
        """Until all that was asked for has been drawn."""
        watcher = self.main.watcher
        await pilot.pause()
        await Driver(self, pilot).until(lambda: watcher.at_rest and not watcher._wake.is_set())
        await pilot.pause()

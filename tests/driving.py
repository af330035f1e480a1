"""How the tests drive the real app on the real worker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard


class Driver:
    """A dashboard, its screen and its pilot."""

    def __init__(self, app: Dashboard, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.main = app, pilot, app.main

    @property
    def session(self) -> TrainingSession:
        return self.main.session

    async def until(self, true: Callable[[], object]) -> None:
        for _ in range(200):
            if true():
                return
            await self.pilot.pause(0.05)
        raise AssertionError("it did not happen within ten seconds")

    async def field(self, name: str) -> Input:
        """A field of the form, which comes a moment after the first picture."""
        await self.until(lambda: self.main.query(f"#{name}"))
        return self.main.query_one(f"#{name}", Input)

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
    **settings: Any,
) -> AsyncIterator[Driver]:
    async with TrainingSession(Settings(**settings), pace=pace, playing=False) as session:
        app = Dashboard(session, log, play=playing, store=store)
        async with app.run_test(size=size) as pilot:
            yield Driver(app, pilot)
            await app.main.form.settled()


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
            self.main.done("")
            await driver.until_step(steps)
            await driver.until_status("paused")

    async def settle(self, pilot: Pilot[None]) -> None:
        """Until all that was asked for has been drawn."""
        watcher = self.main.watcher
        await pilot.pause()
        await Driver(self, pilot).until(lambda: watcher.at_rest and not watcher._wake.is_set())
        await pilot.pause()

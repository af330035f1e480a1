"""Steering: what keys and form do to the run. The only place where the dashboard gives commands.

Commands are carried out one after the other and never hold up the next key: a large network may
take a while to answer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Protocol

from tui_nn.session import CommandError, TrainingSession, WorkerDied
from tui_nn.settings import SettingsError, as_text, field_info, label
from tui_nn.ui.widgets.status_line import pace_text

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, math.inf)
RATES = tuple(float(f"{m}e{e}") for e in range(-6, 3) for m in (1, 2, 5))


class Wheelhouse(Protocol):
    """Who is told what has become of a command."""

    def done(self, event: str) -> None:
        """It was carried out; event: what the log says of it, or ""."""

    def refused(self, reason: str, field: str = "") -> None:
        """It was impossible; field: the setting that was wrong, if it was one."""

    def died(self, reason: str) -> None:
        """There is no worker any more."""


class Steering:
    """Turns the names of `ui/actions` into commands of a session, in turn."""

    def __init__(self, session: TrainingSession, wheelhouse: Wheelhouse) -> None:
        self.session, self.wheelhouse = session, wheelhouse
        self.dead = False  # whether the worker is
        self._commands: asyncio.Queue[Callable[[], Coroutine[Any, Any, str]]] = asyncio.Queue()

    def enqueue(self, command: str, *values: Any) -> None:
        """Let a method of this class be carried out when those before it are done."""
        self._commands.put_nowait(partial(getattr(self, command), *values))

    async def run(self) -> None:
        """Carry out the commands, for ever. Here a session's errors become text."""
        while True:
            command = await self._commands.get()
            try:
                self.wheelhouse.done(await command())
            except WorkerDied as error:
                self.dead = True
                self.wheelhouse.died(str(error))
            except CommandError as error:
                self.wheelhouse.refused(str(error))
            except SettingsError as error:
                self.wheelhouse.refused(error.reason, error.field)

    async def play_pause(self) -> str:
        running = self.session.status == "running"
        await (self.session.pause() if running else self.session.play())
        return ""

    async def step(self) -> str:
        await self.session.step(1)
        return ""

    async def epoch(self) -> str:
        await self.session.step(self.session.settings.steps_per_epoch)
        return ""

    async def reset(self) -> str:
        """Back to step 0; if the worker is dead, back to its last checkpoint."""
        if not self.dead:
            await self.session.reset()
            return "reset"
        return await self._restart()

    async def _restart(self, **changes: Any) -> str:
        await self.session.restart(**changes)
        self.dead = False
        return f"restarted from step {(await self.session.snapshot()).step}"

    async def change(self, name: str, value: Any) -> str:
        """Change a setting: while the network trains where that is possible, else anew."""
        try:
            settings = self.session.settings.changed(**{name: value})
        except SettingsError as error:
            if error.field == name:
                raise
            raise SettingsError(f"{label(error.field)} {error.reason}", name) from None
        changes = self.session.settings.differences(settings)
        if self.dead:
            return await self._restart(**changes)
        event = ", ".join(f"{name} = {as_text(value)}" for name, value in changes.items())
        if all(field_info(name)["live"] for name in changes):
            if changes:
                await self.session.set(**changes)
            return event
        await self.session.rebuild(**changes)
        return f"{event}; a new run"

    async def new_seed(self) -> str:
        return await self.change("seed", (self.session.settings.seed + 1) % 2**32)

    async def cycle(self, name: str, direction: int) -> str:
        settings = self.session.settings.cycled(name, direction)
        return await self.change(name, getattr(settings, name))

    async def rate(self, direction: int) -> str:
        rate = self.session.settings.learning_rate
        return await self.change("learning_rate", next_of(RATES, rate, direction))

    async def pace(self, direction: int) -> str:
        pace = next_of(PACES, self.session.pace or math.inf, direction)
        await self.session.set_pace(None if pace == math.inf else int(pace))
        return f"pace {pace_text(self.session.pace)}"


def next_of(values: Sequence[float], now: float, direction: int) -> float:
    """The next larger (direction 1) or smaller (-1) of the ascending values, or `now`."""
    if direction > 0:
        return next((value for value in values if value > now), now)
    return next((value for value in reversed(values) if value < now), now)

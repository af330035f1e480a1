"""Steering: what keys and form do to the run. The only place where the dashboard gives commands.

Commands are carried out one after the other and never hold up the next key: a large network may
take a while to answer.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from tui_nn.experiment import READING
from tui_nn.render.tables import goal_name
from tui_nn.session import CommandError, Session, WorkerDied
from tui_nn.settings import (
    Settings,
    SettingsError,
    as_text,
    goes_on,
    label,
    learning_rate,
    shown_text,
    steps_per_epoch,
)

if TYPE_CHECKING:
    from tui_nn.runs.records import Resumption
    from tui_nn.ui.sheet import Sheet

PACES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, math.inf)
RATES = tuple(float(f"{m}e{e}") for e in range(-6, 3) for m in (1, 2, 5))
NOISES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
SAMPLES = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
FRACTIONS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
OWN_SEEDS = ("data_seed", "weight_seed", "batch_seed")
UNDO = 100  # changes that can be taken back
# A key that is held repeats faster than these can be done: of each, one waits at most.
HELD = (
    *("reset", "new_seed", "new_sample", "cycle", "rate"),
    *("noise", "samples", "train_fraction"),
)


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

    def __init__(self, session: Session, wheelhouse: Wheelhouse, *, play: bool = False) -> None:
        """play: whether the run is to go on when somebody calls `begin`."""
        self.session, self.wheelhouse, self._play = session, wheelhouse, play
        self.dead = False  # whether the worker is
        # Whether the run has become what these settings alone would not have made of it.
        self.altered = False
        self._undo: list[Callable[[], Awaitable[str]]] = []  # what takes each change back
        self._stroke: object = None  # that the last of them was
        self._commands: asyncio.Queue[tuple[str, tuple[Any, ...]]] = asyncio.Queue()
        self._last: tuple[str, tuple[Any, ...]] = "", ()  # that was put into it

    def enqueue(self, command: str, *values: Any) -> None:
        """Let a method of this class be carried out when those before it are done."""
        asked = command, values
        waits = command in HELD and asked == self._last and not self._commands.empty()
        if not waits:
            self._commands.put_nowait(asked)
            self._last = asked

    async def run(self) -> None:
        """Carry out the commands, for ever. Here a session's errors become text."""
        while True:
            command, values = await self._commands.get()
            try:
                self.wheelhouse.done(await getattr(self, command)(*values))
            except WorkerDied as error:
                self.dead = True
                self.wheelhouse.died(str(error))
            except CommandError as error:
                self.wheelhouse.refused(str(error))
            except SettingsError as error:
                self.wheelhouse.refused(error.reason, error.field)
            self._commands.task_done()

    def begin(self) -> None:
        """Let the run go on, once, if that was wanted."""
        if self._play:
            self._play = False
            self.enqueue("play")

    async def begun(self) -> None:
        """The same, and wait until all is carried out, a second at most."""
        self.begin()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._commands.join()

    async def play(self) -> str:
        await self.session.play()
        return ""

    async def play_pause(self) -> str:
        """A run that was still to begin by itself does not."""
        running = self.session.status == "running" or self._play
        self._play = False
        await (self.session.pause() if running else self.session.play())
        return ""

    async def pause(self) -> str:
        if self.session.status == "running":
            await self.session.pause()
        return ""

    async def step(self, steps: int = 1) -> str:
        await self.session.step(steps)
        return ""

    async def epoch(self) -> str:
        await self.session.step(steps_per_epoch(self.session.settings))
        return ""

    async def run_until(self, what: str, value: float) -> str:
        await self.session.run_until(what, value)
        called = goal_name(what, self.session.settings)
        return f"until {called} {value:g}"

    async def note(self, event: str) -> str:
        await self.session.note(event)
        return ""

    async def take_over(self) -> str:
        await self.session.take_over()
        return "another dashboard steers now"

    async def reset(self) -> str:
        """Back to step 0; if the worker is dead, back to its last checkpoint."""
        if not self.dead:
            await self.session.reset()
            self.altered = False
            return "reset"
        return await self._restart()

    async def branch(self, step: int) -> str:
        await self.session.branch(step)
        await self.session.play()
        return "went back, and on from here"

    async def recover(self) -> str:
        """Half the learning rate, and back to when all was well."""
        await self.session.recover()
        self.altered = True
        if self.session.status == "paused":  # else it trains, and may have diverged once more
            await self.session.play()
        rate = as_text(self.session.settings.learning_rate)
        return f"back from the divergence, learning_rate = {rate}"

    async def edit(self, layer: int, row: int, unit: int, value: float, name: str) -> str:
        """Set the weight of this name; the row after the last input is the bias."""
        known = await self.session.weights()
        weights, biases = known[f"W{layer}"], known[f"b{layer}"]
        before = float(weights[row, unit] if row < len(weights) else biases[unit])
        await self.session.edit(layer, row, unit, value)
        self.altered = True
        self._can_undo(partial(self.edit, layer, row, unit, before, name))
        return f"{name} = {value:g}"

    def _can_undo(self, back: Callable[[], Awaitable[str]]) -> None:
        self._undo = [*self._undo, back][-UNDO:]

    async def go_on(self, found: Resumption) -> str:
        """Leave this run and go on with a recorded one, paused, as if it had never stopped."""
        if self.session.hosted:
            raise CommandError(
                "a detached run can't be left for another: leave with q; "
                f"tui-nn runs resume {found.origin.id} goes on with that one"
            )
        if self.dead:
            await self._restart()
        await self.session.pause()
        await self.session.checkpoint()  # as which the run that is left is kept
        await self.session.restore(*found)
        self._undo, self.altered = [], False
        return f"goes on with run {found.origin.id}"

    async def _restart(self, **changes: Any) -> str:
        await self.session.restart(**changes)
        self.dead = False
        return f"restarted from step {(await self.session.snapshot()).step}"

    async def change(self, name: str, value: Any) -> str:
        """Change a setting: while the network trains where that is possible, else anew."""
        # A data set that is chosen begins a run, even if the network could go on with its points.
        anew = name == "dataset" and value != self.session.settings.dataset
        return await self.change_all({name: value}, anew=anew)

    async def change_all(self, values: dict[str, Any], *, anew: bool = False) -> str:
        """The same for several settings at once. anew: begin a new run in any case."""
        session = self.session
        try:
            settings = session.settings.changed(**values)
        except SettingsError as error:
            if error.field in values or len(values) > 1:
                raise
            raise SettingsError(f"{label(error.field)} {error.reason}", *values) from None
        changes = session.settings.differences(settings)
        if not changes and not anew:
            return ""
        before = {name: getattr(session.settings, name) for name in changes}
        event = ", ".join(f"{name} = {shown_text(name, value)}" for name, value in changes.items())
        if self.dead:
            event = await self._restart(**changes)
            self.altered = not anew
            if anew:
                await session.rebuild()
                event = "a new run"
        elif not anew and goes_on(session.settings, settings):
            await session.set(**changes)
            self.altered = True
        else:
            await session.rebuild(**changes)
            self.altered = False
            event = f"{event}; a new run" if event else "a new run"
        if before:
            self._can_undo(partial(self.change_all, before))
        return event

    async def draw(self, sheet: Sheet) -> str:
        """Train on what is drawn by now: more, perhaps, than when this was asked for. Without any
        points the run waits for one. A stroke is one change to undo, however many it took."""
        drawn, stroke, well = sheet.take(), sheet.stroke, False
        try:
            event = await self._draw(sheet, drawn, stroke) if drawn else ""
            well = True
        finally:
            sheet.landed(well=well)
        return event

    async def _draw(self, sheet: Sheet, drawn: dict[str, Any], stroke: object) -> str:
        session = self.session
        if not drawn["points"]:
            sheet.waits = sheet.waits or session.status == "running"
            return await self.pause()
        run, before, dead = session.run_number, self._undo, self.dead
        event = await self.change_all(drawn)
        if stroke is self._stroke:
            self._undo = before
        self._stroke = stroke
        if sheet.waits:
            sheet.waits = False
            await session.play()
        # One line for each point would fill the log.
        begun = dead or "dataset" in drawn or session.run_number != run
        return event if begun else ""

    async def undo(self) -> str:
        """Take back the last change of a setting, or of a weight."""
        if not self._undo:
            raise CommandError("nothing to undo")
        self._stroke = None
        *others, back = self._undo
        try:
            event = await back()
        finally:
            self._undo = others  # neither the change nor the change back
        return f"undone: {event}" if event else ""

    async def open_data(self, values: dict[str, Any], told: Callable[[str], None]) -> str:
        """A run on other data, read as is said, or else as by default. told: gets what is wrong
        with them, or ""."""
        defaults = {name: Settings.model_fields[name].default for name in READING}
        wrong = ""
        try:
            return await self.change_all(defaults | values, anew=True)
        except (CommandError, SettingsError) as error:
            wrong = str(error)
            return ""
        finally:
            told(wrong)

    async def start_from(self, values: dict[str, Any]) -> str:
        """A new run with these settings, and the defaults of all others."""
        now = self.session.settings
        defaults = Settings().model_dump() | {"seed": now.seed, "points": now.points}
        return await self.change_all(defaults | values, anew=True)

    async def new_seed(self) -> str:
        """The run's next seed; points, weights and batches that have one of their own keep it."""
        event = await self.change("seed", (self.session.settings.seed + 1) % 2**32)
        seeds = {name: getattr(self.session.settings, name) for name in OWN_SEEDS}
        kept = [f"{name} = {seed}" for name, seed in seeds.items() if seed != "auto"]
        return f"{event}, still with {', '.join(kept)}" if kept else event

    async def new_sample(self) -> str:
        """Other points, drawn with the next seed; the network keeps what it has learnt."""
        settings = self.session.settings
        seed = settings.seed if settings.data_seed == "auto" else settings.data_seed
        return await self.change("data_seed", (seed + 1) % 2**32)

    async def cycle(self, name: str, direction: int) -> str:
        settings = self.session.settings.cycled(name, direction)
        return await self.change(name, getattr(settings, name))

    async def rate(self, direction: int) -> str:
        """The next learning rate; from "auto" it is that of what this stands for."""
        if learning_rate(self.session.settings) == "auto":  # a file decides, and is not open yet
            await self.session.ready()
        rate = float(learning_rate(self.session.settings))
        return await self.change("learning_rate", next_of(RATES, rate, direction))

    async def noise(self) -> str:
        """More noise, and after the most none."""
        noise = self.session.settings.noise
        return await self.change("noise", next((n for n in NOISES if n > noise), NOISES[0]))

    async def samples(self) -> str:
        """More points, and after the most few again."""
        count = self.session.settings.samples
        return await self.change("samples", next((n for n in SAMPLES if n > count), SAMPLES[0]))

    async def train_fraction(self) -> str:
        """A smaller share of points to train on, and after the smallest all."""
        share = self.session.settings.train_fraction
        smaller = [fraction for fraction in FRACTIONS if fraction < share]
        return await self.change("train_fraction", smaller[-1] if smaller else FRACTIONS[-1])

    async def pace(self, direction: int) -> str:
        pace = next_of(PACES, self.session.pace or math.inf, direction)
        await self.session.set_pace(None if pace == math.inf else int(pace))
        return f"pace {'max' if pace == math.inf else f'{pace:g}/s'}"


def next_of(values: Sequence[float], now: float, direction: int) -> float:
    """The next larger (direction 1) or smaller (-1) of the ascending values, or `now`."""
    if direction > 0:
        return next((value for value in values if value > now), now)
    return next((value for value in reversed(values) if value < now), now)

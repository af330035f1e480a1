"""The headless run: train at full speed, show how far it has come, save, show the result."""

from __future__ import annotations

import asyncio
import dataclasses
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tui_nn.cli.data import copied, data_error
from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.picture import print_result, wanted_surface
from tui_nn.cli.progress import ProgressBar, end_line, progress_line
from tui_nn.cli.stopping import heeded
from tui_nn.cli.telling import say
from tui_nn.datasets import is_file
from tui_nn.datasets.plain import brief_path
from tui_nn.engine.types import Array
from tui_nn.experiment import layer_sizes
from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.runs.extras import MissingPackage
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import Recorder
from tui_nn.runs.weights import WeightsError, read_weights, write_weights
from tui_nn.session import CommandError, SessionError, Snapshot, TrainingSession, Wanted
from tui_nn.session.diagnosis import exploded, overfitted
from tui_nn.session.protocol import FIGURES_ONLY
from tui_nn.session.reasons import REASONS
from tui_nn.settings import Settings

INTERVAL = 0.1  # seconds between two looks at the run
PATIENCE = 2.0  # seconds until it is said that data is being read
EXIT_CODES = {"interrupted": 130, "diverged": 1}


@dataclass(frozen=True)
class Wishes:
    """What is asked of a run beside its settings."""

    json: bool = False
    save_weights: Path | None = None
    init_weights: Path | None = None
    log: Path | None = None
    store: Path | None = None  # where it is recorded
    label: Label | None = None  # and under which


async def train(settings: Settings, wishes: Wishes) -> int:
    """Carry out a run; returns the exit code.

    Raises UsageError, RunError, and OSError where the output can't be written to.
    """
    session = TrainingSession(settings, pace=None, playing=False, stand_in=copied(settings))

    async def begin() -> None:
        if wishes.init_weights is not None:
            await session.load_weights(read_initial_weights(wishes.init_weights, session))

    return await carry_out(session, wishes, begin)


async def carry_out(
    session: TrainingSession, wishes: Wishes, begin: Callable[[], Awaitable[None]]
) -> int:
    """Train from what `begin` makes of the session to the end; see `train`."""
    stop = listen_for_signals()
    run = HeadlessRun(session, wishes)
    try:
        recorder = Recorder(session, wishes.store, run.log.events, run.say, label=wishes.label)
        async with session, recorder:
            if not await run.opened(stop):
                return EXIT_CODES["interrupted"]
            await begin()
            run.log.add(session.began_at, "resumed" if session.began_at else "started")
            await run.watch(stop)
            await run.finish()
    except CommandError as error:
        if not error.field:
            raise
        raise UsageError(data_error(error)) from None
    except SessionError as error:
        run.fail(str(error))
    return EXIT_CODES.get(run.reason, 0)


class HeadlessRun:
    """One run, from its first step to its saved end."""

    def __init__(self, session: TrainingSession, wishes: Wishes) -> None:
        self.session, self.wishes = session, wishes
        self.stdout, self.stderr = Console(), Console(stderr=True, highlight=False)
        self.log = RunLog()
        self.latest: Snapshot | None = None
        self.reason = ""
        self._warned = False  # that it does not learn
        self._output_error: OSError | None = None
        self._not_saved: list[str] = []

    async def opened(self, stop: asyncio.Event) -> bool:
        """Wait until the data is there, and say what was understood of it; False: interrupted."""
        waits = [asyncio.create_task(self.session.ready()), asyncio.create_task(stop.wait())]
        ready = waits[0]
        await asyncio.wait(waits, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not any(wait.done() for wait in waits):
            if is_file(self.session.settings.dataset):
                self.say(f"reading {brief_path(self.session.settings.dataset)} …")
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not ready.done():
            return False
        await ready
        for note in self.session.notes:
            self.log.add(0, note)
            self.say(note)
        return True

    async def watch(self, stop: asyncio.Event) -> None:
        """Train until the run ends, `stop` is set, or nobody can be shown anything any more."""
        session = self.session
        latest = self.latest = await session.snapshot(FIGURES_ONLY)
        await session.play()
        try:
            with ProgressBar(self.stderr, session.settings, latest.train_loss) as bar:
                while latest.reason is None and not stop.is_set():
                    bar.show(latest)
                    if self.wishes.json:
                        print(progress_line(latest, session.settings), flush=True)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(INTERVAL):
                            await stop.wait()
                    latest = self.latest = await session.snapshot(FIGURES_ONLY)
                    if not self._warned and (found := exploded(session.history)):
                        self._warned = True
                        self.log.add(latest.step, found.text)
                        self.say(found.text)
        except OSError as error:
            self._output_error = error

    async def finish(self) -> None:
        """Save what was asked for, then show the end."""
        session, wishes = self.session, self.wishes
        if self.latest is None or self.latest.reason is None:
            await session.pause()
        end = await session.snapshot(Wanted(surface=wanted_surface(self.stdout)))
        self.reason = end.reason or "interrupted"
        end = dataclasses.replace(end, reason=self.reason)
        self.log.add(end.step, REASONS[self.reason])
        if found := overfitted(session.history):
            self.log.add(end.step, found.text)
        if path := wishes.save_weights:
            weights = await session.weights()
            try:
                write_weights(path, weights)
            except OSError as error:
                self._not_saved.append(f"--save-weights {path}: {error.strerror}")
        if wishes.log:
            picture = await session.snapshot(Wanted(surface=MAP_SURFACE))
            self.save_log(dataclasses.replace(picture, reason=self.reason))
        self.show_end(end)
        if found:
            self.say(f"{found.text}; --patience N ends a run and goes back to its best")

    def say(self, message: str) -> None:
        """Tell the person something beside the run."""
        say(self.stderr, message)

    def fail(self, message: str) -> None:
        """The worker is gone: say so, and save what is known. Raises RunError."""
        self.reason = "failed"
        if self.latest is not None:
            end = dataclasses.replace(self.latest, reason=self.reason)
            self.log.add(end.step, message)
            if self.wishes.log:
                self.save_log(end)
            if self.wishes.json:
                self.show_end(end)
        raise RunError("; ".join([message, *self._not_saved]))

    def save_log(self, end: Snapshot) -> None:
        path = self.wishes.log
        assert path is not None
        try:
            paths = self.log.save(path, self.session, end)
        except OSError as error:
            self._not_saved.append(f"--log {path}: {error.strerror}")
        else:
            self.stderr.print(Text(f"log saved: {', '.join(map(str, paths))}"), soft_wrap=True)

    def show_end(self, end: Snapshot) -> None:
        """The last line of JSON, or the picture. Raises what could not be written or saved."""
        if self._output_error is not None:
            raise self._output_error
        if self.wishes.json:
            print(end_line(end, self.reason, self.session.settings), flush=True)
        else:
            print_result(self.stdout, self.session, end)
        if self._not_saved and self.reason != "failed":
            raise RunError("; ".join(self._not_saved))


def read_initial_weights(path: Path, session: TrainingSession) -> dict[str, Array]:
    """The weights to begin with, checked against the network."""
    try:
        sizes = layer_sizes(session.settings, session.shown)
        return read_weights(path, sizes, session.settings.dtype)
    except (WeightsError, MissingPackage) as error:
        raise UsageError(f"--init-weights {path}: {error}") from None


def listen_for_signals() -> asyncio.Event:
    """An event that is set when the run is to end early; a second Ctrl+C ends it at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def interrupted(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in heeded():
        loop.add_signal_handler(number, interrupted, number)
    return stop

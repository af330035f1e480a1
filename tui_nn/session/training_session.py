"""A session with a worker process of its own: how it begins, ends, is restarted and given away."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import Any, BinaryIO, Self

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.process import CommandError, Ends, WorkerDied, WorkerProcess
from tui_nn.session.session import Earlier, Session
from tui_nn.settings import Settings, goes_on


class TrainingSession(Session):
    """A run in a process of its own: `async with TrainingSession(settings) as session`.

    pace: steps a second, or None for as fast as it can. playing: whether it starts at once.
    worker: one that has been started already, to begin with. stand_in: a file with the content of
    data that can be read only once.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        pace: int | None = 500,
        playing: bool = True,
        worker: WorkerProcess | None = None,
        stand_in: BinaryIO | None = None,
    ) -> None:
        super().__init__(settings, pace, playing)
        self.stand_in = stand_in
        self._worker = worker
        self._former: WorkerProcess | None = None  # one that was given away
        self._starting: asyncio.Task[dict[str, Any]] | None = None

    async def __aenter__(self) -> Self:
        if self._run is None:
            if self._worker is None:
                self._worker = await WorkerProcess.start()
            # Not awaited: the worker imports while we do; the first command waits for its answer.
            self._starting = asyncio.create_task(self._exchange(self._beginning(self.playing)))
        return self

    def _beginning(self, playing: bool) -> dict[str, Any]:
        """The first command of a worker."""
        return {
            "command": "start",
            "settings": self.settings.model_dump(mode="json"),
            "pace": self.pace,
            "playing": playing,
            "stand_in": self.stand_in and f"/proc/{os.getpid()}/fd/{self.stand_in.fileno()}",
        }

    async def _ask(
        self, command: str, earlier: Earlier = None, origin: object = None, **values: Any
    ) -> dict[str, Any]:
        if (starting := self._starting) is not None:
            await asyncio.wait([starting])
            if starting.cancelled():  # by `stop`, not with us
                raise WorkerDied("the training process is not running")
            starting.result()
            self._starting = None
        return await super()._ask(command, earlier, origin, **values)

    async def _send(self, message: bytes) -> bytes:
        return await self._own_worker().exchange(message)

    def _own_worker(self) -> WorkerProcess:
        if self._worker is None:
            raise WorkerDied("the training process is not running")
        return self._worker

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return None if self._worker is None else self._worker.pid

    async def stirred(self) -> None:
        """Wait until there is no worker any more."""
        if self._worker is not None:
            await self._worker.stirred()

    def go_on(
        self, run: int, began_at: int, history: Array, shown: Dataset, layers: LayerRecord
    ) -> None:
        """Before it is entered: its worker has a run under way, of which this is the history."""
        self._run, self.began_at, self.shown, self.layers = run, began_at, shown, layers
        self._history.append(history)

    async def catch_up(self) -> None:
        """Hear the answer that a worker owed to who gave it away."""
        async with self._turn:
            if self._worker is not None and self._worker.owes:
                with suppress(CommandError):
                    self._take_in(await self._worker.answer(), None, None)

    @property
    def pipes(self) -> tuple[int, ...]:
        """What a process must inherit that the worker is to be given to. Raises WorkerDied."""
        return self._own_worker().pipes

    def give_away(self) -> Ends:
        """Leave the worker, and its run, to another process; here there is none any more."""
        worker, self._worker = self._own_worker(), None
        self._former = worker  # its pipes stay open until we end
        return worker.give_away()

    async def restart(self, **changes: Any) -> None:
        """A new worker; it goes on from the last checkpoint, or at step 0 without one.

        The settings are those that held last, also the ones changed since the checkpoint, with
        these changes; if one of them needs a new network, the run begins anew. SettingsError: one
        is not allowed.
        """
        settings = self.settings.changed(**changes)
        goes = goes_on(self.settings, settings)
        checkpoint = self._history.checkpoint if goes else None
        await asyncio.shield(self._begin_again(settings, checkpoint))
        if self.playing:
            await self.play()

    async def _begin_again(self, settings: Settings, checkpoint: dict[str, Any] | None) -> None:
        """All of it in one turn: nobody finds the worker gone, or the run at its beginning."""
        async with self._turn:
            await self.stop()
            history = self.history
            if checkpoint is None:
                self.settings = settings
            self._worker = await WorkerProcess.start()
            await self._tell(self._beginning(playing=False))
            if checkpoint is not None:
                await self._tell({"command": "restore", "state": checkpoint}, history)
                if since := self.settings.differences(settings):
                    await self._tell({"command": "set", "changes": since})
                self._history.checkpoint = checkpoint

    async def stop(self) -> None:
        """End the worker: at its next step, or killed if it takes longer than a second."""
        worker, self._worker = self._worker, None
        self._run = None
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        if worker is not None:
            await worker.stop()

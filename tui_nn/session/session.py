"""The asyncio side of training: a session owns a worker process and asks it for snapshots."""

from __future__ import annotations

import asyncio
import dataclasses
from itertools import pairwise
from typing import Any, Literal, Self

from tui_nn.engine.types import Array
from tui_nn.experiment import build_dataset, has_other_points, layer_sizes, shown_points
from tui_nn.session import protocol
from tui_nn.session.history import History
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.process import SessionError, WorkerDied, WorkerProcess
from tui_nn.session.protocol import Snapshot, Wanted
from tui_nn.settings import Settings, field_info

KEEP: Literal["keep"] = "keep"
Earlier = Array | Literal["keep"] | None


class CommandError(SessionError):
    """An impossible command; it changed nothing."""


class TrainingSession:
    """A run in a process of its own: `async with TrainingSession(settings) as session`.

    pace: steps a second, or None for as fast as it can. playing: whether it starts at once.
    worker: one that has been started already, to begin with.
    `settings`, `dataset` and `status` are as the worker's last answer said.

    Every command raises CommandError where it is impossible and WorkerDied where there is no
    process to carry it out. Commands may be given from several tasks, and a task may be cancelled:
    they are carried out one after the other, and each whole.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        pace: int | None = 500,
        playing: bool = True,
        worker: WorkerProcess | None = None,
    ) -> None:
        self.settings = settings
        self.pace = pace
        self.playing = playing
        self.dataset = build_dataset(settings)
        self.shown = shown_points(
            settings, self.dataset
        )  # the points that a snapshot's predictions are of
        self.status = "paused"  # or "running" or "finished"
        self._worker = worker
        self._starting: asyncio.Task[dict[str, Any]] | None = None
        self._turn = asyncio.Lock()
        self._run: int | None = None  # the worker's number of the run that the history is of
        self._told: dict[str, Any] = {}  # the settings of the worker's last answer
        self.last_step = 0  # that the worker's last answer was given at
        self.version = 0  # counts the changes of settings, points and run
        self.began_at = 0  # the step of the run's beginning, not 0 if it goes on from another
        self.origin: Any = None  # what `restore` was told of where the run comes from
        self._history = History()
        self.layers = LayerRecord()  # of the run, by the snapshots that had any

    async def __aenter__(self) -> Self:
        await self._start(self.playing)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def _start(self, playing: bool) -> None:
        if self._worker is None:
            self._worker = await WorkerProcess.start()
        message = {
            "command": "start",
            "settings": self.settings.model_dump(mode="json"),
            "pace": self.pace,
            "playing": playing,
        }
        # Not awaited: the worker imports while we do; the first command waits for its answer.
        self._starting = asyncio.create_task(self._exchange(message))

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._worker.pid if self._worker else None

    @property
    def run_number(self) -> int | None:
        """Changes whenever the steps begin anew: with it begins another history."""
        return self._run

    @property
    def history(self) -> Array:
        """(points, HISTORY_COLUMNS): every reported step that an answer has brought."""
        return self._history.rows

    @property
    def run_history(self) -> History:
        """The same, as the object that grows; another run has another one."""
        return self._history

    async def ended(self) -> None:
        """Wait until there is no worker any more."""
        if self._worker is not None:
            await self._worker.process.wait()

    async def snapshot(self, wanted: Wanted | None = None, at: int | None = None) -> Snapshot:
        """The network between two steps; at: as it was at that step, or the last kept before."""
        reply = await self._ask("snapshot", wanted=dataclasses.asdict(wanted or Wanted()), at=at)
        return Snapshot(**reply["snapshot"])

    async def play(self) -> None:
        """Train on, also past the limit that ended the run."""
        await self._ask("play")
        self.playing = True

    async def pause(self) -> None:
        await self._ask("pause")
        self.playing = False

    async def set_pace(self, pace: int | None) -> None:
        """Steps a second, at least 1; None for as fast as it can."""
        if pace is not None and pace < 1:
            raise CommandError(f"pace {pace}: at least 1 step a second, or max")
        await self._ask("set_pace", pace=pace)
        self.pace = pace

    async def step(self, steps: int = 1) -> None:
        """Take so many steps at full speed, then pause."""
        if steps < 1:
            raise CommandError(f"step {steps}: at least 1")
        await self._ask("step", steps=steps)
        self.playing = False

    async def run_until(self, what: str, value: float) -> None:
        """Train on until a "step", an "epoch", a "loss", an "accuracy" or so many "seconds"."""
        await self._ask("run_until", what=what, value=value)
        self.playing = True

    async def branch(self, step: int) -> None:
        """Go back to the last moment that is not later than `step`, and train on from there."""
        await self._ask("branch", KEEP, step=step)

    async def recover(self) -> None:
        """Bring a diverged run back to its last moment, with half the learning rate."""
        await self._ask("recover", KEEP)

    async def edit(self, layer: int, row: int, unit: int, value: float) -> None:
        """Set a weight by hand; the row after the last input is the biases."""
        await self._ask("edit", layer=layer, row=row, unit=unit, value=value)

    async def reset(self) -> None:
        """Back to step 0 with the same seed."""
        await self._ask("reset")

    async def set(self, **changes: Any) -> None:
        """Change live settings; the run goes on with its parameters."""
        for name in changes:
            if name in Settings.model_fields and not field_info(name)["live"]:
                raise CommandError(f"{name}: can't change while a network trains; rebuild it")
        await self._ask("set", changes=changes)

    async def rebuild(self, **changes: Any) -> None:
        """Begin again at step 0 with some settings changed."""
        await self._ask("rebuild", changes=changes)

    async def checkpoint(self) -> dict[str, Any]:
        """Everything the rest of the run depends on; `restart` goes on from the last one."""
        state: dict[str, Any] = (await self._ask("checkpoint"))["state"]
        return state

    async def restore(
        self, state: dict[str, Any], earlier: Array | None = None, origin: object = None
    ) -> None:
        """Go on from a checkpoint; of its history (None: that of now) what comes before is kept.

        origin: for those who show and record the run; it is forgotten when another one begins.
        """
        earlier = self.history if earlier is None else earlier
        await self._ask("restore", earlier, origin, state=state)

    async def weights(self) -> dict[str, Array]:
        """Copies of the parameters: W0, b0, W1, b1, …; W of shape (fan_in, fan_out)."""
        reply = await self._ask("weights")
        arrays: dict[str, Array] = {}
        for i, (weights, biases) in enumerate(zip(reply["weights"], reply["biases"], strict=True)):
            arrays |= {f"W{i}": weights, f"b{i}": biases}
        return arrays

    async def load_weights(self, arrays: dict[str, Array]) -> None:
        """Begin at step 0 with these parameters, named and shaped as `weights` gives them."""
        needed: dict[str, tuple[int, ...]] = {}
        sizes = layer_sizes(self.settings, self.dataset)
        for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
            needed |= {f"W{i}": (fan_in, fan_out), f"b{i}": (fan_out,)}
        shapes = {name: array.shape for name, array in arrays.items()}
        if shapes != needed:
            raise CommandError(f"weights: {shapes}; the network needs {needed}")
        await self._ask(
            "load_weights",
            weights=[arrays[f"W{i}"] for i in range(len(sizes) - 1)],
            biases=[arrays[f"b{i}"] for i in range(len(sizes) - 1)],
        )

    async def restart(self, **changes: Any) -> None:
        """A new worker; it goes on from the last checkpoint, or at step 0 without one.

        The settings are those that held last, also the ones changed since the checkpoint, with
        these changes; if one of them needs a new network, the run begins anew. SettingsError: one
        is not allowed.
        """
        settings = self.settings.changed(**changes)
        anew = not all(field_info(name)["live"] for name in changes)
        checkpoint = None if anew else self._history.checkpoint
        await self.stop()
        history = self._history
        if checkpoint is None:
            self.settings = settings
        await self._start(playing=False)
        if checkpoint is not None:
            self._history = history
            await self.restore(checkpoint)
            if since := self.settings.differences(settings):
                await self.set(**since)
            self._history.checkpoint = checkpoint
        if self.playing:
            await self.play()

    async def stop(self) -> None:
        """End the worker: at its next step, or killed if it takes longer than a second."""
        worker, self._worker = self._worker, None
        self._run = None
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        if worker is not None:
            await worker.stop()

    async def _ask(
        self, command: str, earlier: Earlier = None, origin: object = None, **values: Any
    ) -> dict[str, Any]:
        """Give a command; earlier: the history of which the run that it begins is the end, or KEEP
        for what there is of it when its turn has come; origin: of that run."""
        if self._starting is not None:
            await asyncio.shield(self._starting)
            self._starting = None
        # Shielded: a caller that is cancelled must not leave half a reply in the pipe.
        return await asyncio.shield(self._exchange({"command": command, **values}, earlier, origin))

    async def _exchange(
        self, message: dict[str, Any], earlier: Earlier = None, origin: object = None
    ) -> dict[str, Any]:
        async with self._turn:
            kept = self.history if isinstance(earlier, str) else earlier
            worker = self._worker
            if worker is None:
                raise WorkerDied("the training process is not running")
            try:
                worker.sink.write(protocol.encode(message))
                await worker.sink.drain()
                header = await worker.source.readexactly(protocol.HEADER.size)
                body = await worker.source.readexactly(protocol.body_length(header))
            except (asyncio.IncompleteReadError, ConnectionError):
                raise WorkerDied(await worker.obituary()) from None
            except ValueError as error:  # what it says is no message
                worker.process.kill()
                raise WorkerDied(f"the training process is out of step: {error}") from None
            reply = protocol.decode(body)
            if "error" in reply:
                raise CommandError(reply["error"])
            self._remember(reply, kept, origin)
            if "snapshot" in reply:
                reply["snapshot"]["version"] = self.version
            return reply

    def _remember(self, reply: dict[str, Any], earlier: Array | None, origin: object) -> None:
        """Take over how the run stands; a new one has a new history and no checkpoint yet."""
        self.status = reply["status"]
        settings = self.settings
        if reply["settings"] != self._told:  # seldom; to validate them takes a while
            self._told, settings = reply["settings"], Settings.parse(reply["settings"])
        begins = reply["run"] != self._run
        self.last_step = reply["step"]
        self.version += begins or settings is not self.settings
        if begins:
            self.began_at = reply["step"]
            self._run, self._history, self.origin = reply["run"], History(), origin
            self.layers = LayerRecord()
            if earlier is not None:
                self._history.append(earlier[earlier[:, 0] < reply["step"]])
        if begins or has_other_points(self.settings, settings):
            self.dataset = build_dataset(settings)
            self.shown = shown_points(settings, self.dataset)
        self.settings = settings
        if "history" in reply:
            self._history.append(reply["history"])
        if "state" in reply:
            self._history.checkpoint = reply["state"]
        seen = reply.get("snapshot")
        if seen and seen["layers"] and seen["moment"] is None:
            self.layers = self.layers.grown(seen["step"], seen["layers"])

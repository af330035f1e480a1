"""The asyncio side of training: a session owns a worker process and asks it for snapshots."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import signal
import sys
import tempfile
from itertools import pairwise
from typing import Any, BinaryIO, Self

from tui_nn.engine.types import Array
from tui_nn.experiment import build_dataset, has_other_points, layer_sizes, shown_points
from tui_nn.session import protocol
from tui_nn.session.history import History
from tui_nn.session.protocol import Snapshot, Wanted
from tui_nn.settings import Settings, field_info


class SessionError(Exception):
    """Something went wrong between the session and its worker."""


class CommandError(SessionError):
    """An impossible command; it changed nothing."""


class WorkerDied(SessionError):
    """The worker process is gone; the message says how."""


class TrainingSession:
    """A run in a process of its own: `async with TrainingSession(settings) as session`.

    pace: steps a second, or None for as fast as it can. playing: whether it starts at once.
    `settings`, `dataset` and `status` are as the worker's last answer said.

    Every command raises CommandError where it is impossible and WorkerDied where there is no
    process to carry it out. Commands may be given from several tasks, and a task may be cancelled:
    they are carried out one after the other, and each whole.
    """

    def __init__(self, settings: Settings, *, pace: int | None = 500, playing: bool = True) -> None:
        self.settings = settings
        self.pace = pace
        self.playing = playing
        self.dataset = build_dataset(settings)
        self.shown = shown_points(
            settings, self.dataset
        )  # the points that a snapshot's predictions are of
        self.status = "paused"  # or "running" or "finished"
        self._process: asyncio.subprocess.Process | None = None
        self._errors: BinaryIO | None = None  # what the worker writes to its standard error
        self._starting: asyncio.Task[dict[str, Any]] | None = None
        self._turn = asyncio.Lock()
        self._run: int | None = None  # the worker's number of the run that the history is of
        self._told: dict[str, Any] = {}  # the settings of the worker's last answer
        self._history = History()
        self.began = 0  # the step at which that run begins, or goes on from an earlier one
        self._checkpoint: dict[str, Any] | None = None

    async def __aenter__(self) -> Self:
        await self._start(self.playing)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def _start(self, playing: bool) -> None:
        # A file, not a pipe: nobody reads it as long as all is well, and a pipe would fill up.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # a random.py in the user's folder is not the library's
                "-m",
                "tui_nn.session.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._errors,
                # Signals to our group, as of Ctrl+C, are for us: the worker ends when we let it.
                start_new_session=True,
                # Read when NumPy loads its BLAS: small networks are slower on several threads.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise WorkerDied(f"the training process can't start: {error.strerror}") from None
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
        return self._process.pid if self._process else None

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
        if self._process is not None:
            await self._process.wait()

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
        await self._ask("branch", self.history, step=step)

    async def recover(self) -> None:
        """Bring a diverged run back to its last moment, with half the learning rate."""
        await self._ask("recover", self.history)

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
        self._checkpoint = (await self._ask("checkpoint"))["state"]
        return self._checkpoint

    async def restore(self, state: dict[str, Any], earlier: Array | None = None) -> None:
        """Go on from a checkpoint; of its history (None: that of now) what comes before is kept."""
        await self._ask("restore", self.history if earlier is None else earlier, state=state)

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
        checkpoint = None if anew else self._checkpoint
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
            self._checkpoint = checkpoint
        if self.playing:
            await self.play()

    async def stop(self) -> None:
        """End the worker: at its next step, or killed if it takes longer than a second."""
        process, self._process = self._process, None
        self._run = None
        if self._starting is not None:
            self._starting.cancel()
            self._starting = None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 1)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _ask(
        self, command: str, earlier: Array | None = None, **values: Any
    ) -> dict[str, Any]:
        """Give a command; earlier: the history of which the run that it begins is the end."""
        if self._starting is not None:
            await asyncio.shield(self._starting)
            self._starting = None
        # Shielded: a caller that is cancelled must not leave half a reply in the pipe.
        return await asyncio.shield(self._exchange({"command": command, **values}, earlier))

    async def _exchange(
        self, message: dict[str, Any], earlier: Array | None = None
    ) -> dict[str, Any]:
        async with self._turn:
            process = self._process
            if process is None or process.stdin is None or process.stdout is None:
                raise WorkerDied("the training process is not running")
            try:
                process.stdin.write(protocol.encode(message))
                await process.stdin.drain()
                header = await process.stdout.readexactly(protocol.HEADER.size)
                body = await process.stdout.readexactly(protocol.body_length(header))
            except (asyncio.IncompleteReadError, ConnectionError):
                raise WorkerDied(await self._obituary(process)) from None
            except ValueError as error:  # what it says is no message
                process.kill()
                raise WorkerDied(f"the training process is out of step: {error}") from None
            reply = protocol.decode(body)
            if "error" in reply:
                raise CommandError(reply["error"])
            self._remember(reply, earlier)
            return reply

    def _remember(self, reply: dict[str, Any], earlier: Array | None) -> None:
        """Take over how the run stands; a new one has a new history and no checkpoint yet."""
        self.status = reply["status"]
        settings = self.settings
        if reply["settings"] != self._told:  # seldom; to validate them takes a while
            self._told, settings = reply["settings"], Settings.parse(reply["settings"])
        begins = reply["run"] != self._run
        if begins:
            self._run, self._history, self._checkpoint = reply["run"], History(), None
            self.began = reply["step"]
            if earlier is not None:
                self._history.append(earlier[earlier[:, 0] < reply["step"]])
        if begins or has_other_points(self.settings, settings):
            self.dataset = build_dataset(settings)
            self.shown = shown_points(settings, self.dataset)
        self.settings = settings
        if "history" in reply:
            self._history.append(reply["history"])

    async def _obituary(self, process: asyncio.subprocess.Process) -> str:
        code = await process.wait()
        if code < 0:
            return f"the training process was killed ({signal.Signals(-code).name})"
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f"the training process ended with code {code}" + (f": {lines[-1]}" if lines else "")

"""The asyncio side of training: a session owns a worker process and asks it for snapshots."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from typing import Any, Self

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.experiment import build_dataset
from tui_nn.session import protocol
from tui_nn.session.protocol import HISTORY_COLUMNS, Snapshot
from tui_nn.settings import Settings, SettingsError, field_info


class SessionError(Exception):
    """Something went wrong between the session and its worker."""


class CommandError(SessionError):
    """An impossible command; it changed nothing."""


class WorkerDied(SessionError):
    """The worker process is gone; the message says how."""


class TrainingSession:
    """A run in a process of its own: `async with TrainingSession(settings) as session`.

    pace: steps a second, or None for as fast as it can. playing: whether it starts at once.

    Every command raises CommandError where it is impossible and WorkerDied where there is no
    process to carry it out. Commands may be given from several tasks; they are carried out one
    after the other.
    """

    def __init__(self, settings: Settings, *, pace: int | None = 500, playing: bool = True) -> None:
        self.settings = settings
        self.pace = pace
        self.playing = playing
        self.dataset = build_dataset(settings)
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._starting: asyncio.Task[dict[str, Any]] | None = None
        self._run: int | None = None  # the worker's count of the run that the history is of
        self._rows: list[Array] = []
        self._checkpoint: dict[str, Any] | None = None

    async def __aenter__(self) -> Self:
        await self._start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tui_nn.session.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            # Read when NumPy loads its BLAS: small networks are slower on several threads.
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        message = {
            "command": "start",
            "settings": self.settings.model_dump(mode="json"),
            "pace": self.pace,
            "playing": self.playing,
        }
        # Not awaited: the worker imports while we do; the first command waits for its answer.
        self._starting = asyncio.create_task(self._exchange(message))

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._process.pid if self._process else None

    @property
    def history(self) -> Array:
        """(points, HISTORY_COLUMNS): every reported step that a snapshot has brought."""
        if len(self._rows) != 1:
            self._rows = [np.concatenate([np.empty((0, len(HISTORY_COLUMNS))), *self._rows])]
        return self._rows[0]

    async def snapshot(
        self, surface: tuple[int, int] | None = None, predictions: bool = True
    ) -> Snapshot:
        """The network between two steps; surface: (rows, columns) of the decision surface."""
        reply = await self._ask("snapshot", surface=surface, predictions=predictions)
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
        await self._ask("pace", pace=pace)
        self.pace = pace

    async def step(self, steps: int = 1) -> None:
        """Take so many steps at full speed, then pause."""
        if steps < 1:
            raise CommandError(f"step {steps}: at least 1")
        await self._ask("step", steps=steps)
        self.playing = False

    async def reset(self) -> None:
        """Back to step 0 with the same seed."""
        await self._ask("reset")

    async def set(self, **live: Any) -> None:
        """Change live settings; the run goes on with its parameters."""
        for name in live:
            if name in Settings.model_fields and not field_info(name)["live"]:
                raise CommandError(f"{name}: can't change while a network trains; rebuild it")
        try:
            settings = self.settings.changed(**live)
        except SettingsError as error:
            raise CommandError(str(error)) from None
        await self._ask("set", settings=settings.model_dump(mode="json"))
        self.settings = settings

    async def rebuild(self, settings: Settings) -> None:
        """Begin again at step 0 with other settings."""
        dataset = build_dataset(settings)
        await self._ask("rebuild", settings=settings.model_dump(mode="json"))
        self.settings, self.dataset = settings, dataset

    async def checkpoint(self) -> dict[str, Any]:
        """Everything the rest of the run depends on; `restart` goes on from the last one."""
        self._checkpoint = (await self._ask("checkpoint"))["state"]
        return self._checkpoint

    async def restore(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint; the history up to its step is kept."""
        step = state["trainer"]["step"]
        earlier = self.history[self.history[:, 0] < step]
        await self._ask("restore", state=state)
        self._rows.insert(0, earlier)
        self.settings = Settings.parse(state["settings"])
        self.dataset = build_dataset(self.settings)

    async def weights(self) -> dict[str, Array]:
        """Copies of the parameters: W0, b0, W1, b1, …; W of shape (fan_in, fan_out)."""
        reply = await self._ask("weights")
        arrays: dict[str, Array] = {}
        for i, (weights, biases) in enumerate(zip(reply["weights"], reply["biases"], strict=True)):
            arrays |= {f"W{i}": weights, f"b{i}": biases}
        return arrays

    async def load_weights(self, arrays: dict[str, Array]) -> None:
        """Begin from these parameters, named and shaped as `weights` gives them."""
        inputs, outputs = self.dataset.inputs.shape[1], self.dataset.targets.shape[1]
        sizes = (inputs, *self.settings.hidden, outputs)
        layers = range(len(sizes) - 1)
        shapes: dict[str, tuple[int, ...]] = {}
        for i in layers:
            shapes |= {f"W{i}": (sizes[i], sizes[i + 1]), f"b{i}": (sizes[i + 1],)}
        for name, shape in shapes.items():
            if name not in arrays or arrays[name].shape != shape:
                has = arrays[name].shape if name in arrays else "missing"
                raise CommandError(f"weights: {name} is {has}, the network needs {shape}")
        if extra := sorted(set(arrays) - set(shapes)):
            raise CommandError(f"weights: {extra[0]}: the network has no such array")
        await self._ask(
            "load_weights",
            weights=[arrays[f"W{i}"] for i in layers],
            biases=[arrays[f"b{i}"] for i in layers],
        )

    async def restart(self) -> None:
        """A new worker; it goes on from the last checkpoint, or at step 0 without one."""
        await self.stop()
        history, self._run = self.history, None
        await self._start()
        if self._checkpoint is not None:
            self._rows = [history]
            await self.restore(self._checkpoint)

    async def stop(self) -> None:
        """End the worker: at its next step, or killed if it takes longer than a second."""
        process, self._process = self._process, None
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

    async def _ask(self, command: str, **values: Any) -> dict[str, Any]:
        if self._starting is not None:
            await asyncio.shield(self._starting)
            self._starting = None
        # Shielded: a caller that is cancelled must not leave half a reply in the pipe.
        return await asyncio.shield(self._exchange({"command": command, **values}))

    async def _exchange(self, message: dict[str, Any]) -> dict[str, Any]:
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
            reply = protocol.decode(body)
            if "error" in reply:
                raise CommandError(reply["error"])
            self._remember(reply)
            return reply

    def _remember(self, reply: dict[str, Any]) -> None:
        """Keep the history: its points come once, and a new run begins a new one."""
        if reply["run"] != self._run:
            self._run = reply["run"]
            self._rows.clear()
        if "snapshot" in reply and len(reply["snapshot"]["history"]):
            self._rows.append(reply["snapshot"]["history"])

    async def _obituary(self, process: asyncio.subprocess.Process) -> str:
        assert process.stderr is not None
        errors, code = await asyncio.gather(process.stderr.read(), process.wait())
        if code < 0:
            return f"the training process was killed ({signal.Signals(-code).name})"
        lines = errors.decode(errors="replace").strip().splitlines()
        return f"the training process ended with code {code}" + (f": {lines[-1]}" if lines else "")

"""The worker's process: how it starts and how it ends. It needs neither NumPy nor settings."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, Self


class SessionError(Exception):
    """Something went wrong between the session and its worker."""


class WorkerDied(SessionError):
    """The worker process is gone; the message says how."""


@dataclass
class WorkerProcess:
    """A worker that has been started; it imports what it needs, and waits for a command."""

    pid: int
    process: asyncio.subprocess.Process
    source: asyncio.StreamReader
    sink: asyncio.StreamWriter
    errors: BinaryIO  # what it writes to its standard error

    @classmethod
    async def start(cls) -> Self:
        """Raises WorkerDied."""
        # A file, not a pipe: nobody reads it as long as all is well, and a pipe would fill up.
        errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",  # a random.py in the user's folder is not the library's
                "-m",
                "tui_nn.session.worker",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                # Signals to our group, as of Ctrl+C, are for us: the worker ends when we let it.
                start_new_session=True,
                # Read when NumPy loads its BLAS: small networks are slower on several threads.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise WorkerDied(f"the training process can't start: {error.strerror}") from None
        assert process.stdout is not None
        assert process.stdin is not None
        return cls(process.pid, process, process.stdout, process.stdin, errors)

    async def stop(self) -> None:
        """End it: at its next step, or killed if it takes longer than a second."""
        self.sink.close()
        try:
            await asyncio.wait_for(self.process.wait(), 1)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def obituary(self) -> str:
        """What it died of."""
        code = await self.process.wait()
        if code < 0:
            return f"the training process was killed ({signal.Signals(-code).name})"
        self.errors.seek(0)
        lines = self.errors.read().decode(errors="replace").strip().splitlines()
        return f"the training process ended with code {code}" + (f": {lines[-1]}" if lines else "")

"""The worker's process: how it starts, how it ends, and how it gets another owner. It needs neither
NumPy nor settings."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from asyncio.streams import FlowControlMixin
from contextlib import suppress
from typing import NamedTuple, Self

from tui_nn.session.frames import HEADER, body_length


class SessionError(Exception):
    """Something went wrong between the session and its worker."""


class WorkerDied(SessionError):
    """The worker process is gone; the message says how."""


class CommandError(SessionError):
    """An impossible command; it changed nothing. field: the setting that is to blame, or ""."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class Ends(NamedTuple):
    """What is needed to talk to a worker: its number, our ends of its pipes, and whether an answer
    is under way, of which so much has come."""

    pid: int
    source: int
    sink: int
    errors: int
    owes: bool = False
    received: bytes = b""


class _Output(asyncio.Protocol):
    """The worker's output, which closes when it ends, whoever's child it is."""

    def __init__(self, received: bytes) -> None:
        self.received = bytearray(received)
        self.closed, self._more = asyncio.Event(), asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._more.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.closed.set()
        self._more.set()

    async def frame(self) -> bytes:
        """The next message's body. Raises EOFError, ValueError."""
        await self._has(HEADER.size)
        end = HEADER.size + body_length(bytes(self.received[: HEADER.size]))
        await self._has(end)
        body = bytes(self.received[HEADER.size : end])
        del self.received[:end]
        return body

    async def _has(self, count: int) -> None:
        while len(self.received) < count:
            if self.closed.is_set():
                raise EOFError
            self._more.clear()
            await self._more.wait()


class WorkerProcess:
    """A worker that has been started; it imports what it needs, and waits for a command."""

    def __init__(self, ends: Ends, child: subprocess.Popen[bytes] | None) -> None:
        self.pid, self._ends, self._child = ends.pid, ends, child
        self._output = _Output(ends.received)
        self.owes = ends.owes  # whether an answer is under way
        self._sink: asyncio.StreamWriter
        self._reading: asyncio.ReadTransport
        self._given_away = False
        self._last_words: str | None = None  # when it has been stopped

    @classmethod
    async def start(cls) -> Self:
        """Raises WorkerDied."""
        # A file, not a pipe: nobody reads it as long as all is well, and a pipe would fill up.
        errors = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            child = subprocess.Popen(
                [
                    sys.executable,
                    "-P",  # a random.py in the user's folder is not the library's
                    "-m",
                    "tui_nn.session.worker",
                ],
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Signals to our group, as of Ctrl+C, are for us: the worker ends when we let it.
                start_new_session=True,
                # Read when NumPy loads its BLAS: small networks are slower on several threads.
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise WorkerDied(f"the training process can't start: {error.strerror}") from None
        assert child.stdout is not None
        assert child.stdin is not None
        files = (child.stdout, child.stdin, errors)
        source, sink, said = (os.dup(file.fileno()) for file in files)
        for file in files:
            file.close()
        worker = cls(Ends(child.pid, source, sink, said), child)
        await worker._connect()
        return worker

    @classmethod
    async def adopt(cls, ends: Ends) -> Self:
        """A worker that another process has started, and given away."""
        worker = cls(ends, None)
        await worker._connect()
        return worker

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        source, sink = os.fdopen(self._ends.source, "rb", 0), os.fdopen(self._ends.sink, "wb", 0)
        self._reading, _ = await loop.connect_read_pipe(lambda: self._output, source)
        writing, flow = await loop.connect_write_pipe(lambda: FlowControlMixin(loop), sink)
        self._sink = asyncio.StreamWriter(writing, flow, None, loop)

    @property
    def pipes(self) -> tuple[int, int, int]:
        """What a process must inherit that is to `adopt` it."""
        return self._ends.source, self._ends.sink, self._ends.errors

    def give_away(self) -> Ends:
        """What another process, which inherits the pipes, needs to `adopt` it. All answers that are
        still to come are the other's."""
        self._given_away = True
        self._reading.pause_reading()
        return self._ends._replace(owes=self.owes, received=bytes(self._output.received))

    async def exchange(self, message: bytes) -> bytes:
        """Send a message and return the answer's body. Raises WorkerDied."""
        self.owes = True
        with suppress(ConnectionError):  # what it has said before may be there all the same
            self._sink.write(message)
            await self._sink.drain()
        return await self.answer()

    async def answer(self) -> bytes:
        """The body of what it owes. Raises WorkerDied."""
        try:
            body = await self._output.frame()
        except EOFError:
            raise WorkerDied(await self.obituary()) from None
        except ValueError as error:  # what it says is no message
            self.kill()
            raise WorkerDied(f"the training process is out of step: {error}") from None
        self.owes = False
        return body

    async def stirred(self) -> None:
        """Wait until it has ended."""
        await self._output.closed.wait()

    def kill(self) -> None:
        if not self._output.closed.is_set():  # else its number may be another's by now
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    async def stop(self) -> None:
        """End it: at its next step, or killed if it takes longer than a second."""
        if self._given_away:
            return
        self._sink.close()
        try:
            async with asyncio.timeout(1):
                await self._output.closed.wait()
        except TimeoutError:
            self.kill()
        await self._exit_code()
        if self._last_words is None:
            self._last_words = self._said()
            os.close(self._ends.errors)

    async def _exit_code(self) -> int | None:
        """Wait for its end; None of one that is not our child."""
        await self._output.closed.wait()
        return None if self._child is None else await asyncio.to_thread(self._child.wait)

    async def obituary(self) -> str:
        """What it died of."""
        code = await self._exit_code()
        if code is not None and code < 0:
            return f"the training process was killed ({signal.Signals(-code).name})"
        words = self._said() if self._last_words is None else self._last_words
        how = "ended" if code is None else f"ended with code {code}"
        return f"the training process {how}" + (f": {words}" if words else "")

    def _said(self) -> str:
        """The last line of its errors."""
        size = os.fstat(self._ends.errors).st_size
        lines = os.pread(self._ends.errors, size, 0).decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

"""A dashboard's connection to a host, in the place of a worker."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from tui_nn import __version__
from tui_nn.hosting.line import Line
from tui_nn.session import TrainingSession
from tui_nn.session.frames import read_frame
from tui_nn.session.process import WorkerDied
from tui_nn.settings import Settings


class Attachment:
    """A `session.Connection`. Beside answers, a host sends empty messages: there is news."""

    hosted = True

    def __init__(self, line: Line) -> None:
        self._line = line
        self._answers: asyncio.Queue[bytes | None] = asyncio.Queue()  # None: there are no more
        self._news = asyncio.Event()
        self._listening = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            while True:
                if body := await read_frame(self._line.reader):
                    self._answers.put_nowait(body)
                else:
                    self._news.set()
        self._answers.put_nowait(None)
        self._news.set()

    async def exchange(self, message: bytes) -> bytes:
        with suppress(ConnectionError):  # its last words may be there all the same
            self._line.writer.write(message)
            await self._line.writer.drain()
        body = await self._answers.get()
        if body is None:
            self._answers.put_nowait(None)
            raise WorkerDied("the host is gone; tui-nn runs list shows what it saved")
        return body

    async def stirred(self) -> None:
        await self._news.wait()
        self._news.clear()

    async def stop(self) -> None:
        """Leave; the run goes on."""
        self._listening.cancel()
        self._line.close()


async def attach(path: Path, *, steer: bool) -> TrainingSession:
    """A session on the run of the host at this socket. steer: also if another dashboard does so
    now, which then watches. Raises HostError."""
    line = await Line.to(path)
    hello = {
        "command": "attach",
        "version": __version__,
        "terminal": terminal_name(),
        "steer": steer,
    }
    answer = await line.ask(hello)
    session = TrainingSession(
        Settings.parse(answer["settings"]),
        pace=answer["pace"],
        worker=Attachment(line),
    )
    session.steers, session.run_id = answer["steers"], answer["id"]
    return session


def terminal_name() -> str:
    """As `who` has it: pts/3."""
    for fd in (0, 1, 2):
        with suppress(OSError):
            return os.ttyname(fd).removeprefix("/dev/")
    return "no terminal"

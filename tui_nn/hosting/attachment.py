"""A dashboard's session on a run that a host keeps."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tui_nn import __version__
from tui_nn.engine.types import Array
from tui_nn.hosting.line import Line
from tui_nn.session import CommandError, Session, WorkerDied
from tui_nn.session.frames import read_frame
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings


class AttachedSession(Session):
    """A session on a run that a host keeps, and that other dashboards may look at or steer.

    A host answers like a worker, but also says where the run began, and brings all of its history
    and of its layers, its events, and who steers. Beside answers, it sends empty messages: there is
    news. Leaving the session leaves the run as it is. `run_id`: by which the host records it.
    """

    hosted = True

    def __init__(self, line: Line, hello: dict[str, Any]) -> None:
        """hello: the host's answer to `attach`."""
        super().__init__(Settings.parse(hello["settings"]), hello["pace"], playing=True)
        self.steers, self.run_id = hello["steers"], hello["id"]
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

    async def _send(self, message: bytes) -> bytes:
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
        self._answers.put_nowait(None)
        self._line.close()

    async def restart(self, **changes: Any) -> None:
        raise CommandError("the host of this run is gone: q leaves")

    @property
    def role(self) -> str:
        return "attached" if self.steers else "watching"

    async def take_over(self) -> None:
        if self.steers:
            await super().take_over()  # which refuses
        await self._ask("steer")

    async def note(self, event: str) -> None:
        await self._ask("note", event=event)

    def _remember(self, reply: dict[str, Any], earlier: Array | None, origin: object) -> None:
        super()._remember(reply, earlier, origin)
        self.events += [(step, event) for step, event in reply["events"]]
        self.steers, self.run_id = reply["steers"], reply["id"]

    def _begin_run(self, reply: dict[str, Any], earlier: Array | None) -> None:
        self.began_at, self.layers = reply["began_at"], LayerRecord(*reply["layers"])


async def attach(path: Path, *, steer: bool) -> AttachedSession:
    """A session on the run of the host at this socket. steer: also if another dashboard does so
    now, which then watches. Raises HostError."""
    line = await Line.to(path)
    hello = {
        "command": "attach",
        "version": __version__,
        "terminal": terminal_name(),
        "steer": steer,
    }
    return AttachedSession(line, await line.ask(hello))


def terminal_name() -> str:
    """As `who` has it: pts/3."""
    for fd in (0, 1, 2):
        with suppress(OSError):
            return os.ttyname(fd).removeprefix("/dev/")
    return "no terminal"

"""A line between a host and another process of the same user, message by message."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from pathlib import Path
from typing import Any, Self

import msgpack

from tui_nn.hosting.directory import HostError, last_words
from tui_nn.session import protocol
from tui_nn.session.frames import HEADER, read_frame

LONGEST_COMMAND = 2**20  # bytes
PATIENCE = 5.0  # seconds until a host that does not answer is given up
STOPPING = 30.0  # and one that saves
NEWS = HEADER.pack(0)  # an empty message: something has changed, ask
_CREDENTIALS = struct.Struct("3i")  # of `struct ucred`: process, user, group


class Line:
    """One end of it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def to(cls, path: Path) -> Self:
        """A line to the host at this socket. Raises HostError; a dead one's socket is removed."""
        try:
            line = cls(*await asyncio.open_unix_connection(path))
        except (ConnectionRefusedError, FileNotFoundError):
            said = last_words(path)
            raise HostError(f"host {path.stem} is gone" + (f": {said}" if said else "")) from None
        except OSError as error:
            raise HostError(f"host {path.stem}: {error.strerror}") from None
        if not line.is_ours:
            line.close()
            raise HostError(f"host {path.stem}: is another user's")
        return line

    @property
    def is_ours(self) -> bool:
        """Whether at its other end there is a process of the same user, by the kernel's word."""
        end: socket.socket = self.writer.get_extra_info("socket")
        said = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        return bool(_CREDENTIALS.unpack(said)[1] == os.getuid())

    def send(self, message: dict[str, Any]) -> None:
        self.writer.write(protocol.encode(message))

    async def command(self) -> dict[str, Any] | None:
        """What the other end wants, or None when it has closed. Raises ValueError, ConnectionError.

        It is short, and of plain values only: no arrays.
        """
        try:
            message = msgpack.unpackb(await read_frame(self.reader, LONGEST_COMMAND))
        except asyncio.IncompleteReadError:
            return None
        if not isinstance(message, dict) or not all(isinstance(key, str) for key in message):
            raise ValueError("not a command")
        return message

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a command and wait for its answer. Raises HostError."""
        answer = await self._answer(message, PATIENCE)
        if said := answer.get("error") or answer.get("gone"):
            raise HostError(said)
        return answer

    async def stop(self) -> str:
        """Have the host save and end; returns its last words. Raises HostError."""
        answer = await self._answer({"command": "stop"}, STOPPING)
        return str(answer.get("gone"))

    async def _answer(self, message: dict[str, Any], patience: float) -> dict[str, Any]:
        try:
            async with asyncio.timeout(patience):
                self.send(message)
                return protocol.decode(await read_frame(self.reader))
        except TimeoutError:
            raise HostError("it does not answer") from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            raise HostError("it has ended") from None

    def close(self) -> None:
        self.writer.close()

"""Frames: a message's length, then its bytes, on a stream. What is in them is `protocol`'s."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio  # takes a worker longer than all that is here

HEADER = struct.Struct(">I")
LONGEST_MESSAGE = 2**30  # bytes; a longer one is a mistake, not a message


def body_length(header: bytes, longest: int = LONGEST_MESSAGE) -> int:
    """How many bytes follow a header. Raises ValueError beyond the longest."""
    length: int = HEADER.unpack(header)[0]
    if length > longest:
        raise ValueError(f"a message of {length} bytes; at most {longest} are allowed")
    return length


async def read_frame(source: asyncio.StreamReader, longest: int = LONGEST_MESSAGE) -> bytes:
    """The next message's body. Raises IncompleteReadError, ConnectionError, ValueError."""
    header = await source.readexactly(HEADER.size)
    return await source.readexactly(body_length(header, longest))

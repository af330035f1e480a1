"""Waiting for the real worker."""

import asyncio

from tui_nn.session import Session, Snapshot


async def until(session: Session, status: str) -> Snapshot:
    async with asyncio.timeout(20):
        while (snapshot := await session.snapshot()).status != status:
            await asyncio.sleep(0.02)
        return snapshot

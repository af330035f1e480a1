"""Waiting for the real worker."""

import asyncio

from tui_nn.session import Snapshot, TrainingSession


async def until(session: TrainingSession, status: str) -> Snapshot:
    async with asyncio.timeout(20):
        while (snapshot := await session.snapshot()).status != status:
            await asyncio.sleep(0.02)
        return snapshot

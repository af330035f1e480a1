"""A store that is used in a thread of its own: it may be slow, or held by another program."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from tui_nn.runs import records
from tui_nn.runs.records import Record
from tui_nn.runs.store import Store, StoreError

T = TypeVar("T")


class StoreThread:
    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.store: Store | None = None

    async def open(self, path: Path) -> None:
        """Raises StoreError."""

        def open() -> None:
            self.store = Store.for_reading(path)

        await asyncio.get_running_loop().run_in_executor(self._thread, open)

    async def ask(self, question: Callable[..., T], *values: Any) -> T:
        """Have a question answered that is put to the store. Raises StoreError."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, question, self.store, *values)

    async def version(self) -> int:
        return await self.ask(lambda store: store.version)

    async def has_changed(self, version: int) -> bool:
        """Whether somebody has written, or has vanished, since the store had this version."""
        return await self.ask(lambda store: store.mark_interrupted() or store.version != version)

    def close(self, gone: list[Record]) -> None:
        """Without these runs; nobody waits for it."""

        def close() -> None:
            if self.store is not None:
                with suppress(StoreError):  # nobody is left who could be told
                    records.remove(self.store, gone)
                self.store.close()

        self._thread.submit(close)
        self._thread.shutdown(wait=False)

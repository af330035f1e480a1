"""Keys are waited for until all that they brought about is done, and no longer."""

import asyncio
from collections.abc import Iterator

import pytest
import textual.app
import textual.pilot


async def idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Until the loop has nothing to do at once. Textual waits until the process uses no time, which
    one that trains and draws never does: a second was lost at each key."""
    loop = asyncio.get_running_loop()
    end = loop.time() + max_sleep
    await asyncio.sleep(max(min_sleep, 0.02))
    while loop._ready and loop.time() < end:  # type: ignore[attr-defined]
        await asyncio.sleep(0)


@pytest.fixture(autouse=True, scope="session")
def quick_keys() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module in (textual.app, textual.pilot):
            patch.setattr(module, "wait_for_idle", idle)
        # A key takes longer than the five seconds of a notification where others use the cores.
        patch.setattr(textual.app.App, "NOTIFICATION_TIMEOUT", 600)
        yield

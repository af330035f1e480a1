"""Where portions are trained: on this machine's cores, or on a cluster."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stderr, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any, Protocol, cast

from tui_nn.compare.work import Portion, Progress, train

Answer = Future[list[Progress]]

NICENESS = 5  # of workers beside a dashboard, which is to answer keys before they train


class PoolError(Exception):
    """No worker is left that could train; the message says why."""


class Pool(Protocol):
    """A place that trains. seconds: how long a task is given, at first and later on."""

    seconds: tuple[float, float]

    def seats(self) -> int:
        """How many portions can be trained at once, now."""

    def submit(self, portion: Portion) -> Answer:
        """Train it; never more at once than there are seats."""

    def recover(self, error: BaseException) -> bool:
        """Whether a task failed because its worker died, in whose place there is another now.

        Raises PoolError where that can't be."""

    def close(self) -> None:
        """End the workers, whatever they are doing."""


class Cores:
    """Processes on this machine, and at once, while they still start, a thread of this process.

    workers: seats in all. here: whether this process takes part; it must not where it is a
    dashboard, whose terminal the others then leave alone, and which goes before them.
    """

    seconds = (0.1, 0.5)

    def __init__(self, workers: int, *, here: bool = True) -> None:
        self._here = ThreadPoolExecutor(1) if here else None
        self._mine: Answer | None = None  # what the thread is doing
        self._count = workers - here
        self._processes: ProcessPoolExecutor | None = None
        self._closed = False
        self._ready: list[Future[None]] = []
        if self._count:
            self._start()

    def _start(self) -> None:
        # It takes stderr's file along. Under Textual sys.stderr has none; the terminal's own has.
        with redirect_stderr(sys.__stderr__):
            resource_tracker.ensure_running()
        context = multiprocessing.get_context("spawn")
        lifeline, self._lifeline = context.Pipe(duplex=False)
        given = lifeline, self._here is None
        self._processes = ProcessPoolExecutor(self._count, context, _begin, given)
        # They are ready one by one; until then nothing must wait for them.
        self._ready = [self._submit(_settle) for _ in range(self._count)]

    def _submit(self, task: Any, *arguments: Any) -> Any:
        """To the processes; those that start by it leave the terminal's Ctrl+C to us."""
        assert self._processes is not None
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._processes.submit(task, *arguments)
        except BrokenProcessPool:
            self._start()
            return self._processes.submit(task, *arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def seats(self) -> int:
        ended = [one.exception() is None for one in self._ready if one.done()]
        if self._here is None and ended and not any(ended):
            raise PoolError("the worker processes can't start")
        return (self._here is not None) + sum(ended)

    def submit(self, portion: Portion) -> Answer:
        if self._here is not None and (self._mine is None or self._mine.done()):
            self._mine = self._here.submit(train, portion)
            return self._mine
        answer: Answer = self._submit(train, portion)
        return answer

    def recover(self, error: BaseException) -> bool:
        if not isinstance(error, BrokenProcessPool):
            return False
        if self._closed:
            raise PoolError("the worker processes were ended")
        self._submit(_settle)  # which begins anew, unless somebody has
        return True

    def close(self) -> None:
        self._closed = True
        if self._here is not None:
            self._here.shutdown(wait=False, cancel_futures=True)
        if self._processes is not None:
            self._lifeline.close()
            self._processes.shutdown(wait=False, cancel_futures=True)


def _begin(lifeline: Connection, beside_a_dashboard: bool) -> None:
    """In a process that has started: it ends when whoever it works for closes, or has died."""
    if beside_a_dashboard:
        os.nice(NICENESS)
        with open(os.devnull, "wb") as nothing:  # a warning must not get between its pictures
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)

    def follow() -> None:
        with suppress(EOFError, OSError):
            lifeline.recv()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()


def _settle() -> None:
    """Nothing: a worker that can do it is there."""


class Cluster:
    """A dask cluster, by the address of its scheduler. Raises PoolError if it can't be reached."""

    seconds = (1.0, 4.0)
    patience = 10.0  # seconds to wait for its answer

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise PoolError("--dask needs distributed: pip install 'tui-nn[dask]'") from None
        self.address = address
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters, we say
        try:
            self._client: Any = cast(Any, Client)(address, timeout=self.patience)
        except (OSError, ValueError) as error:
            said = "no answer" if isinstance(error, TimeoutError) else str(error) or "no answer"
            raise PoolError(f"dask {address}: {said.splitlines()[0]}") from None
        try:
            self._client.wait_for_workers(1, self.patience)
        except TimeoutError:
            self._client.close()
            raise PoolError(f"dask {address}: it has no workers") from None
        # Pure but for its length: what is lost with a worker is given to another one.
        self._executor = self._client.get_executor(pure=False, retries=3)

    def seats(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except OSError:
            raise PoolError(f"dask {self.address}: the scheduler has gone") from None

    def submit(self, portion: Portion) -> Answer:
        answer: Answer = self._executor.submit(train, portion)
        return answer

    def recover(self, error: BaseException) -> bool:
        self.seats()  # is the scheduler still there?
        return type(error).__name__ in ("KilledWorker", "CancelledError")

    def close(self) -> None:
        self._executor.shutdown(wait=False)
        self._client.close()

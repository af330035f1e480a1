"""A comparison that is trained beside its caller, by a thread that also answers questions on it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar

from tui_nn.compare.comparison import Comparison
from tui_nn.compare.execution import wording
from tui_nn.compare.pools import Cores, Pool, PoolError
from tui_nn.compare.record import Group
from tui_nn.runs.store import Store, StoreError

T = TypeVar("T")

SHARE = 10  # no more than this part of the time is spent on finding out how far all runs are
PATIENCE = 1.0  # seconds that the workers have to come to an end by themselves


class Background:
    """Trains a comparison in processes, as far as the others of this machine leave time for it.

    store: where it is recorded, or None. told: called in its thread whenever there is news, which
    is at most some ten times a second. The comparison belongs to the thread: `ask` it. status:
    "starting", "training", "done", "stopped" or "failed". said: why it has failed, or is not
    recorded, or "".
    """

    def __init__(
        self, comparison: Comparison, store: Path | None, told: Callable[[], None]
    ) -> None:
        self._comparison, self._store, self._told = comparison, store, told
        self.status, self.said, self.name = "starting", "", ""
        self.share, self.done, self.runs = 0.0, 0, len(comparison.results)
        self._asked: SimpleQueue[tuple[Future[Any], Callable[[Comparison], Any]]] = SimpleQueue()
        self._stopping, self._ended, self._closed = Event(), Event(), False
        self._pool: Pool | None = None
        self._next = 0.0
        self._thread = Thread(target=self._live, name="comparison", daemon=True)
        self._thread.start()

    def ask(self, question: Callable[[Comparison], T]) -> Future[T]:
        """What a function says of the comparison; it is called between two rounds of training. The
        answer is cancelled where nobody is left to give it."""
        answer = Future[T]()
        self._asked.put((answer, question))
        if self._ended.is_set():
            self._refuse()
        return answer

    def stop(self) -> None:
        """Train no more, within a second; what is known is kept."""
        self._stopping.set()

    def go_on(self) -> None:
        """After a stop."""

        def again(_: Comparison) -> None:
            if self.status == "stopped":
                self._stopping.clear()
                self._train()

        self.ask(again)

    def close(self) -> None:
        """End it, and keep what is known: at once, or after a second."""
        self._closed = True
        self._told = _nothing
        self.stop()
        self.ask(_nothing)
        self._thread.join(PATIENCE)
        pool = self._pool  # the thread may let go of it meanwhile
        if pool is not None and self._thread.is_alive():
            pool.close()
            self._thread.join(PATIENCE)

    def _live(self) -> None:
        """All that the thread does."""
        try:
            with self._recorded():
                self._train()
                while not self._closed:
                    self._reply(*self._asked.get())
        except Exception as error:  # there is no one else who could be told
            self._say("failed", wording(error))
        finally:
            self._ended.set()
            self._refuse()

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """The store is open, if there is one, and can be."""
        comparison, store = self._comparison, None
        try:
            if self._store is not None:
                store = Store(self._store)
                self.said = store.notice
                comparison.record(Group.begin(store, "", comparison.plan.to_json()))
                assert comparison.group is not None
                self.name = comparison.group.name
        except StoreError as error:
            comparison.notice = f"not recorded: {error}"
        try:
            yield
        finally:
            if store is not None:
                store.close()

    def _train(self) -> None:
        self._say("starting")
        try:
            self._pool = Cores(len(os.sched_getaffinity(0)), here=False)
            for changed in self._comparison.run(self._pool, self._stopping.is_set):
                if changed and time.monotonic() >= self._next:
                    self._say("training")
                self._answer()
            ended, said = "done" if self._comparison.results.done == self.runs else "stopped", ""
        except PoolError as error:
            ended, said = "stopped" if self._stopping.is_set() else "failed", str(error)
        except Exception as error:  # the comparison can still be asked
            ended, said = "failed", wording(error)
        finally:
            pool, self._pool = self._pool, None
            if pool is not None:
                pool.close()
        self._say(ended, said)

    def _answer(self) -> None:
        with suppress(Empty):
            while True:
                self._reply(*self._asked.get_nowait())

    def _reply(self, answer: Future[Any], question: Callable[[Comparison], Any]) -> None:
        if answer.set_running_or_notify_cancel():
            try:
                answer.set_result(question(self._comparison))
            except Exception as error:  # it is whose question it was
                answer.set_exception(error)

    def _refuse(self) -> None:
        with suppress(Empty):
            while True:
                self._asked.get_nowait()[0].cancel()

    def _say(self, status: str, said: str = "") -> None:
        began, results = time.monotonic(), self._comparison.results
        self.status, self.share, self.done = status, results.share_done, results.done
        self.said = said or self._comparison.notice or self.said
        if self._comparison.group is None:
            self.name = ""
        self._next = time.monotonic() + SHARE * (time.monotonic() - began)
        self._told()


def _nothing(*values: Any) -> None: ...

"""Carrying a plan out: portions go to where there is a seat, their progress comes back."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from tui_nn.compare.plan import Cell
from tui_nn.compare.pools import Answer, Pool
from tui_nn.compare.portions import portions
from tui_nn.compare.work import Portion, Progress

TICK = 0.1  # seconds after which the caller hears of it that there is nothing new
ATTEMPTS = 3  # of a cell whose worker dies


@dataclass(frozen=True)
class Failure:
    """A cell that could not be trained, and why."""

    cell: int
    said: str


News = Progress | Failure


def execute(
    cells: Iterable[Cell],
    pool: Pool,
    *,
    states: Mapping[int, dict[str, Any]] | None = None,
    stopping: Callable[[], bool] = bool,
) -> Iterator[list[News]]:
    """Train all cells, and yield what is new: after every while, and at least every TICK.

    states: of cells that go on from somewhere, by their numbers. stopping: whether no more is to be
    begun; what is under way is waited for. Raises PoolError when nobody is left to train.
    """
    wanted = takewhile(lambda cell: not stopping(), cells)  # of a million it takes a while
    waiting = deque(portions(wanted, states or {}, pool.seconds[0]))
    flying: dict[Answer, Portion] = {}
    while waiting or flying:
        if stopping():
            waiting.clear()
            if not flying:
                return
        _fill_seats(waiting, flying, pool)
        done, _ = wait(flying, TICK, FIRST_COMPLETED)
        news: list[News] = []
        for answer in done:
            portion = flying.pop(answer)
            error = CancelledError() if answer.cancelled() else answer.exception()
            if error is None:
                news += answer.result()
                waiting.extendleft(_rest(portion, answer.result(), pool))
            else:
                again, failures = _after(portion, error, pool)
                news += failures
                waiting.extendleft(again)
        yield news


def _fill_seats(waiting: deque[Portion], flying: dict[Answer, Portion], pool: Pool) -> None:
    """Begin as much as there are seats; a portion is split before a seat stays empty."""
    free = pool.seats() - len(flying)
    while 0 < len(waiting) < free:
        largest = max(waiting, key=lambda portion: len(portion.cells))
        if len(largest.cells) == 1:
            break
        waiting.remove(largest)
        waiting.extend(largest.split())
    for _ in range(min(free, len(waiting))):
        portion = waiting.popleft()
        flying[pool.submit(portion)] = portion


def _rest(portion: Portion, progress: list[Progress], pool: Pool) -> list[Portion]:
    """What is left to do of a portion."""
    left = [i for i, cell in enumerate(progress) if cell.reason is None]
    if not left:
        return []
    longer = min(2 * portion.seconds, pool.seconds[1])
    return [
        Portion(
            tuple(portion.cells[i] for i in left),
            tuple(portion.settings[i] for i in left),
            tuple(progress[i].state for i in left),
            longer,
        )
    ]


def _after(
    portion: Portion, error: BaseException, pool: Pool
) -> tuple[list[Portion], list[Failure]]:
    """What is tried again after a task has failed; a cell for itself, if it is one's fault."""
    died = pool.recover(error)
    again = dataclasses.replace(portion, failures=portion.failures + 1)
    if len(portion.cells) > 1:
        return list(again.split()) if again.failures > 1 or not died else [again], []
    if died and again.failures < ATTEMPTS:
        return [again], []
    said = "its worker died, again and again" if died else wording(error)
    return [], [Failure(cell, said) for cell in portion.cells]


def wording(error: BaseException) -> str:
    """What is said of an error that nobody expected."""
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    return " ".join(f"{type(error).__name__}: {error}".split())

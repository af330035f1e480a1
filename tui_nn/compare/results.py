"""Results: what has become of each cell so far."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tui_nn.compare.execution import Failure, News
from tui_nn.compare.plan import Cell
from tui_nn.engine.types import Array
from tui_nn.session.history import HISTORY_COLUMNS, History
from tui_nn.session.progress import share_done


@dataclass
class Result:
    """A cell's run, as far as it has come.

    state: its trainer's. reason: why it has ended; "failed": it could not be trained, and `said`
    says why; None: it goes on, or would.
    """

    cell: Cell
    step: int = 0
    state: dict[str, Any] | None = None
    seconds: float = 0.0
    reason: str | None = None
    said: str = ""
    points: History = field(default_factory=History)

    @property
    def history(self) -> Array:
        """(points, HISTORY_COLUMNS)."""
        return self.points.rows

    @property
    def last(self) -> dict[str, float]:
        """The last point of its history by the HISTORY_COLUMNS; NaN where there is none."""
        rows = self.history
        row = rows[-1].tolist() if len(rows) else [math.nan] * len(HISTORY_COLUMNS)
        return dict(zip(HISTORY_COLUMNS, row, strict=True))

    @property
    def checkpoint(self) -> dict[str, Any]:
        """As `TrainingSession.restore` takes it."""
        settings = self.cell.settings.model_dump(mode="json")
        return {"settings": settings, "trainer": self.state, "seconds": self.seconds}

    @property
    def share_done(self) -> float:
        """How near its end it is, from 0 to 1."""
        if self.reason is not None:
            return 1.0
        if not len(self.history):
            return 0.0
        first, last = self.history[[0, -1], 1].tolist()
        return share_done(self.cell.settings, first, last, self.step)


class Results:
    """The results of cells, by their numbers."""

    def __init__(self, cells: Iterable[Cell] = ()) -> None:
        self.by_number: dict[int, Result] = {}
        self.add(cells)

    def add(self, cells: Iterable[Cell]) -> None:
        """Cells of which nothing is known yet."""
        self.by_number |= {cell.number: Result(cell) for cell in cells}

    def __iter__(self) -> Iterator[Result]:
        return iter(self.by_number.values())

    def __len__(self) -> int:
        return len(self.by_number)

    @property
    def done(self) -> int:
        return sum(result.reason is not None for result in self)

    @property
    def share_done(self) -> float:
        """Of all cells together."""
        shares = [result.share_done for result in self.by_number.values()]
        return sum(shares) / max(1, len(shares))

    def absorb(self, news: Iterable[News]) -> list[Result]:
        """Take over what is new; returns the results that it changed."""
        changed = []
        for item in news:
            result = self.by_number[item.cell]
            changed.append(result)
            if isinstance(item, Failure):
                result.reason, result.said = "failed", item.said
                continue
            result.step, result.state, result.reason = item.step, item.state, item.reason
            result.seconds += item.seconds
            result.points.append(item.points)
        return changed

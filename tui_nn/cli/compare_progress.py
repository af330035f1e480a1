"""How far a comparison has come: all of it, and the rows that are being trained."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tui_nn.cli.live import LiveTable
from tui_nn.compare import Cell, Comparison, Result
from tui_nn.render.tables import format_loss, format_share, time_left

ROWS = 8  # that are shown at most
BAR = 20  # columns
AT_ONCE = 500  # runs that are made between two looks at the clock


class ComparisonProgress(LiveTable):
    """How far all runs have come, and those rows that are being trained."""

    def __init__(self, console: Console, comparison: Comparison) -> None:
        super().__init__(console)
        self.comparison = comparison
        self._began = time.monotonic()
        self._first: float | None = None  # the share that was done at first

    def picture(self, now: float) -> Table:
        results = self.comparison.results
        plan, share = self.comparison.plan, results.share_done
        total = max(plan.size, len(results)) if plan.sought is not None else len(results)
        share *= len(results) / max(1, total)
        self._first = share if self._first is None else self._first
        table = grid()
        left = time_left(now - self._began, share - self._first, 1 - share)
        said = f"{results.done:,}/{total:,} runs"
        table.add_row(said, bar(share), f"{format_share(share):>5}", left)
        room = max(0, min(ROWS, self.console.height - 3))
        for row, members in self._under_way()[:room]:
            done = sum(result.reason is not None for result in members)
            part = sum(result.share_done for result in members) / len(members)
            losses = sorted(result.last["train_loss"] for result in members)
            name = plan.label(self.comparison.rows[row])
            loss = f"loss {format_loss(losses[len(losses) // 2])}"
            table.add_row(Text(name), bar(part), f"{done}/{len(members)}", loss)
        return table

    def _under_way(self) -> list[tuple[int, list[Result]]]:
        """The rows of which something is known, but not all; with their results."""
        rows: dict[int, list[Result]] = {}
        for result in self.comparison.results:
            rows.setdefault(result.cell.row, []).append(result)
        return [
            (row, members)
            for row, members in rows.items()
            if any(len(result.history) for result in members)
            and any(result.reason is None for result in members)
        ]


class CellsProgress(LiveTable):
    """How many runs have been made of a plan; of a million it takes minutes."""

    def __init__(self, console: Console, size: int) -> None:
        super().__init__(console)
        self.size, self.made = size, 0
        self._began = time.monotonic()

    def watched(self, cells: Iterable[Cell]) -> Iterator[Cell]:
        """The cells, as somebody takes them."""
        with self:
            for self.made, cell in enumerate(cells, 1):
                if self.made % AT_ONCE == 0:
                    self.show()
                yield cell

    def picture(self, now: float) -> Table:
        share = min(1.0, self.made / self.size)
        table = grid()
        left = time_left(now - self._began, share, 1 - share)
        said = f"checking {self.size:,} runs"
        table.add_row(said, bar(share), f"{format_share(share):>5}", left)
        return table


def grid() -> Table:
    """Of lines like: runs done, a bar, its share, the time that is left."""
    table = Table.grid(padding=(0, 1))
    for _ in range(4):
        table.add_column(no_wrap=True, overflow="ellipsis")
    return table


def bar(share: float) -> ProgressBar:
    return ProgressBar(total=1.0, completed=share, width=BAR)

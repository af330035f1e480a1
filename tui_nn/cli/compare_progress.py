"""How far a comparison has come: all of it, and the rows that are being trained."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from tui_nn.compare import Comparison, Result
from tui_nn.render.tables import format_loss

INTERVAL = 0.1  # seconds between two pictures, at least
ROWS = 8  # that are shown at most
BAR = 20  # columns


class ComparisonProgress:
    """A context whose `show` draws it; silent where the console is no terminal."""

    def __init__(self, console: Console, comparison: Comparison) -> None:
        self.comparison, self.console = comparison, console
        # No thread redraws it: writing to a terminal that has gone must fail where it is handled.
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._began, self._next = time.monotonic(), 0.0
        self._first: float | None = None  # the share that was done at first

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self._live.stop()

    def show(self) -> None:
        """Draw it, unless it was drawn just now."""
        now = time.monotonic()
        if not self.console.is_terminal or now < self._next:
            return
        self._live.update(self._picture(now), refresh=True)
        # Of thousands of runs a look at all takes a while.
        self._next = time.monotonic() + max(INTERVAL, 10 * (time.monotonic() - now))

    def _picture(self, now: float) -> Table:
        results = self.comparison.results
        plan, share = self.comparison.plan, results.share_done
        total = max(plan.size, len(results)) if plan.sought is not None else len(results)
        share *= len(results) / max(1, total)
        self._first = share if self._first is None else self._first
        table = Table.grid(padding=(0, 1))
        for _ in range(4):
            table.add_column(no_wrap=True, overflow="ellipsis")
        left = time_left(now - self._began, share - self._first, 1 - share)
        said = f"{results.done:,}/{total:,} runs"
        table.add_row(said, _bar(share), f"{100 * share:3.0f} %", left)
        room = max(0, min(ROWS, self.console.height - 3))
        for row, members in self._under_way()[:room]:
            done = sum(result.reason is not None for result in members)
            part = sum(result.share_done for result in members) / len(members)
            losses = sorted(result.last["train_loss"] for result in members)
            name = plan.label(self.comparison.rows[row])
            loss = f"loss {format_loss(losses[len(losses) // 2])}"
            table.add_row(Text(name), _bar(part), f"{done}/{len(members)}", loss)
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


def _bar(share: float) -> ProgressBar:
    return ProgressBar(total=1.0, completed=share, width=BAR)


def time_left(seconds: float, came: float, left: float) -> str:
    """An estimate, from the seconds in which a share was done, of those for the share that is left;
    nothing as long as it would be a guess."""
    if seconds < 1 or came < 0.01:
        return ""
    rest = seconds * left / came
    if rest < 60:
        return f"about {rest:.0f} s left"
    if rest < 3600:
        return f"about {rest / 60:.0f} min left"
    return f"about {rest / 3600:.1f} h left"

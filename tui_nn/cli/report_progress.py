"""How far a chapter has come: all of it, and each experiment."""

from __future__ import annotations

import time

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from tui_nn.cli.compare_progress import bar, grid
from tui_nn.cli.live import LiveTable
from tui_nn.compare.chapter import Chapter, Study
from tui_nn.render.tables import format_share, time_left


class ChapterProgress(LiveTable):
    """A line for all runs, and one for each experiment."""

    def __init__(self, console: Console, chapter: Chapter) -> None:
        super().__init__(console)
        self.chapter = chapter
        self._began = time.monotonic()

    def picture(self, now: float) -> Table:
        studies = self.chapter.studies
        counts = [len(study.comparison.results) for study in studies]
        shares = [study.comparison.results.share_done for study in studies]
        total = sum(counts)
        share = sum(n * part for n, part in zip(counts, shares, strict=True)) / total
        table = grid()
        done = f"{total - self.chapter.left:,}/{total:,} runs"
        left = time_left(now - self._began, share, 1 - share)
        table.add_row(done, bar(share), f"{format_share(share):>5}", left)
        # A terminal with few lines shows those that are under way, and what comes next.
        room = max(0, self.console.height - 3)
        first = max(0, min(sum(part == 1 for part in shares) - 1, len(studies) - room))
        for study, part in list(zip(studies, shares, strict=True))[first : first + room]:
            table.add_row(*self._line(study, part))
        return table

    def _line(self, study: Study, share: float) -> tuple[RenderableType, ...]:
        results = study.comparison.results
        style = "" if 0 < share < 1 else "dim"
        name = Text(f"{study.experiment.title}, {study.dataset}", style)
        return name, bar(share), Text(f"{results.done}/{len(results)}", style), ""

"""The comparison of a dashboard: it goes on behind the screens that begin and show it."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.content import Content

from tui_nn.compare import Background, Comparison, Plan
from tui_nn.compare.summary import typical
from tui_nn.datasets.plain import counted
from tui_nn.render.comparison import best_of, plan_heading
from tui_nn.render.look import Look
from tui_nn.render.standings import bar
from tui_nn.render.tables import format_share, time_left
from tui_nn.runs.place import Label, Origin
from tui_nn.runs.records import Resumption
from tui_nn.ui.scoreboard import Scoreboard, Scoreboards, Sought

if TYPE_CHECKING:
    from tui_nn.ui.screens.main import MainScreen

BAR = 12  # cells
READ = 10  # seconds that a warning stands
STATES = {
    "starting": "[$text-success b]… starting[/]",
    "training": "[$text-success b]▶ training[/]",
    "done": "[$text-primary b]■ done[/]",
    "stopped": "[$text-warning b]‖ stopped[/]",
    "failed": "[$text-error b]✗ failed[/]",
}
GOES_ON = ("starting", "training")


class Comparing:
    """One comparison at a time, trained by a `Background`; the main screen is told of it.

    line: what was typed last. watched: the events of those who show it, set when there is news.
    """

    def __init__(self, main: MainScreen) -> None:
        self._main, self.line = main, ""
        self.watched = set[asyncio.Event]()
        self._background: Background | None = None
        self._plan: Plan
        self._boards: Scoreboards
        self._told = ""  # of its status, to the main screen
        self._warned = -math.inf  # when it was said that it ends with the dashboard
        self._began = 0.0
        self._first = 0.0  # the share that was done when training began

    def show(self) -> None:
        """Open the screen: the one that shows the comparison, or asks for one."""
        from tui_nn.ui.screens.comparison import ComparisonScreen

        def closed(wish: str | None) -> None:
            if wish == "new":
                self.ask()

        if self._background is None:
            self.ask()
        else:
            self._main.app.push_screen(ComparisonScreen(self), closed)

    def ask(self) -> None:
        """Open the screen that asks what is to be compared."""
        from tui_nn.ui.screens.vary import VaryScreen

        async def begin(comparison: Comparison | None) -> None:
            if comparison is not None:
                await self.begin(comparison)
                self.show()

        session = self._main.session
        screen = VaryScreen(session.settings, self, reads_once=session.stand_in is not None)
        self._main.app.push_screen(screen, begin)

    async def begin(self, comparison: Comparison) -> None:
        """Train it, in place of the one before."""
        await self.close()
        loop = asyncio.get_running_loop()

        def told() -> None:
            with suppress(RuntimeError):  # the dashboard has ended
                loop.call_soon_threadsafe(self._news)

        self._plan, self._boards = comparison.plan, Scoreboards(comparison)
        self._began, self._first, self._told = time.monotonic(), 0.0, ""
        self._warned = -math.inf
        self._background = Background(comparison, self._main.store, told)

    async def close(self) -> None:
        """End it, and keep what is known."""
        background, self._background = self._background, None
        if background is not None:
            await asyncio.to_thread(background.close)

    @property
    def plan(self) -> Plan:
        return self._plan

    @property
    def goes_on(self) -> bool:
        """Whether it is being trained."""
        return self._background is not None and self._background.status in GOES_ON

    @property
    def brief(self) -> str:
        """What the status line says of it, or ""."""
        if self._background is None or not self.goes_on:
            return ""
        return f"c: comparing, {format_share(self._background.share)}"

    def warn(self, key: str) -> bool:
        """Say that it won't go on without the dashboard; False: there is nothing to say, or it can
        still be read."""
        now = time.monotonic()
        if self._background is None or not self.goes_on or now - self._warned < READ:
            return False
        self._warned, name = now, self._background.name
        later = f", and tui-nn compare --resume {name} goes on with it" if name else ""
        said = f"The comparison, at {format_share(self._background.share)}, would end here{later}"
        words = f"{said}. {key} again leaves."
        self._main.notify(words, severity="warning", timeout=READ, markup=False)
        return True

    def _news(self) -> None:
        for event in self.watched:
            event.set()
        if self._background is None or (told := self.brief) == self._told:
            return
        self._told = told
        if not told:
            self._main.run_worker(self._say_end(self._background))
        if not self._main.is_covered:
            self._main.watcher.wake()

    async def _say_end(self, background: Background) -> None:
        """In the log, and wherever the user is."""

        def best(comparison: Comparison) -> str:
            found = best_of(comparison.summaries())
            return comparison.plan.label(found.values) if found else ""

        if background.status == "done":
            found = await asyncio.wrap_future(background.ask(best))
            event = f"comparison done: {counted(background.runs, 'run')}"
            event += f"; best {found}" if found else ""
        else:
            event = f"comparison {background.status}"
        self._main.feedback.note(event)
        if not self.watched:
            self._main.notify(event, markup=False)

    def heading(self, look: Look) -> Content:
        """Two lines: what is compared, and how far that is."""
        background = self._background
        if background is None:
            return Content()
        share = background.share
        state = STATES[background.status]
        heading = plan_heading(self._plan, background.runs)
        parts = [f"{background.done:,}/{background.runs:,} runs  {format_share(share)}"]
        if background.status == "training":
            spent = time.monotonic() - self._began
            parts.append(time_left(spent, share - self._first, 1 - share))
        parts.append(background.said or ("" if background.name else "not recorded"))
        parts.append(f"recorded as {background.name}" if background.name else "")
        words = f"{bar(share, BAR, look)}  " + "  ".join(filter(None, parts))
        return Content.from_markup(f"{state}  $heading\n$words", heading=heading, words=words)

    async def board(self, sought: Sought) -> Scoreboard:
        """How it stands now."""
        assert self._background is not None
        boards = self._boards
        return await asyncio.wrap_future(self._background.ask(lambda _: boards.board(sought)))

    async def open(self, row: int) -> bool:
        """Go on in the dashboard with a row's run of the median loss; False: none has begun. Raises
        StoreError."""
        assert self._background is not None

        def resumption(comparison: Comparison) -> Resumption | None:
            run = typical(r for r in comparison.results if r.cell.row == row)
            if run is None:
                return None
            if comparison.group is not None:
                return comparison.group.resumption(run)
            name = f"{comparison.plan.label(comparison.rows[row])} seed={run.cell.settings.seed}"
            return Resumption(run.checkpoint, run.history, Origin(name, Label(), []))

        found = await asyncio.wrap_future(self._background.ask(resumption))
        if found is not None:
            self._main.steer("go_on", found)
        return found is not None

    def stop_or_go_on(self) -> None:
        background = self._background
        if background is None:
            return
        if self.goes_on:
            background.stop()
        elif background.status == "stopped":
            self._began, self._first = time.monotonic(), background.share
            background.go_on()

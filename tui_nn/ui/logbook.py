"""The logbook of the dashboard: what happened, in which run and at which step, and its saving."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tui_nn.datasets.plain import plain
from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.session import Session, SessionError, Snapshot, Wanted
from tui_nn.session.reasons import REASONS


class Logbook:
    """path: where it is saved. events: the list that is added to, (step, what happened) each.

    marks: those of the run that is shown, its beginning first; the others are of runs before it.
    """

    def __init__(
        self, session: Session, path: Path, events: list[tuple[int, str]] | None = None
    ) -> None:
        self.session, self.path = session, path
        self.events = [] if events is None else events
        self.marks: list[tuple[int, str]] = []
        self._run: int | None = None
        self._end: tuple[int | None, int, str | None] | None = None  # that was noted last
        self._received = 0  # events of a host

    def add(self, event: str) -> tuple[int, str]:
        """Enter an event, and return it as it was entered."""
        entered = self.session.last_step, plain(event)
        self.events.append(entered)
        self.marks.append(entered)
        return entered

    def follow(self, snapshot: Snapshot) -> str | None:
        """Take over how the run stands; returns why it has ended, when that is new."""
        session = self.session
        if session.run_number != self._run:  # of a run that goes on from another all until there
            self._run, began = session.run_number, session.began_at
            known = self.marks if session.origin is None else session.origin.events
            kept = [mark for mark in known[1:] if mark[0] <= began and began]
            self.marks = [(0, "begun"), *kept]
        end = (session.run_number, session.last_step, snapshot.reason)
        if not snapshot.reason or end == self._end or session.hosted:  # a host notes it itself
            return None
        self._end = end
        return REASONS[snapshot.reason]

    def received(self) -> list[tuple[int, str]]:
        """Enter the events that a host has brought, and return them."""
        new = [(step, plain(event)) for step, event in self.session.events[self._received :]]
        self._received += len(new)
        self.events += new
        self.marks += new
        return new

    async def save(self, latest: Snapshot | None) -> list[Path]:
        """Save it with the run as it is now, or was at the latest. Raises OSError."""
        with suppress(SessionError):
            latest = await self.session.snapshot(Wanted(surface=MAP_SURFACE))
        return self.write(latest)

    def write(self, snapshot: Snapshot | None) -> list[Path]:
        """The same without a question, for when there is no time for it; returns the files."""
        if snapshot is None:
            return []
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return RunLog(self.events).save(self.path, self.session, snapshot)

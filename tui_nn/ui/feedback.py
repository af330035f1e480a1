"""Feedback: what has become of commands and of the run, told in log, form, and notifications."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_nn.session import SessionError, Snapshot, Wanted
from tui_nn.session.diagnosis import Diagnosis, diagnose, exploded, may_be_stuck, stuck
from tui_nn.settings import label

if TYPE_CHECKING:
    from tui_nn.ui.screens.main import MainScreen

LOOK = 1.0  # seconds between two looks at the layers, while the loss rests
ROLES = {
    "attached": "q leaves; the run goes on",
    "watching": "another dashboard steers: T takes over; q leaves",
}


class Feedback:
    """The `Wheelhouse` of the main screen's steering, which follows the run as well."""

    def __init__(self, main: MainScreen) -> None:
        self._main, self._session = main, main.session
        self._notes: list[str] = []  # on a file, that were entered last
        self._told: set[str] = set()  # notes that a host was told; they come back a moment later
        self._cause = ""  # of the death that was noted last
        self._ill: int | None = None  # the run of which it was said that it does not learn
        self.illness: Diagnosis | None = None  # for which the run does not learn
        self._seen: tuple[int | None, int] = (
            None,
            0,
        )  # the run, and the version of its settings, that has it
        self._looking = False  # whether it is being looked for
        self._version = 0  # of the settings in the form, where others change them too

    def begin(self) -> None:
        """Say what is there at first."""
        if self._session.hosted:
            self._main.notify(ROLES[self._session.role])
        else:
            self.note("resumed" if self._session.origin else "started")

    def note(self, event: str) -> None:
        """Enter an event into the log, with the step at which it happened."""
        main = self._main
        if self._session.role == "attached" and not main.dead:
            main.steering.enqueue("note", event)  # it comes back, to all who watch
        else:
            main.events.add(*main.logbook.add(event))

    def done(self, event: str) -> None:
        """A command was carried out."""
        if event:
            self.note(event)
        self._cause = ""
        self._show_settings()
        self._main.watcher.wake()

    def refused(self, reason: str, field: str = "") -> None:
        """A command was impossible: say so, at the field if one is to blame."""
        if not (field and self._main.form.mark(field, reason)):
            self._show_settings()
            message = f"{label(field)}: {reason}" if field else reason
            self._main.notify(message, severity="error", markup=False)
        self._main.watcher.wake()

    def died(self, reason: str) -> None:
        """Say that the worker is gone; what was drawn stays."""
        self._main.steering.dead = True
        if self._session.hosted:
            if self._cause:  # a host's last words stand: what follows is that it is gone
                return
            self._main.app.clear_notifications()  # as that the run goes on
        self._show_settings()
        advice = "q leaves" if self._session.hosted else "r goes on from the last checkpoint"
        self._main.status.show_error(reason, f"what was drawn stays; {advice}")
        if reason != self._cause:
            self._cause = reason
            self.note(reason)

    def follow(self, snapshot: Snapshot) -> None:
        """Say what has happened by this snapshot: here, or by another dashboard."""
        main, session = self._main, self._session
        if session.notes is not self._notes:
            self._notes = session.notes
            # A host says them with every change of the points, to all who look.
            known = {*self._told, *(text for _, text in session.events)} if session.hosted else ()
            for note in session.notes if session.steers else ():
                if note not in known:
                    self._told.add(note)
                    self.note(note)
        if (end := main.logbook.follow(snapshot)) is not None:
            self.note(end)
            if snapshot.reason == "diverged":
                main.run_worker(self._say_why())
        self._follow_health(snapshot)
        for event in main.logbook.received():
            main.events.add(*event)
        if session.hosted and self._version != session.version:
            self._version = session.version
            self._show_settings()

    def _follow_health(self, snapshot: Snapshot) -> None:
        session = self._session
        if snapshot.reason is not None or self._seen != (session.run_number, session.version):
            self.illness = None
        if snapshot.reason is not None or not session.steers:
            return
        if found := exploded(session.history):
            self._say_ill(found)
        elif not may_be_stuck(session.history):
            self.illness = None
        elif snapshot.status == "running" and self.illness is None:
            self._main.run_worker(self._look_whether_stuck())

    def _say_ill(self, found: Diagnosis) -> None:
        """In the status line for as long as it holds; else once a run."""
        session = self._session
        self.illness, self._seen = found, (session.run_number, session.version)
        if self._ill != session.run_number:
            self._ill = session.run_number
            said = f"{found.text}; {found.cure}"
            self.note(said)
            self._main.notify(said, title="Not learning", severity="warning", markup=False)

    async def _look_whether_stuck(self) -> None:
        """The layers know, which nobody may be looking at."""
        if self._looking:
            return
        self._looking = True
        with suppress(SessionError):
            session = self._session
            await session.snapshot(Wanted(predictions=False, layers=True))
            found = stuck(diagnose(session.history, session.layers, session.settings))
            if found:
                self._say_ill(found)
        await asyncio.sleep(LOOK)
        self._looking = False

    async def _say_why(self) -> None:
        """What made the run diverge, in the log."""
        with suppress(SessionError):
            session = self._session
            await session.snapshot(Wanted(layers=True))
            found = diagnose(session.history, session.layers, session.settings)
            self.note(found[0].text)
            self._main.app.clear_notifications()  # of the time before, perhaps of the same
            self._main.notify(found[0].text, title="Diverged", severity="warning", markup=False)

    def _show_settings(self) -> None:
        self._main.form.show(self._session.settings)

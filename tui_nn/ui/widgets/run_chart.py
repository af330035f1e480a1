"""The chart of recorded runs: one, with its note and its options, and others beside it."""

from __future__ import annotations

from textual.content import Content

from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.look import Look
from tui_nn.render.run_list import caption, title
from tui_nn.runs.records import Record
from tui_nn.ui.recorded import Curve, curve_of
from tui_nn.ui.store_thread import StoreThread
from tui_nn.ui.view import Course
from tui_nn.ui.widgets.loss_chart import LossChart


class RunChart(LossChart):
    """`curves`: those that were read, by the number of the run."""

    def __init__(self, thread: StoreThread) -> None:
        super().__init__()
        self.display = False  # until there is a run
        self._thread = thread
        self.curves: dict[int, Curve] = {}

    async def show_runs(self, runs: list[Record], heading: str, look: Look) -> None:
        """The first of the runs, and the others beside it. Raises StoreError."""
        shown, *beside = [await self._curve(run) for run in runs]
        run, pin = runs[0], shown.pin
        self.border_title = Content(heading + title(run))
        self.border_subtitle = Content(caption(run, self.size.width - 4, glyphs_of(look).cut))
        pins = [curve.pin for curve in beside]
        known = pin.snapshot, shown.settings, pin.history
        self.show(Course(*known, pins=pins, look=look, name=run.name))

    async def _curve(self, run: Record) -> Curve:
        known = self.curves.get(run.number)
        if known is None or known.step != run.step:
            known = self.curves[run.number] = await self._thread.ask(curve_of, run)
        return known

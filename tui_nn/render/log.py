"""The log of a run: settings, events, metrics, chart and maps, saved as text, HTML or SVG."""

from __future__ import annotations

import io
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.datasets.plain import plain
from tui_nn.engine.types import Array
from tui_nn.render.chart import loss_chart
from tui_nn.render.legend import chart_legend
from tui_nn.render.look import Look
from tui_nn.render.maps import surface_shape
from tui_nn.render.predictions import TruthAndPrediction
from tui_nn.render.tables import metric_name, metrics_table, result_table, settings_table
from tui_nn.runs.files import write_atomically
from tui_nn.session import Snapshot
from tui_nn.settings import Settings

SUFFIXES = (".txt", ".html", ".svg")
WIDTH = 100
MAP_SIZE = (46, 20)
MAP_SURFACE = surface_shape(*MAP_SIZE)  # what a snapshot needs for the log's map to have colours


class Run(Protocol):
    """What a log tells of: a session, or a run that was recorded."""

    @property
    def settings(self) -> Settings: ...

    @property
    def history(self) -> Array: ...

    @property
    def shown(self) -> Dataset | None: ...


@dataclass
class RunLog:
    """The events of a run, each with the step at which it happened."""

    events: list[tuple[int, str]] = field(default_factory=list)

    def add(self, step: int, event: str) -> None:
        self.events.append((step, event))

    def save(self, path: Path, run: Run, snapshot: Snapshot) -> list[Path]:
        """Write the log, whole or not at all; a path of another suffix stands for all three.

        Returns the files. Raises OSError where one can't be written.
        """

        texts = self.texts(run, snapshot)
        one = path.suffix in SUFFIXES
        paths = [path] if one else [path.with_name(path.name + s) for s in SUFFIXES]
        for target in paths:
            write_atomically(target, texts[target.suffix])
        return paths

    def texts(self, run: Run, snapshot: Snapshot, heading: Text | None = None) -> dict[str, str]:
        """The log by suffix: of the SUFFIXES, and .ansi, text in a terminal's colours."""

        def recorded(look: Look) -> Console:
            console = Console(
                record=True,
                file=io.StringIO(),
                width=WIDTH,
                color_system="truecolor",
                force_terminal=True,
            )
            if heading is not None:
                console.print(heading)
            self.show(console, run, snapshot, look)
            return console

        coloured = recorded(Look())
        return {
            ".txt": recorded(Look(colour=False)).export_text(),
            ".ansi": coloured.export_text(clear=False, styles=True),
            ".html": coloured.export_html(clear=False),
            ".svg": coloured.export_svg(title="tui-nn"),
        }

    def show(self, console: Console, run: Run, snapshot: Snapshot, look: Look) -> None:
        """Print the log's parts, one after the other."""
        history, target = run.history, run.settings.target_loss
        _heading(console, "Result")
        console.print(result_table(snapshot, metric_name(run.settings)))
        _heading(console, "Loss")
        console.print(chart_legend(history, target, log=True, width=WIDTH))
        console.print(loss_chart(history, WIDTH - 2, 20, log=True, target=target))
        if snapshot.predictions is not None and run.shown is not None:
            _heading(console, "Ground truth and prediction")
            console.print(
                TruthAndPrediction(
                    run.shown, snapshot.predictions, snapshot.surface, *MAP_SIZE, look
                )
            )
        _heading(console, "Events")
        for step, event in self.events:
            console.print(Text(f"{step:>10}  {plain(event)}"))
        _heading(console, "Metrics")
        if len(history):
            console.print(metrics_table(history, metric_name(run.settings)))
        _heading(console, "Settings")
        console.print(settings_table(run.settings))
        again = shlex.join(["tui-nn", *run.settings.to_flags()])
        console.print(Text(f"Again: {plain(again)}"))


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold underline"))

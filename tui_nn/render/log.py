"""The log of a run: settings, events, metrics, chart and maps, saved as text, HTML or SVG."""

from __future__ import annotations

import io
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.chart import loss_chart
from tui_nn.render.maps import TruthAndPrediction
from tui_nn.render.tables import metrics_table, result_table, settings_table
from tui_nn.session.protocol import Snapshot
from tui_nn.settings import Settings

SUFFIXES = (".txt", ".html", ".svg")
WIDTH = 100


@dataclass
class RunLog:
    """The events of a run, each with the step at which it happened."""

    events: list[tuple[int, str]] = field(default_factory=list)

    def add(self, step: int, event: str) -> None:
        self.events.append((step, event))

    def save(
        self, path: Path, settings: Settings, snapshot: Snapshot, history: Array, dataset: Dataset
    ) -> list[Path]:
        """Write the log, whole or not at all; a path of another suffix stands for all three.

        The snapshot has predictions. Raises OSError where a file can't be written.
        """
        console = Console(
            record=True,
            file=io.StringIO(),
            width=WIDTH,
            color_system="truecolor",
            force_terminal=True,
        )
        self.show(console, settings, snapshot, history, dataset)
        texts = {
            ".txt": console.export_text(clear=False),
            ".html": console.export_html(clear=False),
            ".svg": console.export_svg(title="tui-nn", clear=False),
        }
        one = path.suffix in SUFFIXES
        paths = [path] if one else [path.with_name(path.name + s) for s in SUFFIXES]
        for target in paths:
            write_atomically(target, texts[target.suffix])
        return paths

    def show(
        self,
        console: Console,
        settings: Settings,
        snapshot: Snapshot,
        history: Array,
        dataset: Dataset,
    ) -> None:
        """Print the log's parts, one after the other."""

        def heading(text: str) -> None:
            console.print(Text(text, style="bold underline"))

        heading("Settings")
        console.print(settings_table(settings))
        heading("Events")
        for step, event in self.events:
            console.print(Text(f"{step:>10}  {event}"))
        heading("\nMetrics")
        if len(history):
            console.print(metrics_table(history))
        heading("Loss")
        console.print(loss_chart(history, WIDTH - 2, 20, log=True, target=settings.target_loss))
        if snapshot.predictions is not None:
            heading("Ground truth and prediction")
            console.print(
                TruthAndPrediction(dataset, snapshot.predictions, snapshot.surface, 46, 20)
            )
        heading("Result")
        console.print(result_table(snapshot))


def write_atomically(path: Path, text: str) -> None:
    """Replace the file's content whole, or leave it as it was. Raises OSError."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

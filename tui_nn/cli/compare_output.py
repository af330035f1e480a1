"""What a comparison leaves: pictures and a table on the terminal, lines of JSON, files."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tui_nn.cli.errors import UsageError
from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.compare import Comparison, Plan, Result, Summary
from tui_nn.compare.exports import as_csv, cell_object, row_object
from tui_nn.experiment import build_dataset
from tui_nn.render.axes import inner_size
from tui_nn.render.bands import MOST as CURVES
from tui_nn.render.bands import bands_chart, bands_legend
from tui_nn.render.comparison import (
    best_of,
    comparison_table,
    plan_heading,
    shown_rows,
    table_note,
)
from tui_nn.render.figures import curves, heat, started, target, typical_runs
from tui_nn.render.heat import heat_picture
from tui_nn.render.look import Look
from tui_nn.render.multiples import map_layout, multiples
from tui_nn.render.predictions import points_legend
from tui_nn.runs.files import check_writable, write_atomically
from tui_nn.settings import label

MAP_LINES = 2  # of maps, one below the other


class JsonLines:
    """A line for each run that ends, and a last one with all rows."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def cells(self, changed: Iterable[Result]) -> None:
        for result in changed:
            if result.reason is not None:
                line = {"event": "cell"} | cell_object(self.comparison.plan, result)
                print(json.dumps(line), flush=True)

    def end(self, reason: str, began: float) -> None:
        comparison, plan = self.comparison, self.comparison.plan
        line = {
            "event": "end",
            "reason": reason,
            "name": comparison.group.name if comparison.group else None,
            "cells": len(comparison.results),
            "done": comparison.results.done,
            "seconds": time.monotonic() - began,
            "rows": [row_object(plan, summary) for summary in comparison.summaries()],
            "settings": plan.base.resolved().model_dump(mode="json"),
        }
        print(json.dumps(line), flush=True)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Table, curves, heat map and maps, in the width that there is."""
    plan, look = comparison.plan, look_of(console)
    width = max(40, min(console.width, WIDEST))
    summaries = comparison.summaries()
    known = started(summaries)
    console.print(Text(plan_heading(plan, len(comparison.results)), style="bold"))
    if not known:
        console.print("Nothing has been trained yet.")
        return
    ranked = plan.random is not None or plan.sought is not None
    rows = shown_rows(known, ranked=ranked)
    console.print()
    console.print(comparison_table(plan, rows, best_of(known), min(width, console.width), look))
    console.print(Text(table_note(plan, rows, summaries), style="dim"))
    console.print()
    print_curves(plan, rows, console, width, look)
    if (table := heat(plan, known)) is not None:
        names = label(plan.names[0]).lower(), label(plan.names[1]).lower()
        console.print(heat_picture(table, names, width, look))
        console.print()
    print_maps(plan, rows, console, width, look)


def print_curves(plan: Plan, rows: list[Summary], console: Console, width: int, look: Look) -> None:
    """The learning curves of the best rows, and whose they are."""
    bands = curves(plan, rows, CURVES, 4 * inner_size(width, 1)[0])
    console.print(bands_chart(bands, width, CHART_HEIGHT, look, target(plan)))
    console.print(bands_legend(bands, look, target(plan)))
    if len(bands) < len(rows):
        console.print(Text(f"(the best {len(bands)} of {len(rows)} rows)", style="dim"))
    console.print()


def print_maps(plan: Plan, rows: list[Summary], console: Console, width: int, look: Look) -> None:
    """What the typical run of each row has learnt, as many as there is room for."""
    found = typical_runs(plan, rows)
    shown = found[: MAP_LINES * map_layout(width)[0]]
    if not shown:
        return
    console.print(multiples(shown, width, look))
    console.print(Text(points_legend(build_dataset(shown[0][1].cell.settings), look, width)))
    if len(found) > len(shown):
        console.print(Text(f"(the first {len(shown)} of {len(found)} rows)", style="dim"))


def make_folder(path: str) -> None:
    """Of a report, before anything is trained. Raises UsageError."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
        check_writable(Path(path) / "report.html")
    except OSError as error:
        raise UsageError(f"--out {error.filename or path}: {error.strerror}") from None


@contextmanager
def report_folder(path: str) -> Iterator[None]:
    """The same; a new one is removed again if nothing has been put into it. Raises UsageError."""
    is_new = not Path(path).exists()
    make_folder(path)
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):  # it is not empty
                Path(path).rmdir()


def save_csv(comparison: Comparison, path: Path) -> None:
    """Raises OSError."""
    write_atomically(path, as_csv(comparison.plan, comparison.results))


def save_report(comparison: Comparison, folder: Path) -> None:
    """As HTML, SVG, TXT and CSV. Raises OSError."""
    from tui_nn.render.page.comparison import comparison_files

    console = Console(file=io.StringIO(), width=WIDEST, record=True, highlight=False)
    print_comparison(comparison, console)
    write_atomically(folder / "report.txt", console.export_text())
    save_csv(comparison, folder / "runs.csv")
    for name, content in comparison_files(comparison).items():
        write_atomically(folder / name, content)

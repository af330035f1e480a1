"""What a comparison leaves: pictures and a table on the terminal, lines of JSON, files."""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from tui_nn.cli.picture import look_of
from tui_nn.compare import Comparison, Plan, Result, Summary, band
from tui_nn.compare.exports import as_csv, cell_object, row_object
from tui_nn.render.axes import inner_size
from tui_nn.render.bands import MOST as CURVES
from tui_nn.render.bands import Band, bands_chart, bands_legend
from tui_nn.render.comparison import (
    best_of,
    comparison_table,
    plan_heading,
    row_name,
    row_values,
    shown_rows,
    table_note,
    value_text,
)
from tui_nn.render.heat import heat_picture
from tui_nn.render.look import Look
from tui_nn.render.multiples import map_layout, multiples
from tui_nn.render.predictions import legend
from tui_nn.render.tables import format_loss
from tui_nn.runs.files import write_atomically
from tui_nn.settings import label

WIDEST, CHART_HEIGHT = 100, 15
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
    started = [summary for summary in summaries if any(len(r.history) for r in summary.results)]
    console.print(Text(plan_heading(plan, len(comparison.results)), style="bold"))
    if not started:
        console.print("Nothing was trained yet.")
        return
    best = best_of(started)
    ranked = plan.random is not None or plan.sought is not None
    rows = shown_rows(started, ranked=ranked)
    console.print(comparison_table(plan, rows, best, width, look))
    console.print(Text(table_note(plan, len(rows), len(summaries)), style="dim"))
    console.print()
    chosen = chosen_curves(started, rows)
    bands = [curve_band(plan, summary, inner_size(width, 1)[0]) for summary in chosen]
    target = plan.base.target_loss if "target_loss" not in plan.names else None
    console.print(bands_chart(bands, width, CHART_HEIGHT, look, target))
    note = "" if len(chosen) == len(started) else f"   (the best {len(chosen)} of {len(started)})"
    console.print(bands_legend(bands, look, target) + Text(note, style="dim"))
    console.print()
    if (heat := heat_of(plan, started, width, look)) is not None:
        console.print(heat)
        console.print()
    print_maps(plan, rows, console, width, look)


def chosen_curves(started: list[Summary], rows: list[Summary]) -> list[Summary]:
    """At most as many as can be told apart: the best ones, in the table's order."""
    best = sorted(started, key=lambda summary: summary.rank)[:CURVES]
    return [summary for summary in rows if summary in best]


def curve_band(plan: Plan, summary: Summary, columns: int) -> Band:
    """The learning curve of a row, in the dots of so many columns."""
    last = max(result.step for result in summary.results)
    steps = np.unique(np.linspace(0, max(1, last), 4 * columns).round())
    return Band(row_name(plan, summary), steps, band(summary.results, steps))


def heat_of(plan: Plan, summaries: list[Summary], width: int, look: Look) -> object | None:
    """The heat map of two numbers that vary; None where it is not these."""
    found = heat_table(plan, summaries)
    if found is None:
        return None
    values, rows, columns, title, say = found
    names = label(plan.names[0]), label(plan.names[1])
    return heat_picture(values, rows, columns, names, title, say, width, look)


def heat_table(plan: Plan, summaries: list[Summary]):  # type: ignore[no-untyped-def]
    """values (rows, columns), their names, what they are and how they are written."""
    pairs = [row_values(plan, summary) for summary in summaries]
    if len(plan.names) != 2 or plan.random or plan.sought:
        return None
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for p in pairs for v in p):
        return None
    rows, columns = (list(dict.fromkeys(pair[i] for pair in pairs)) for i in (0, 1))
    if len(rows) < 2 or len(columns) < 2:
        return None
    by_steps = sum(summary.steps is not None for summary in summaries) * 2 >= len(summaries)
    values = np.full((len(rows), len(columns)), np.nan)
    for pair, summary in zip(pairs, summaries, strict=True):
        found = summary.steps if by_steps else summary.loss
        values[rows.index(pair[0]), columns.index(pair[1])] = found.median if found else math.nan
    title = "median steps to the target" if by_steps else "median loss"
    say = (lambda value: f"{value:.0f}") if by_steps else format_loss
    names = [[value_text(value) for value in part] for part in (rows, columns)]
    return values, *names, title, say


def print_maps(plan: Plan, rows: list[Summary], console: Console, width: int, look: Look) -> None:
    """What the typical run of each row has learnt, as many as there is room for."""
    named = [(row_name(plan, row), row.typical) for row in rows]
    found = [(name, result) for name, result in named if result is not None]
    most = MAP_LINES * map_layout(width)[0]
    shown = found[:most]
    if not shown:
        return
    console.print(multiples(shown, width, look))
    from tui_nn.experiment import build_dataset

    console.print(Text(legend(build_dataset(shown[0][1].cell.settings), look, width)))
    if len(found) > len(shown):
        console.print(Text(f"(the first {len(shown)} of {len(found)} rows)", style="dim"))


def save_csv(comparison: Comparison, path: Path) -> None:
    """Raises OSError."""
    write_atomically(path, as_csv(comparison.plan, comparison.results))


def save_report(comparison: Comparison, folder: Path) -> None:
    """Raises OSError."""
    console = Console(file=io.StringIO(), width=WIDEST, record=True)
    print_comparison(comparison, console)
    write_atomically(folder / "report.txt", console.export_text())
    save_csv(comparison, folder / "runs.csv")

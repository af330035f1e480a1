"""What `tui-nn runs` prints."""

from __future__ import annotations

import json

import numpy as np
from rich.console import Console

from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.engine.types import Array
from tui_nn.render.chart import loss_chart
from tui_nn.render.legend import chart_legend
from tui_nn.render.runs import (
    CURVE,
    difference,
    difference_table,
    events_table,
    last_figures,
    run_heading,
    runs_table,
)
from tui_nn.render.tables import metric_name, result_table, settings_table
from tui_nn.runs import exports
from tui_nn.runs.records import Record, events, points
from tui_nn.runs.store import Store

MOST_CURVES = 100  # a longer list has none
NARROW = 100  # columns, below which it has none either


def print_json_lines(runs: list[Record]) -> None:
    for run in runs:
        print(json.dumps(exports.as_json(run)))


def print_list(store: Store, runs: list[Record]) -> None:
    console = Console(highlight=False)
    curves = None
    if len(runs) <= MOST_CURVES and console.width >= NARROW:
        curves = {run.number: sampled(store, run) for run in runs}
    console.print(runs_table(runs, curves, ascii=look_of(console).ascii))
    if not runs:
        console.print("No such runs.")


def sampled(store: Store, run: Record) -> Array:
    """(places, 2): steps and training losses, as many as a small curve has cells; each found in the
    index, however long the run is."""
    sql = (
        "SELECT step, train_loss FROM points WHERE run = ? AND step <= ? ORDER BY step DESC LIMIT 1"
    )
    rows = []
    for step in np.linspace(0, run.step, CURVE).astype(int).tolist():
        rows += store.query(sql, [run.number, step])
    return np.array(rows, float).reshape(-1, 2)


def print_run(store: Store, run: Record, as_json: bool) -> None:
    happened = events(store, run)
    if as_json:
        print(json.dumps(exports.as_json(run, happened)))
        return
    console, settings, history = Console(highlight=False), run.parsed, points(store, run)
    look, width = look_of(console), max(16, min(console.width, WIDEST))
    target = settings.target_loss
    console.print(run_heading(run))
    if len(history):
        console.print(loss_chart(history, width, CHART_HEIGHT, log=True, target=target, look=look))
        console.print(chart_legend(history, target, log=True, look=look, width=width))
    console.print(result_table(last_figures(run), metric_name(settings)))
    console.print(events_table(happened))
    console.print(settings_table(settings))


def print_difference(first: Record, second: Record, as_json: bool) -> None:
    if not as_json:
        Console(highlight=False).print(difference_table(first, second))
        return
    settings, found = difference(first, second)
    figures = {
        name: [exports.finite_or_none(value) for value in pair] for name, pair in found.items()
    }
    runs = [first.id, second.id]
    print(json.dumps({"runs": runs, "settings": settings, "figures": figures}))

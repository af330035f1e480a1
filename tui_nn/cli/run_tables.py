"""What `tui-nn runs` prints and writes."""

from __future__ import annotations

import io
import json
import math
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from tui_nn.cli.errors import RunError
from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.engine.types import Array
from tui_nn.render.chart import loss_chart
from tui_nn.render.legend import chart_legend
from tui_nn.render.log import WIDTH
from tui_nn.render.look import Look
from tui_nn.render.runs import (
    CURVE,
    difference,
    difference_table,
    events_table,
    last_figures,
    past_log,
    run_heading,
    runs_table,
)
from tui_nn.render.tables import metric_name, result_table, settings_table
from tui_nn.runs import exports
from tui_nn.runs.records import Record, checkpoint, events, points
from tui_nn.runs.store import Store, StoreError

MOST_CURVES = 100  # a longer list has none
NARROW = 100  # columns, below which it has none either


def as_object(run: Record) -> dict[str, Any]:
    """What JSON says of a run; a figure that is not a finite number is null."""
    return {name: _finite(value) for name, value in vars(run).items() if name != "number"}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_json_lines(runs: list[Record]) -> None:
    for run in runs:
        print(json.dumps(as_object(run)))


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
        said = [{"step": step, "time": when, "text": text} for step, when, text in happened]
        print(json.dumps(as_object(run) | {"events": said}))
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
    figures = {name: [_finite(value) for value in pair] for name, pair in found.items()}
    runs = [first.id, second.id]
    print(json.dumps({"runs": runs, "settings": settings, "figures": figures}))


def write_report(store: Store, run: Record, path: Path, force: bool) -> None:
    """Write the page that tells of a run. Raises RunError, StoreError."""
    from tui_nn.render.page.report import Story, report

    try:
        state = checkpoint(store, run)
    except StoreError:
        state = None
    content = report(Story(run, points(store, run), events(store, run), state))
    try:
        exports.write_export(path, content, force=force)
    except OSError as error:
        raise RunError(f"--html {path}: {error.strerror}") from None


def export_run(store: Store, run: Record, kind: str, path: Path, force: bool) -> None:
    """Write a run as one of the formats. Raises RunError, StoreError."""
    content = exports.as_zip(whole(store, run)) if kind == "zip" else part(store, run, kind)
    try:
        exports.write_export(path, content, force=force)
    except OSError as error:
        raise RunError(f"--out {path}: {error.strerror}") from None


def part(store: Store, run: Record, kind: str) -> str | bytes:
    """One of the formats but zip."""
    if kind == "csv":
        return exports.as_csv(points(store, run))
    if kind == "ndjson":
        return exports.as_ndjson(points(store, run))
    if kind == "npz":
        return exports.as_npz(checkpoint(store, run))
    if kind == "toml":
        return run.parsed.to_toml()
    return log_text(store, run)


def whole(store: Store, run: Record) -> dict[str, str | bytes]:
    """All that is known of a run, as files by their names."""
    said = [{"step": s, "time": when, "text": text} for s, when, text in events(store, run)]
    members: dict[str, str | bytes] = {
        "run.json": json.dumps(as_object(run) | {"events": said}, indent=1),
        "settings.toml": part(store, run, "toml"),
        "metrics.csv": part(store, run, "csv"),
        "metrics.ndjson": part(store, run, "ndjson"),
        "log.txt": part(store, run, "log"),
    }
    with suppress(StoreError):  # one that was left within its first second has no checkpoint
        members["weights.npz"] = part(store, run, "npz")
    return members


def log_text(store: Store, run: Record) -> str:
    """The log as `--log FILE.txt` saves it."""
    try:
        state = checkpoint(store, run)
    except StoreError:
        state = None
    log, past, end = past_log(run, points(store, run), events(store, run), state)
    console = Console(file=io.StringIO(), width=WIDTH, record=True)
    console.print(run_heading(run))
    log.show(console, past, end, Look(colour=False))
    return console.export_text()

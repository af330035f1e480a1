"""What `tui-nn runs` prints and writes."""

from __future__ import annotations

import io
import json
import math
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from tui_nn.cli.errors import RunError
from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.render.chart import loss_chart
from tui_nn.render.legend import chart_legend
from tui_nn.render.log import WIDTH
from tui_nn.render.look import Look
from tui_nn.render.run_list import CURVE, fitting, heading, line
from tui_nn.render.runs import (
    difference,
    difference_table,
    events_table,
    last_figures,
    past_log,
    run_heading,
)
from tui_nn.render.tables import metric_name, result_table, settings_table
from tui_nn.runs import exports
from tui_nn.runs.records import Record, checkpoint, events, points, sampled
from tui_nn.runs.store import Store, StoreError

MOST_CURVES = 1000  # a longer list has none
_PLAIN = tuple(
    name
    for name in Record._fields
    if name not in ("number", "dataset", "optimizer", "hidden", "settings_json", "versions_json")
)  # what JSON says beside settings and versions


def as_object(run: Record) -> dict[str, Any]:
    """What JSON says of a run; a figure that is not a finite number is null."""
    there = {name: _finite(getattr(run, name)) for name in _PLAIN}
    return there | {"settings": run.settings, "versions": json.loads(run.versions_json)}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_json_lines(runs: list[Record]) -> None:
    """The same objects. Settings and versions are JSON already, and most of what there is."""
    for run in runs:
        there = json.dumps({name: _finite(getattr(run, name)) for name in _PLAIN})
        sys.stdout.write(
            f'{there[:-1]}, "settings": {run.settings_json}, "versions": {run.versions_json}}}\n'
        )


def print_list(store: Store, runs: list[Record]) -> None:
    console = Console(highlight=False)
    columns = fitting(console.width, curves=len(runs) <= MOST_CURVES)
    draws, ascii = any(column.text is None for column in columns), look_of(console).ascii
    console.print(Text(heading(columns).rstrip(), "bold"), soft_wrap=True)
    for run in runs:
        points = sampled(store, run, CURVE) if draws else None
        sys.stdout.write(line(run, columns, points, ascii=ascii).rstrip() + "\n")
    if not runs:
        console.print("No such runs.")


def print_called(run: Record, as_json: bool) -> None:
    """What a run is called now."""
    if as_json:
        print_json_lines([run])
    else:
        Console(highlight=False).print(run_heading(run))


def print_removed(runs: list[Record], as_json: bool) -> None:
    ids = [run.id for run in runs]
    print(json.dumps({"removed": ids}) if as_json else "\n".join(f"removed {one}" for one in ids))


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

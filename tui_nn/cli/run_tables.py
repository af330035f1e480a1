"""What `tui-nn runs` prints."""

from __future__ import annotations

import json
import shlex
import sys

from rich.console import Console
from rich.text import Text

from tui_nn.cli.picture import CHART_HEIGHT, WIDEST, look_of
from tui_nn.render.chart import loss_chart
from tui_nn.render.columns import heading
from tui_nn.render.comparison_line import comparison_line
from tui_nn.render.legend import chart_legend
from tui_nn.render.run_list import CURVE, Column, fitting, line
from tui_nn.render.runs import (
    difference,
    difference_table,
    events_table,
    last_figures,
    run_heading,
)
from tui_nn.render.tables import metric_name, result_table, settings_table
from tui_nn.render.varying import varying
from tui_nn.runs import exports
from tui_nn.runs.records import Record, count, events, points, records, sampled
from tui_nn.runs.store import Store

MOST_CURVES = 1000  # a longer list has none


def print_json_lines(runs: list[Record]) -> None:
    sys.stdout.writelines(map(exports.as_json_line, runs))


def print_list(
    store: Store, runs: list[Record], total: int, figure: str | None, *, folded: bool
) -> None:
    """A line for each; Rich's tables take seconds for ten thousand.

    total: with those that there was no line for. figure: by which they are sorted. folded: a run
    of a comparison stands for all of them.
    """
    console = Console(highlight=False)
    alone = [run for run in runs if not (folded and run.group)]
    curves = len(runs) <= MOST_CURVES
    columns = fitting(console.width, alone, varying(alone), curves=curves, figure=figure)
    draws, ascii = any(column.text is None for column in columns), look_of(console).ascii
    console.print(Text(heading(columns).rstrip(), "bold"), soft_wrap=True)
    for run in runs:
        if folded and run.group:
            said = _comparison(store, run, columns, ascii)
        else:
            points = sampled(store, run, CURVE) if draws else None
            said = line(run, columns, points, ascii=ascii)
        sys.stdout.write(said.rstrip() + "\n")
    if not runs:
        console.print("No such runs.")
    if len(runs) < total:
        console.print(Text(f"{len(runs):,} of {total:,}; --limit all shows them all", "dim"))


def _comparison(store: Store, latest: Record, columns: list[Column], ascii: bool) -> str:
    """Its line, with what lists its runs. latest: of these."""
    group = latest.group
    found = records(store, group=group, best="train_loss", limit=1)  # none if just removed
    best = found[0].train_loss if found else None
    told = f"--group {shlex.quote(group)}", count(store, group=group), latest.started, best
    return comparison_line(*told, columns, ascii=ascii)


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

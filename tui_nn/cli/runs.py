"""`tui-nn runs …`: look back at what was recorded, take it along, go on with it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.options import Options, option
from tui_nn.render.plain import plain
from tui_nn.settings import nearest, short_text

if TYPE_CHECKING:
    from tui_nn.runs.records import Story
    from tui_nn.runs.store import Store

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
# The names of `run_files.FORMATS`, which takes longer to import, and all of them in one file.
FORMATS = (
    *("report", "txt", "ansi", "html", "svg", "csv", "ndjson", "parquet", "tensorboard"),
    *("npz", "safetensors", "toml", "json", "zip"),
)
ALIASES = {"log": "txt", "jsonl": "ndjson"}
BEST = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")

app = App(
    name="runs",
    help="Recorded runs: list, show, compare, export, resume.",
    sort_key=0,
    help_epilogue="",
)

RunArgument = Annotated[
    str, Parameter(help="its id or how that begins, or latest", show_default=False)
]
StoreOption = Annotated[str | None, option("where runs are recorded", "FILE")]
JsonOption = Annotated[bool, option("print JSON, and nothing else")]
Flattened = Annotated[Options | None, Parameter(name="*")]


@app.command(name="list", help_epilogue="")
def list_runs(
    *,
    dataset: Annotated[str | None, option("only of this data set", "NAME")] = None,
    since: Annotated[str | None, option("only younger ones: 90m, 12h, 2d, 1w", "TIME")] = None,
    best: Annotated[str | None, option(f"the best first, by {', '.join(BEST)}", "NAME")] = None,
    limit: Annotated[str, option("at most so many, or all [20]", "N")] = "20",
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """List runs, the latest first."""
    from tui_nn.cli import run_tables
    from tui_nn.runs.records import records

    if best is not None and best not in BEST:
        hint = nearest(best, BEST)
        raise UsageError(f"--best {short_text(best)}: one of {', '.join(BEST)}{hint}")
    filters: dict[str, Any] = {
        "dataset": dataset,
        "since": None if since is None else time.time() - parse_age(since),
        "best": best,
        "limit": parse_limit(limit),
    }
    with opened(store) as there:
        found = records(there, **filters)
        if json:
            run_tables.print_json_lines(found)
        else:
            run_tables.print_list(there, found)
    return 0


@app.command(help_epilogue="")
def show(
    run: RunArgument,
    /,
    *,
    json: JsonOption = False,
    html: Annotated[str | None, option("write a report instead, one page", "FILE.html")] = None,
    force: Annotated[bool, option("replace a file that is there")] = False,
    store: StoreOption = None,
) -> int:
    """Show a run: how it went, its events and settings."""
    from tui_nn.cli import run_tables
    from tui_nn.runs.records import find, story

    if html is not None and json:
        raise UsageError("--html and --json: one of them")
    with opened(store) as there:
        record = find(there, run)
        if html is None:
            run_tables.print_run(there, record, json)
        else:
            write_report(story(there, record), html, force)
    return 0


def write_report(told: Story, path: str, force: bool) -> None:
    """Write the page that tells of a run. Raises RunError."""
    from tui_nn.cli import run_files

    run_files.write("--html", Path(path), run_files.content_of(told, "report"), force)
    print(plain(path))


@app.command(help_epilogue="")
def rm(*runs: RunArgument, store: StoreOption = None) -> int:
    """Remove runs, with all that was recorded of them."""
    from tui_nn.runs.records import find, remove

    if not runs:
        raise UsageError("rm: needs the id of a run")
    with opened(store) as there:
        found = {run.number: run for run in (find(there, word) for word in runs)}
        remove(there, list(found.values()))
    for run in found.values():
        print(f"removed {run.id}")
    return 0


@app.command(help_epilogue="")
def diff(
    first: RunArgument,
    second: RunArgument,
    /,
    *,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Compare two runs: the settings that differ, and the figures."""
    from tui_nn.cli import run_tables
    from tui_nn.runs.records import find

    with opened(store) as there:
        run_tables.print_difference(find(there, first), find(there, second), json)
    return 0


@app.command(help_epilogue="")
def export(
    *runs: RunArgument,
    format: Annotated[
        str | None, option(f"{', '.join(FORMATS)} [as FILE ends, or zip]", "NAME")
    ] = None,
    out: Annotated[str | None, option("where to; a folder for several [here]", "FILE")] = None,
    force: Annotated[bool, option("replace files that are there")] = False,
    dataset: Annotated[str | None, option("all runs of this data set", "NAME")] = None,
    since: Annotated[str | None, option("all younger ones: 90m, 12h, 2d, 1w", "TIME")] = None,
    store: StoreOption = None,
) -> int:
    """Write runs into files: report, log, metrics, weights, settings, or all of it in a zip."""
    from tui_nn.cli import run_files
    from tui_nn.runs.records import find, records, story

    kind = export_kind(format, out)
    if not runs and dataset is None and since is None:
        raise UsageError("export: needs the id of a run, --dataset or --since")
    with opened(store) as there:
        found = {record.number: record for record in (find(there, word) for word in runs)}
        if dataset is not None or since is not None:
            after = None if since is None else time.time() - parse_age(since)
            chosen = records(there, dataset=dataset, since=after)
            found |= {record.number: record for record in chosen}
        if not found:
            raise RunError("export: no such runs")
        several = len(found) > 1 or kind == "tensorboard"
        if out is not None and several and Path(out).is_file():
            raise UsageError(f"--out {short_text(out)}: several files need a folder")
        for record in found.values():
            told = story(there, record)
            path = run_files.place_of(told, kind, out) if several or not out else Path(out)
            run_files.write("--out", path, run_files.content_of(told, kind), force)
            print(plain(str(path)))
    return 0


def export_kind(format: str | None, out: str | None) -> str:
    """The format that is meant. Raises UsageError."""
    kind = format or (Path(out).suffix[1:] if out else "") or "zip"
    kind = ALIASES.get(kind, kind)
    if kind not in FORMATS:
        spelled = f"--format {short_text(kind)}" if format else f"--out {short_text(out)}"
        raise UsageError(f"{spelled}: one of {', '.join(FORMATS)}{nearest(kind, FORMATS)}")
    return kind


@app.command(help_epilogue="")
def resume(
    run: RunArgument,
    /,
    *,
    options: Flattened = None,
    json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False,
    store: StoreOption = None,
) -> int:
    """Go on with a run as if it had never stopped, or with other live settings."""
    import asyncio

    from tui_nn.cli.resume import resume_run

    asked = vars(options or Options()).items()
    given = {name: value for name, value in asked if value is not None}
    if not given["print_config"]:
        del given["print_config"]
    with opened(store) as there:
        pass
    return asyncio.run(resume_run(there.path, run, given, json))


@contextmanager
def opened(option: str | None) -> Iterator[Store]:
    """The store that is meant; its errors are the program's. Raises UsageError, RunError."""
    from tui_nn.runs.place import store_path
    from tui_nn.runs.store import Store, StoreError

    path = store_path(option)
    if path is None:
        raise UsageError("--store none: there is nothing to look back at")
    try:
        with Store.for_reading(path) as store:
            if store.notice:
                print(f"tui-nn: {store.notice}", file=sys.stderr)
            yield store
    except StoreError as error:
        raise RunError(str(error)) from None


def parse_age(text: str) -> float:
    """Seconds, from "90m", "12h" or "2d". Raises UsageError."""
    number, unit = text[:-1], text[-1:]
    if unit in UNITS and number.isascii() and number.isdecimal() and len(number) <= 6:
        return int(number) * UNITS[unit]
    raise UsageError(f"--since {short_text(text)}: a number and a unit, as 90m, 12h, 2d or 1w")


def parse_limit(text: str) -> int | None:
    """A number of runs; None is all of them. Raises UsageError."""
    if text == "all":
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) >= 1:
        return int(text)
    raise UsageError(f"--limit {short_text(text)}: a whole number from 1, or all")

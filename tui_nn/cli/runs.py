"""`tui-nn runs …`: look back at what was recorded, take it along, go on with it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.formats import FORMATS, export_kind
from tui_nn.cli.options import Options, option
from tui_nn.cli.values import parse_age, parse_limit, parse_pace
from tui_nn.datasets.plain import plain
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import nearest, short_text

if TYPE_CHECKING:
    from tui_nn.runs.records import Story
    from tui_nn.runs.store import Store

FILTERS = (
    "Words are looked for in name, note, data set, network, optimizer, end and comparison, and "
    "as the beginning of an id. Conditions: dataset=xor, optimizer!=gd, ended=diverged, "
    "'loss<0.01', 'accuracy>=99%', 'steps>10k', seed=3, 'age<2d', group=NAME; also of "
    "name, note, network, test_loss, test_accuracy, seconds."
)
BEST = HISTORY_COLUMNS[1:]

app = App(
    name="runs",
    help="Recorded runs: list, show, diff, rename, export, resume.",
    sort_key=0,
    help_epilogue="",
)

RunArgument = Annotated[
    str, Parameter(help="its id or how that begins, its name, or latest", show_default=False)
]
StoreOption = Annotated[str | None, option("where runs are recorded", "FILE")]
JsonOption = Annotated[bool, option("print JSON, and nothing else")]
Flattened = Annotated[Options | None, Parameter(name="*")]


@app.command(name="list", help_epilogue=FILTERS)
def list_runs(
    *words: Annotated[str, Parameter(help="only runs with these in them", show_default=False)],
    dataset: Annotated[str | None, option("only of this data set", "NAME")] = None,
    group: Annotated[str | None, option("only of this comparison", "NAME")] = None,
    since: Annotated[str | None, option("only younger ones: 90m, 12h, 2d, 1w", "TIME")] = None,
    best: Annotated[str | None, option(f"the best first, by {', '.join(BEST)}", "NAME")] = None,
    limit: Annotated[str, option("at most so many, or all [20]", "N")] = "20",
    unfold: Annotated[bool, option("a line for each run of a comparison, too")] = False,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """List runs, the latest first."""
    from tui_nn.cli import run_tables
    from tui_nn.runs.filters import parse_filter
    from tui_nn.runs.records import count, records

    if best is not None and best not in BEST:
        hint = nearest(best, BEST)
        raise UsageError(f"--best {short_text(best)}: one of {', '.join(BEST)}{hint}")
    most = parse_limit(limit)
    filters: dict[str, Any] = {
        "dataset": dataset,
        "group": group,
        "since": None if since is None else time.time() - parse_age(since),
        # Who looks for runs means each of them.
        "folded": not (unfold or words or group or best or json),
    }
    try:
        fits = parse_filter(" ".join(words))
    except ValueError as error:
        raise UsageError(str(error)) from None
    with opened(store) as there:
        found = records(there, **filters, best=best, limit=None if words else most)
        found = [run for run in found if fits(run)]
        total = len(found) if words else count(there, **filters)
        if json:
            run_tables.print_json_lines(found[:most])
        else:
            run_tables.print_list(there, found[:most], total, best, folded=filters["folded"])
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

    run_files.write("--html", Path(path), told, "report", force=force)
    print(plain(path))


@app.command(help_epilogue="")
def rename(
    run: RunArgument,
    name: Annotated[str, Parameter(help="what it is called from now on", show_default=False)],
    /,
    *,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Give a run a name; "" takes it away."""
    return call(run, json, store, name=name)


@app.command(help_epilogue="")
def note(
    run: RunArgument,
    text: Annotated[str, Parameter(help="what is to be remembered of it", show_default=False)],
    /,
    *,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Put a note on a run; "" takes it away."""
    return call(run, json, store, note=text)


def call(run: str, as_json: bool, store: str | None, **words: str) -> int:
    """Change a run's name or note, and say what it has now."""
    from tui_nn.cli.run_tables import print_called
    from tui_nn.runs import records

    with opened(store) as there:
        print_called(records.call(there, records.find(there, run), **words), as_json)
    return 0


@app.command(help_epilogue="")
def rm(
    *runs: RunArgument,
    yes: Annotated[bool, option("without asking")] = False,
    json: JsonOption = False,
    store: StoreOption = None,
) -> int:
    """Remove runs, with all that was recorded of them."""
    from tui_nn.cli.asking import confirms
    from tui_nn.cli.run_tables import print_removed
    from tui_nn.runs.records import find, remove

    if not runs:
        raise UsageError("rm: needs the id of a run")
    with opened(store) as there:
        found = list(dict.fromkeys(find(there, word) for word in runs))
        question = f"Remove {', '.join(run.id for run in found)}?"
        if not (yes or confirms(question, "rm: needs --yes where nobody can be asked")):
            return 1
        remove(there, found)
    print_removed(found, json)
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
            run_files.write("--out", path, told, kind, force=force, folder=several)
            print(plain(str(path)))
    return 0


@app.command(help_epilogue="")
def resume(
    run: RunArgument,
    /,
    *,
    options: Flattened = None,
    headless: Annotated[bool, option("without the dashboard, also on a terminal")] = False,
    pace: Annotated[
        str | None, option("of the dashboard: steps a second, or max [200]", "N")
    ] = None,
    ascii: Annotated[bool, option("draw it without braille, blocks and lines")] = False,
    json: Annotated[bool, option("headless; print NDJSON, and nothing else, on stdout")] = False,
    store: StoreOption = None,
) -> int:
    """Go on with a run as if it had never stopped, or with other live settings."""
    from tui_nn.cli.dashboard import check_terminal
    from tui_nn.cli.resume import resume_headless, resume_in_dashboard
    from tui_nn.runs.records import find, resumption

    asked = vars(options or Options()).items()
    given = {name: value for name, value in asked if value is not None}
    if not given["print_config"]:
        del given["print_config"]
    speed = parse_pace(pace, os.environ)
    headless = headless or json or not (sys.stdin.isatty() and sys.stdout.isatty())
    if not headless:
        check_terminal("--headless")
    with opened(store) as there:
        record = find(there, run)
        found = resumption(there, record)
    if headless:
        return resume_headless(there.path, record, found, given, json)
    return resume_in_dashboard(there.path, found, given, speed, ascii)


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

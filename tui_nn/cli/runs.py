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
from tui_nn.settings import nearest, short_text

if TYPE_CHECKING:
    from tui_nn.runs.store import Store

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
FORMATS = ("csv", "ndjson", "npz", "toml", "log", "zip")
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
    group: Annotated[str | None, option("only of this comparison", "NAME")] = None,
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
        "group": group,
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
def show(run: RunArgument, /, *, json: JsonOption = False, store: StoreOption = None) -> int:
    """Show a run: how it went, its events and settings."""
    from tui_nn.cli import run_tables
    from tui_nn.runs.records import find

    with opened(store) as there:
        run_tables.print_run(there, find(there, run), json)
    return 0


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
    run: RunArgument,
    /,
    *,
    format: Annotated[str | None, option(f"{', '.join(FORMATS)} [as FILE ends]", "NAME")] = None,
    out: Annotated[str | None, option("where to [tui-nn-ID.FORMAT]", "FILE")] = None,
    force: Annotated[bool, option("replace a file that is there")] = False,
    store: StoreOption = None,
) -> int:
    """Write a run into a file: metrics, weights, settings, a log, or all of it."""
    from tui_nn.cli.run_tables import export_run
    from tui_nn.runs.records import find

    kind = format or (Path(out).suffix[1:] if out else "zip")
    kind = {"txt": "log", "jsonl": "ndjson"}.get(kind, kind)
    if kind not in FORMATS:
        spelled = f"--format {short_text(kind)}" if format else f"--out {short_text(out)}"
        raise UsageError(f"{spelled}: one of {', '.join(FORMATS)}{nearest(kind, FORMATS)}")
    with opened(store) as there:
        record = find(there, run)
        path = Path(out) if out else Path(f"tui-nn-{record.id}.{kind}")
        export_run(there, record, kind, path, force)
    print(path)
    return 0


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

"""`tui-nn compare`: make a plan, carry it out, show what came of it."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from tui_nn.cli.asking import confirms
from tui_nn.cli.compare_output import (
    JsonLines,
    print_comparison,
    report_folder,
    save_csv,
    save_report,
)
from tui_nn.cli.compare_progress import CellsProgress, ComparisonProgress
from tui_nn.cli.data import described
from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.stopping import stopping_on_signals
from tui_nn.cli.telling import say
from tui_nn.compare import (
    Cluster,
    Comparison,
    Cores,
    Group,
    Plan,
    PlanError,
    Pool,
    PoolError,
    Result,
    Variation,
)
from tui_nn.compare.plan import MANY
from tui_nn.datasets.plain import counted
from tui_nn.runs.extras import MissingPackage, needed
from tui_nn.runs.place import store_path
from tui_nn.runs.store import Store, StoreError
from tui_nn.settings import Settings, SettingsError, flag_of


@dataclass(frozen=True)
class Asked:
    """What is asked of a comparison beside the settings. given: what the flags said of settings.
    resume: which comparison goes on, "" the latest; None: a new one."""

    vary: tuple[str, ...]
    random: int | None
    optuna: int | None
    repeats: int | None
    workers: int | None
    dask: str | None
    resume: str | None
    yes: bool
    json: bool
    csv: str | None
    out: str | None
    store: str | None
    name: str
    given: dict[str, Any]


def run_compare(settings: Settings, asked: Asked) -> int:
    """Carry it out; returns the exit code. Raises UsageError, RunError."""
    stderr = Console(stderr=True, highlight=False)
    try:
        plan = make_plan(settings, asked) if asked.resume is None else None
        if plan is not None:
            _ask_about_size(plan, asked)
        with _opened(asked, stderr) as store:
            comparison, group = _comparison(plan, store, asked, stderr)
            folder = nullcontext() if asked.out is None else report_folder(asked.out)
            with folder, closing(_pool(asked)) as pool:
                if store is not None:
                    text = comparison.plan.to_json()
                    comparison.record(group or Group.begin(store, asked.name, text))
                return _carry_out(comparison, pool, asked, stderr)
    except PlanError as error:
        said = str(error).removeprefix(error.field)
        raise UsageError(f"--{error.field}{said}" if error.field else f"--vary {said}") from None
    except (StoreError, PoolError) as error:
        raise RunError(str(error)) from None


def make_plan(settings: Settings, asked: Asked) -> Plan:
    """The plan of a new comparison. Raises UsageError, PlanError."""
    if not asked.vary:
        raise UsageError("compare: what varies? as in --vary learning_rate=0.1,0.3,1")
    if asked.random and asked.optuna:
        raise UsageError("--random and --optuna: one of them")
    if asked.optuna:
        try:
            needed("optuna", "optuna")
        except MissingPackage as error:
            raise UsageError(f"--optuna {error}") from None
    variations = tuple(map(Variation.parse, asked.vary))
    numbers = asked.repeats, asked.random, asked.optuna
    plan = Plan.limited(settings, variations, *numbers, given=asked.given)
    # What a file says, all runs then share.
    return replace(plan, base=described(plan.base, "compare needs a file"))


def _ask_about_size(plan: Plan, asked: Asked) -> None:
    """A slip of the hand must not begin a million runs."""
    if plan.size <= MANY or asked.yes:
        return
    said = f"{plan.size:,} runs"
    if not confirms(f"{said}: go on?", f"{said}: that is many; --yes if it is meant"):
        raise UsageError(f"{said}: not begun")


@contextmanager
def _opened(asked: Asked, stderr: Console) -> Iterator[Store | None]:
    """The store, or None where nothing is recorded."""
    path = store_path(asked.store)
    if path is None:
        if asked.resume is not None:
            raise UsageError("--store none: there is nothing to go on with")
        yield None
        return
    try:
        store = Store(path)
    except StoreError as error:
        if asked.resume is not None:
            raise
        say(stderr, f"not recorded: {error}")
        yield None
        return
    with store:
        if store.notice:
            say(stderr, store.notice)
        yield store


def _comparison(
    plan: Plan | None, store: Store | None, asked: Asked, stderr: Console
) -> tuple[Comparison, Group | None]:
    """A new one of this plan, or one that goes on, and where it is recorded. Raises PlanError,
    StoreError, UsageError."""
    if plan is not None:
        return _made(plan, stderr), None
    assert store is not None
    assert asked.resume is not None
    flags = [flag_of(name, value is not False) for name, value in sorted(asked.given.items())]
    own = ("vary", "random", "optuna", "repeats")
    flags += [flag_of(name) for name in own if getattr(asked, name)]
    if flags:
        raise UsageError(f"{flags[0]}: a comparison that goes on has its settings already")
    group, text = Group.find(store, asked.resume)
    try:
        comparison = _made(Plan.from_json(text), stderr)
    except (PlanError, SettingsError) as error:
        raise StoreError(f"{group.name}: of another version: {error}") from None
    return comparison, group


def _made(plan: Plan, stderr: Console) -> Comparison:
    """With all its runs. Raises PlanError."""
    return Comparison(plan, CellsProgress(stderr, plan.size).watched(plan.cells()))


def _pool(asked: Asked) -> Pool:
    if asked.dask is not None:
        return Cluster(asked.dask)
    return Cores(asked.workers or len(os.sched_getaffinity(0)))


def _carry_out(comparison: Comparison, pool: Pool, asked: Asked, stderr: Console) -> int:
    lines, failure = JsonLines(comparison) if asked.json else None, ""
    began = time.monotonic()
    with stopping_on_signals() as stopping, ComparisonProgress(stderr, comparison) as progress:
        progress.show()
        try:
            for changed in _rounds(comparison, pool, stopping):
                progress.show()
                if lines is not None:
                    lines.cells(changed)
        except PoolError as error:
            failure = str(error)
    results = comparison.results
    interrupted = stopping() and results.done < len(results)
    if comparison.notice:
        say(stderr, comparison.notice)
    _save_files(comparison, asked, stderr)  # before anything is printed: the reader may have gone
    if lines is not None:
        lines.end("interrupted" if interrupted or failure else "finished", began)
    else:
        print_comparison(comparison, Console(highlight=False))
    if comparison.group is not None and results.done < len(results):
        left = counted(len(results) - results.done, "run")
        say(stderr, f"{left} left: tui-nn compare --resume {shlex.quote(comparison.group.name)}")
    if failure:
        raise RunError(failure)
    failed = next((result for result in results if result.said), None)
    if failed is not None:
        where = comparison.plan.label(comparison.rows[failed.cell.row])
        raise RunError(f"{where} seed={failed.cell.settings.seed}: {failed.said}")
    return 130 if interrupted else 0


def _rounds(
    comparison: Comparison, pool: Pool, stopping: Callable[[], bool]
) -> Iterator[list[Result]]:
    """What has news, until all is done: in one go, or round by round as a search finds rows."""
    plan, group = comparison.plan, comparison.group
    if plan.sought is None:
        yield from comparison.run(pool, stopping)
        return
    from tui_nn.compare.search import Search

    path = None if group is None else group.store.path.with_suffix(".optuna.sqlite3")
    name = "" if group is None else group.name
    search = Search(path, name or "compare", plan.variations, plan.base.seed)
    comparison.extend(search.found)
    while len(search.found) < plan.sought and not stopping():
        rows = search.ask(plan.sought - len(search.found))
        comparison.extend(rows)
        yield from comparison.run(pool, stopping)
        if not stopping():
            search.tell(comparison.summaries()[-len(rows) :])


def _save_files(comparison: Comparison, asked: Asked, stderr: Console) -> None:
    """What was asked for as files. Raises RunError."""
    try:
        if asked.csv is not None:
            save_csv(comparison, Path(asked.csv))
        if asked.out is not None:
            save_report(comparison, Path(asked.out))
            say(stderr, f"saved: {Path(asked.out) / 'report.html'}")
    except OSError as error:
        raise RunError(f"{error.filename or asked.out or asked.csv}: {error.strerror}") from None

"""`tui-nn --detach`, `attach`, `ps` and `stop`: runs that go on without a terminal."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tui_nn.cli.dashboard import FPS, check_terminal
from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.options import option
from tui_nn.cli.values import parse_amount
from tui_nn.hosting.directory import HostError
from tui_nn.hosting.roster import Roster, Status, roster
from tui_nn.hosting.roster import stop as stop_host
from tui_nn.session import SessionError

if TYPE_CHECKING:
    from tui_nn.runs.place import Label
    from tui_nn.settings import Settings


def begin(settings: Settings, pace: int | None, store: Path | None, label: Label) -> int:
    """Train without a terminal; returns the exit code. Raises UsageError, RunError."""
    from tui_nn.cli.data import described
    from tui_nn.hosting.handover import begin_detached
    from tui_nn.render.run_list import SHORT

    if store is None:
        raise UsageError("--detach: a run that is not recorded can't be detached (--store none)")
    # Where the run begins, nobody hears what is wrong with a file.
    described(settings, "can be read only once; --detach needs a file")
    try:
        host = begin_detached(settings, pace, store, label)
        try:
            host.wait_until_ready()
        except KeyboardInterrupt:  # large data take a while
            host.end()
            raise
    except HostError as error:
        raise RunError(f"--detach: {error}") from None
    print(f"detached: run {host.run} goes on; tui-nn attach {host.run[:SHORT]}")
    return 0


def attach(
    run: Annotated[
        str | None,
        Parameter(help="its id, how that begins, or its name [latest]", show_default=False),
    ] = None,
    /,
    *,
    steer: Annotated[bool, option("also if another dashboard does, which then watches")] = False,
    fps: Annotated[str | None, option("pictures a second at most [5]", "N")] = None,
    ascii: Annotated[bool, option("draw without braille, blocks and lines")] = False,
    store: Annotated[str | None, option("where runs are recorded", "FILE")] = None,
) -> int:
    """Open the dashboard on a run that goes on without a terminal."""
    from tui_nn.runs.place import store_path
    from tui_nn.ui.attached import run_attached

    rate = FPS if fps is None else parse_amount("--fps", fps, 0.1, 30)
    check_terminal()
    path = found(run, store)
    try:
        return asyncio.run(
            run_attached(path, store_path(store), steer=steer, fps=rate, ascii=ascii)
        )
    except (HostError, SessionError) as error:
        raise RunError(str(error)) from None


def ps(
    *, json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False
) -> int:
    """List the runs that go on without a terminal."""
    there = present()
    if json:
        for host in there.hosts.values():
            print(as_json(host))
    else:
        from rich.console import Console

        from tui_nn.render.hosts import hosts_table

        console = Console(highlight=False)
        if there.hosts:
            console.print(hosts_table(list(there.hosts.values()), console.width))
        else:
            console.print("Nothing runs without a terminal.")
    return 0


def stop(
    run: Annotated[
        str | None,
        Parameter(
            help="its id, how that begins, its name, or latest [the only one]", show_default=False
        ),
    ] = None,
    /,
    *,
    store: Annotated[str | None, option("where runs are recorded", "FILE")] = None,
) -> int:
    """Save a run that goes on without a terminal, and end it."""
    try:
        path = present().only() if run is None else found(run, store)
    except HostError as error:
        raise RunError(f"stop: {error}") from None
    try:
        print(asyncio.run(stop_host(path)))
    except HostError as error:
        raise RunError(f"run {run or path.stem}: {error}") from None
    return 0


def present() -> Roster:
    """The hosts that are there; what is wrong with others is said on standard error."""
    there = asyncio.run(roster())
    for line in there.wrong:
        print(f"tui-nn: {line}", file=sys.stderr)
    return there


def found(word: str | None, store: str | None) -> Path:
    """The host that is meant; None: the one whose run began last. Raises RunError."""
    there = present()
    if word is None and not there.hosts:
        raise RunError("nothing runs without a terminal: ctrl+d in the dashboard, or --detach")
    try:
        path = there.find("latest" if word is None else word)
    except HostError as error:
        raise RunError(str(error)) from None
    if path is None:
        raise RunError(why_not(word or "", store, there))
    return path


def why_not(word: str, option: str | None, there: Roster) -> str:
    """What has become of a run that no host keeps."""
    from tui_nn.render.run_list import SHORT
    from tui_nn.runs.place import store_path
    from tui_nn.runs.records import ancestors, find
    from tui_nn.runs.store import Store, StoreError
    from tui_nn.session.reasons import REASONS

    with suppress(StoreError):
        if path := store_path(option):
            with Store.for_reading(path) as store:
                run = find(store, word)
                if run.ended is None:
                    return f"run {run.id}: trains in a terminal; ctrl+d there detaches it"
                ended = REASONS.get(run.reason or "", run.reason)
                for host in there.hosts.values():
                    if run.id in ancestors(store, host.id):
                        return f"run {run.id}: {ended}; begun anew as {host.id}, which goes on"
            short = run.id[:SHORT]
            return f"run {run.id}: {ended}; tui-nn runs show {short}, tui-nn runs resume {short}"
    return f'{word}: no such run; "tui-nn ps" shows what goes on'


def as_json(host: Status) -> str:
    from tui_nn.runs.exports import finite_or_none

    said = dataclasses.asdict(host)
    return json.dumps({name: finite_or_none(value) for name, value in said.items()})

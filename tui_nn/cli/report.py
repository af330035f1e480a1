"""`tui-nn report`: the results chapter of the assignment, from scratch."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

from rich.console import Console

from tui_nn.cli.compare_output import make_folder
from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.options import option
from tui_nn.cli.report_output import print_chapter, print_lines, save_chapter
from tui_nn.cli.report_progress import ChapterProgress
from tui_nn.cli.stopping import stopping_on_signals
from tui_nn.cli.telling import say
from tui_nn.cli.values import parse_count
from tui_nn.compare import Cores, PlanError, PoolError
from tui_nn.compare.chapter import REPEATS, STEPS, Chapter
from tui_nn.settings import Settings, SettingsError, short_text

FOLDER = "tui-nn-report"
MOST_REPEATS = 1000


def report(
    *,
    out: Annotated[str, option(f"where its files are put [{FOLDER}]", "DIR")] = FOLDER,
    seed: Annotated[str, option("the first of the seeds [0]", "N")] = "0",
    repeats: Annotated[str | None, option(f"seeds of each row [{REPEATS}]", "N")] = None,
    max_steps: Annotated[str | None, option(f"steps after which a run ends [{STEPS}]", "N")] = None,
    only: Annotated[
        str, option("only experiments with this in their name: xor, optimizer", "TEXT")
    ] = "",
    workers: Annotated[str | None, option("processes that train [all cores]", "N")] = None,
    json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False,
) -> int:
    """Carry out the assignment's results chapter: HTML, SVG and text."""
    chapter = _chapter(
        seed,
        parse_count("--repeats", repeats, MOST_REPEATS) or REPEATS,
        parse_count("--max-steps", max_steps) or STEPS,
        only,
    )
    seats = parse_count("--workers", workers, 256) or len(os.sched_getaffinity(0))
    make_folder(out)
    stderr = Console(stderr=True, highlight=False)
    pool = Cores(seats)
    try:
        return _carry_out(chapter, pool, Path(out), json, stderr)
    finally:
        pool.close()


def _chapter(seed: str, repeats: int, steps: int, only: str) -> Chapter:
    try:
        first = Settings.parse({"seed": seed}).seed
    except SettingsError as error:
        raise UsageError(f"--seed {short_text(seed)}: {error.reason}") from None
    try:
        return Chapter(first, repeats, steps, only)
    except PlanError as error:
        raise UsageError(f"--{error}") from None


def _carry_out(chapter: Chapter, pool: Cores, folder: Path, as_json: bool, stderr: Console) -> int:
    failure, began = "", time.monotonic()
    with stopping_on_signals() as stopping, ChapterProgress(stderr, chapter) as progress:
        try:
            for _ in chapter.run(pool, stopping):
                progress.show()
        except PoolError as error:
            failure = str(error)
        spent, interrupted = time.monotonic() - began, stopping() and chapter.left > 0
        try:  # before anything is printed: the reader may have gone
            save_chapter(chapter, folder)
        except OSError as error:
            raise RunError(f"{error.filename or folder}: {error.strerror}") from None
    if as_json:
        print_lines(chapter, "interrupted" if chapter.left else "finished")
    else:
        print_chapter(chapter, Console(highlight=False), pictures=False)
    say(stderr, f"saved after {spent:.0f} s of training: {folder / 'report.html'}")
    if failure or chapter.failure:
        raise RunError(failure or chapter.failure)
    return 130 if interrupted else 0

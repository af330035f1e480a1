"""`tui-nn bench`: this machine's speed, as ratios to what one would use instead."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tui_nn import bench
from tui_nn.bench import Result, Work
from tui_nn.cli.errors import UsageError
from tui_nn.settings import short_text

HOW = (
    "Steps a second of one thread: the median of {rounds} rounds of {seconds:g} s, and in brackets"
    " the lowest and the highest. tui-nn is so many times as fast as the others: the median of the"
    " rounds' ratios. They take turns and are timed by the processor's clock, so that the ratios"
    " hold on a busy machine; the absolute figures are those of this one."
)
# What is to be known of a contestant before one believes a ratio.
NOTES = {
    "textbook NumPy": "layers as objects, a new array for everything, the loss at each step.",
    "lean NumPy": "the fewest calls that one gets without planned buffers.",
    "PyTorch": "eager, as in its tutorials; compiled as a whole it would be faster.",
    "scikit-learn": "MLPClassifier.partial_fit, on the log loss, with its checks of the data.",
    "JAX": "one jitted step a call, without asynchronous dispatch; XLA's thread pool is of one.",
    "JAX, loop compiled": "all steps in one call of a jitted fori_loop; compiling is not counted.",
    "Playground in V8": "TensorFlow Playground's loop in Node; its page shows an epoch a frame.",
    "one at a time": "tui-nn too; a population's steps are those of all its networks.",
    "matrix products alone": "the floor: what NumPy takes for them, learning nothing.",
}


def run_bench(only: str | None, rounds: int, seconds: float, as_json: bool) -> int:
    """Measure and print one kind of work after the other."""
    works = [work for work in bench.works() if only is None or only in work.name]
    if not works:
        raise UsageError(f"--only {short_text(only)}: in no name, as batch or population would be")
    console = Console(highlight=False)
    for results in measured(works, rounds, seconds):
        if as_json:
            for result in results:
                print(json.dumps(dataclasses.asdict(result)), flush=True)
        else:
            console.print(table(results), "")
    if not as_json:
        print_notes(console, works, rounds, seconds)
    return 0


def print_notes(console: Console, works: list[Work], rounds: int, seconds: float) -> None:
    """How it was measured, who took part, and who could not."""
    console.print(HOW.format(rounds=rounds, seconds=seconds), style="dim")
    there = {name for work in works for name in work.contestants}
    for name, note in NOTES.items():
        if name in there:
            console.print(f"{name}: {note}", style="dim")
    if missing := [name for name, find in bench.INSTALLED.items() if not find()]:
        console.print(f"Not installed here: {', '.join(missing)}.", style="dim")


def measured(works: list[Work], rounds: int, seconds: float) -> Iterable[list[Result]]:
    """The results of each, with a bar on stderr that is not there while they are printed."""
    console = Console(stderr=True)
    bar = Progress(
        BarColumn(20),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        auto_refresh=False,  # a thread of its own would take part in the measuring
        disable=not console.is_terminal,
    )
    task = bar.add_task("", total=len(works) * rounds)
    for work in works:
        bar.update(task, description=work.name)
        with bar:
            results = bench.measure(
                work, rounds, seconds, lambda: bar.update(task, advance=1, refresh=True)
            )
        yield results


def table(results: list[Result]) -> Table:
    """Medians, spreads and ratios of one kind of work."""
    rows = Table(title=results[0].work, title_justify="left", title_style="bold", box=None)
    rows.add_column(width=22)
    rows.add_column("steps/s", justify="right", width=9)
    rows.add_column("(lowest, highest)", justify="right", width=22)
    rows.add_column("tui-nn is", justify="right", width=9)
    for result in results:
        ours = result.contestant == bench.OURS
        spread = f"({result.low:,.0f}, {result.high:,.0f})"
        ratio = "" if ours else f"{result.engine_is:.2f} ×"
        rows.add_row(result.contestant, f"{result.steps_per_second:,.0f}", spread, ratio)
    return rows

"""A comparison for other programs: its runs as CSV, runs and rows as JSON objects."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

from tui_nn.compare.plan import Plan
from tui_nn.compare.results import Result
from tui_nn.compare.summary import Spread, Summary
from tui_nn.runs.exports import finite_or_none
from tui_nn.runs.store import FIGURES
from tui_nn.settings import as_text, learning_rate


def cell_object(plan: Plan, result: Result) -> dict[str, Any]:
    """A run: what varies, its seed, how it ended, its last figures; null for no finite number."""
    settings, last = result.cell.settings, result.last
    return {
        "cell": result.cell.number,
        "values": {name: getattr(settings, name) for name in plan.names},
        "learning_rate": learning_rate(settings),
        "seed": settings.seed,
        "reason": result.reason,
        "step": result.step,
        **{name: finite_or_none(last[name]) for name in FIGURES},
        "seconds": result.seconds,
    } | ({"error": result.said} if result.said else {})


def row_object(plan: Plan, summary: Summary) -> dict[str, Any]:
    """A row over its seeds."""
    settings = summary.results[0].cell.settings
    return {
        "values": {name: getattr(settings, name) for name in plan.names},
        "learning_rate": learning_rate(settings),
        "runs": len(summary.results),
        "done": summary.done,
        "reached": summary.count("target_loss"),
        "diverged": summary.count("diverged"),
        "failed": summary.count("failed"),
        "steps_to_target": _spread(summary.steps),
        "train_loss": _spread(summary.loss),
        "train_accuracy": _spread(summary.accuracy),
        "test_loss": _spread(summary.test_loss),
        "test_accuracy": _spread(summary.test_accuracy),
    }


def as_csv(plan: Plan, results: Iterable[Result]) -> str:
    """A line for each run; what does not apply is empty. No digit is lost."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    names = [name for name in plan.names if name not in ("learning_rate", "seed")]
    writer.writerow(
        ["cell", *names, "learning_rate", "seed", "reason", "step", *FIGURES, "seconds"]
    )
    for result in results:
        settings, last = result.cell.settings, result.last
        figures = ["" if math.isnan(last[name]) else repr(last[name]) for name in FIGURES]
        values: Sequence[str] = [as_text(getattr(settings, name)) for name in names]
        ended = [result.reason or "", result.step, *figures, f"{result.seconds:.6f}"]
        used = repr(learning_rate(settings))
        writer.writerow([result.cell.number, *values, used, settings.seed, *ended])
    return sink.getvalue()


def _spread(spread: Spread | None) -> dict[str, float] | None:
    return None if spread is None else spread._asdict()

"""Settings, results and metrics over time as Rich tables, and how numbers are written."""

from __future__ import annotations

import math

import numpy as np
from rich import box
from rich.table import Table
from rich.text import Text

from tui_nn.datasets.plain import plain
from tui_nn.engine.types import Array
from tui_nn.session import HISTORY_COLUMNS, Snapshot
from tui_nn.session.reasons import REASONS
from tui_nn.settings import GROUPS, Settings, applies, field_info, label, shown_text, task
from tui_nn.settings.text import format_loss as format_loss


def format_value(value: float, digits: int = 2) -> str:
    """A value of a file's own units, to so many significant digits: 22,000, 0.0031, 1.5e-07."""
    size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
    if not math.isfinite(value) or not -5 < size < 12:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - size)
    said = f"{round(value, digits - 1 - size):,.{decimals}f}"
    return said.rstrip("0").rstrip(".") if decimals else said


def format_span(low: float, high: float) -> str:
    """The ends of a range, with enough digits to tell them apart: 1,000.5 to 1,059.5."""
    size = math.floor(math.log10(max(abs(low), abs(high)) or 1.0))
    apart = math.floor(math.log10(high - low)) if high > low else size - 4
    return " to ".join(
        format_value(end, max(1, math.floor(math.log10(abs(end) or 1.0)) - apart + 3))
        for end in (low, high)
    )


def format_percent(value: float | None) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    return f"{100 * value:.1f} %" if abs(value) < 100 else f"{value:.1e}"


def format_score(value: float | None, metric: str) -> str:
    """An accuracy in per cent, or R² as a number; metric: see `metric_name`."""
    if metric != "R²" or value is None or not math.isfinite(value):
        return format_percent(value)
    return f"{value:.3f}" if abs(value) < 100 else f"{value:.1e}"


def format_share(share: float) -> str:
    """How much of something is done: all of it only when nothing is left."""
    return f"{int(100 * share)} %"


def format_rate(value: float) -> str:
    return f"{value / 1000:.1f}k" if value >= 10_000 else f"{value:.0f}"


def time_left(seconds: float, came: float, left: float) -> str:
    """An estimate, from the seconds in which a share was done, of those for the share that is left;
    nothing as long as it would be a guess."""
    if seconds < 1 or came < 0.01:
        return ""
    rest = seconds * left / came
    if rest < 60:
        return f"about {max(1, rest):.0f} s left"
    if rest < 3600:
        return f"about {rest / 60:.0f} min left"
    return f"about {rest / 3600:.1f} h left"


def metric_name(settings: Settings) -> str:
    """What the column "accuracy" is."""
    return "R²" if task(settings) == "regression" else "accuracy"


def goal_name(what: str, settings: Settings) -> str:
    """What one of `session.goal.GOALS` is called."""
    return metric_name(settings) if what == "accuracy" else what.replace("_", " ")


def score_text(value: float | None, settings: Settings) -> str:
    """How good it is, within a sentence: "98.0 % accuracy", "R² 0.412"."""
    name = metric_name(settings)
    said = format_score(value, name)
    return f"{name} {said}" if name == "R²" else f"{said} {name}"


def result_table(snapshot: Snapshot, metric: str = "accuracy") -> Table:
    """How the run stands, or ended; metric: see `metric_name`."""
    table = Table(box=box.SIMPLE_HEAD, show_header=False)
    reason = REASONS.get(snapshot.reason or "", snapshot.status)
    table.add_row("ended" if snapshot.reason else "state", reason)
    table.add_row("step", f"{snapshot.step:,}")
    table.add_row("epoch", f"{snapshot.epoch:,}")
    table.add_row("train loss", format_loss(snapshot.train_loss))
    if snapshot.penalty is not None:
        with_it = format_loss(snapshot.train_loss + snapshot.penalty)
        table.add_row("with penalty", f"{with_it} (losses are shown without it)")
    table.add_row(f"train {metric}", format_score(snapshot.train_accuracy, metric))
    if snapshot.test_loss is not None:
        table.add_row("test loss", format_loss(snapshot.test_loss))
        table.add_row(f"test {metric}", format_score(snapshot.test_accuracy, metric))
    table.add_row("time training", f"{snapshot.seconds:.2f} s")
    if snapshot.seconds:
        table.add_row("speed", f"{format_rate(snapshot.step / snapshot.seconds)} steps/s")
    return table


def settings_table(settings: Settings) -> Table:
    """Every setting that makes a difference in this run, by group."""
    settings = settings.resolved()
    table = Table("group", "setting", "value", box=box.SIMPLE_HEAD)
    for group in GROUPS:
        names = [
            name
            for name in Settings.model_fields
            if field_info(name)["group"] == group and applies(name, settings)
        ]
        for i, name in enumerate(names):
            value = plain(shown_text(name, getattr(settings, name)))
            table.add_row("" if i else group, label(name), Text(value))
    return table


def metrics_table(history: Array, metric: str = "accuracy", rows: int = 12) -> Table:
    """Metrics over time, thinned to so many rows; the first and the last are kept."""
    has_test = bool(np.isfinite(history[:, 3]).any())
    names = HISTORY_COLUMNS if has_test else HISTORY_COLUMNS[:3]
    table = Table(
        *(name.replace("_", " ").replace("accuracy", metric) for name in names), box=box.SIMPLE_HEAD
    )
    for i in np.unique(np.linspace(0, len(history) - 1, rows).round().astype(int)):
        step, *values = history[i, : len(names)].tolist()
        texts = (
            format_score(value, metric) if j % 2 else format_loss(value)
            for j, value in enumerate(values)
        )
        table.add_row(f"{step:,.0f}", *texts)
    return table

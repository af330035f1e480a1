"""A comparison as a table, and in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from typing import Any

from rich.table import Table
from rich.text import Text

from tui_nn.compare import Plan, Spread, Summary
from tui_nn.datasets.plain import called, counted, plain
from tui_nn.render.look import Look
from tui_nn.render.tables import format_loss, format_score, metric_name
from tui_nn.settings import as_text, label, learning_rate

MOST = 20  # rows of the table
DECIDE_RATE = (
    "optimizer",
    "dataset",
    "activation",
    "output_activation",
    "loss",
)  # what a rate of "auto" is
_WIDE, _NARROW = 100, 64  # columns, from which the losses have quartiles; below which nothing has


def value_text(value: Any) -> str:
    """A setting's value, short enough for a table."""
    return f"{value:.4g}" if isinstance(value, float) else plain(as_text(value))


def row_name(plan: Plan, summary: Summary) -> str:
    """What a row is called in a legend: its values."""
    return name_of(row_values(plan, summary))


def name_of(values: Sequence[Any]) -> str:
    """The same by the values themselves."""
    return " ".join(map(value_text, values))


def row_values(plan: Plan, summary: Summary) -> list[Any]:
    """The values of the settings that vary, as they hold."""
    settings = summary.results[0].cell.settings
    return [getattr(settings, name) for name in plan.names]


def best_of(summaries: Sequence[Summary]) -> Summary | None:
    """The best row that has ended runs, if there are several."""
    done = [summary for summary in summaries if summary.done]
    return min(done, key=lambda summary: summary.rank) if len(summaries) > 1 and done else None


def shown_rows(summaries: Sequence[Summary], *, ranked: bool) -> list[Summary]:
    """Those of the table: all of them in the plan's order, or, where that is no order or they are
    too many, the best first."""
    if ranked or len(summaries) > MOST:
        return sorted(summaries, key=lambda summary: summary.rank)[:MOST]
    return list(summaries)


def comparison_table(
    plan: Plan, summaries: Sequence[Summary], best: Summary | None, width: int, look: Look
) -> Table:
    """A line for each row: the median of its seeds, and from quartile to quartile."""
    head, lines = table_texts(plan, summaries, best, width, look)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for i, name in enumerate(head):
        figure = i > len(plan.names)
        table.add_column(name, justify="right" if figure else "left", no_wrap=figure)
    for summary, line in zip(summaries, lines, strict=True):
        table.add_row(*map(Text, line), style="bold" if summary is best else "")
    return table


def table_texts(
    plan: Plan, summaries: Sequence[Summary], best: Summary | None, width: int, look: Look
) -> tuple[list[str], list[list[str]]]:
    """The table's head and its lines; the first cell is a mark where the row is the best."""
    figures, metric = _figures(plan, summaries), metric_name(plan.base)
    dash = "-" if look.ascii else "–"
    figures = figures[: len(figures) if width >= _NARROW else 3 if width >= _NARROW // 2 else 1]
    lines = []
    for summary in summaries:
        mark = ("@" if look.ascii else "◆") if summary is best else ""
        values = map(value_text, row_values(plan, summary))
        told = (_figure(name, summary, metric, dash, width) for name in figures)
        lines.append([mark, *values, *told])
    return ["", *(label(name).lower() for name in plan.names), *figures], lines


def _figures(plan: Plan, summaries: Sequence[Summary]) -> list[str]:
    """The columns that say something."""
    metric = metric_name(plan.base)
    has_test = any(summary.test_loss for summary in summaries)
    target = any(r.cell.settings.target_loss is not None for s in summaries for r in s.results[:1])
    lost = [name for name in ("diverged", "failed") if any(s.count(name) for s in summaries)]
    shown = ["reached", "steps"] if target else []
    shown += ["test loss", f"test {metric}"] if has_test else ["loss", metric]
    return shown + lost


def _figure(name: str, summary: Summary, metric: str, dash: str, width: int) -> str:
    match name:
        case "reached":
            return f"{summary.count('target_loss')}/{summary.done}"
        case "diverged" | "failed":
            return str(summary.count(name) or "")
        case "steps":
            steps = summary.steps
            if steps is None:
                return "-"
            around = f" ({steps.low:,.0f}{dash}{steps.high:,.0f})"
            several = width >= _NARROW and summary.done > 1
            return f"{steps.median:,.0f}" + (around if several else "")
        case "loss" | "test loss":
            spread = summary.test_loss if name.startswith("test") else summary.loss
            return _with_quartiles(spread, format_loss, dash, width >= _WIDE and summary.done > 1)
    spread = summary.test_accuracy if name.startswith("test") else summary.accuracy
    return _with_quartiles(spread, partial(format_score, metric=metric), dash, False)


def _with_quartiles(spread: Spread | None, say: Any, dash: str, wide: bool) -> str:
    if spread is None:
        return "-"
    around = f" ({say(spread.low)}{dash}{say(spread.high)})" if wide else ""
    return f"{say(spread.median)}{around}"


def table_note(plan: Plan, shown: Sequence[Summary], summaries: Sequence[Summary]) -> str:
    """What the table's numbers are, and its mark."""
    parts = []
    if len(shown) < len(summaries):
        parts.append(f"the best {len(shown)} of {len(summaries)}")
    if plan.repeats == 1:
        parts.append("one run each")
    else:
        fewest = min(summary.done for summary in shown)
        seeds = f"{fewest} to {plan.repeats}" if fewest < plan.repeats else f"{plan.repeats}"
        parts.append(f"medians over {seeds} seeds (quartiles in brackets)")
    if best_of(summaries) is not None:
        parts.append("best: reaches the target most often, then soonest, then the lowest loss")
    return "; ".join(parts)


def plan_heading(plan: Plan, runs: int) -> str:
    """What is compared, and when a run ends."""
    base = plan.base
    ends = []
    if base.target_loss is not None and "target_loss" not in plan.names:
        ends.append(f"loss {base.target_loss:g}")
    if base.max_steps is not None and "max_steps" not in plan.names:
        ends.append(f"{base.max_steps:,} steps")
    until = f", each until {' or '.join(ends)}" if ends else ""
    what = " and ".join(label(name).lower() for name in plan.names)
    return f"{called(base.dataset)}: {what}; {counted(runs, 'run')}{until}{_rates(plan)}"


def _rates(plan: Plan) -> str:
    """The learning rates that "auto" stands for, where they differ between the rows."""
    if plan.base.learning_rate != "auto" or "learning_rate" in plan.names:
        return ""
    vary = [one for one in plan.variations if one.name in DECIDE_RATE]
    rates: dict[str, dict[str, None]] = {}  # by optimizer
    for values in product(*(one.values for one in vary)):
        changes = {one.name: value for one, value in zip(vary, values, strict=True)}
        settings = plan.base.model_copy(update=changes)
        rates.setdefault(settings.optimizer, {})[as_text(learning_rate(settings))] = None
    if len({rate for found in rates.values() for rate in found}) < 2:
        return ""
    told = (f"{optimizer} {' or '.join(found)}" for optimizer, found in rates.items())
    return f"; learning rate {', '.join(told)}"

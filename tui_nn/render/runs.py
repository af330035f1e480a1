"""Recorded runs for Rich: one of them, two side by side, and one's log."""

from __future__ import annotations

import dataclasses
import math
import time
from typing import Any

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.datasets.plain import plain
from tui_nn.engine.types import Array
from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.render.run_list import SHORT, metric_of
from tui_nn.render.tables import format_loss, format_score
from tui_nn.runs.records import Record, Story
from tui_nn.runs.store import FIGURES, StoreError
from tui_nn.session import Snapshot, Wanted
from tui_nn.session.reasons import REASONS
from tui_nn.session.training import Training
from tui_nn.settings import Settings, SettingsError, label, shown_text, steps_per_epoch


def run_heading(run: Record) -> Text:
    """What it is called, and where it comes from."""
    date = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
    lines = [f"run {run.id}, begun {date}"]
    if run.name:
        lines[0] += f": {plain(run.name)}"
    if run.note:
        lines.append(plain(run.note))
    if origin := origin_text(run):
        lines.append(origin)
    return Text("\n".join(lines))


def origin_text(run: Record) -> str:
    """Which run it goes on from, or only came after; "" for the first of a session."""
    if not run.parent:
        return ""
    if not run.parent_step:
        return f"begun anew after run {run.parent}"
    return f"goes on from run {run.parent}, step {run.parent_step}"


def last_figures(run: Record) -> Snapshot:
    """How the run stood at its last point."""

    def number(value: float | None) -> float:
        return math.nan if value is None else value

    return Snapshot(
        status="finished" if run.reason else "running",
        reason=run.reason,
        step=run.step,
        epoch=run.step // steps_per_epoch(Settings.model_construct(**run.settings)),
        train_loss=number(run.train_loss),
        train_accuracy=number(run.train_accuracy),
        test_loss=run.test_loss,
        test_accuracy=run.test_accuracy,
        seconds=run.seconds,
        steps_per_second=0.0,
        pace=None,
    )


def events_table(events: list[tuple[int, float, str]]) -> Table:
    table = Table("step", "time", "event", box=box.SIMPLE_HEAD)
    table.columns[0].justify = "right"
    for step, when, text in events:
        table.add_row(f"{step}", time.strftime("%H:%M:%S", time.localtime(when)), Text(plain(text)))
    return table


def difference(first: Record, second: Record) -> tuple[dict[str, tuple[object, object]], ...]:
    """The settings that differ, with what "auto" stood for, and the figures; of each the first
    run's and the second's."""
    one, other = _resolved(first), _resolved(second)
    both = {name: (one.get(name), other.get(name)) for name in {**one, **other}}
    settings = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
    figures = ("reason", "step", *FIGURES, "seconds")
    return settings, {name: (getattr(first, name), getattr(second, name)) for name in figures}


def _resolved(run: Record) -> dict[str, Any]:
    """Its settings; those of another version as they are."""
    try:
        return run.parsed.resolved().model_dump(mode="json")
    except StoreError:
        return run.settings


def difference_table(first: Record, second: Record) -> RenderableType:
    """Two runs side by side."""
    table = Table("", first.id[:SHORT], second.id[:SHORT], box=box.SIMPLE_HEAD)
    settings, figures = difference(first, second)
    for name, pair in settings.items():
        table.add_row(label(name), *(Text(plain(shown_text(name, value))) for value in pair))
    table.add_section()
    metrics = metric_of(first), metric_of(second)
    called = " or ".join(dict.fromkeys(metrics))
    for name, pair in figures.items():
        said = (_figure(name, *one) for one in zip(pair, metrics, strict=True))
        table.add_row(name.replace("_", " ").replace("accuracy", called), *map(Text, said))
    return table


def _figure(name: str, value: object, metric: str) -> str:
    if isinstance(value, str):
        return plain(REASONS.get(value, value))
    if isinstance(value, float):
        if name == "seconds":
            return f"{value:.2f}"
        return format_score(value, metric) if name.endswith("accuracy") else format_loss(value)
    return "-" if value is None else str(value)


def training_again(run: Record, state: dict[str, Any] | None) -> Training | None:
    """The run as it stood at its checkpoint; None where there is none, or its file has changed."""
    if state is None:
        return None
    try:
        training = Training(run.parsed, None, False)
        training.restore(state)
    except SettingsError:
        return None
    return training


def pictured(training: Training, run: Record) -> Snapshot:
    """Outputs and surface at a checkpoint, with the run's end."""
    picture, end = training.snapshot(Wanted(surface=MAP_SURFACE)), last_figures(run)
    return dataclasses.replace(picture, status=end.status, reason=run.reason)


def log_texts(story: Story) -> dict[str, str]:
    """The log of a recorded run by suffix, as `RunLog.texts` has it."""
    run, settings, end, shown = story.run, story.run.parsed, last_figures(story.run), None
    if (training := training_again(run, story.state)) is not None:  # the maps are made of it
        settings, shown, end = training.settings, training.shown, pictured(training, run)
    log = RunLog([(step, text) for step, _, text in story.events])
    return log.texts(Past(settings, story.history, shown), end, run_heading(run))


@dataclasses.dataclass(frozen=True)
class Past:
    """A recorded run in the place of a session."""

    settings: Settings
    history: Array
    shown: Dataset | None

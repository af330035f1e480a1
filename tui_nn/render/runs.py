"""Recorded runs as Rich tables: a list of them, one, two side by side, and one's log."""

from __future__ import annotations

import dataclasses
import math
import time

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.datasets.plain import called
from tui_nn.engine.types import Array
from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.render.plain import plain
from tui_nn.render.sparks import curve
from tui_nn.render.tables import REASONS, format_loss, format_percent
from tui_nn.runs.records import Record, Story
from tui_nn.session import Snapshot, Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings, SettingsError, as_text, label

SHORT = 8  # digits of an id that are shown where there are many
CURVE = 12  # cells of a curve in the list
_AGES = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def runs_table(runs: list[Record], curves: dict[int, Array] | None, *, ascii: bool) -> Table:
    """A row for each. curves: (points, 2), steps and losses of each by its number; None: there is
    no room for them."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("run", "age", "data set"):
        table.add_column(name, no_wrap=True)
    for name in ("step", "train loss", "accuracy", "test loss")[: 3 if curves is None else 4]:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("ended", no_wrap=True)
    if curves is not None:
        table.add_column("loss", no_wrap=True)
    table.add_column("name")
    for run in runs:
        cells = [run.id[:SHORT], age(time.time() - run.started)]
        cells += [called(str(run.settings.get("dataset", ""))), str(run.step)]
        cells += [format_loss(run.train_loss), format_percent(run.train_accuracy)]
        ended = plain(run.reason or "goes on")
        if curves is None:
            cells.append(ended)
        else:
            points = curves[run.number]
            line = curve(points[:, 0], points[:, 1], CURVE, log=True, ascii=ascii)
            cells += [format_loss(run.test_loss), ended, line]
        named = Text(plain(run.name), no_wrap=True, overflow="ellipsis")
        table.add_row(*map(Text, cells), named)
    return table


def age(seconds: float) -> str:
    """In the largest unit of which there is at least one: "3 h"."""
    for length, unit in _AGES:
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return "now"


def run_heading(run: Record) -> Text:
    """What it is called, and where it comes from."""
    date = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(run.started))
    lines = [f"run {run.id}, begun {date}"]
    if run.name:
        lines[0] += f": {plain(run.name)}"
    if run.note:
        lines.append(plain(run.note))
    if run.parent:
        lines.append(f"goes on from run {run.parent}, step {run.parent_step}")
    return Text("\n".join(lines))


def last_figures(run: Record) -> Snapshot:
    """How the run stood at its last point."""

    def number(value: float | None) -> float:
        return math.nan if value is None else value

    return Snapshot(
        status="finished" if run.reason else "running",
        reason=run.reason,
        step=run.step,
        epoch=run.step // int(run.settings.get("steps_per_epoch", 1)),
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
    """The settings that differ, and the figures; of each the first run's and the second's."""
    names = [*first.settings, *(name for name in second.settings if name not in first.settings)]
    both = {name: (first.settings.get(name), second.settings.get(name)) for name in names}
    settings = {name: pair for name, pair in both.items() if pair[0] != pair[1]}
    figures = ("reason", "step", "train_loss", "train_accuracy", "test_loss", "test_accuracy")
    return settings, {
        name: (getattr(first, name), getattr(second, name)) for name in (*figures, "seconds")
    }


def difference_table(first: Record, second: Record) -> RenderableType:
    """Two runs side by side."""
    table = Table("", first.id[:SHORT], second.id[:SHORT], box=box.SIMPLE_HEAD)
    settings, figures = difference(first, second)
    for name, pair in settings.items():
        table.add_row(label(name), *(Text(plain(as_text(value))) for value in pair))
    table.add_section()
    for name, pair in figures.items():
        table.add_row(name.replace("_", " "), *(Text(_figure(name, value)) for value in pair))
    return table


def _figure(name: str, value: object) -> str:
    if isinstance(value, str):
        return plain(REASONS.get(value, value))
    if isinstance(value, float):
        if name == "seconds":
            return f"{value:.2f}"
        return format_percent(value) if name.endswith("accuracy") else format_loss(value)
    return "-" if value is None else str(value)


def training_again(story: Story) -> Training | None:
    """The run as it stood at its checkpoint; None where there is none, or its file has changed."""
    if story.state is None:
        return None
    try:
        training = Training(story.run.parsed, None, False)
        training.restore(story.state)
    except SettingsError:
        return None
    return training


def log_texts(story: Story) -> dict[str, str]:
    """The log of a recorded run by suffix, as `RunLog.texts` has it."""
    run, settings, end, shown = story.run, story.run.parsed, last_figures(story.run), None
    if (training := training_again(story)) is not None:  # the maps are made of it
        settings, shown = training.settings, training.shown
        picture = training.snapshot(Wanted(surface=MAP_SURFACE))
        end = dataclasses.replace(picture, status=end.status, reason=run.reason)
    log = RunLog([(step, plain(text)) for step, _, text in story.events])
    return log.texts(Past(settings, story.history, shown), end, run_heading(run))


@dataclasses.dataclass(frozen=True)
class Past:
    """A recorded run in the place of a session."""

    settings: Settings
    history: Array
    shown: Dataset | None

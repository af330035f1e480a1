"""How far a run has come: a bar on stderr for a person, a line of JSON for a program."""

from __future__ import annotations

import json
import sys
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn

from tui_nn.render.tables import format_loss
from tui_nn.runs.exports import finite_or_none
from tui_nn.session import Snapshot
from tui_nn.session.progress import most_steps, share_done
from tui_nn.settings import Settings, task

METRICS = (
    "step",
    "epoch",
    "train_loss",
    "train_accuracy",
    "test_loss",
    "test_accuracy",
    "seconds",
)
WIDE = 90  # columns in which there is room for the limit and the test loss


class ProgressBar:
    """A context whose `show` draws a snapshot; silent where the console is no terminal."""

    def __init__(self, console: Console, settings: Settings, first_loss: float) -> None:
        self.settings, self.first_loss = settings, first_loss
        self._wide = console.width >= WIDE
        self._most = most_steps(settings) if self._wide else None
        columns: list[ProgressColumn] = [
            TextColumn("step {task.fields[step]}"),
            TextColumn("{task.fields[losses]}"),
        ]
        if console.width >= 56:
            # Not to the edge: the terminal's ^C would begin a line that is not wiped away.
            room = console.width - (78 if self._wide else 46)
            columns.insert(1, BarColumn(bar_width=min(40, room)))
            columns.append(TimeElapsedColumn())
        # No thread redraws it: writing to a terminal that has gone must fail where it is handled.
        # What is printed meanwhile goes to where standard output goes, which may be a file.
        self._progress = Progress(
            *columns,
            console=console,
            transient=True,
            auto_refresh=False,
            redirect_stdout=sys.stdout.isatty(),
            disable=not console.is_terminal,
        )
        losses = f"loss {format_loss(first_loss)}"
        self._task = self._progress.add_task("", total=1.0, step="0", losses=losses)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, snapshot: Snapshot) -> None:
        self._progress.update(
            self._task,
            completed=share_done(
                self.settings, self.first_loss, snapshot.train_loss, snapshot.step
            ),
            step=f"{snapshot.step:,}" + (f" of {self._most:,}" if self._most else ""),
            losses=self._losses(snapshot),
            refresh=True,
        )

    def _losses(self, snapshot: Snapshot) -> str:
        losses = f"loss {format_loss(snapshot.train_loss)}"
        if self._wide and snapshot.test_loss is not None:
            losses += f" test {format_loss(snapshot.test_loss)}"
        return losses


def progress_line(snapshot: Snapshot, settings: Settings) -> str:
    return json.dumps({"event": "progress"} | _metrics(snapshot, settings))


def end_line(snapshot: Snapshot, reason: str, settings: Settings) -> str:
    speed = snapshot.step / snapshot.seconds if snapshot.seconds else None
    return json.dumps(
        {"event": "end", "reason": reason}
        | _metrics(snapshot, settings)
        | {"steps_per_second": speed, "settings": settings.resolved().model_dump(mode="json")}
    )


def _metrics(snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    """JSON has no NaN and no infinity: what is not a finite number is null.

    A regression has R² where others have an accuracy; with L1 or L2 there is their "penalty".
    """
    values = {name: getattr(snapshot, name) for name in METRICS}
    if snapshot.penalty is not None:
        values["penalty"] = snapshot.penalty
    if task(settings) == "regression":
        for part in ("train", "test"):
            values |= {f"{part}_r2": values[f"{part}_accuracy"], f"{part}_accuracy": None}
    return {name: finite_or_none(value) for name, value in values.items()}

"""The status line: state, step, epoch, loss, accuracy, speed, and why the run ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from tui_nn.datasets.plain import called
from tui_nn.render.tables import (
    format_loss,
    format_rate,
    format_score,
    goal_name,
    metric_name,
)
from tui_nn.session.diagnosis import Diagnosis
from tui_nn.session.reasons import REASONS
from tui_nn.settings import as_text, learning_rate
from tui_nn.ui.view import Course

STATES = {
    "running": "[$text-success b]▶ running ",
    "paused": "[$text-warning b]‖ paused  ",
    "finished": "[$text-primary b]■ finished",
}


def pace_text(pace: int | None) -> str:
    return "max" if pace is None else f"{pace}/s"


class StatusLine(Static):
    """Two lines: the run's figures; then its pace or why it ended, and what is being trained."""

    _changed: Sequence[Region] = ()

    def show(
        self,
        course: Course,
        *,
        role: str = "",
        comparing: str = "",
        ill: Diagnosis | None = None,
    ) -> None:
        """role: see `Session.role`. comparing: how far a comparison is, that goes on beside
        it. ill: why the run learns no more."""
        snapshot, settings = course.snapshot, course.settings
        state = (
            "[$text-error b]■ diverged"
            if snapshot.reason == "diverged"
            else STATES[snapshot.status]
        )
        if ill and snapshot.status == "running":
            state = "[$text-warning b]▶ not learning"
        if course.moment is not None:
            state = "[$text-accent b]◀ was at  "
        metric = metric_name(settings)
        added = "" if snapshot.penalty is None else f" + {format_loss(snapshot.penalty)} penalty"
        figures = (
            f"{state}[/]  step {snapshot.step}  epoch {snapshot.epoch}"
            f"  loss {format_loss(snapshot.train_loss)}{added}"
            f"  {metric.replace('accuracy', 'acc')} {format_score(snapshot.train_accuracy, metric)}"
        )
        if snapshot.test_loss is not None:
            test = format_score(snapshot.test_accuracy, metric)
            figures += f"  test {format_loss(snapshot.test_loss)} {test}"
        if snapshot.reason:
            diverged = snapshot.reason == "diverged"
            advice = "b goes back, r resets" if diverged else "space trains on"
            now = f"{REASONS[snapshot.reason]}; {advice} at pace {pace_text(snapshot.pace)}"
        elif snapshot.status == "running":
            speed = format_rate(snapshot.steps_per_second) if snapshot.steps_per_second else "…"
            now = f"{speed} steps/s at pace {pace_text(snapshot.pace)}"
            if snapshot.goal:
                what, value = snapshot.goal
                now += f" until {goal_name(what, settings)} {value:g}"
        else:
            now = f"pace {pace_text(snapshot.pace)}; space plays, s steps"
        hidden = "-".join(map(str, settings.hidden)) or "none"
        what = (
            f"{called(settings.dataset)} · {hidden} {as_text(settings.activation)}"
            f" · {settings.optimizer} lr {as_text(learning_rate(settings))} · seed {settings.seed}"
        )
        if ill and course.moment is None:
            now = f"[$text-warning]{ill.brief}; {ill.cure}[/] · {now}"
        for beside in filter(None, (comparing, role)):
            now = f"[$text-accent b]{beside}[/] · {now}"
        self._say(f"{figures}\n{now}  [$text-muted]$what", what=what)

    def show_waiting(self) -> None:
        """Nothing new for a while: a step, or the look at all the points, takes that long."""
        self._say("[$text-warning b]… working[/]\na large step is under way")

    def show_error(self, message: str, advice: str) -> None:
        self._say("[$text-error b]✗ $message[/]\n$advice", message=message, advice=advice)

    def _say(self, markup: str, **words: str) -> None:
        """Show two lines; the size stays, so the screen need not be laid out anew."""
        after = Content.from_markup(markup, **words)
        before = self.content if isinstance(self.content, Content) else Content()
        if not after.is_same(before):
            self._changed = changes(before, after, self.content_size.width)
            self.update(after, layout=False)
            self._changed = ()

    def refresh(self, *regions: Region, **options: bool) -> Self:
        """Draw what has changed of the text, and no more: it changes with every picture."""
        return super().refresh(*(regions or self._changed), **options)


def changes(before: Content, after: Content, width: int) -> list[Region]:
    """Where two texts of as many lines differ: from the first such cell of a line to its last.

    [] if they have not as many lines: everywhere.
    """
    lines, others = before.split("\n"), after.split("\n")
    if len(lines) != len(others):
        return []
    found = []
    for y, (line, other) in enumerate(zip(lines, others, strict=True)):
        one, two = _cells(line, width), _cells(other, width)
        if differ := [x for x in range(width) if one[x] != two[x]]:
            found.append(Region(differ[0], y, differ[-1] + 1 - differ[0], 1))
    return found


def _cells(line: Content, width: int) -> list[tuple[str, object]]:
    """The characters and their styles; a line that is cut off differs in its last cell from one
    that is not."""
    styles: list[object] = [None] * len(line.plain)
    for start, end, style in line.spans:
        styles[start:end] = [style] * (end - start)
    cells: list[tuple[str, object]] = list(zip(line.plain, styles, strict=True))
    if len(cells) > width:
        cells[width - 1 :] = [("…", None)]
    return cells + [(" ", None)] * (width - len(cells))

"""The status line: state, step, epoch, loss, accuracy, speed, and why the run ended."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from tui_nn.render.tables import REASONS, format_loss, format_percent, format_rate
from tui_nn.session import Snapshot
from tui_nn.settings import Settings, as_text

ICONS = {"running": "▶", "paused": "‖", "finished": "■"}


def pace_text(pace: int | None) -> str:
    return "max" if pace is None else f"{pace}/s"


class StatusLine(Static):
    """Two lines: the run's figures, and what is being trained or why it ended."""

    def show(self, snapshot: Snapshot, settings: Settings) -> None:
        self.remove_class("error")
        speed = format_rate(snapshot.steps_per_second) if snapshot.status == "running" else "0"
        text = Text(f"{ICONS[snapshot.status]} {snapshot.status}", style="bold")
        text.append(
            f"  step {snapshot.step}  epoch {snapshot.epoch}"
            f"  loss {format_loss(snapshot.train_loss)}"
            f"  acc {format_percent(snapshot.train_accuracy)}  {speed} steps/s",
            style="not bold",
        )
        text.append("\n")
        if snapshot.reason:
            advice = "r resets" if snapshot.reason == "diverged" else "space trains on"
            text.append(f"{REASONS[snapshot.reason]} · {advice}", style="bold")
        else:
            text.append(
                f"{settings.dataset} · {settings.optimizer} · lr {as_text(settings.learning_rate)}"
                f" · {settings.activation} · pace {pace_text(snapshot.pace)}",
                style="not bold",
            )
        if snapshot.test_loss is not None:
            text.append(
                f" · test loss {format_loss(snapshot.test_loss)}"
                f" {format_percent(snapshot.test_accuracy)}",
                style="not bold",
            )
        self.update(text)

    def show_error(self, message: str, advice: str) -> None:
        self.add_class("error")
        self.update(Text(f"✗ {message}\n{advice}"))

"""The async wrapper: training in a process of its own, asked for snapshots."""

from tui_nn.session.history import HISTORY_COLUMNS
from tui_nn.session.protocol import Snapshot, Wanted
from tui_nn.session.session import CommandError, SessionError, TrainingSession, WorkerDied

__all__ = [
    "HISTORY_COLUMNS",
    "CommandError",
    "SessionError",
    "Snapshot",
    "TrainingSession",
    "Wanted",
    "WorkerDied",
]

"""The async wrapper: training in a process of its own, asked for snapshots."""

from tui_nn.session.protocol import HISTORY_COLUMNS, Snapshot
from tui_nn.session.session import CommandError, SessionError, TrainingSession, WorkerDied

__all__ = [
    "HISTORY_COLUMNS",
    "CommandError",
    "SessionError",
    "Snapshot",
    "TrainingSession",
    "WorkerDied",
]

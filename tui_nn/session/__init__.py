"""The async wrapper: training in a process of its own, asked for snapshots.

The names are looked up when they are first used: the process can start before NumPy is there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_nn.session.history import HISTORY_COLUMNS
    from tui_nn.session.process import CommandError, SessionError, WorkerDied, WorkerProcess
    from tui_nn.session.protocol import Snapshot, Wanted
    from tui_nn.session.session import Session
    from tui_nn.session.training_session import TrainingSession

__all__ = [
    "HISTORY_COLUMNS",
    "CommandError",
    "Session",
    "SessionError",
    "Snapshot",
    "TrainingSession",
    "Wanted",
    "WorkerDied",
    "WorkerProcess",
]

_HOMES = {
    "HISTORY_COLUMNS": "history",
    "SessionError": "process",
    "WorkerDied": "process",
    "WorkerProcess": "process",
    "Snapshot": "protocol",
    "Wanted": "protocol",
    "CommandError": "process",
    "Session": "session",
    "TrainingSession": "training_session",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"tui_nn.session.{_HOMES[name]}"), name)
    raise AttributeError(f"module tui_nn.session has no attribute {name}")

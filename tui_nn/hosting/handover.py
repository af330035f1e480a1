"""Handing a run to a host, which goes on with it when we are gone."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.hosting.directory import HostError, check_place
from tui_nn.runs.owner import own_mark
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import Progress, Recorder, new_progress
from tui_nn.runs.store import StoreError
from tui_nn.session import protocol
from tui_nn.session.history import HISTORY_COLUMNS
from tui_nn.session.process import Ends
from tui_nn.settings import Settings

READY = b"ready\n"


@dataclass(frozen=True)
class Handover:
    """What a host is given: a new run; or one under way, with its worker and all that is known."""

    settings: Settings
    pace: int | None
    store: Path
    label: Label
    progress: Progress
    events: list[tuple[int, str]]
    worker: Ends | None = None
    owner: str = ""  # the mark of who gives it
    run: int = 0  # the worker's number of it
    began_at: int = 0
    history: Array = field(default_factory=lambda: np.empty((0, len(HISTORY_COLUMNS))))

    def write(self, sink: BinaryIO) -> None:
        message = {
            **vars(self),
            "settings": self.settings.model_dump(mode="json"),
            "store": str(self.store.absolute()),
            "label": dataclasses.asdict(self.label),
        }
        protocol.send(sink, message)

    @classmethod
    def read(cls, source: BinaryIO) -> Self:
        message = protocol.receive(source)
        assert message is not None
        return cls(
            **{
                **message,
                "settings": Settings.parse(message["settings"]),
                "store": Path(message["store"]),
                "label": Label(**message["label"]),
                "progress": Progress(*message["progress"]),
                "events": [(step, text) for step, text in message["events"]],
                "worker": Ends(*message["worker"]) if message["worker"] else None,
            }
        )


class HostProcess:
    """A host that has been started, and which we need not wait for. `run`: its run's id."""

    def __init__(self, process: subprocess.Popen[bytes], run: str) -> None:
        self._process, self.run = process, run

    def wait_until_ready(self) -> None:
        """Raises HostError."""
        assert self._process.stdout is not None
        said = self._process.stdout.read()  # it closes it when it is ready
        if not said.endswith(READY):
            lines = said.decode(errors="replace").strip().splitlines() or ["it says nothing"]
            raise HostError(f"the host could not start: {lines[-1]}")


def start_host(handover: Handover) -> HostProcess:
    """Raises HostError."""
    check_place()
    worker = handover.worker
    fds = (worker.source, worker.sink, worker.errors) if worker else ()
    with tempfile.TemporaryFile() as message:
        handover.write(message)
        message.seek(0)
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tui_nn.hosting.host"],
                stdin=message,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what ends our terminal does not end it
                pass_fds=fds,
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise HostError(f"the host can't start: {error.strerror}") from None
    return HostProcess(process, handover.progress.id)


def begin_detached(settings: Settings, pace: int | None, store: Path, label: Label) -> HostProcess:
    """Start a host with a new run. Raises HostError."""
    return start_host(Handover(settings, pace, store, label, new_progress(0), [(0, "started")]))


def obstacle(recorder: Recorder | None) -> str:
    """Why a run can't be handed over, or ""."""
    if recorder is None or recorder.path is None:
        return "a run that is not recorded can't be detached"
    if recorder.session.status == "finished":
        return "the run has ended: there is nothing that could go on"
    try:
        check_place()
    except HostError as error:
        return str(error)
    return ""


def hand_over(recorder: Recorder) -> HostProcess:
    """Give a recorded session to a host of its own, without a pause; here it has ended.

    Raises HostError, WorkerDied.
    """
    session, store = recorder.session, recorder.path
    try:
        progress, label = recorder.hand_over()
    except StoreError as error:
        raise HostError(str(error)) from None
    assert store is not None
    worker = session.give_away()
    assert session.run_number is not None
    return start_host(
        Handover(
            settings=session.settings,
            pace=session.pace,
            store=store,
            label=label,
            progress=progress,
            events=list(recorder.events),
            worker=worker,
            owner=own_mark(),
            run=session.run_number,
            began_at=session.began_at,
            history=session.history,
        )
    )

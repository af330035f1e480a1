"""Handing a run to a host, which goes on with it when we are gone."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, Self

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.hosting.directory import HostError, check_place
from tui_nn.runs.owner import own_mark
from tui_nn.runs.place import Label
from tui_nn.runs.recorder import Bookmark, Recorder, new_bookmark
from tui_nn.runs.store import StoreError
from tui_nn.session import protocol
from tui_nn.session.history import HISTORY_COLUMNS
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.process import Ends
from tui_nn.settings import Settings

HERE, READY = b"here\n", b"ready\n"  # what a host says: that it listens, that its run goes on


@dataclass(frozen=True)
class Handover:
    """What a host is given: a new run; or one under way, with its worker and all that is known."""

    settings: Settings
    pace: int | None
    store: Path
    label: Label
    bookmark: Bookmark
    events: list[tuple[int, str]]
    worker: Ends | None = None
    owner: str = ""  # the mark of who gives it
    run: int = 0  # the worker's number of it
    began_at: int = 0
    shown: Dataset | None = None
    layers: LayerRecord = field(default_factory=LayerRecord)
    history: Array = field(default_factory=lambda: np.empty((0, len(HISTORY_COLUMNS))))

    def write(self, sink: IO[bytes]) -> None:
        message = {
            **vars(self),
            "settings": self.settings.model_dump(mode="json"),
            "store": str(self.store.absolute()),
            "label": dataclasses.asdict(self.label),
            "shown": self.shown and self.shown.to_dict(),
        }
        protocol.send(sink, message)

    @classmethod
    def read(cls, source: BinaryIO) -> Self:
        """Raises HostError."""
        message = protocol.receive(source)
        if message is None:
            raise HostError("it was given no run")
        return cls(
            **{
                **message,
                "settings": Settings.parse(message["settings"]),
                "store": Path(message["store"]),
                "label": Label(**message["label"]),
                "bookmark": Bookmark(*message["bookmark"]),
                "events": [(step, text) for step, text in message["events"]],
                "shown": Dataset.from_dict(message["shown"]) if message["shown"] else None,
                "layers": LayerRecord(*message["layers"]),
                "worker": Ends(*message["worker"]) if message["worker"] else None,
            }
        )


class HostProcess:
    """A host that has been started, and waits for a run. `run`: the id of that."""

    def __init__(self, pipes: tuple[int, ...] = ()) -> None:
        """pipes: of the worker that it will be given. Raises HostError."""
        self.run = ""
        check_place()
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tui_nn.hosting.host"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # what ends our terminal does not end it
                pass_fds=pipes,
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise HostError(f"the host can't start: {error.strerror}") from None
        self._hear(HERE)

    def give(self, handover: Handover) -> None:
        """Have it keep this run; it need not be waited for."""
        self.run = handover.bookmark.id
        assert self._process.stdin is not None
        with suppress(BrokenPipeError), self._process.stdin as sink:  # it says why
            handover.write(sink)

    def close(self) -> None:
        """There is no run for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def end(self) -> None:
        """Have it save its run and end."""
        self._process.terminate()

    def wait_until_ready(self) -> None:
        """Raises HostError."""
        self._hear(READY)

    def _hear(self, word: bytes) -> None:
        """Wait until it says this. Raises HostError with what it says instead."""
        assert self._process.stdout is not None
        said = "it says nothing"
        for line in self._process.stdout:
            if line == word:
                return
            said = line.decode(errors="replace").strip() or said
        raise HostError(f"the host could not start: {said}")


def begin_detached(settings: Settings, pace: int | None, store: Path, label: Label) -> HostProcess:
    """Start a host with a new run. Raises HostError."""
    host = HostProcess()
    host.give(Handover(settings, pace, store, label, new_bookmark(0), [(0, "started")]))
    return host


def obstacle(recorder: Recorder | None) -> str:
    """Why a run can't be handed over, or ""."""
    if recorder is None or recorder.path is None:
        return "a run that is not recorded can't be detached"
    if recorder.session.status == "finished":
        return "the run has ended: there is nothing that could go on"
    if recorder.session.stand_in is not None:
        return "data that can be read only once ends with us: detach needs a file"
    try:
        check_place()
    except HostError as error:
        return str(error)
    return ""


def hand_over(recorder: Recorder) -> HostProcess:
    """Give a recorded session to a host of its own, without a pause; here it has ended.

    Raises HostError, WorkerDied; it goes on here if no host has started.
    """
    session, store = recorder.session, recorder.path
    host = HostProcess(session.pipes)
    try:
        bookmark, label = recorder.hand_over()
    except StoreError as error:
        host.close()
        raise HostError(str(error)) from None
    assert store is not None
    worker = session.give_away()
    assert session.run_number is not None
    host.give(
        Handover(
            settings=session.settings,
            pace=session.pace,
            store=store,
            label=label,
            bookmark=bookmark,
            events=list(recorder.events),
            worker=worker,
            owner=own_mark(),
            run=session.run_number,
            began_at=session.began_at,
            shown=session.shown,
            layers=session.layers,
            history=session.history,
        )
    )
    return host

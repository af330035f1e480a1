"""A run's curves as an event file, as `tensorboard --logdir` shows them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.runs.extras import needed
from tui_nn.runs.records import Record, Story
from tui_nn.session import HISTORY_COLUMNS

# Of the columns of a history; what stands before the slash, TensorBoard shows together.
TAGS = ("loss/train", "accuracy/train", "loss/test", "accuracy/test")


def event_file_name(run: Record) -> str:
    """By which TensorBoard knows one; runs in the same folder have different ones."""
    return f"events.out.tfevents.{run.started:.0f}.{run.id}"


def as_event_file(story: Story) -> bytes:
    """A scalar for each figure of each point, in single precision, as the format has it.

    Its wall time lies between the times of the events before and after it, as its step does.
    Raises MissingPackage.
    """
    writer = needed("tensorboardX.event_file_writer", "tensorboard")
    event = needed("tensorboardX.proto.event_pb2", "tensorboard").Event
    history, times = story.history, wall_times(story)
    columns = [i for i in range(1, len(HISTORY_COLUMNS)) if np.isfinite(history[:, i]).any()]
    with tempfile.TemporaryDirectory() as folder:
        file = writer.EventsWriter(str(Path(folder) / "events"))
        for row, when in zip(history.tolist(), times.tolist(), strict=True):
            entry = event(wall_time=when, step=int(row[0]))
            for i in columns:
                entry.summary.value.add(tag=TAGS[i - 1], simple_value=row[i])
            file.write_event(entry)
        file.close()
        (written,) = Path(folder).iterdir()
        return written.read_bytes()


def wall_times(story: Story) -> Array:
    """(points,): about when each was reached, in seconds since 1970."""
    steps, run = story.history[:, 0], story.run
    known = [(step, when) for step, when, _ in story.events if when <= run.seen]
    if not known or known[0][0] > 0:
        known.insert(0, (0, run.started))
    known.append((run.step, run.seen))
    at, when = np.array(known, float).T
    return np.interp(steps, at, np.maximum.accumulate(when))

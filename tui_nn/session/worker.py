"""The worker process: trains, and answers the session's commands between two slices of steps.

It talks over its standard input and output, and ends when its input closes: a dashboard that dies
leaves nothing behind. Run as `python -m tui_nn.session.worker`.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

# A stray print, also of something that is imported below, must not corrupt the protocol.
_SINK = os.dup(1)
os.dup2(2, 1)

from threadpoolctl import threadpool_limits  # noqa: E402

from tui_nn.datasets import Dataset  # noqa: E402
from tui_nn.session import protocol  # noqa: E402
from tui_nn.session.training import Refused, Training  # noqa: E402
from tui_nn.settings import Settings, SettingsError  # noqa: E402

Reply = dict[str, Any] | None

# The commands that are the run's own methods, with the same arguments; they answer nothing.
OF_THE_RUN = (
    *("play", "pause", "step", "run_until", "set_pace", "set", "edit"),
    *("restore", "load_weights", "branch", "recover"),
)


class Worker:
    """Reads commands, trains in between."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source, self.sink = source, sink
        self._training: Training | None = None
        self._told: Dataset | None = None  # the points that the session knows

    def serve(self) -> None:
        """Until the input closes."""
        wait: float | None = None  # seconds until steps are due; None: until a command comes
        while True:
            if select.select([self.source], [], [], wait)[0]:
                message = protocol.receive(self.source)
                if message is None:
                    return
                protocol.send(self.sink, self.answer(message))
            training = self._training
            wait = training.advance() if training and training.active else None

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Carry out one command; an impossible one changes nothing.

        Every answer says how the run stands: its number, status and settings; and, when they are
        others, the points that pictures are made of.
        """
        command = message.pop("command")
        try:
            do: Callable[..., Reply] = getattr(
                self.training if command in OF_THE_RUN else self,
                command if command in OF_THE_RUN else f"do_{command}",
            )
            reply = do(**message) or {}
        except Refused as error:
            return {"error": str(error)}
        except SettingsError as error:
            return {"error": str(error), "field": error.field}
        except MemoryError:
            return {"error": "there is not enough memory for this"}
        run = self.training
        if run.shown is not self._told:
            self._told = run.shown
            reply |= {"points": run.shown.to_dict(), "notes": list(run.notes)}
        return {
            "run": run.run_number,
            "step": run.trainer.step,
            "status": run.status,
            "settings": run.settings.model_dump(mode="json"),
            **reply,
        }

    @property
    def training(self) -> Training:
        if self._training is None:
            raise Refused("nothing is being trained")
        return self._training

    def do_start(
        self, settings: dict[str, Any], pace: int | None, playing: bool, stand_in: str | None
    ) -> Reply:
        self._training = Training(Settings.parse(settings), pace, playing, stand_in)
        return None

    def do_pass(self) -> Reply:
        return None

    def do_snapshot(self, wanted: dict[str, Any], at: int | None) -> Reply:
        run, what = self.training, protocol.Wanted(**wanted)
        snapshot = run.snapshot(what) if at is None else run.look_back(at, what)
        return {"snapshot": snapshot.to_dict(), "history": self.training.take_history()}

    def do_checkpoint(self) -> Reply:
        return {"state": self.training.state(), "history": self.training.take_history()}

    def do_reset(self) -> Reply:
        self.training.build(self.training.settings)
        return None

    def do_rebuild(self, changes: dict[str, Any]) -> Reply:
        self.training.build(self.training.settings.changed(**changes))
        return None

    def do_weights(self) -> Reply:
        network = self.training.trainer.network
        return {"weights": network.weights, "biases": network.biases}


def main() -> None:
    # Unbuffered, so that select sees all that has not been read yet.
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    with threadpool_limits(1):
        Worker(source, os.fdopen(_SINK, "wb")).serve()
    os._exit(0)  # whoever closed the input waits for the end: nothing is left to tidy up


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:  # the session has gone while it was being answered
        sys.exit(0)

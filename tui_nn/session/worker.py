"""The worker process: trains, and answers the session's commands between two slices of steps.

It talks over its standard input and output, and ends when its input closes: a dashboard that dies
leaves nothing behind. Run as `python -m tui_nn.session.worker`.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from typing import Any, BinaryIO

from threadpoolctl import threadpool_limits

from tui_nn.engine.types import Array
from tui_nn.session import protocol
from tui_nn.session.training import Refused, Training
from tui_nn.settings import Settings, SettingsError

Reply = dict[str, Any] | None


class Worker:
    """Reads commands, trains in between. A command is a method `do_…`; what it returns travels."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self.source, self.sink = source, sink
        self._training: Training | None = None

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
        """Carry out one command; an impossible one changes nothing."""
        do: Callable[..., Reply] = getattr(self, f"do_{message.pop('command')}")
        try:
            reply = do(**message) or {}
        except (Refused, SettingsError) as error:
            return {"error": str(error)}
        return {"run": self.training.run, **reply}

    @property
    def training(self) -> Training:
        if self._training is None:
            raise Refused("nothing is being trained yet")
        return self._training

    def do_start(self, settings: dict[str, Any], pace: int | None, playing: bool) -> Reply:
        self._training = Training(Settings.parse(settings), pace, playing)
        return None

    def do_snapshot(self, surface: tuple[int, int] | None, predictions: bool) -> Reply:
        return {"snapshot": self.training.snapshot(surface, predictions).to_dict()}

    def do_play(self) -> Reply:
        self.training.play()
        return None

    def do_pause(self) -> Reply:
        self.training.pause()
        return None

    def do_step(self, steps: int) -> Reply:
        self.training.step(steps)
        return None

    def do_pace(self, pace: int | None) -> Reply:
        self.training.set_pace(pace)
        return None

    def do_reset(self) -> Reply:
        self.training.build(self.training.settings)
        return None

    def do_rebuild(self, settings: dict[str, Any]) -> Reply:
        self.training.build(Settings.parse(settings))
        return None

    def do_set(self, settings: dict[str, Any]) -> Reply:
        self.training.set(Settings.parse(settings))
        return None

    def do_checkpoint(self) -> Reply:
        return {"state": self.training.state()}

    def do_restore(self, state: dict[str, Any]) -> Reply:
        self.training.restore(state)
        return None

    def do_weights(self) -> Reply:
        network = self.training.trainer.network
        return {"weights": network.weights, "biases": network.biases}

    def do_load_weights(self, weights: list[Array], biases: list[Array]) -> Reply:
        network = self.training.trainer.network
        for mine, given in zip(
            [*network.weights, *network.biases], [*weights, *biases], strict=True
        ):
            mine[:] = given
        self.training.begin()
        return None


def main() -> None:
    # A terminal's Ctrl+C reaches the whole group; the session decides when the worker ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Unbuffered, so that select sees all that has not been read yet.
    source = os.fdopen(os.dup(0), "rb", buffering=0)
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not corrupt the protocol
    with threadpool_limits(1):
        Worker(source, sink).serve()


if __name__ == "__main__":
    main()

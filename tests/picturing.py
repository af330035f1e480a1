"""Snapshots of a trained network, without a worker."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_nn.render.look import Look
from tui_nn.render.wiring import Wiring, wiring
from tui_nn.session import Snapshot, Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.view import View


def trained(steps: int = 300, **settings: Any) -> Training:
    """A run that is paused after so many steps, the last of them watched."""
    training = Training(Settings(**{"target_loss": None, **settings}), None, False)
    training.trainer.run(steps - 1)
    training.step(1)
    while training.active:
        training.advance()
    return training


def pictured(training: Training, side: int = 24) -> tuple[Snapshot, Wiring]:
    """All that a picture of the network needs."""
    snapshot = training.snapshot(Wanted(neurons=(side, side), weights=True, layers=True))
    return snapshot, wiring(training.settings, training.dataset)


def viewed(training: Training, look: Look = Look(), **wanted: Any) -> View:  # noqa: B008 (frozen)
    """What a pane is given."""
    snapshot = training.snapshot(Wanted(**wanted))
    return View(snapshot, training.settings, np.zeros((0, 6)), points=training.dataset, look=look)

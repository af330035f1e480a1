"""Views for the panes' tests, from real runs without a process."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui_nn.render.look import Look
from tui_nn.session import Wanted
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.view import View


class Run:
    """A run that is asked for views, as the main screen asks the worker."""

    def __init__(self, look: Look | None = None, **settings: Any) -> None:
        self.training = Training(Settings.parse(settings), None, False)
        self.history = self.training.take_history()
        self.layers = LayerRecord()
        self.points = self.training.dataset.sample(2000)
        self.look = look or Look()

    def view(self, steps: int = 0, **wanted: Any) -> View:
        """What there is to draw after so many steps more; seconds and speed are left at 0."""
        training = self.training
        if steps:
            training.step(steps)
            while training.active:
                training.advance()
        snapshot = training.snapshot(Wanted(**{"layers": True, **wanted}))
        self.history = np.vstack([self.history, training.take_history()])
        self.layers = self.layers.grown(snapshot.step, snapshot.layers or [])
        now = snapshot, training.settings, self.history
        return View(*now, points=self.points, look=self.look, layers=self.layers)

"""Metrics: what a person asks of the predictions."""

from __future__ import annotations

import numpy as np

from tui_nn.engine.types import Array


def accuracy(prediction: Array, truth: Array) -> float:
    """Share of points whose class, 1 where the output is at least 0.5, is the true one (0 or 1)."""
    return float(np.mean((prediction >= 0.5) == (truth >= 0.5)))

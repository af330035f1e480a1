"""How near its end a run is."""

from __future__ import annotations

import math

from tui_nn.settings import Settings, steps_per_epoch


def share_done(settings: Settings, first_loss: float, loss: float, step: int) -> float:
    """How near a run is to its end, from 0 to 1: by its limits, or by its loss.

    The loss falls over decades, so it is the logarithm that shows how far it has come.
    """
    shares = [0.0]
    if settings.max_steps:
        shares.append(step / settings.max_steps)
    if settings.max_epochs:
        shares.append(step / steps_per_epoch(settings) / settings.max_epochs)
    target = settings.target_loss
    if target and target < first_loss < math.inf and 0 < loss < math.inf:
        shares.append(math.log(first_loss / loss) / math.log(first_loss / target))
    return min(1.0, max(shares))

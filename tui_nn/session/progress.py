"""How near its end a run is."""

from __future__ import annotations

import math

from tui_nn.settings import Settings, max_epochs, steps_per_epoch


def most_steps(settings: Settings) -> int | None:
    """Steps after which a run ends, whatever its loss; None if nothing limits them."""
    epochs = max_epochs(settings)
    limits = (settings.max_steps, None if epochs is None else epochs * steps_per_epoch(settings))
    return min((limit for limit in limits if limit is not None), default=None)


def share_done(settings: Settings, first_loss: float, loss: float, step: int) -> float:
    """How near a run is to its end, from 0 to 1: by its limits, or by its loss.

    The loss falls over decades, so it is the logarithm that shows how far it has come.
    """
    shares = [0.0]
    if most := most_steps(settings):
        shares.append(step / most)
    target = settings.target_loss
    if target and target < first_loss < math.inf and 0 < loss < math.inf:
        shares.append(math.log(first_loss / loss) / math.log(first_loss / target))
    return min(1.0, max(shares))

"""The loss chart. Everything that the project asks of plotext is in this file."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotext
from rich.text import Text

from tui_nn.engine.types import Array

POINTS = 200  # plotext's cost grows with the points: 200 take 5 to 8 ms, 2,000 take 30


def envelope(x: Array, y: Array, points: int = POINTS) -> tuple[Array, Array]:
    """At most so many points that keep every stretch's smallest and largest value."""
    if len(x) <= points:
        return x, y
    kept = [0, len(x) - 1]
    for stretch in np.array_split(np.arange(len(x)), points // 2 - 1):
        kept += [stretch[np.argmin(y[stretch])], stretch[np.argmax(y[stretch])]]
    indices = np.unique(kept)
    return x[indices], y[indices]


def draw_loss(
    plot: Any,
    history: Array,
    *,
    log: bool = False,
    target: float | None = None,
    ascii: bool = False,
) -> None:
    """Draw training and test loss onto a plotext figure.

    history: rows of HISTORY_COLUMNS. What is not finite (or, on a log axis, not above 0) is left
    out. The target is a horizontal line.
    """
    plot.clear_data()
    drawn = np.empty(0)
    for column, name, colour in ((1, "train", "blue+"), (3, "test", "orange+")):
        values = history[:, column]
        keep = np.isfinite(values) & (values > 0 if log else True)
        if keep.any():
            y = np.log10(values[keep]) if log else values[keep]
            x, y = envelope(history[keep, 0], y)
            drawn = np.concatenate([drawn, y])
            marker = "*" if ascii else "braille"
            plot.plot(x.tolist(), y.tolist(), label=name, color=colour, marker=marker)
    if target is not None and (target > 0 or not log):
        level = math.log10(target) if log else target
        drawn = np.append(drawn, level)
        end = float(history[-1, 0]) if len(history) else 1.0
        plot.plot([0.0, end], [level, level], color="green", marker="-")
    if log and len(drawn):
        decades = range(math.floor(drawn.min()), math.ceil(drawn.max()) + 1)
        plot.yticks(list(decades), [f"1e{decade}" for decade in decades])
    plot.xlabel("step")


def loss_chart(
    history: Array, width: int, height: int, *, log: bool = False, target: float | None = None
) -> Text:
    """The loss chart as text, for a terminal's lines and for logs."""
    plotext.clear_figure()
    plotext.plot_size(width, height)
    plotext.theme("clear")
    draw_loss(plotext, history, log=log, target=target)
    chart = Text.from_ansi(plotext.build())
    plotext.clear_figure()
    return chart

"""The chart of a learning-rate range test: the losses over the logarithm of the rate."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from rich.text import Text

from tui_nn.engine.types import Array
from tui_nn.render.axes import FRAME, frame, inner_size, label_width, value_axes
from tui_nn.render.canvas import Canvas, trace
from tui_nn.render.cells import Picture
from tui_nn.render.chart import glyphs, ink
from tui_nn.render.look import Look
from tui_nn.settings import as_text

CEILING = 2.0  # times the first loss: what is shown of an explosion


def rate_chart(
    rates: Array,
    losses: Array,
    smoothed: Array,
    suggestion: float | None,
    width: int,
    height: int,
    look: Look,
) -> Picture:
    """The losses as points, smoothed as a curve; the suggestion is a mark on it.

    rates, losses, smoothed: (n,), at least 2. Losses above CEILING times the first run along the
    top.
    """
    x = np.log10(rates)
    heights = np.minimum(np.concatenate([losses, smoothed]), CEILING * losses[0])
    limits = float(x[0]), float(x[-1])
    axes = value_axes(limits, heights, inner_size(width, height))
    label = label_width(axes)
    axes = value_axes(limits, heights, inner_size(width, height, label))
    places = rate_ticks(rates[0], rates[-1], axes.columns // 9)
    across = tuple((math.log10(rate), as_text(float(f"{rate:.3g}"))) for rate in places)
    axes = dataclasses.replace(axes, across=across)
    glyph = glyphs(look)
    empty = frame(axes, width, max(height, FRAME + 2), label=label, ascii=look.ascii)
    canvas = Canvas(axes, empty, label)
    across_dots = axes.across_dots(x)
    for place, up in zip(across_dots, axes.up_dots(losses), strict=True):
        style = ink("raw train", look)
        canvas.draw_mark(round(place) // 2, round(up) // 4, "." if look.ascii else "·", style)
    curve = trace(axes, across_dots, smoothed, smoothed)
    canvas.draw_dots(curve, ink("train", look), character=glyph.train)
    if suggestion is not None and (column := axes.column(math.log10(suggestion))) is not None:
        up = axes.up_dots(np.array([np.interp(math.log10(suggestion), x, smoothed)]))[0]
        canvas.draw_mark(column, round(up) // 4, glyph.best, ink("best", look))
    return Picture(canvas.cells)


def rate_ticks(lowest: float, highest: float, wanted: int) -> list[float]:
    """At most about so many powers of ten, or both ends where there is hardly one between them."""
    first, last = math.ceil(math.log10(lowest) - 1e-9), math.floor(math.log10(highest) + 1e-9)
    if last <= first:
        return [lowest, highest]
    return [10.0**i for i in range(first, last + 1, math.ceil((last - first) / max(1, wanted)))]


def rate_legend(suggestion: float | None, look: Look) -> Text:
    """What the points, the curve and the mark of `rate_chart` are."""
    glyph = glyphs(look)
    parts = [
        ("." if look.ascii else "·", "loss after a step", "raw train"),
        ("**" if look.ascii else "⠒⠒", "smoothed", "train"),
    ]
    if suggestion is not None:
        parts.append((glyph.best, "suggestion", "best"))
    return Text("   ").join(Text(f"{mark} {words}", ink(name, look)) for mark, words, name in parts)

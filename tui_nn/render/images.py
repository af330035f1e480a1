"""Points that are images, each with its truth and what is said of it; worst mistakes first."""

from __future__ import annotations

from functools import cache

import numpy as np
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, cell, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import colour
from tui_nn.render.judgement import classes
from tui_nn.render.look import Look
from tui_nn.render.shades import wrong_cell

GREYS = (232, 236, 240, 244, 248, 252, 255)  # of the 256 colours, from dark to bright
TEXTURES, ASCII_TEXTURES = " ·░▒▓██", " .:-=+#"
_BOLD = Style(bold=True)


def ranked(points: Dataset, outputs: Array) -> Array:
    """The points' numbers (N,): first those that another class is furthest ahead in, and last those
    that are right beyond doubt."""
    said = np.nan_to_num(outputs if outputs.shape[1] > 1 else np.hstack([1 - outputs, outputs]))
    true = classes(points.targets)
    rows = np.arange(len(said))
    own = said[rows, true]
    others = said.copy()
    others[rows, true] = -np.inf
    return np.argsort(own - others.max(axis=1), kind="stable")


def room(points: Dataset, width: int, height: int) -> tuple[int, int]:
    """Rows and columns of images that have room: each with a line of text below, and apart."""
    assert points.image is not None
    tall, wide = points.image
    return max(1, (height - 1) // (-(-tall // 2) + 1)), max(1, (width + 1) // (wide + 1))


def kept_in_place(first: Array, before: Array | None) -> Array:
    """The points that are to be seen, `first`; those that were seen before stay where they were."""
    if before is None or len(before) != len(first):
        return first
    stay = np.isin(before, first)
    found = before.copy()
    found[~stay] = first[~np.isin(first, before)]
    return found


def image_cells(
    title: str, points: Dataset, outputs: Array, order: Array, width: int, height: int, look: Look
) -> Cells:
    """A title and the images of the points in `order`, `height` lines of `width` cells."""
    rows, columns = room(points, width, height)
    assert points.image is not None
    tall, wide = points.image
    true, said, names = classes(points.targets), classes(outputs), points.classes
    lines: Cells = [text_cells(title[:width].center(width), _BOLD)]
    for row in range(rows):
        here = order[row * columns : (row + 1) * columns].tolist()
        block: Cells = [[] for _ in range(-(-tall // 2) + 1)]
        for i in here:
            picture = _picture(points.inputs[i].reshape(tall, wide), points.extent, look)
            caption = _caption(names[true[i]], names[said[i]], wide, look)
            for line, cells in zip(block, [*picture, caption], strict=True):
                line += [*cells, cell(" ")]
        lines += block
    blank = [cell(" ")] * width
    return [(line + blank)[:width] for line in (lines + [blank] * height)[:height]]


def _caption(true: str, said: str, width: int, look: Look) -> list[Segment]:
    """Truth | prediction; what is wrong is marked."""
    if true == said:
        return text_cells(f"{true}|{said}"[:width].center(width))
    text = f"{true}|{said} {glyphs_of(look).wrong}"
    if len(text) > width:
        text = f"{true[: width // 2 - 2]}|{said[: width // 2 - 2]} {glyphs_of(look).wrong}"
    return [wrong_cell(c, look) for c in text[:width].center(width)]


def _picture(
    pixels: Array, extent: tuple[float, float, float, float], look: Look
) -> list[list[Segment]]:
    """Two rows of pixels a line; the lowest of the values that there can be is the background."""
    low, high = extent[:2]
    levels = np.clip((pixels - low) / ((high - low) or 1) * (len(GREYS) - 1), 0, len(GREYS) - 1)
    if len(levels) % 2:
        levels = np.vstack([levels, np.zeros((1, levels.shape[1]))])
    if not look.colour or look.ascii:
        textures = ASCII_TEXTURES if look.ascii else TEXTURES
        means = np.rint((levels[::2] + levels[1::2]) / 2).astype(int).tolist()
        return [[cell(textures[level]) for level in line] for line in means]
    whole = np.rint(levels).astype(int)
    pairs = zip(whole[::2].tolist(), whole[1::2].tolist(), strict=True)
    return [[_pixels(u, w, look.dark) for u, w in zip(*pair, strict=True)] for pair in pairs]


@cache
def _pixels(upper: int, lower: int, dark: bool) -> Segment:
    greys = GREYS if dark else GREYS[::-1]
    return cell("▀", Style(color=colour(greys[upper]), bgcolor=colour(greys[lower])))

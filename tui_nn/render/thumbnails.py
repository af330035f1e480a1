"""Data sets as small pictures beside one another, each with its name and a line on it."""

from __future__ import annotations

import textwrap

import numpy as np
from rich.style import Style

from tui_nn import datasets
from tui_nn.datasets import Dataset
from tui_nn.render.cells import Cells, Picture, cell, text_cells
from tui_nn.render.images import image_cells, room
from tui_nn.render.look import Look
from tui_nn.render.plane import AXIS, FRAME
from tui_nn.render.predictions import truth_cells

WIDTH, HEIGHT = 26, 10  # of a picture
LINES, APART = 3, 1  # of text below it, and columns between two
SAMPLES = 150


def thumbnail(points: Dataset, width: int, height: int, look: Look) -> Cells:
    """The points alone, without axes; of images the first few, each class once."""
    if points.image is None:
        framed = truth_cells(points, width + AXIS, height + FRAME, look)
        return [line[AXIS:] for line in framed[1:-1]]
    rows, columns = room(points, width, height + 1)
    _, first = np.unique(points.targets.argmax(axis=1), return_index=True)
    order = first[: rows * columns]
    return image_cells("", points, points.targets, order, width, height + 1, look)[1:]


def thumbnails(width: int, look: Look) -> Picture:
    """All built-in data sets, as many beside one another as the width has room for."""
    lines: Cells = []
    blocks = [_block(name, look) for name in datasets.REGISTRY]
    beside = max(1, (width + APART) // (WIDTH + APART))
    gap = [cell(" ")] * APART
    for start in range(0, len(blocks), beside):
        for parts in zip(*blocks[start : start + beside], strict=True):
            line = [one for part in parts for one in (*part, *gap)]
            lines.append(line[: -APART or None])
        lines.append([cell(" ")])
    return Picture(lines)


def _block(name: str, look: Look) -> Cells:
    points = datasets.load(name, np.random.default_rng(0), samples=SAMPLES)
    about = textwrap.wrap(datasets.REGISTRY[name].description, WIDTH)[:LINES]
    texts = [f"{line:{WIDTH}}" for line in (about + [""] * LINES)[:LINES]]
    return [
        text_cells(f"{name:{WIDTH}}", Style(bold=True)),
        *thumbnail(points, WIDTH, HEIGHT, look),
        *map(text_cells, texts),
    ]

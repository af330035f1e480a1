"""Ground truth and prediction as maps: points over the decision surface, on the same axes."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, Picture, cell, text_cells

AXIS = 5  # columns that the y axis takes
FRAME = 2  # lines that title and x axis take
# Odd, so that the middle one is an output of 0.5; few, since a cell is sent again whenever its
# shade changes.
SHADES = 17
_BOLD = Style(bold=True)


class Glyphs(NamedTuple):
    """What a map is drawn with."""

    train: tuple[str, str]  # class 0, class 1
    test: tuple[str, str]
    wrong: str
    side: str
    corner: str
    floor: str

    def legend(self, dataset: Dataset) -> str:
        parts = [f"{glyph} class {i}" for i, glyph in enumerate(self.train)]
        if not dataset.train.all():
            parts.append(f"{' '.join(self.test)} test")
        return "   ".join([*parts, f"{self.wrong} misclassified"])


UNICODE = Glyphs(("○", "●"), ("△", "▲"), "✗", "│", "└", "─")
ASCII = Glyphs(("o", "#"), ("v", "A"), "X", "|", "+", "-")


class Palette(NamedTuple):
    """The colours of the surface where the output is 0, undecided and 1, and of the points."""

    low: tuple[int, int, int]
    middle: tuple[int, int, int]
    high: tuple[int, int, int]
    ink: str


DARK = Palette((193, 119, 36), (38, 40, 44), (16, 99, 153), "#ffffff")
LIGHT = Palette((242, 169, 84), (232, 234, 235), (64, 148, 200), "#000000")
# Without colours, orange and blue would be the same grey.
GREY = Palette((20, 20, 20), (70, 70, 70), (120, 120, 120), "#ffffff")


@cache
def _shade(level: int, palette: Palette) -> str:
    """The colour of an output, from `low` (0) over `middle` to `high` (1)."""
    share = level / (SHADES - 1) * 2 - 1
    end, middle = palette.high if share > 0 else palette.low, palette.middle
    mixed = (round(m + (e - m) * abs(share)) for m, e in zip(middle, end, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


@cache
def _half_blocks(upper: int, lower: int, palette: Palette) -> Segment:
    if upper == lower:
        return cell(" ", Style(bgcolor=_shade(upper, palette)))
    return cell("▀", Style(color=_shade(upper, palette), bgcolor=_shade(lower, palette)))


@cache
def _point(glyph: str, wrong: bool, level: int | None, palette: Palette) -> Segment:
    if wrong:
        return cell(glyph, Style(color="#ffffff", bgcolor="#c4122f", bold=True))
    ground = None if level is None else _shade(level, palette)
    return cell(glyph, Style(color=palette.ink, bgcolor=ground, bold=True))


def surface_shape(width: int, height: int) -> tuple[int, int]:
    """Rows and columns of the decision surface that a map of this size shows."""
    return 2 * max(1, height - FRAME), max(1, width - AXIS)


def map_cells(
    title: str,
    dataset: Dataset,
    outputs: Array,
    surface: Array | None,
    width: int,
    height: int,
    *,
    palette: Palette = DARK,
    ascii: bool = False,
) -> Cells:
    """A titled map with axes, `height` lines of `width` cells.

    outputs: (N, 1), the truth or the predictions; a point is marked as misclassified where its
    class is not the true one. surface: `surface_shape(width, height)`, or None for no surface.
    """
    glyphs = ASCII if ascii else UNICODE
    rows, columns = surface_shape(width, height)
    rows //= 2
    left, right, bottom, top = dataset.extent
    levels, cells = None, [[cell(" ")] * columns for _ in range(rows)]
    if surface is not None and surface.shape[:2] == (2 * rows, columns):
        shares = np.nan_to_num(np.clip(surface[..., 0], 0, 1), nan=0.5)
        levels = np.rint(shares * (SHADES - 1)).astype(int).tolist()
        # ASCII has no half blocks: a cell there is all of its upper half's colour.
        upper, lower = levels[::2], levels[::2] if ascii else levels[1::2]
        cells = [
            [_half_blocks(u, w, palette) for u, w in zip(ups, lows, strict=True)]
            for ups, lows in zip(upper, lower, strict=True)
        ]
    predicted, true = outputs[:, 0] >= 0.5, dataset.targets[:, 0] >= 0.5
    column = np.clip((dataset.inputs[:, 0] - left) / (right - left) * columns, 0, columns - 1)
    row = np.clip((top - dataset.inputs[:, 1]) / (top - bottom) * rows, 0, rows - 1)
    # A cell shows one of its points, a misclassified one if there is any.
    wrong_first = np.argsort(predicted == true, kind="stable")
    places = row.astype(int) * columns + column.astype(int)
    _, chosen = np.unique(places[wrong_first], return_index=True)
    for i in wrong_first[chosen]:
        r, c = divmod(int(places[i]), columns)
        wrong = bool(predicted[i] != true[i])
        of_class = glyphs.train if dataset.train[i] else glyphs.test
        glyph = glyphs.wrong if wrong else of_class[int(true[i])]
        cells[r][c] = _point(glyph, wrong, None if levels is None else levels[2 * r][c], palette)
    lines = [text_cells(title[:width].center(width), _BOLD)]
    for r, line in enumerate(cells):
        tick = f"{top:g}" if r == 0 else f"{bottom:g}" if r == rows - 1 else ""
        lines.append([*text_cells(f"{tick:>{AXIS - 1}}{glyphs.side}"), *line])
    start, end = f"{left:g}", f"{right:g}"
    floor = glyphs.floor * (columns - len(start) - len(end))
    lines.append(text_cells((" " * (AXIS - 1) + glyphs.corner + start + floor + end)[:width]))
    return lines


def prediction_title(dataset: Dataset, predictions: Array, width: int) -> str:
    """How many points are misclassified, in at most about `width` cells."""
    wrong = int(np.sum((predictions >= 0.5) != (dataset.targets >= 0.5)))
    title = f"Prediction: {wrong} wrong"
    return title if len(title) <= width else f"{wrong} wrong"


def truth_cells(dataset: Dataset, width: int, height: int, **look: Any) -> Cells:
    """The map of the ground truth; look: palette and ascii, as of `map_cells`."""
    return map_cells("Ground truth", dataset, dataset.targets, None, width, height, **look)


def prediction_cells(
    dataset: Dataset,
    predictions: Array,
    surface: Array | None,
    width: int,
    height: int,
    **look: Any,
) -> Cells:
    """The map of the predictions over the decision surface."""
    title = prediction_title(dataset, predictions, width)
    return map_cells(title, dataset, predictions, surface, width, height, **look)


def side_by_side(left: Cells, right: Cells) -> Cells:
    return [[*a, cell(" "), *b] for a, b in zip(left, right, strict=True)]


class TruthAndPrediction(Picture):
    """The two maps and their legend, for Rich."""

    def __init__(
        self,
        dataset: Dataset,
        predictions: Array,
        surface: Array | None,
        width: int,
        height: int,
        *,
        ascii: bool = False,
    ) -> None:
        truth = truth_cells(dataset, width, height, ascii=ascii)
        prediction = prediction_cells(dataset, predictions, surface, width, height, ascii=ascii)
        super().__init__(side_by_side(truth, prediction))
        self._legend = Text((ASCII if ascii else UNICODE).legend(dataset))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from super().__rich_console__(console, options)
        yield self._legend

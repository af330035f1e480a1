"""The pictures of a run's predictions, of any task, and how they stand side by side."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tui_nn.datasets import Dataset
from tui_nn.datasets.plain import counted
from tui_nn.engine.types import Array
from tui_nn.render.binary_curves import no_reliability_cells, reliability_cells, roc_cells
from tui_nn.render.cells import Cells, Picture, cell, first_fitting, fitted_text
from tui_nn.render.class_figures import class_figures_cells
from tui_nn.render.confusion import confusion_cells
from tui_nn.render.curve import curve_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.images import image_cells, ranked
from tui_nn.render.judgement import TOLERANCE, verdict
from tui_nn.render.look import Look
from tui_nn.render.maps import map_cells, surface_shades
from tui_nn.render.scatter import scatter_cells
from tui_nn.render.tables import format_span
from tui_nn.settings.rules import gives_probabilities

MOST_NAMES = 10  # of classes, that a legend has
IMAGES = "Worst first"
LEAST_TITLE = 12  # cells of a name that is cut, if it is to be read


def prediction_cells(
    title: str,
    points: Dataset,
    outputs: Array,
    surface: Array | None,
    width: int,
    height: int,
    look: Look,
    *,
    shades: Array | None = None,
    picked: int | None = None,
) -> Cells:
    """Truth or predictions (N, outputs) over a surface (rows, columns, outputs).

    shades: those of the surface, if they have been found already. picked: the point that is marked.
    """
    if points.inputs.shape[1] == 1:
        return curve_cells(title, points, outputs, surface, width, height, look, picked)
    if shades is None:
        shades = surface_shades(points, surface, width, height)
    return map_cells(title, points, outputs, shades, width, height, look, picked)


def truth_cells(
    points: Dataset, width: int, height: int, look: Look, picked: int | None = None
) -> Cells:
    shown = points, points.targets, None, width, height, look
    return prediction_cells("Ground truth", *shown, picked=picked)


def error_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """Where predictions go wrong: the confusion matrix, or predicted against true values. of: which
    points these are, if there are others."""
    picture = scatter_cells if points.task == "regression" else confusion_cells
    return picture(points, outputs, width, height, look, of)


def kinds(points: Dataset, wide: bool) -> list[str]:
    """What there is to show of predictions. "all" are "maps" and "errors" side by side, where it is
    wide enough; "curves" are those of two classes."""
    has_classes = points.task != "regression"
    found = ["all", "maps"] if wide else ["maps"]
    found += ["errors"] if has_classes or not wide else []
    found += ["curves"] if points.task == "binary" else []
    return found + (["importance"] if len(points.input_groups) > 1 else [])


def judgement_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> list[Cells]:
    """The confusion matrix, and beside it the figures of each class; of: see `error_cells`."""
    shown = points, outputs, width, height, look, of
    return [confusion_cells(*shown), class_figures_cells(*shown)]


def curves_cells(
    points: Dataset,
    outputs: Array,
    output_activation: str,
    width: int,
    height: int,
    look: Look,
    of: str = "",
) -> list[Cells]:
    """Of two classes: the ROC curve, and beside it the reliability diagram, if there can be one;
    of: see `error_cells`."""
    shown = points, outputs, width, height, look, of
    if gives_probabilities(output_activation, points.task):
        return [roc_cells(*shown), reliability_cells(*shown)]
    return [roc_cells(*shown), no_reliability_cells(output_activation, width, height)]


def verdict_title(name: str, points: Dataset, outputs: Array, width: int, look: Look) -> str:
    """A name and how good the predictions are, as much of it as there is room for."""
    said = verdict(points, outputs, look.ascii)
    whole = f"{name}: {', '.join(said)}"
    titles = [whole, f"{name}: {said[0]}", said[0]]
    if (room := width - len(said[0]) - 2) >= LEAST_TITLE:
        titles.insert(2, f"{fitted_text(name, room, more=glyphs_of(look).cut)}: {said[0]}")
    return first_fitting(titles, width)


def points_legend(points: Dataset, look: Look, width: int) -> str:
    """What the glyphs mean; more tersely where it would be wider than `width`."""
    glyphs = glyphs_of(look)
    if points.image is not None and points.principal is None:
        return f"true|said   {glyphs.wrong} misclassified"[:width]
    train, test = glyphs.points(points)
    has_test = not points.train.all()
    if points.task == "regression":
        parts = [f"{train} {format_span(*points.value_range)}", f"{test} test"]
        fault = f"off by > {TOLERANCE:.0%} of that"
    elif points.task == "binary":
        named = points.preprocessing is not None
        parts = [
            f"{glyph} {name if named else f'class {name}'}"
            for glyph, name in zip(train, points.classes, strict=True)
        ]
        parts.append(f"{' '.join(test)} test")
        fault = "misclassified"
    else:
        names = points.classes
        parts = [f"{glyph} {name}" for glyph, name in zip(train, names[:MOST_NAMES], strict=False)]
        parts += [glyphs.cut] if len(names) > MOST_NAMES else []
        apart = " " if len(names) > 5 else "  "
        parts = [apart.join(parts), f"{glyphs.test_classes} test"]
        fault = "misclassified"
    shown = parts if has_test else parts[:-1]
    entries = [*shown, f"{glyphs.wrong} {fault}", *_others(points)]
    terse = [re.sub("(other)(?: inputs| components)", r"\1s", entry) for entry in entries]
    terse = [re.sub("class | of that", "", entry) for entry in terse]
    terser = [entry.replace("misclassified", "wrong") for entry in terse]
    without, least = terser[: len(shown) + 1], [*parts[:-1], terser[len(shown)]]
    texts = ["   ".join(entries), *("  ".join(found) for found in (terse, terser, without, least))]
    text = first_fitting(texts, width)
    if cell_len(text) <= width:
        return text
    last = terser[len(shown)]
    room = width - cell_len(last) - 2
    meant = "  ".join(parts[:-1])
    return f"{fitted_text(meant, room, more=glyphs.cut)}  {last}" if room > 2 else last[:width]


def points_counted(points: Dataset) -> str:
    """Which points the figures are of."""
    count, trained = len(points.train), int(points.train.sum())
    if trained in (0, count):
        return f"of {counted(count, 'training point' if trained else 'test point')}"
    return f"of {counted(count, 'point')}: {trained} training, {count - trained} test"


def _others(points: Dataset) -> list[str]:
    """Where those inputs are held that the map does not show."""
    if len(points.coordinates) <= 2:
        return []
    if points.principal is not None:
        return ["other components at their mean"]
    typical = "typical" if points.preprocessing is not None else "at their mean"
    return [f"other inputs {typical}"]


def side_by_side(*pictures: Cells) -> Cells:
    """Pictures of the same height, with a column between them."""
    lines = []
    for parts in zip(*pictures, strict=True):
        line = list(parts[0])
        for part in parts[1:]:
            line += [cell(" "), *part]
        lines.append(line)
    return lines


class TruthAndPrediction(Picture):
    """The two and their legend, for Rich."""

    def __init__(
        self,
        points: Dataset,
        outputs: Array,
        surface: Array | None,
        width: int,
        height: int,
        look: Look,
    ) -> None:
        self._legend = Text(points_legend(points, look, 2 * width + 1))
        if points.image is not None:
            title = verdict_title(IMAGES, points, outputs, 2 * width, look)
            order = ranked(points, outputs)
            super().__init__(
                image_cells(title, points, outputs, order, 2 * width + 1, height, look)
            )
            return
        truth = truth_cells(points, width, height, look)
        title = verdict_title("Prediction", points, outputs, width, look)
        prediction = prediction_cells(title, points, outputs, surface, width, height, look)
        super().__init__(side_by_side(truth, prediction))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from super().__rich_console__(console, options)
        yield self._legend

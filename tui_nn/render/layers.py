"""The health of the layers: the diagnosis above, then a row or a block of figures for each."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from rich.style import Style

from tui_nn.render import sparks
from tui_nn.render.cells import Cells, filled, fitted_text, text_cells, too_small
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.sparks import number
from tui_nn.session.diagnosis import LARGE_UPDATE, SMALL_UPDATE, Diagnosis, layer_activations
from tui_nn.session.layer_record import LayerRecord
from tui_nn.settings import Settings

LEAST = (30, 4)  # columns and lines that a picture needs
BLOCK, BLOCK_WIDTH = 4, 76  # lines that a layer's block takes, and columns that it needs
NAME, LONGEST_NAME, SPARK, GAUGE, BINS = 7, 14, 8, 13, 16  # columns that these take
GAUGE_ENDS, HEALTHY = (-6, 0), -3  # powers of ten

Piece = tuple[str, Style | None]


class Styles(NamedTuple):
    """Of weights, gradients and outputs, of what is ill, well and by the way."""

    weights: Style | None = None
    gradients: Style | None = None
    outputs: Style | None = None
    ill: Style = Style(bold=True)
    well: Style = Style(bold=True)
    faint: Style | None = None
    bold: Style = Style(bold=True)


@cache
def _styles(look: Look) -> Styles:
    if not look.colour:
        return Styles()
    found = inks(look)
    return Styles(
        weights=Style(color=found.high.full),
        gradients=Style(color=found.low.full),
        outputs=Style(color=found.other),
        ill=Style(color=found.wrong, bold=True),
        well=Style(color=found.other, bold=True),
        faint=Style(color=found.greys.faint),
    )


class Column(NamedTuple):
    """A column of the rows. rank: the lower, the longer it stays where there is little room.

    draw: what it shows of a layer, in so many cells. wider: cells that it may take beside.
    """

    rank: int
    heading: str
    width: int
    draw: Callable[[int, int], Piece]
    wider: int = 0

    def aligned(self, text: str) -> str:
        """Figures to the right, names and graphs to the left, and a space."""
        number = self.rank == 0
        return f"{text[: self.width]:{'>' if number else '<'}{self.width}} "


def layers_cells(
    record: LayerRecord,
    findings: Sequence[Diagnosis],
    settings: Settings,
    width: int,
    height: int,
    *,
    first: int = 0,
    look: Look | None = None,
) -> Cells:
    """`height` lines of `width` cells. first: the uppermost layer, where not all have room."""
    look = look or Look()
    if width < LEAST[0] or height < LEAST[1]:
        return filled(too_small(*LEAST, width), width, height)
    lines = _diagnosis(findings, width, _told(width, height), look)
    layers = Layers(record, settings, look)
    if _has_blocks(layers.count, width, height):
        lines += layers.blocks(width, spaced=len(lines) + layers.count * 5 - 1 <= height)
    elif layers.count:
        shown = layers_shown(layers.count, width, height)
        first = max(0, min(first, layers.count - shown))
        lines += layers.rows(range(first, first + shown), width)
    cells = [[c for text, style in line for c in text_cells(text, style)] for line in lines]
    return filled(cells, width, height)


def layers_shown(layers: int, width: int, height: int) -> int:
    """How many layers have room at once."""
    if _has_blocks(layers, width, height):
        return layers
    return max(0, min(layers, height - _told(width, height) - 1))


def _has_blocks(layers: int, width: int, height: int) -> bool:
    return width >= BLOCK_WIDTH and 0 < layers * BLOCK <= height - _told(width, height)


def _told(width: int, height: int) -> int:
    """Lines kept for the diagnosis, whatever it says: what is below must not jump."""
    return max(1, min(height - 4, 2 if height < 10 else 4 if width < BLOCK_WIDTH else 3))


def _diagnosis(
    findings: Sequence[Diagnosis], width: int, lines: int, look: Look
) -> list[list[Piece]]:
    """The findings, wrapped into exactly so many lines; what has no room is left out."""
    told: list[list[Piece]] = []
    styles, ending = _styles(look), " ..." if look.ascii else " …"
    for finding in findings:
        glyph = "!" if finding.ill else "-"
        if not look.ascii:
            glyph = "✗" if finding.ill else "✓" if finding.illness == "well" else "–"
        style = styles.ill if finding.ill else styles.well if finding.illness == "well" else None
        room = lines - len(told)
        if not room:
            break
        text = textwrap.wrap(finding.text, width - 2, max_lines=room, placeholder=ending)
        if told and text[-1].endswith(ending):  # half a sentence says less than none
            break
        told += [[(f"{' ' if i else glyph} {line}", style)] for i, line in enumerate(text)]
    return told + [[] for _ in range(lines - len(told))]


class Layers:
    """Draws what is known of a run's layers."""

    def __init__(self, record: LayerRecord, settings: Settings, look: Look) -> None:
        self._record, self._latest = record, record.latest
        self._names = layer_activations(settings)
        self._styles, self._ascii = _styles(look), look.ascii
        self.count = len(record.latest)

    def rows(self, which: range, width: int) -> list[list[Piece]]:
        """A heading, and a row a layer; the wider, the more of it."""
        title = "layer" if len(which) == self.count else f"{which.start + 1}-{which.stop}"
        if title != "layer":
            title += f" of {self.count}" if width >= 60 else f"/{self.count}"
        columns = _fitted(self._columns(title), width)
        lines: list[list[Piece]] = [
            [(column.aligned(column.heading), self._styles.faint) for column in columns]
        ]
        for i in which:
            drawn = [(column, *column.draw(i, column.width)) for column in columns]
            lines.append([(column.aligned(text), style) for column, text, style in drawn])
        return lines

    def _columns(self, title: str) -> list[Column]:
        return [
            Column(-1, title, NAME, self._name, max(len(title), self._longest_name) - NAME),
            Column(0, "weight", 6, lambda i, _: self._number(i, "weight_norm")),
            Column(2, "course", SPARK, lambda i, w: self._curve(i, "weight_norm", w), 42),
            Column(0, "grad", 6, lambda i, _: self._number(i, "gradient_norm")),
            Column(2, "course", SPARK, lambda i, w: self._curve(i, "gradient_norm", w), 42),
            Column(0, "update", 6, lambda i, _: self._number(i, "update_ratio")),
            Column(1, "1e-6  1e-3  1", GAUGE, self._gauge),
            Column(0, "sat", 4, lambda i, _: self._share(i, "saturated")),
            Column(0, "dead", 4, lambda i, _: self._share(i, "dead")),
            Column(3, "outputs", BINS, lambda i, _: self._histogram(i, "activations")),
            Column(4, "weights", BINS, lambda i, _: self._histogram(i, "weights")),
            Column(4, "gradients", BINS, lambda i, _: self._histogram(i, "gradients")),
        ]

    def blocks(self, width: int, spaced: bool) -> list[list[Piece]]:
        """Four lines a layer: its name, and norms, updates, and how they spread."""
        styles, lines = self._styles, list[list[Piece]]()
        times = min(4, 1 + (width - BLOCK_WIDTH) // 40)  # cells a bin
        room = min(80, width - 44 - times * BINS)
        for i in range(self.count):
            layer = self._latest[i]
            title = f"{i + 1} {self._names[i]}, {layer['units']} unit{'s'[: layer['units'] > 1]}"
            health = f"saturated {layer['saturated']:4.0%}   dead {layer['dead']:4.0%}"
            pointer, style = self._gauge(i, room - 7)
            lines.append([(title.ljust(room + 19), styles.bold), (health, None)])
            for label, column, kind, piece in (
                ("weights", "weight_norm", "weights", self._curve(i, "weight_norm", room)),
                ("gradient", "gradient_norm", "gradients", self._curve(i, "gradient_norm", room)),
                ("update", "update_ratio", "activations", (f"1e-6 {pointer} 1", style)),
            ):
                spread = layer[kind]
                bars, ink = self._histogram(i, kind, times)
                lines.append(
                    [
                        (f"  {label:<8} ", styles.faint),
                        (f"{number(layer[column]):>6} ", self._number(i, column)[1]),
                        piece,
                        ("  outputs" if kind == "activations" else "  spread ", styles.faint),
                        (f"{number(spread['low']):>7} ", ink),
                        (bars, ink),
                        (f" {number(spread['high'])}", ink),
                    ]
                )
            lines += [[]] if spaced else []
        return lines

    @property
    def _longest_name(self) -> int:
        found = (len(self._name(i, LONGEST_NAME)[0]) for i in range(self.count))
        return max(NAME, *found)

    def _name(self, i: int, width: int) -> Piece:
        name = f"{i + 1} {self._names[i]}"
        return fitted_text(name, min(len(name), width), more="~" if self._ascii else "…"), None

    def _number(self, i: int, column: str) -> Piece:
        value = self._latest[i][column]
        return number(value), self._ink_of_update(value) if column == "update_ratio" else None

    def _share(self, i: int, column: str) -> Piece:
        return f"{self._latest[i][column]:.0%}", None

    def _curve(self, i: int, column: str, width: int) -> Piece:
        steps, values = self._record.steps, self._record.of(column)[:, i]
        log = column == "gradient_norm"
        ink = self._styles.gradients if log else self._styles.weights
        return sparks.curve(steps, values, width, log=log, ascii=self._ascii), ink

    def _gauge(self, i: int, width: int) -> Piece:
        ratio = self._latest[i]["update_ratio"]
        text = sparks.gauge(ratio, *GAUGE_ENDS, HEALTHY, width, self._ascii)
        return text, self._ink_of_update(ratio)

    def _ink_of_update(self, ratio: float | None) -> Style | None:
        if ratio is None or SMALL_UPDATE <= ratio <= LARGE_UPDATE:
            return None
        return self._styles.ill

    def _histogram(self, i: int, kind: str, times: int = 1) -> Piece:
        bars = sparks.histogram(self._latest[i][kind]["counts"], ascii=self._ascii)
        ink = getattr(self._styles, {"activations": "outputs"}.get(kind, kind))
        return "".join(bar * times for bar in bars), ink


def _fitted(columns: list[Column], width: int) -> list[Column]:
    """The columns that there is room for, as wide as there is."""

    def needed() -> int:
        return sum(column.width + 1 for column in columns) - 1

    while needed() > width and (worst := max(column.rank for column in columns)) > 0:
        columns = [column for column in columns if column.rank < worst]
    spare = max(0, width - needed())
    elastic = [i for i, column in enumerate(columns) if column.wider]
    if elastic and elastic[0] == 0:  # names come first
        more = min(columns[0].wider, spare)
        columns[0] = columns[0]._replace(width=columns[0].width + more)
        spare -= more
        del elastic[0]
    for left, i in zip(range(len(elastic), 0, -1), elastic, strict=True):
        more = min(columns[i].wider, spare // left)
        columns[i] = columns[i]._replace(width=columns[i].width + more)
        spare -= more
    return columns

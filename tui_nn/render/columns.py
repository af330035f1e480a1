"""Columns of a list that stand side by side, behind the marks of its lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

from rich.segment import Segment
from rich.style import Style

from tui_nn.render.cells import fitted_text, text_cells
from tui_nn.render.inks import inks
from tui_nn.render.look import Look

GAP = 2  # cells between two columns


class Column(Protocol):
    """width: in cells. right: whether it is aligned there."""

    @property
    def name(self) -> str: ...

    @property
    def width(self) -> int: ...

    @property
    def right(self) -> bool: ...


def line_width(columns: Sequence[Column]) -> int:
    return sum(column.width + GAP for column in columns) - GAP


def starts_of(columns: Sequence[Column], mark: int) -> list[int]:
    """Where each begins, the first of them with the mark, of so many cells; and where the last one
    ends."""
    return [0, *(mark + end for end in accumulate(column.width + GAP for column in columns))]


def in_columns(texts: Sequence[str], columns: Sequence[Column], more: str = "") -> str:
    """A text for each column, cut where it is too long; more: what says so."""
    return (" " * GAP).join(
        fitted_text(text, column.width, right=column.right, more=more)
        for text, column in zip(texts, columns, strict=True)
    )


def heading(columns: Sequence[Column], by: str | None = None, arrow: str = "") -> str:
    """The columns' names, with an arrow at the one that sorts."""
    names = [column.name + (arrow if column.name == by else "") for column in columns]
    return in_columns(names, columns)


def heading_cells(
    columns: Sequence[Column], mark: int, by: str, reverse: bool, look: Look
) -> list[Segment]:
    """The heading, behind room for the mark."""
    arrow = ("^v" if look.ascii else "▲▼")[reverse]
    style = Style(bold=True, color=inks(look).greys.faint if look.colour else None)
    return text_cells(" " * mark + heading(columns, by, arrow), style)

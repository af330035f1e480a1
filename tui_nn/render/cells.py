"""Pictures made of cells: lines of one-cell `Segment`s, for Rich and for a widget's `render_line`.

Cells are cached, so that two equal ones are the same object: what changed between two pictures is
found by identity, cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

Cells = list[list[Segment]]

_ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


@lru_cache(maxsize=65_536)
def cell(character: str, style: Style | None = None) -> Segment:
    """One cell; the same object for the same character and style."""
    return Segment(character, style)


def text_cells(text: str, style: Style | None = None) -> list[Segment]:
    """A line of cells; a wide character is followed by an empty cell, and what takes no cell of its
    own is left out."""
    if text.isascii():
        return [cell(character, style) for character in text]
    cells = []
    for character in text:
        width = cell_len(character)
        cells += [cell(character, style), cell("", style)][:width]
    return cells


def fitted_text(text: str, width: int, *, right: bool = False, more: str = "") -> str:
    """A text in as many cells; more: stands for what there is no room for."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, width - len(more)) + more
    blanks = " " * (width - length)
    return blanks + text if right else text + blanks


def centred_text(text: str, width: int) -> str:
    """A text in the middle of as many cells; what there is no room for is left out."""
    text = set_cell_size(text, min(cell_len(text), width))
    return text.center(width - cell_len(text) + len(text))


def first_fitting(texts: Sequence[str], width: int) -> str:
    """The first text that has room in so many cells, or else the last one."""
    return next((text for text in texts if cell_len(text) <= width), texts[-1])


def fitted(line: list[Segment], width: int) -> list[Segment]:
    """The line in exactly so many cells; half a wide character is left blank."""
    found = [*line[:width], *[cell(" ")] * (width - len(line))]
    if len(line) > width > 0 and not line[width].text:
        found[-1] = cell(" ", found[-1].style)
    return found


def shifted(line: list[Segment], count: int) -> list[Segment]:
    """The line from so many cells on; half a wide character is left blank."""
    rest = line[count:]
    if count and rest and not rest[0].text:
        rest[0] = cell(" ", rest[0].style)
    return rest


def filled(cells: Cells, width: int, height: int) -> Cells:
    """The picture in exactly so many lines of so many cells."""
    missing: Cells = [[]] * (height - len(cells))
    return [fitted(line, width) for line in [*cells[:height], *missing]]


def too_small(columns: int, lines: int, width: int) -> Cells:
    """What stands where there is no room for a picture of so many cells."""
    return [text_cells(f"needs {columns}x{lines} cells"[:width])]


def ansi_cells(text: str) -> Cells:
    """Cells from text with ANSI colours."""
    lines = []
    for line in text.split("\n"):
        cells: list[Segment] = []
        # The pieces alternate: text, the code that follows it, text, …
        pieces = _ESCAPE.split(line)
        for i in range(0, len(pieces), 2):
            cells += text_cells(pieces[i], _style(pieces[i - 1] if i else "0"))
        lines.append(cells)
    return lines


@lru_cache(maxsize=1024)
def _style(code: str) -> Style | None:
    if code in ("", "0"):
        return None
    return Text.from_ansi(f"\x1b[{code}mx").get_style_at_offset(Console(), 0)


class Picture:
    """Lines of cells as a Rich renderable."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.cells:
            yield from Segment.simplify(line)
            yield Segment.line()

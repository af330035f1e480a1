"""The confusion matrix: which classes are taken for which."""

from __future__ import annotations

import numpy as np
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import Dataset
from tui_nn.engine.metrics import confusion
from tui_nn.engine.types import Array
from tui_nn.render.cells import Cells, centred_text, filled, first_fitting, fitted_text, text_cells
from tui_nn.render.glyphs import glyphs_of
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.shades import CERTAINTIES, inked, shade_numbers

NAME = 5  # columns for the name of a row, at least
WIDEST, HIGHEST = 12, 5  # a count takes no more cells than this,
FEW, MANY = 0.1, 0.3  # of a row: what is wrong stands on no ground below, on a faint one between
LONGEST = 20  # or as many as the name of its class


def confusion_cells(
    points: Dataset, outputs: Array, width: int, height: int, look: Look, of: str = ""
) -> Cells:
    """Counts of points, `height` lines of `width` cells: a row a true class, a column a predicted
    one; what is right has its class's colour, what is wrong that of the marks on the
    map, fainter where it is a small share of its row. Where there is no room for all classes, which
    are taken for which most often. of: which points these are, if there are others."""
    counts = confusion(outputs.T, points.targets.T)
    named = max(map(cell_len, points.classes)) + 3
    name = max(NAME, min(named, width // 4))  # columns for the name of a row
    across = min(max(WIDEST, min(named, LONGEST)), (width - name) // len(counts))
    down = min(HIGHEST, (height - 2) // len(counts))
    digits = len(str(counts.max()))
    if across < digits + 1 or down < 1:
        return filled(_mistakes(counts, points, width, height, look, of), width, height)
    arrow = ">" if look.ascii else "→"
    names = [_name(i, points, look) for i in range(len(counts))]
    title = _title(f"predicted {arrow}", of, width)
    has_room = max(map(cell_len, names)) < across
    heads = _heads(names if has_room else [*points.classes], across, look)
    heading = f"{'true':<{name}}" + "".join(heads)
    lines: Cells = [title, text_cells(heading)]
    for i, row in enumerate(counts.tolist()):
        for y in range(down):
            middle = y == down // 2
            row_name = names[i] if middle else ""
            line = text_cells(fitted_text(row_name, name - 1, more=glyphs_of(look).cut) + " ")
            for j, count in enumerate(row):
                text = str(count) if middle else ""
                share = count / sum(row) if count else 0.0
                line += _count(text.center(across), i, i == j, share, points.task, look)
            lines.append(line)
    return filled(lines, width, height)


def _title(said: str, of: str, width: int) -> list[Segment]:
    titles = [f"Confusion, {of}: {said}", f"{of}: {said}"] if of else [f"Confusion: {said}"]
    return text_cells(first_fitting(titles, width)[:width].center(width), Style(bold=True))


def _mistakes(
    counts: Array, points: Dataset, width: int, height: int, look: Look, of: str
) -> Cells:
    """The most frequent ones, a line each."""
    wrong = counts * (1 - np.eye(len(counts), dtype=int))
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    digits, arrow = len(str(wrong.max())), "->" if look.ascii else "→"
    lines: Cells = [_title(f"{wrong.sum()} wrong", of, width)]
    room = height - 1 if len(order) < height else height - 2
    for place in order[:room].tolist():
        true, said = divmod(place, len(counts))
        names = f"{points.classes[true]} {arrow} {points.classes[said]}"
        lines.append(text_cells(f"{wrong[true, said]:>{digits}}  {names}"))
    if left := len(order) - len(lines) + 1:
        lines.append(text_cells(f"and {left} other kinds of mistakes", Style(dim=True)))
    return lines


def _heads(names: list[str], across: int, look: Look) -> list[str]:
    """Names of the columns, with a blank at least behind each."""
    more = glyphs_of(look).cut
    cut = (fitted_text(name, min(cell_len(name), across - 1), more=more) for name in names)
    return [centred_text(name, across) for name in cut]


def _name(i: int, points: Dataset, look: Look) -> str:
    return f"{glyphs_of(look).points(points)[0][i]} {points.classes[i]}"


def _count(text: str, true: int, right: bool, share: float, task: str, look: Look) -> list[Segment]:
    """share: of the points of the row."""
    if not share:
        return text_cells(text.replace("0", "." if look.ascii else "·"))
    if not look.colour:
        return text_cells(text, Style(bold=True, reverse=not right and share >= FEW))
    if not right and share < FEW:
        return text_cells(text, Style(bold=True, color=inks(look).wrong))
    if not right:
        found = inks(look)
        ground = found.faint_fault if share < MANY else found.fault
        return [inked(character, ground, look) for character in text]
    numbers = shade_numbers(task, look)
    # The ends of the scale are the two classes of a binary task.
    end = -true if task == "binary" and not true else -1
    number = (
        numbers[true * CERTAINTIES % len(numbers) + 1] if task == "multiclass" else numbers[end]
    )
    return [inked(character, number, look) for character in text]

"""The line that a comparison has in a list of runs, in the place of its runs."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.segment import Segment

from tui_nn.datasets.plain import counted, plain
from tui_nn.render.cells import first_fitting, fitted_text, text_cells
from tui_nn.render.columns import GAP, in_columns, line_width
from tui_nn.render.look import Look
from tui_nn.render.run_list import CHARTED, PICKED, SHORT, Column, age, mark
from tui_nn.render.tables import format_loss


def comparison_line(
    name: str,
    count: int,
    started: float,
    best: float | None,
    columns: Sequence[Column],
    *,
    ascii: bool,
    more: str = "",
) -> str:
    """How many runs, when the latest was started, which comparison, and the best loss; more: of its
    runs."""
    texts = {
        "run": first_fitting([counted(count, "run"), f"{count:,}"], SHORT),
        "age": age(time.time() - started),
    }
    before = [column for column in columns if column.name in texts]
    said = f"comparison {name}: best loss {format_loss(best)}{more}"
    words = in_columns([texts[column.name] for column in before], before) + " " * GAP + plain(said)
    return fitted_text(words, line_width(columns), more="~" if ascii else "…")


def comparison_cells(
    text: str, unfolded: bool, marked: bool, picked: bool, look: Look
) -> list[Segment]:
    """A comparison's line, behind its mark and a sign whether its runs are below."""
    folds = "-+" if look.ascii else "▾▸"
    before = mark(CHARTED if marked else None, look)
    return [before, *text_cells(folds[not unfolded] + text, PICKED if picked else None)]

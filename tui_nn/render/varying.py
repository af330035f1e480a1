"""What differs between the runs of a list: a column for each setting that does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui_nn.datasets.plain import plain
from tui_nn.render.differences import differing, value
from tui_nn.render.run_list import FIRST, VARIES, Column
from tui_nn.runs.records import Record
from tui_nn.settings import label, shown_text

WIDEST = 16  # cells
ELSEWHERE = ("dataset", "hidden", "optimizer")


def varying(runs: Sequence[Record]) -> list[Column]:
    """A column for each setting that differs among the runs and has none in any list."""
    several = list({run.settings_json for run in runs[:FIRST]})
    differ = [name for name in differing(several) if name not in ELSEWHERE]
    return [_column(name, several, i / len(differ)) for i, name in enumerate(differ)]


def _column(name: str, several: Sequence[str], place: float) -> Column:
    """place: 0 of the first of them, near 1 of the last, which is left out first."""
    title = label(name).lower()
    longest = max(len(_text(name, value(name, one))) for one in several)
    return Column(
        title,
        min(WIDEST, max(len(title) + 1, longest)),  # and the arrow of the order
        VARIES + (1 + place) / 4,
        lambda run: _ordered(value(name, run.settings_json)),
        lambda run: _text(name, value(name, run.settings_json)),
    )


def _text(name: str, one: Any) -> str:
    return plain(shown_text(name, one))


def _ordered(one: Any) -> Any:
    """Numbers before words, and lists by their parts; None: it has no value."""
    if one is None:
        return None
    parts = one if isinstance(one, list) else [one]
    return [(isinstance(part, str), part) for part in parts]

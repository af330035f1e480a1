"""What differs between the runs of a list: a column for each setting that does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tui_nn.datasets.plain import plain
from tui_nn.render.run_list import VARIES, Column
from tui_nn.runs.records import Record
from tui_nn.settings import Settings, label, shown_text

FIRST = 1000  # runs of a long list that are looked at: those of all would hold up a key
WIDEST = 16  # cells
ELSEWHERE = ("dataset", "task", "hidden", "optimizer", "data_hash")  # or of no use to a reader
FIRST_OF_ALL = ("learning_rate", "activation")  # which people vary most
LAST = (
    *("seed", "data_seed", "weight_seed", "batch_seed"),
    *("patience", "min_delta", "target_loss", "max_epochs", "max_steps"),
    *("target", "columns", "drop", "missing", "test_file"),  # which differ with the data set
)


@lru_cache
def _defaults() -> dict[str, Any]:
    return Settings().model_dump(mode="json")


@lru_cache(maxsize=2 * FIRST)
def _chosen(settings_json: str) -> dict[str, Any]:
    """The settings that are not as by default; of another version those that this one knows."""
    settings, defaults = json.loads(settings_json), _defaults()
    return {name: settings.get(name, usual) for name, usual in defaults.items()
            if settings.get(name, usual) != usual}  # fmt: skip


def value(name: str, run: Record) -> Any:
    """A setting of a run, as JSON has it."""
    return _chosen(run.settings_json).get(name, _defaults()[name])


def varying(runs: Sequence[Record]) -> list[Column]:
    """A column for each setting that differs among the runs and has none in any list."""
    several = list(map(_chosen, {run.settings_json for run in runs[:FIRST]}))
    names = dict.fromkeys(name for chosen in several for name in chosen)
    differ = [
        name
        for name in _defaults()
        if name in names and name not in ELSEWHERE
        if any(chosen.get(name) != several[0].get(name) for chosen in several)
    ]
    differ.sort(key=_order)
    return [_column(name, several, i / len(differ)) for i, name in enumerate(differ)]


def _order(name: str) -> int:
    if name in FIRST_OF_ALL:
        return FIRST_OF_ALL.index(name) - len(FIRST_OF_ALL)
    return LAST.index(name) + 1 if name in LAST else 0


def _column(name: str, several: Sequence[dict[str, Any]], place: float) -> Column:
    """place: 0 of the first of them, near 1 of the last, which is left out first."""
    values = [chosen.get(name, _defaults()[name]) for chosen in several]
    title = label(name).lower()
    longest = max(len(_text(name, one)) for one in values)
    return Column(
        title,
        min(WIDEST, max(len(title) + 1, longest)),  # and the arrow of the order
        VARIES + (1 + place) / 4,
        lambda run: _ordered(value(name, run)),
        lambda run: _text(name, value(name, run)),
    )


def _text(name: str, one: Any) -> str:
    return plain(shown_text(name, one))


def _ordered(one: Any) -> Any:
    """Numbers before words, and lists by their parts; None: it has no value."""
    if one is None:
        return None
    parts = one if isinstance(one, list) else [one]
    return [(isinstance(part, str), part) for part in parts]

"""The list of runs: its columns, and its lines as text and as cells."""

from __future__ import annotations

import shlex
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui_nn.datasets import DRAWN, DataError, source
from tui_nn.datasets.plain import called, plain
from tui_nn.engine.types import Array
from tui_nn.render.cells import cell, fitted_text, text_cells
from tui_nn.render.chart import ASCII_PIN_MARKS, PIN_MARKS
from tui_nn.render.chart import ink as chart_ink
from tui_nn.render.columns import GAP, in_columns, line_width
from tui_nn.render.differences import chosen
from tui_nn.render.inks import inks
from tui_nn.render.look import Look
from tui_nn.render.sparks import curve
from tui_nn.render.tables import format_loss, format_score
from tui_nn.runs.filters import ended, network
from tui_nn.runs.records import Record
from tui_nn.runs.store import StoreError
from tui_nn.settings import Settings

SHORT = 8  # digits of an id that are shown where there are many
CURVE = 10  # cells of a curve
CHARTED = len(PIN_MARKS)  # marked runs that a chart has glyphs for
LEAST_NAME = 8  # cells
FIRST = 1000  # runs of a long list whose settings are looked at: those of all would hold up a key
SEEN = 0.5  # the rank of what must be
TELLS = 1.5  # the rank of what varies within a comparison
NAMED = 2  # of the names where there are some
NAMELESS = 21  # and where there are none
SAME, VARIES = 20, 6.1  # and of what says the same of all runs, or tells them apart
MARK = 2  # cells before a line
PICKED = Style(reverse=True)
_AGES = ((86_400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def metric_of(run: Record) -> str:
    """What its column "score" is, as `tables.metric_name` says it."""
    return _metric(run.dataset, run.task)


@lru_cache(maxsize=256)
def _metric(dataset: str, task: str) -> str:
    if dataset != DRAWN:  # which are points of classes
        with suppress(DataError):  # of another version
            found = source(dataset)
            task = task if found is None else found.task
    return "R²" if task == "regression" else "accuracy"


class Column(NamedTuple):
    """rank: the higher, the sooner it is left out where there is no room. key: what it is sorted
    by; None: it has no such value. text: None for the curve, which is not in the record."""

    name: str
    width: int
    rank: float
    key: Callable[[Record], Any]
    text: Callable[[Record], str] | None
    right: bool = False


def age(seconds: float) -> str:
    """In the largest unit of which there is at least one: "3h"."""
    for length, unit in _AGES:
        if seconds >= length:
            return f"{seconds // length:.0f}{unit}"
    return "now"


COLUMNS = (
    Column("run", SHORT, 0, lambda r: r.id, lambda r: r.id[:SHORT]),
    Column("age", 5, 4, lambda r: -r.started, lambda r: age(time.time() - r.started), True),
    Column("data set", 9, 2, lambda r: r.dataset, lambda r: called(r.dataset)),
    Column("network", 9, 10, network, network),
    Column("optimizer", 10, 9, lambda r: r.optimizer, lambda r: r.optimizer),
    Column("steps", 7, 8, lambda r: r.step, lambda r: str(r.step), True),
    Column("curve", CURVE, 5, lambda r: r.train_loss, None),
    Column("loss", 8, 1, lambda r: r.train_loss, lambda r: format_loss(r.train_loss), True),
    Column(
        *("score", 9, 6, lambda r: r.train_accuracy),
        *(lambda r: format_score(r.train_accuracy, metric_of(r)), True),
    ),
    Column("test loss", 10, 11, lambda r: r.test_loss, lambda r: format_loss(r.test_loss), True),
    Column("ended", 11, 3, ended, lambda r: ended(r).replace("_", " ")),
    Column("name", LEAST_NAME, 7, lambda r: r.name.lower(), lambda r: r.name),
)


# The column that a figure is in; that of the last one is in a list only if it is sorted by it.
TEST_SCORE = Column(
    *("test score", 10, 0, lambda r: r.test_accuracy),
    *(lambda r: format_score(r.test_accuracy, metric_of(r)), True),
)
SETTINGS = ("data set", "network", "optimizer")  # the columns that are settings
_OF_FIGURES = {
    **{"train_loss": "loss", "train_accuracy": "score", "test_loss": "test loss"},
    "test_accuracy": TEST_SCORE.name,
}


def fitting(
    width: int,
    runs: Sequence[Record],
    varying: Sequence[Column] = (),
    *,
    curves: bool = True,
    figure: str | None = None,
) -> list[Column]:
    """The columns that there is room for; the name has what is left over.

    varying: those of the settings that differ among the runs. What tells none of these apart then
    gives way to them first; what varies within a comparison, and a name, where a run has one, is
    left out late. figure: one of the FIGURES, which must be seen.
    """
    *columns, names = (column for column in COLUMNS if column.text is not None or curves)
    if varying:
        columns = [_same_last(column, runs) for column in columns]
    if figure == "test_accuracy":
        columns.insert(-1, TEST_SCORE)
    columns = _telling([*columns, *varying], runs)
    if figure is not None:
        seen = _OF_FIGURES[figure]
        columns = [one._replace(rank=SEEN) if one.name == seen else one for one in columns]
    named = any(run.name for run in runs)
    names = names._replace(rank=NAMED if named else NAMELESS if varying else names.rank)
    columns.append(names)
    while columns and (room := width - line_width(columns)) < 0:
        columns.remove(max(columns, key=lambda column: column.rank))
    if columns and columns[-1].name == "name":
        columns[-1] = columns[-1]._replace(width=LEAST_NAME + room)
    return columns


def _same_last(column: Column, runs: Sequence[Record]) -> Column:
    """Left out first if it says the same of all runs."""
    if column.name not in SETTINGS and column.name != "test loss":
        return column
    same = len({column.key(run) for run in runs}) == 1
    differs = VARIES if column.name in ("network", "optimizer") else column.rank
    if same:  # what was learnt is missed most
        return column._replace(rank=SAME - (column.name == "data set"))
    return column._replace(rank=differs)


def _telling(columns: list[Column], runs: Sequence[Record]) -> list[Column]:
    """Left out late if it is a setting that varies within a comparison: nothing else tells its runs
    apart."""
    comparisons = defaultdict[str, list[Record]](list)
    others = {column.name for column in (*COLUMNS, TEST_SCORE)} - set(SETTINGS)
    for run in runs[:FIRST]:
        comparisons[run.group].append(run)
    comparisons.pop("", None)

    def varies(column: Column) -> bool:
        if column.text is None or column.name in others:
            return False
        return any(len(set(map(column.text, members))) > 1 for members in comparisons.values())

    return [
        column._replace(rank=TELLS + i / 100) if varies(column) else column
        for i, column in enumerate(columns)
    ]


def in_order(runs: list[Record], columns: Sequence[Column], by: str, reverse: bool) -> list[Record]:
    """Sorted by one of the columns, or, where it has gone, by age; what has no value there is
    last."""
    keys = {column.name: column.key for column in (*COLUMNS, *columns)}
    key = keys.get(by, keys["age"])
    keyed = [(key(run), run) for run in runs]
    known = [(value, run) for value, run in keyed if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=reverse)
    return [run for _, run in known] + [run for value, run in keyed if value is None]


def line(run: Record, columns: list[Column], points: Array | None, *, ascii: bool) -> str:
    """A run's line. points: of its curve, (places, 2): steps and losses."""
    words = [column.text(run) if column.text else _spark(points, ascii) for column in columns]
    return in_columns([plain(word) for word in words], columns, more="~" if ascii else "…")


def _spark(points: Array | None, ascii: bool) -> str:
    if points is None:
        return ""
    return curve(points[:, 0], points[:, 1], CURVE, log=True, ascii=ascii)


@cache
def _style(part: str, look: Look) -> Style | None:
    """The style of the curve, or of a run that failed or goes on."""
    if not look.colour:
        return None if part == "curve" else Style(bold=True)
    found = inks(look)
    colours = {"failed": found.wrong, "training": found.other, "curve": found.high.full}
    return Style(color=colours[part])


def mark(place: int | None, look: Look) -> Segment:
    """What stands before a run that is marked; place: among those that are, or None."""
    if place is None:
        return cell(" ")
    if place >= CHARTED:
        return cell("*" if look.ascii else "•")
    marks = ASCII_PIN_MARKS if look.ascii else PIN_MARKS
    return cell(marks[place], chart_ink(f"pin {place % 3}", look))


def line_cells(
    run: Record,
    columns: list[Column],
    points: Array | None,
    place: int | None,
    picked: bool,
    look: Look,
    *,
    branch: bool = False,
) -> list[Segment]:
    """A run's line, behind its mark; branch: it belongs to the comparison above."""
    text = line(run, columns, points, ascii=look.ascii)
    before = ("|" if look.ascii else "│") if branch else " "
    if picked:
        return [mark(place, look), *text_cells(f"{before}{text}", PICKED)]
    cells = [mark(place, look), cell(before), *text_cells(text)]
    start = MARK
    for column in columns:
        if part := _part(run, column):
            place_of = slice(start, start + column.width)
            style = _style(part, look)
            cells[place_of] = [cell(c.text, style) for c in cells[place_of]]
        start += column.width + GAP
    return cells


def _part(run: Record, column: Column) -> str:
    """What stands out, as `_style` names it."""
    if column.text is None:
        return "curve"
    if column.name != "ended" or run.reason not in ("diverged", "failed", None):
        return ""
    return "failed" if run.reason else "training"


def title(run: Record) -> str:
    """What a chart calls it."""
    return plain(f"{run.id[:SHORT]} {run.name or what(run)}")


def caption(run: Record, room: int, more: str = "") -> str:
    """Its note, and what makes it again, as far as there is room for them; more: says that there
    was none for all."""
    try:
        settings = run.parsed
        told = {name: getattr(settings, name) for name in chosen(run.settings_json)}
        flags = shlex.join(Settings().model_copy(update=told).to_flags())
    except StoreError as error:
        flags = str(error)
    words = plain("  ".join(filter(None, [run.note, flags])))
    return fitted_text(words, room, more=more) if room < cell_len(words) else words


def what(run: Record) -> str:
    """What was trained."""
    return f"{called(run.dataset)} {network(run)} {run.optimizer}"

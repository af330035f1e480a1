"""The scoreboard of a comparison: how its rows stand, and what is drawn of some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_nn.compare import Comparison, Standing, Standings
from tui_nn.compare.learnt import Learnt, learnt
from tui_nn.compare.summary import typical
from tui_nn.datasets import is_file
from tui_nn.render.bands import MOST, Band
from tui_nn.render.comparison import name_of
from tui_nn.render.figures import curve_of


@dataclass(frozen=True)
class Sought:
    """What is to be drawn. marked: the rows whose curves are shown; none: those of the best.
    points: of each curve. picked: the row whose map is; surface: its (rows, columns), or None."""

    marked: tuple[int, ...] = ()
    points: int = 200
    picked: int | None = None
    surface: tuple[int, int] | None = None


@dataclass(frozen=True)
class Scoreboard:
    """standings: the best first. places: the rows of the bands, each of which keeps its place for
    as long as it is shown. learnt: by the typical run of the picked row, if there is any."""

    standings: Sequence[Standing]
    places: tuple[int, ...]
    bands: Sequence[Band]
    picked: int | None
    learnt: Learnt | None


class Scoreboards:
    """Makes the boards of a comparison, one after the other; in its own thread."""

    def __init__(self, comparison: Comparison) -> None:
        self._standings = Standings(comparison)
        self._places: list[int] = []

    def board(self, sought: Sought) -> Scoreboard:
        standings = self._standings.now()
        begun = [one for one in standings if self._has_begun(one.row)]
        wanted = [row for row in sought.marked if self._has_begun(row)]
        wanted = (wanted or [one.row for one in begun])[:MOST]
        self._places = in_place(self._places, wanted)
        names = {one.row: name_of(one.values) for one in standings}
        members = self._standings.members
        bands = [curve_of(names[row], members[row], sought.points) for row in self._places]
        shown = tuple(self._places), bands, sought.picked, self._learnt(sought)
        return Scoreboard(standings, *shown)

    def _has_begun(self, row: int) -> bool:
        return any(len(result.history) for result in self._standings.members[row])

    def _learnt(self, sought: Sought) -> Learnt | None:
        if sought.picked is None or sought.surface is None:
            return None
        run = typical(self._standings.members[sought.picked])
        if run is None or is_file(run.cell.settings.dataset):  # which is not read for it
            return None
        return learnt(run, *sought.surface)


def in_place(before: Sequence[int], wanted: Sequence[int]) -> list[int]:
    """The wanted rows: those that were there keep their places, others take the free ones."""
    kept = [row if row in wanted else None for row in before[: len(wanted)]]
    kept += [None] * (len(wanted) - len(kept))
    new = iter([row for row in wanted if row not in kept])
    return [next(new) if row is None else row for row in kept]

"""Parts of the points: those that are drawn on the maps, and those that are judged."""

from __future__ import annotations

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.judgement import chosen, some

Chosen = tuple[Dataset, Array]  # some of the points, and where they are among all, (N,) booleans


class Parts:
    """The training points and the test points of a view, as somebody wants them.

    What is wanted is one of `judgement.PARTS`, or None: maps of all points, and the test points
    judged.
    """

    def __init__(self, points: Dataset) -> None:
        self._points, self._some = points, dict[str, Dataset]()
        self.several = not points.train.all()  # whether there are test points

    def name(self, wanted: str | None, *, judged: bool) -> str:
        """Which of `judgement.PARTS` the points of a map are, or those that are judged."""
        if not self.several:
            return "all"
        return wanted or ("test" if judged else "all")

    def which(self, wanted: str | None, *, judged: bool) -> Chosen:
        """These points."""
        name = self.name(wanted, judged=judged)
        found = chosen(self._points, name)
        if name not in self._some:
            self._some[name] = some(self._points, found)
        return self._some[name], found

    def after(self, wanted: str | None, shown: str) -> str | None:
        """What is wanted next, of what is `shown`, one of `predictions.kinds`."""
        judges = shown in ("all", "errors", "curves")
        has_map = not judges or shown == "all" or self._points.task == "regression"
        there: list[str | None] = [None, "training"]
        there += (["test"] if has_map else []) + (["all"] if judges else [])
        place = there.index(wanted) if wanted in there else 0
        return there[(place + 1) % len(there)]


def place_among(which: Array, point: int | None) -> int | None:
    """Where a point is among those that (N,) booleans choose; None if it is none of them."""
    if point is None or point >= len(which) or not which[point]:
        return None
    return int(which[:point].sum())

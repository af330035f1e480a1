"""Envelopes: a history's extremes, so that drawing a run takes the same time however long it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tui_nn.engine.types import Array
from tui_nn.session.history import HISTORY_COLUMNS, History

BLOCK = 128  # rows whose extremes are kept
DIRECT = 2**15  # rows that are looked at one by one; more only in blocks
_VALUES = len(HISTORY_COLUMNS) - 1
_WARM_UP = 256  # columns before the first that is drawn, from which smoothing has its beginning


class Columns(NamedTuple):
    """A series in columns of equal width: NaN where a column has no finite value in it."""

    low: Array
    high: Array
    mean: Array
    filled: Array  # whether a column has rows, finite or not


class Envelope:
    """The rows of HISTORY_COLUMNS of a run that may still go on.

    Of each full block of rows it keeps the smallest, the largest, the sum and the number of the
    finite values, so that a new row costs next to nothing, and drawing the longest run little.
    """

    def __init__(self, rows: Array | None = None) -> None:
        self._begin()
        if rows is not None:
            self.follow(rows)

    def _begin(self) -> None:
        self.rows: Array = np.empty((0, len(HISTORY_COLUMNS)))
        self._blocks = History(4 * _VALUES)
        self.best: tuple[float, float] | None = None  # step and value of the lowest training loss
        self._since = -1.0  # the steps after this one count for the best
        self.first: float | None = None  # the first finite training loss
        self.highest = -np.inf  # training loss
        self.diverged: float | None = None  # the step of the first loss that is not finite
        self.has_test = False

    @property
    def last(self) -> float:
        """The newest step."""
        return float(self.rows[-1, 0]) if len(self.rows) else 0.0

    def follow(self, rows: Array, since: float = -1) -> bool:
        """Take over the history as it is now: False if it is that of another run. since: the best
        is that of the later steps, as those before were on other data."""
        goes_on = self._goes_on(rows)
        if not goes_on:
            self._begin()
        new = rows[len(self.rows) :]
        if since != self._since:
            self._since, self.best = since, None
            self._seek_best(rows[: len(self.rows)])
        self.rows = rows
        if len(new):
            self._remember(new)
        done = BLOCK * len(self._blocks.rows)
        if (full := len(rows) - len(rows) % BLOCK) > done:
            self._blocks.append(_summary(rows[done:full].reshape(-1, BLOCK, rows.shape[1])))
        return goes_on

    def _goes_on(self, rows: Array) -> bool:
        """Whether these rows begin with those that are known; a few of them are compared."""
        if len(rows) < len(self.rows):
            return False
        some = np.linspace(0, max(0, len(self.rows) - 1), 8).astype(int)[: len(self.rows)]
        return np.array_equal(rows[some], self.rows[some], equal_nan=True)

    def _remember(self, new: Array) -> None:
        steps, losses = new[:, 0], new[:, 1]
        finite = np.isfinite(losses)
        if self.diverged is None and not finite.all():
            self.diverged = float(steps[np.argmin(finite)])
        if finite.any():
            losses = losses[finite]
            self.first = float(losses[0]) if self.first is None else self.first
            self.highest = max(self.highest, float(losses.max()))
        self.has_test = self.has_test or bool(np.isfinite(new[:, 3]).any())
        self._seek_best(new)

    def _seek_best(self, rows: Array) -> None:
        """Whether one of these is better."""
        counts = np.isfinite(rows[:, 1]) & (rows[:, 0] > self._since)
        if counts.any():
            steps, losses = rows[counts, 0], rows[counts, 1]
            lowest = int(losses.argmin())
            if self.best is None or losses[lowest] < self.best[1]:
                self.best = float(steps[lowest]), float(losses[lowest])

    def at(self, step: float) -> Array | None:
        """The row that is nearest to a step."""
        i = self.index(step)
        return self.rows[i] if len(self.rows) else None

    def index(self, step: float) -> int:
        """The place of the row that is nearest to a step."""
        steps = self.rows[:, 0]
        i = int(np.searchsorted(steps, step))
        if i == len(steps) or (i > 0 and step - steps[i - 1] <= steps[i] - step):
            i -= 1
        return max(i, 0)

    def columns(self, series: int, start: float, width: float, count: int) -> Columns:
        """A column of the history in so many columns of this many steps; `start` is the middle of
        the first one."""
        edges = start + (np.arange(count + 1) - 0.5) * width
        bounds = np.searchsorted(self.rows[:, 0], edges)
        if bounds[-1] - bounds[0] <= DIRECT:
            values = self.rows[bounds[0] : bounds[-1], series]
            table = _table(np.where(np.isfinite(values), values, np.nan))
        else:
            bounds = bounds // BLOCK
            bounds[-1] += 1  # the newest rows are not a full block yet, maybe
            table = self._blocks.rows[bounds[0] : bounds[-1], series - 1 :: _VALUES]
            if bounds[-1] > len(self._blocks.rows):
                rest = self.rows[BLOCK * len(self._blocks.rows) :]
                if len(rest):
                    newest = _summary(rest[np.newaxis])[:, series - 1 :: _VALUES]
                    table = np.concatenate([table, newest])
                else:
                    bounds = np.minimum(bounds, len(self._blocks.rows))
        return _binned(table, bounds - bounds[0])

    def around(self, series: int, start: float, end: float) -> list[tuple[float, float]]:
        """The points just before and after a stretch of steps, to which a curve there leads."""
        steps = self.rows[:, 0]
        before = int(np.searchsorted(steps, start)) - 1
        after = int(np.searchsorted(steps, end, side="right"))
        return [
            (float(steps[i]), float(self.rows[i, series]))
            for i in (before, after)
            if 0 <= i < len(steps)
        ]

    def smoothed(self, series: int, start: float, width: float, count: int, weight: float) -> Array:
        """The exponential moving average of the columns' means, of which each one before counts
        `weight` times as much as the next; NaN for columns without rows.

        As of columns, not of rows, it is as smooth in a long run as in a short one; where rows are
        sparser than columns both are the same. It is debiased: m / (1 − weightⁿ) after n of them.
        """
        before = min(_WARM_UP, max(0, int(start / width)))
        means = self.columns(series, start - before * width, width, before + count).mean
        average, share, smooth = 0.0, 0.0, []
        for mean in means.tolist():
            if mean == mean:  # not NaN
                average = weight * average + (1 - weight) * mean
                share = weight * share + (1 - weight)
                mean = average / share
            smooth.append(mean)
        return np.array(smooth[before:])


def _summary(blocks: Array) -> Array:
    """Of blocks (n, rows, HISTORY_COLUMNS): lows, highs, sums and numbers of their values."""
    values = np.where(np.isfinite(blocks[..., 1:]), blocks[..., 1:], np.nan)
    parts = [np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)]
    parts += [np.nansum(values, axis=1), np.isfinite(values).sum(axis=1)]
    return np.hstack(parts)


def _table(values: Array) -> Array:
    """Low, high, sum and number of each value for itself."""
    finite = np.isfinite(values)
    return np.array([values, values, np.where(finite, values, 0.0), finite]).T


def _binned(table: Array, bounds: Array) -> Columns:
    """Rows of low, high, sum and number, put together from each bound to the next."""
    filled = np.diff(bounds) > 0
    starts = bounds[:-1][filled]
    low, high, mean = (np.full(len(filled), np.nan) for _ in range(3))
    if len(starts):
        low[filled] = np.fmin.reduceat(table[:, 0], starts)
        high[filled] = np.fmax.reduceat(table[:, 1], starts)
        numbers = np.add.reduceat(table[:, 3], starts)
        sums = np.add.reduceat(table[:, 2], starts)
        mean[filled] = np.divide(sums, numbers, where=numbers > 0, out=np.full(len(starts), np.nan))
    return Columns(low, high, mean, filled)

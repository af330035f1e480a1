"""What a classifier's predictions are worth, beyond the share that is right.

Scores (N,) say how likely class 1 is, truth (N,) whether it is. Where nothing was counted, as the
precision of a class that nobody predicts, the figure is 0, as scikit-learn has it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tui_nn.engine.types import Array

BINS = 10  # of a reliability diagram


class ClassFigures(NamedTuple):
    """Of each class (classes,). precision: the share of what is taken for it that is. recall: the
    share of it that is found. f1: their harmonic mean. support: how many points it has. said: how
    many are said to be of it."""

    precision: Array
    recall: Array
    f1: Array
    support: Array
    said: Array

    @property
    def there(self) -> Array:
        """(classes,) booleans: of which points are, or are said to be."""
        found: Array = self.support + self.said > 0
        return found

    @property
    def means(self) -> list[float]:
        """Of precision, recall and F1, over the classes that are there."""
        there = self.there
        return [float(values[there].mean()) if there.any() else 0.0 for values in self[:3]]


def class_figures(counts: Array) -> ClassFigures:
    """From a confusion matrix (classes, classes), as `metrics.confusion` makes it."""
    right, said, support = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    return ClassFigures(
        right / np.maximum(said, 1),
        right / np.maximum(support, 1),
        2 * right / np.maximum(said + support, 1),
        support,
        said,
    )


class Roc(NamedTuple):
    """Rates (points,) of false and of true positives, from (0, 0) to (1, 1), as the score from
    which on class 1 is said falls; equal scores are one step."""

    false: Array
    true: Array

    @property
    def auc(self) -> float:
        """The area below: how often a point of class 1 has a higher score than one of class 0, a
        tie being half. NaN where there is only one class."""
        return float(np.trapezoid(self.true, self.false))


def roc(scores: Array, truth: Array) -> Roc:
    """The receiver operating characteristic. T. Fawcett 2006, doi:10.1016/j.patrec.2005.10.010."""
    order = np.argsort(-scores, kind="stable")
    falling, positive = scores[order], truth[order].astype(bool)
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True))  # of each score
    true = np.append(0.0, np.cumsum(positive)[last])
    false = np.append(0.0, np.cumsum(~positive)[last])
    with np.errstate(invalid="ignore"):  # of a class without points the rates are NaN
        return Roc(false / false[-1], true / true[-1])


class Reliability(NamedTuple):
    """By scores in BINS of equal width, those with points only: the mean score, the share of class
    1, and how many points."""

    said: Array
    true: Array
    counts: Array

    @property
    def error(self) -> float:
        """The expected calibration error, Σ n_b/N · |true − said|. M. Naeini et al. 2015; C. Guo
        et al. 2017, of class 1 here."""
        gaps = np.abs(self.true - self.said)
        return float((self.counts * gaps).sum() / self.counts.sum())


def reliability(scores: Array, truth: Array) -> Reliability:
    """How often class 1 is true where it is said to be so likely; scores from 0 to 1."""
    # A score at the edge of two bins is of the lower one, as scikit-learn has it.
    edges = np.linspace(0, 1, BINS + 1)[1:-1]
    place = np.searchsorted(edges, scores)
    counts = np.bincount(place, minlength=BINS)
    said = np.bincount(place, scores, BINS)
    true = np.bincount(place, truth, BINS)
    there = counts > 0
    return Reliability(said[there] / counts[there], true[there] / counts[there], counts[there])

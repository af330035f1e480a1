"""Figures of classifiers, against what `record_scikit_learn.py` has recorded of scikit-learn."""

import numpy as np
import pytest

from tui_nn.datasets.principal import fit
from tui_nn.engine.classification import class_figures, reliability, roc
from tui_nn.engine.metrics import confusion

RNG = np.random.default_rng(42)
TRUTH = (RNG.random(200) < 0.4).astype(int)
SCORES = np.clip(0.45 * TRUTH + 0.55 * RNG.random(200), 0, 1)
TIED = np.round(SCORES, 1)
TRUE, SAID = RNG.integers(0, 3, 90), RNG.integers(0, 3, 90) * RNG.integers(0, 2, 90)
POINTS = RNG.normal(size=(50, 6)) @ RNG.normal(size=(6, 6))

# Recorded of scikit-learn 1.9: precision, recall, F1, support.
FIGURES = (
    (0.42105263157894735, 0.2, 0.5384615384615384, 0),
    (0.6486486486486487, 0.23529411764705882, 0.19444444444444445, 0),
    (0.5106382978723404, 0.21621621621621623, 0.2857142857142857, 0),
    (37, 17, 36, 0),
)
AUC = {"distinct": 0.9840987550999059, "tied": 0.9824249398472644}
# Of the tied scores: false positives, true positives.
ROC = (
    (0, 0, 0, 0, 0, 0, 21, 46, 64, 84, 114, 121),
    (0, 7, 22, 38, 57, 63, 79, 79, 79, 79, 79, 79),
)
# Of the distinct scores: share of class 1, mean score.
CURVE = (
    (0, 0, 0, 0, 0.21428571428571427, 0.52, 1, 1, 1, 1),
    (
        *(0.06202879463375264, 0.1471072301781321, 0.2447673739854937, 0.3525938826607614),
        *(0.453092760522216, 0.5270075761814565, 0.6653906117998714, 0.7532925575510495),
        *(0.8573903115132028, 0.9466646459365733),
    ),
)
TIED_SHARES = (0, 0, 0, 0, 0.43243243243243246, 1, 1, 1, 1, 1)
# Of all points and of four: shares of variance, first component.
SHARES = ((0.539622178768, 0.253557235584), (0.687362108985, 0.273876325662))
FIRST = (
    (0.391301476, -0.077531903, 0.742704479, 0.447061822, 0.291576649, -0.066187617),
    (0.485844860, -0.070611065, 0.790658037, -0.048649208, 0.342621048, 0.118628789),
)


def test_precision_recall_f1_and_support() -> None:
    classes = np.eye(4)
    found = class_figures(confusion(classes[:, SAID], classes[:, TRUE]))
    assert np.array(found[:4]) == pytest.approx(np.array(FIGURES))
    assert found.said.tolist() == np.bincount(SAID, minlength=4).tolist()


def test_classes_that_nothing_is_of_do_not_count_in_the_mean() -> None:
    assert class_figures(np.diag([3, 0, 2])).means == [1, 1, 1]
    # One that is only said, or only true, does.
    assert class_figures(np.array([[3, 1], [0, 0]])).means == pytest.approx([1 / 2, 3 / 8, 3 / 7])
    assert class_figures(np.zeros((2, 2), int)).means == [0, 0, 0]


@pytest.mark.parametrize("which", AUC)
def test_the_area_below_the_roc_curve_ties_half(which: str) -> None:
    scores = SCORES if which == "distinct" else TIED
    assert roc(scores, TRUTH).auc == pytest.approx(AUC[which], abs=1e-14)
    pairs = np.subtract.outer(scores[TRUTH == 1], scores[TRUTH == 0])
    assert roc(scores, TRUTH).auc == pytest.approx(np.mean((pairs > 0) + (pairs == 0) / 2))
    assert roc(np.zeros(200), TRUTH).auc == 0.5


def test_equal_scores_are_one_step_of_the_curve() -> None:
    found = roc(TIED, TRUTH)
    assert found.false * 121 == pytest.approx(np.array(ROC[0]))
    assert found.true * 79 == pytest.approx(np.array(ROC[1]))


def test_of_one_class_there_is_no_area() -> None:
    assert np.isnan(roc(SCORES, np.ones(200)).auc)
    assert np.isnan(roc(SCORES, np.zeros(200)).auc)


def test_the_reliability_by_bins_and_its_error() -> None:
    found = reliability(SCORES, TRUTH)
    assert found.true == pytest.approx(np.array(CURVE[0]))
    assert found.said == pytest.approx(np.array(CURVE[1]))
    assert found.counts.sum() == 200
    bins = np.ceil(10 * SCORES).astype(int) - 1
    gaps = [
        (bins == b).mean() * abs(TRUTH[bins == b].mean() - SCORES[bins == b].mean())
        for b in np.unique(bins)
    ]
    assert found.error == pytest.approx(sum(gaps))
    assert reliability(TIED, TRUTH).true == pytest.approx(np.array(TIED_SHARES))
    assert reliability(np.array([0.0, 1.0, 1.0]), np.array([0, 1, 1])).error == 0
    assert reliability(np.array([0.25, 0.25]), np.array([1, 1])).error == 0.75


@pytest.mark.parametrize("which", [0, 1])
def test_principal_components(which: int) -> None:
    found = fit((POINTS, POINTS[:4])[which])
    assert found.shares == pytest.approx(np.array(SHARES[which]))
    assert found.directions[0] == pytest.approx(np.array(FIRST[which]), abs=1e-8)

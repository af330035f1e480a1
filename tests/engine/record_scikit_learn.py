"""Prints what scikit-learn says of the scores and points of `test_classification`, to be recorded
there. It is not needed to run the tests."""

import warnings

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.decomposition import PCA
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score, roc_curve
from test_classification import POINTS, SAID, SCORES, TIED, TRUE, TRUTH

warnings.simplefilter("ignore")
np.set_printoptions(precision=12, suppress=True)
print("FIGURES", *map(list, precision_recall_fscore_support(TRUE, SAID, labels=range(4))))
for scores in (SCORES, TIED):
    print("AUC", repr(roc_auc_score(TRUTH, scores)))
    print("CURVE", *(list(a) for a in calibration_curve(TRUTH, scores, n_bins=10)))
print("ROC", *(list(a) for a in roc_curve(TRUTH, TIED, drop_intermediate=False)[:2]))
for points in (POINTS, POINTS[:4]):
    pca = PCA(2).fit(points)
    print("PCA", repr(pca.explained_variance_ratio_), repr(pca.components_))

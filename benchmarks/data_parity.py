"""Accuracy of tui-nn on scikit-learn's data sets, written to CSV and trained from the command line,
beside scikit-learn's MLP of the same shape on the same split.

    python benchmarks/data_parity.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets as known
from sklearn.neural_network import MLPClassifier, MLPRegressor

from tui_nn.experiment import prepare
from tui_nn.settings import Settings

SETS = ("iris", "wine", "breast_cancer", "diabetes", "digits")
HIDDEN, STEPS, BATCH, SEEDS = 16, 1000, 32, range(5)
# Early enough not to learn the training rows by heart.
FLAGS = ["--hidden", str(HIDDEN), "--activation", "relu", "--init", "he_normal", "--optimizer",
         "adam", "--lr", "0.003", "--batch-size", str(BATCH), "--train-fraction", "0.7",
         "--max-steps", str(STEPS), "--target-loss", "none", "--l2", "0.001",
         "--store", "none"]  # fmt: skip


def write_csv(name: str, folder: Path) -> Path:
    bunch: Any = getattr(known, f"load_{name}")()
    target = bunch.target if name == "diabetes" else np.array(bunch.target_names)[bunch.target]
    path = folder / f"{name}.csv"
    with path.open("w") as file:
        print(",".join([*map(str, bunch.feature_names), "target"]), file=file)
        for row, truth in zip(bunch.data.tolist(), target, strict=True):
            print(",".join([*map(repr, row), str(truth)]), file=file)
    return path


def ours(path: Path, seed: int) -> float:
    command = [sys.executable, "-m", "tui_nn", "train", "--dataset", str(path), "--json"]
    done = subprocess.run(
        [*command, "--seed", str(seed), *FLAGS], capture_output=True, text=True, check=True
    )
    end = json.loads(done.stdout.splitlines()[-1])
    return float(end.get("test_r2", end["test_accuracy"]))


def theirs(path: Path, seed: int) -> float:
    """On the same rows, standardised in the same way."""
    settings = Settings.parse({"dataset": str(path), "train_fraction": 0.7, "seed": seed})
    data = prepare(settings).dataset
    inputs, train = data.network_inputs(), data.train
    epochs = max(1, round(STEPS * BATCH / train.sum()))
    kind: Any = MLPRegressor if data.task == "regression" else MLPClassifier
    network = kind(
        hidden_layer_sizes=(HIDDEN,),
        batch_size=BATCH,
        learning_rate_init=0.003,
        alpha=0.001,
        max_iter=epochs,
        random_state=seed,
    )
    if data.task == "regression":
        truth = data.network_targets()[:, 0]
    elif data.task == "multiclass":
        truth = data.targets.argmax(axis=1)
    else:
        truth = data.targets[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it could go on
        network.fit(inputs[train], truth[train])
    return float(network.score(inputs[~train], truth[~train]))


def main() -> None:
    print(f"{'data set':<15}{'tui-nn':>9}{'sklearn':>9}{'ahead':>9}   median of {len(SEEDS)} seeds")
    with tempfile.TemporaryDirectory() as folder:
        for name in SETS:
            path = write_csv(name, Path(folder))
            pairs = [(ours(path, seed), theirs(path, seed)) for seed in SEEDS]
            mine, other = (statistics.median(column) for column in zip(*pairs, strict=True))
            print(f"{name:<15}{mine:>9.3f}{other:>9.3f}{mine - other:>+9.3f}", flush=True)


if __name__ == "__main__":
    main()

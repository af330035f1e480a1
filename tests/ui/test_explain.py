"""What `e` says of each pane, in the numbers of the run."""

import dataclasses

import numpy as np
import pytest
from views import Run

from tui_nn.engine import losses
from tui_nn.ui.explain import explain
from tui_nn.ui.layout import PANES

RUNS = {
    "binary": {"dataset": "circle", "train_fraction": 0.5, "l2": 0.01},
    "classes": {"dataset": "rings", "activation": "tanh"},
    "values": {"dataset": "plane", "hidden": "none", "learning_rate": 0.02},
    "deep": {"dataset": "spiral", "hidden": "8,6,4", "activation": "tanh,relu,tanh"},
}


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("run", RUNS)
def test_each_pane_is_explained_for_each_task(pane: str, run: str) -> None:
    view = Run(**RUNS[run]).view(60)
    text = explain(pane, view)
    assert len(text) > 100
    assert not {"None", "nan", "{", "}"} & set(text.split())
    assert max(map(len, text.split())) < 60  # it is wrapped at blanks


WIDE = {"dataset": "f(a, b, c) = a > b", "train_fraction": 0.6, "activation": "tanh"}

HINGE = {"loss": "hinge", "output_activation": "linear"}


def test_each_view_of_the_predictions_is_explained_in_its_numbers() -> None:
    view = Run(**WIDE).view(100, importance=True)
    said, truth = view.snapshot.predictions, view.points.targets[:, 0]
    assert said is not None
    pairs = np.subtract.outer(said[truth == 1, 0], said[truth == 0, 0])
    area = np.mean((pairs > 0) + (pairs == 0) / 2)
    assert f"ties half; here {area:.3f}" in explain("maps", view, "curves")
    assert "calibration error =" in explain("maps", view, "curves")
    assert "linear ones are no" in explain("maps", Run(**WIDE, **HINGE).view(30), "curves")
    test = ~view.points.train
    found = ((said[:, 0] >= 0.5) == truth)[test & (truth == 1)].mean()
    errors = explain("maps", view, "errors", "test")
    assert f"{test.sum()} test points shown" in errors
    assert f"recall {found:.3f}" in errors or "F1 has 0" in errors
    importance = explain("maps", view, "importance")
    assert "test points; shuffling" in importance
    assert "other inputs, g the principal" in explain("maps", view)
    principal = dataclasses.replace(view, points=view.points.along(None))
    assert f"{principal.points.principal.shares[0]:.1%}" in explain("maps", principal)  # type: ignore


def test_network_layers_and_points_are_explained_in_the_runs_numbers() -> None:
    run = Run(dataset="circle", hidden="5,3", activation="tanh")
    view = run.view(100, weights=True)
    text, blocks = explain("network", view), view.snapshot.weights
    assert blocks is not None
    largest = max((block[:-1] for block in blocks), key=lambda block: np.abs(block).max())
    weight = largest.flat[np.abs(largest).argmax()]
    assert f"{2 * 5 + 5 + 5 * 3 + 3 + 3 + 1} weights and biases" in text
    assert f"the largest weight, {weight:.3g}, leads into layer" in text
    said = view.snapshot.predictions
    assert said is not None
    off = np.abs(said[:, 0] - view.points.targets[:, 0])
    text = explain("points", view)
    assert f"now {(off > 0.5).sum()} of {len(off)}; " in text
    assert f"is point {off.argmax() + 1}, by {off.max():.3g}" in text
    assert "The diagnosis of now: " in explain("layers", view)


def test_of_values_the_marks_are_what_the_legend_says() -> None:
    said = explain("maps", Run(**RUNS["values"]).view(60))
    assert "off by more than 10% of the range" in said
    assert "classes" not in said


def test_the_loss_is_explained_in_the_runs_numbers() -> None:
    view = Run(dataset="circle", train_fraction=0.5, l2=0.01).view(60)
    now = view.snapshot
    text = explain("loss", view)
    assert "L = mean((a − y)²)" in text
    assert f"{now.train_loss:.5f}"[:6] in text
    assert "50 of the 100" in text
    assert f"{now.test_loss:.5f}"[:6] in text
    assert "0.005" in text
    assert "accuracy" in text
    assert "R²" in explain("loss", Run(**RUNS["values"]).view(60))


def test_the_others_have_their_numbers_too() -> None:
    run = Run(dataset="circle", hidden="7,3", activation="tanh", learning_rate=0.03)
    view = run.view(60)
    assert "2-7-3-1" in explain("network", view)
    assert "tanh" in explain("network", view)
    assert "Learning rate 0.03" in explain("settings", view)
    told = (
        "What is auto: Output activation sigmoid, Loss mse, Init normal, Steps per epoch 500, Max"
        " epochs 100000."
    )
    assert told in explain("settings", view)
    assert "Learning rate 0.01," in explain("settings", Run(optimizer="adam").view(1))
    ratio = (view.snapshot.layers or [])[0]["update_ratio"]
    assert f"{ratio:.1e}" in explain("layers", view)
    told = dataclasses.replace(view, events=[(0, "started"), (5, "noise = 0.1")])
    assert "2 events" in explain("log", told)


@pytest.mark.parametrize("loss", losses.REGISTRY)
def test_every_loss_is_explained_by_its_formula(loss: str) -> None:
    output = (losses.REGISTRY[loss].outputs or ("sigmoid",))[0]
    several = output == "softmax"
    run = Run(dataset="rings" if several else "xor", loss=loss, output_activation=output)
    formula = next(line for line in explain("loss", run.view(1)).splitlines() if "L = " in line)
    assert formula.endswith(".")

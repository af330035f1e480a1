"""The diagnosis of real runs: each illness is seen, and none where there is none."""

from typing import Any

import numpy as np
import pytest

from tui_nn.session import Wanted
from tui_nn.session.diagnosis import Diagnosis, diagnose, stuck
from tui_nn.session.layer_record import ROWS, LayerRecord
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.settings.presets import PRESETS

WANTED = Wanted(predictions=False, layers=True)
DEEP = {"hidden": (8,) * 8, "init": "xavier_uniform"}
FAR = {"activation": "relu", "output_activation": "linear", "dataset": "circle"}


def diagnoses(steps: int, every: int = 50, **settings: Any) -> list[list[Diagnosis]]:
    """What was said at each of the snapshots of a run."""
    training = Training(Settings.parse({"target_loss": None, **settings}), None, False)
    record, history, said = LayerRecord(), training.take_history(), []
    while True:
        snapshot = training.snapshot(WANTED)
        history = np.vstack([history, training.take_history()])
        assert snapshot.layers is not None
        record = record.grown(snapshot.step, snapshot.layers)
        said.append(diagnose(history, record, training.settings))
        if snapshot.reason or snapshot.step >= steps:
            return said
        training.step(every)
        while training.active:
            training.advance()


@pytest.mark.parametrize(
    ("illness", "text", "settings"),
    [
        ("saturated", "sigmoid units saturated: 4 of 8 in layer 2", {"learning_rate": 300}),
        ("vanishes", "gradient vanishes towards the input: 7e-08 in layer 1", DEEP),
        (
            "explodes",
            "gradient explodes",
            {**FAR, "init": "normal", "hidden": (32,) * 4, "learning_rate": 1e-12},
        ),
        (
            "rate too high",
            "learning rate too high: the loss oscillates",
            {"dataset": "spiral", "activation": "tanh", "learning_rate": 30},
        ),
        (
            "rate too low",
            "learning rate too low: updates are 4e-08 of the weights",
            {"learning_rate": 1e-6},
        ),
        (
            "dead",
            "relu units dead: 3 of 8 in layer 2",
            {"dataset": "linear", "activation": "relu", "init": "he_normal", "learning_rate": 0.1},
        ),
        (
            "overfits",
            "overfitting: the test loss rises",
            {
                **{"dataset": "spiral", "samples": 60, "noise": 0.3, "train_fraction": 0.5},
                **{"activation": "tanh", "hidden": (32, 32), "init": "xavier_uniform"},
                **{"optimizer": "adam", "learning_rate": 0.01},
            },
        ),
        ("diverged", "the run diverged between step 0 and 25", {**FAR, "learning_rate": 1e6}),
        (
            "diverged",
            "the run diverged: weights of layer 1 grew from 0.99 to",
            {"dataset": "plane", "hidden": (), "learning_rate": 0.14},
        ),
        ("stuck", "no gradient is left at a loss of 0.25", {"hidden": ()}),
    ],
)
def test_an_illness_is_seen(illness: str, text: str, settings: dict[str, Any]) -> None:
    found = [finding for said in diagnoses(1500, **settings) for finding in said]
    assert any(f.illness == illness and f.text.startswith(text) and f.ill for f in found)


def test_a_network_that_learns_no_more_says_of_what() -> None:
    dead = {"dataset": "circle", "activation": "relu", "init": "normal", "learning_rate": 20}
    found = [stuck(said) for said in diagnoses(4000, **dead)]
    assert found[0] is None
    assert found[-1] is not None
    assert "relu units dead: 4 of 8 in layer 2; no gradient is left" in found[-1].text
    assert not any(map(stuck, diagnoses(2500)))


def test_a_growing_loss_is_told_before_it_is_infinite() -> None:
    *early, last = diagnoses(1500, every=25, dataset="plane", hidden=(), learning_rate=0.14)
    assert early[-1][0].text.startswith("the loss explodes")
    assert [finding.illness for finding in last] == ["diverged"]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("settings", [{"dataset": "xor"}, {"dataset": "linear"}])
def test_no_false_alarm_on_the_default_runs(settings: dict[str, Any], seed: int) -> None:
    for said in diagnoses(10_000, seed=seed, target_loss=0.005, **settings):
        assert not any(finding.ill for finding in said), said
    assert said == [Diagnosis("well", "all well")]


def test_no_false_alarm_on_the_presets() -> None:
    for preset in ("playground", "adam"):
        for said in diagnoses(6000, **PRESETS[preset]):
            assert not any(finding.ill for finding in said), said


def test_it_says_at_most_three_things_and_always_one() -> None:
    record = LayerRecord()
    settings = Settings()
    assert len(diagnose(np.empty((0, 5)), record, settings)) == 1
    for settings_of in (DEEP, {"optimizer": "adam", "learning_rate": 1}):
        assert all(1 <= len(said) <= 3 for said in diagnoses(1000, **settings_of))


def layers(norm: float) -> list[dict[str, Any]]:
    names = ("gradient_norm", "saturated_units", "dead")
    return [{"weight_norm": norm, "update_ratio": None, **dict.fromkeys(names, 0.0)}]


def test_the_record_is_bounded_and_keeps_first_and_last_evenly() -> None:
    record = LayerRecord()
    for step in range(5000):
        record = record.grown(step, layers(float(step)))
        assert len(record.steps) <= ROWS
    assert (record.steps[0], record.steps[-1]) == (0, 4999)
    assert np.array_equal(record.of("weight_norm")[:, 0], record.steps)
    assert np.diff(record.steps)[:-1].max() <= 4 * 5000 / ROWS
    assert np.isnan(record.of("update_ratio")).all()

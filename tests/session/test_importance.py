"""How much the loss grows where an input is shuffled."""

from pathlib import Path

import numpy as np
import pytest

from tui_nn.session import Wanted
from tui_nn.session import importance as module
from tui_nn.session.importance import Importance
from tui_nn.session.training import Training
from tui_nn.settings import Settings


def linear(**settings: object) -> Training:
    """A network that says 3a + b exactly, of three inputs."""
    given = {"dataset": "f(a, b, c) = 3*a + b", "hidden": "none", "samples": 400, **settings}
    training = Training(Settings.parse(given), None, False)
    weights = np.array([[3.0], [1.0], [0.0]])
    training.trainer.network.weights[0][:] = weights
    training.trainer.network.biases[0][:] = 0
    return training


def test_it_is_the_loss_with_a_column_shuffled_less_the_loss() -> None:
    training = linear()
    found = training.snapshot(Wanted(importance=True)).importance
    assert found is not None
    assert found["loss"] == pytest.approx(0, abs=1e-20)
    assert (found["rows"], found["test"]) == (400, False)
    inputs, rng = training.dataset.inputs, np.random.default_rng(0)
    orders = [rng.permutation(400) for _ in range(1000 // 400)]
    for j, weight in enumerate((3, 1, 0)):
        moved = [weight * (inputs[order, j] - inputs[:, j]) for order in orders]
        assert found["increase"][j] == pytest.approx(np.square(moved).mean(), abs=1e-12)


def test_test_points_are_taken_if_there_are_any_and_not_too_many() -> None:
    found = Importance(linear(train_fraction=0.75).trainer, linear(train_fraction=0.75).dataset)
    assert (found.rows, found.is_test) == (100, True)
    many = linear(samples=5000)
    assert Importance(many.trainer, many.dataset).rows == module.ROWS


def test_the_inputs_of_a_category_are_shuffled_together(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    words, noise = rng.integers(0, 3, 200), rng.normal(size=200)
    lines = [
        f"{'abc'[w]},{n},{'yes' if w == 2 else 'no'}" for w, n in zip(words, noise, strict=True)
    ]
    (tmp_path / "words.csv").write_text("\n".join(["word,noise,class", *lines]))
    settings = {
        "dataset": str(tmp_path / "words.csv"),
        "optimizer": "adam",
        "learning_rate": "0.05",
    }
    training = Training(Settings.parse(settings), None, False)
    training.trainer.run(300)
    found = training.snapshot(Wanted(importance=True)).importance
    assert found is not None
    word, noise_grows = found["increase"]
    # A shuffled row has another word in two thirds of the cases, and 4/9 another class.
    assert word == pytest.approx(4 / 9, abs=0.08)
    assert abs(noise_grows) < 0.02


def test_at_rest_it_is_measured_once_and_as_often_as_the_network_changes() -> None:
    training = linear()
    first = training.snapshot(Wanted(importance=True)).importance
    again = training.snapshot(Wanted(importance=True)).importance
    assert first is not None
    assert again is not None
    assert np.array_equal(first["increase"], again["increase"])
    training.edit(0, 1, 0, 5.0)
    other = training.snapshot(Wanted(importance=True)).importance
    assert other is not None
    assert other["increase"][1] > 2 * first["increase"][1]
    assert training.snapshot(Wanted()).importance is None


def test_while_it_runs_a_look_is_short_and_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "perf_counter", lambda: now)
    monkeypatch.setattr(module, "SLICE", 0.0)  # one input a look
    training = linear()
    found = Importance(training.trainer, training.dataset)
    assert np.isfinite(found.look(True)["increase"]).tolist() == [True, False, False]
    assert np.isfinite(found.look(True)["increase"]).tolist() == [True, False, False]
    now += 1.01
    assert np.isfinite(found.look(True)["increase"]).tolist() == [True, True, False]
    assert np.isfinite(found.look(False)["increase"]).all()


def test_a_look_back_measures_apart_from_the_present() -> None:
    training = linear(target_loss=None)
    training.trainer.run(25)
    training.begin()
    training.edit(0, 0, 0, 8.0)
    training.play()
    present = training.snapshot(Wanted(importance=True)).importance
    then = training.look_back(25, Wanted(importance=True)).importance
    training.edit(0, 0, 0, 3.0)
    again = training.look_back(25, Wanted(importance=True)).importance
    assert present is not None
    assert then is not None
    assert again is not None
    assert then["increase"][0] < present["increase"][0] / 2
    assert again["increase"][0] == then["increase"][0]
    now = training.snapshot(Wanted(importance=True)).importance
    assert now is not None  # which is not due again
    assert np.array_equal(now["increase"], present["increase"])


def test_few_test_points_are_not_enough_for_it() -> None:
    few = linear(samples=20, train_fraction=0.9)
    found = Importance(few.trainer, few.dataset)
    assert (found.rows, found.is_test) == (18, False)
    half = linear(samples=8, train_fraction=0.5)
    assert Importance(half.trainer, half.dataset).is_test


def test_training_is_not_disturbed() -> None:
    watched, alone = linear(), linear()
    for training in (watched, alone):
        training.trainer.run(5)
        training.snapshot(Wanted(importance=training is watched))
        training.trainer.run(5)
    assert np.array_equal(watched.trainer.network.parameters, alone.trainer.network.parameters)

"""Penalties and dropout."""

import tracemalloc

import numpy as np
import pytest

from tui_nn.engine.network import Network, Pass, columns
from tui_nn.engine.optimizers import GradientDescent
from tui_nn.engine.regularization import Dropout, Penalty, PlaygroundPenalty
from tui_nn.engine.trainer import Trainer

INPUTS = np.random.default_rng(1).normal(size=(30, 2))
TRUTH = (INPUTS[:, :1] * INPUTS[:, 1:] > 0).astype(float)


def small(seed: int = 0) -> Network:
    network = Network((2, 6, 1), "tanh")
    network.initialize("normal", np.random.default_rng(seed))
    return network


def test_penalty_is_on_the_weights_and_on_biases_if_wanted() -> None:
    network = small()
    weights = np.concatenate([w.ravel() for w in network.weights])
    expected = 0.1 * np.abs(weights).sum() + 0.2 / 2 * (weights**2).sum()
    assert Penalty(network, 0.1, 0.2).value() == pytest.approx(expected)
    everything = 0.2 / 2 * (network.parameters**2).sum()
    assert Penalty(network, l2=0.2, biases=True).value() == pytest.approx(everything)


@pytest.mark.parametrize("maximize", [False, True])
def test_l2_on_everything_is_weight_decay(maximize: bool) -> None:
    one, other = small(), small()
    rule = GradientDescent(one.parameters, 0.5, weight_decay=0.01, maximize=maximize)
    first = Trainer(one, rule, "mse", INPUTS, TRUTH)
    second = Trainer(
        other,
        GradientDescent(other.parameters, 0.5, maximize=maximize),
        "mse",
        INPUTS,
        TRUTH,
        penalty=Penalty(other, l2=0.01, biases=True),
    )
    first.run(100)
    second.run(100)
    np.testing.assert_allclose(one.parameters, other.parameters, rtol=1e-12)
    assert second.evaluate().train_loss == pytest.approx(first.evaluate().train_loss)
    assert second.penalty_loss() == pytest.approx(0.005 * (other.parameters**2).sum())
    assert first.penalty_loss() == 0


@pytest.mark.parametrize("kind", [Penalty, PlaygroundPenalty])
@pytest.mark.parametrize("maximize", [False, True])
def test_l1_pulls_to_zero_whichever_way_the_optimizer_goes(
    kind: type[Penalty], maximize: bool
) -> None:
    network = small()
    network.weights[1][:] = 0  # so the loss has no say in the first layer
    before = np.abs(network.weights[0])
    rule = GradientDescent(network.parameters, 0.01, maximize=maximize)
    penalty = kind(network, l1=0.1)
    Trainer(network, rule, "mse", INPUTS, TRUTH, penalty=penalty).run(1)
    np.testing.assert_allclose(np.abs(network.weights[0]), before - 0.001, rtol=1e-12)


def test_playgrounds_l1_kills_weights_for_good() -> None:
    network = small()
    penalty = PlaygroundPenalty(network, l1=0.03)
    trainer = Trainer(
        network, GradientDescent(network.parameters, 0.3), "mse", INPUTS, TRUTH, penalty=penalty
    )
    trainer.run(1000)
    dead = penalty.dead.copy()
    assert 0 < dead.sum() < dead.size
    assert not penalty.dead[penalty.where == 0].any()
    assert (network.parameters[dead] == 0).all()
    trainer.run(100)
    assert (network.parameters[dead] == 0).all()


@pytest.mark.parametrize("kind", [Penalty, PlaygroundPenalty])
def test_a_step_of_a_penalty_allocates_nothing(kind: type[Penalty]) -> None:
    network = Network((100, 100, 1))
    network.initialize("normal", np.random.default_rng(0))
    penalty = kind(network, l1=0.1, l2=0.1)
    tracemalloc.start()
    for _ in range(3):
        penalty.add_to(network.gradients)
        penalty.settle(0.5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000  # even a mask of the weights has 10,201 bytes


def test_playgrounds_step_is_its_formula() -> None:
    network = small()
    penalty = PlaygroundPenalty(network, l1=0.01, l2=0.02)
    w = network.parameters.copy()
    trainer = Trainer(
        network, GradientDescent(network.parameters, 0.3), "mse", INPUTS, TRUTH, penalty=penalty
    )
    trainer.run(1)
    moved = w - 0.3 * network.gradients
    expected = moved - 0.3 * penalty.where * (0.01 * np.sign(w) + 0.02 * w)
    expected[(moved * expected < 0) & (penalty.where > 0)] = 0
    np.testing.assert_allclose(network.parameters, expected, rtol=1e-13, atol=1e-15)


def test_dropout_silences_its_share_and_keeps_the_mean() -> None:
    network = Network((2, 50, 50, 1), "sigmoid")
    network.initialize("normal", np.random.default_rng(0))
    dropout = Dropout([0.0, 0.4], 2, np.random.default_rng(0))
    inputs = columns(np.random.default_rng(2).normal(size=(400, 2)), np.dtype(float))
    training = Pass(network, 400, None, dropout)
    training.forward(inputs)
    kept = training.layers[1].outgoing[:-1]
    a = training.layers[1].a
    silent = kept == 0
    assert silent.mean() == pytest.approx(0.4, abs=0.01)
    np.testing.assert_allclose(kept[~silent], (a / 0.6)[~silent], rtol=1e-14)
    assert training.layers[0].outgoing[:-1].all()
    assert (training.layers[1].outgoing[-1] == 1).all()


def test_gradients_through_dropout_are_central_differences() -> None:
    network = Network((2, 5, 4, 1), ["tanh", "gelu"])
    network.initialize("normal", np.random.default_rng(0))
    from tui_nn.engine.losses import REGISTRY

    loss, inputs = REGISTRY["mse"], columns(INPUTS, np.dtype(float))
    rng = np.random.default_rng(5)
    training = Pass(network, 30, loss, Dropout(0.5, 2, rng))

    def value() -> float:
        rng.bit_generator.state = np.random.default_rng(5).bit_generator.state  # the same silences
        return float(loss.value(training.forward(inputs), TRUTH.T))

    value()
    training.backward(TRUTH.T)
    analytic, h = network.gradients.copy(), 1e-5
    for i, parameter in enumerate(network.parameters.copy()):
        ends = []
        for network.parameters[i] in (parameter + h, parameter - h):
            ends.append(value())
        network.parameters[i] = parameter
        assert (ends[0] - ends[1]) / (2 * h) == pytest.approx(analytic[i], rel=1e-5, abs=1e-9)


def test_dropout_is_off_when_a_network_is_looked_at() -> None:
    network = small()
    trainer = Trainer(
        network, GradientDescent(network.parameters, 0.1), "mse", INPUTS, TRUTH, dropout=0.5
    )
    trainer.run(10)
    loss = trainer.evaluate().train_loss
    assert loss == trainer.evaluate().train_loss
    assert loss == pytest.approx(np.mean((network.predict(INPUTS) - TRUTH) ** 2))


def test_what_is_no_rate_is_refused_in_one_line() -> None:
    network, rng = small(), np.random.default_rng(0)
    for wrong in (
        lambda: Dropout(1.0, 1, rng),
        lambda: Dropout([0.1, 0.2], 1, rng),
        lambda: Penalty(network, l1=-1),
    ):
        with pytest.raises(ValueError, match=r"dropout|l1") as refused:
            wrong()
        assert "\n" not in str(refused.value)

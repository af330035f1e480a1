"""Each member of a population becomes what the same network becomes alone."""

from typing import Any

import numpy as np
import pytest

from tui_nn import datasets
from tui_nn.engine import optimizers
from tui_nn.engine.network import Network
from tui_nn.engine.population import Population
from tui_nn.engine.regularization import Penalty, PlaygroundPenalty
from tui_nn.engine.schedules import Cosine
from tui_nn.engine.trainer import Trainer

MEMBERS = 5
RATES = np.linspace(0.02, 0.3, MEMBERS)[:, None]
L1, L2 = RATES / 100, RATES / 50
RULES = sorted(set(optimizers.REGISTRY) - {"lbfgs"})


def points(dataset: str) -> tuple[Any, Any, Any]:
    found = datasets.load(dataset, np.random.default_rng(0), train_fraction=0.8)
    return found.inputs, found.targets, found.train


def population(rule: str, shape: dict[str, Any], **options: Any) -> Population:
    network = Network(**shape, members=MEMBERS)
    network.initialize("normal", [np.random.default_rng(k) for k in range(MEMBERS)])
    if penalty := options.pop("penalty", None):
        options["penalty"] = penalty(network, L1, L2)
    flags = {"maximize": True} if options.pop("maximize", False) else {}
    optimizer = optimizers.REGISTRY[rule](network.parameters, RATES, **flags)
    rngs = [np.random.default_rng(100 + k) for k in range(MEMBERS)]
    return Population(network, optimizer, rngs=rngs, **options)


def alone(k: int, rule: str, shape: dict[str, Any], **options: Any) -> Trainer:
    network = Network(**shape)
    network.initialize("normal", np.random.default_rng(k))
    if penalty := options.pop("penalty", None):
        options["penalty"] = penalty(network, L1[k, 0], L2[k, 0])
    flags = {"maximize": True} if options.pop("maximize", False) else {}
    optimizer = optimizers.REGISTRY[rule](network.parameters, float(RATES[k, 0]), **flags)
    return Trainer(network, optimizer, rng=np.random.default_rng(100 + k), **options)


def compare(rule: str, shape: dict[str, Any], **options: Any) -> None:
    together = population(rule, shape, **options)
    together.run(60)
    seen = together.evaluate()
    for k in range(MEMBERS):
        trainer = alone(k, rule, shape, **options)
        trainer.advance(60)
        own = trainer.network.parameters
        assert together.network.parameters.dtype == own.dtype
        difference = np.abs(together.network.parameters[k] - own).max() / np.abs(own).max()
        evaluation, single = trainer.evaluate(), own.dtype == np.float32
        assert difference <= (1e-5 if single else 1e-12)
        close = pytest.approx(evaluation.train_loss, rel=1e-4 if single else 1e-11)
        assert seen.train_loss[k] == close
        assert seen.test_accuracy[k] == evaluation.test_accuracy


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("batch_size", [None, 7])
def test_members_are_the_networks_alone(rule: str, batch_size: int | None) -> None:
    inputs, truth, train = points("circle")
    compare(
        rule,
        {"sizes": (2, 8, 8, 1), "hidden_activation": "sigmoid"},
        loss="mse",
        inputs=inputs,
        truth=truth,
        train=train,
        batch_size=batch_size,
    )


@pytest.mark.parametrize("activation", ["tanh", "gelu", "selu", "softplus", ["relu", "silu"]])
def test_members_with_classes_penalties_and_a_schedule(activation: Any) -> None:
    inputs, truth, train = points("gauss")
    classes = np.eye(3)[(truth[:, 0] + (inputs[:, 0] > 0)).astype(int)]
    compare(
        "adam",
        {
            "sizes": (2, 6, 5, 3),
            "hidden_activation": activation,
            "output_activation": "softmax",
        },
        loss="cross_entropy",
        inputs=inputs,
        truth=classes,
        train=train,
        schedule=Cosine(total_steps=100),
        penalty=Penalty,
    )


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("penalty", [None, Penalty, PlaygroundPenalty])
def test_members_with_classes_in_mini_batches(dtype: str, penalty: type[Penalty] | None) -> None:
    inputs, truth, train = points("gauss")
    classes = np.eye(3)[(truth[:, 0] + (inputs[:, 0] > 0)).astype(int)]
    compare(
        "gd",
        {
            "sizes": (2, 6, 5, 3),
            "hidden_activation": "tanh",
            "output_activation": "softmax",
            "dtype": dtype,
        },
        loss="cross_entropy",
        inputs=inputs,
        truth=classes,
        train=train,
        batch_size=7,
        penalty=penalty,
    )


@pytest.mark.parametrize("penalty", [Penalty, PlaygroundPenalty])
def test_members_that_climb(penalty: type[Penalty]) -> None:
    inputs, truth, train = points("circle")
    compare(
        "gd",
        {"sizes": (2, 4, 1)},
        loss="mse",
        inputs=inputs,
        truth=truth,
        train=train,
        penalty=penalty,
        maximize=True,
    )


@pytest.mark.parametrize("batch_size", [None, 6])
def test_a_resumed_population_is_bit_identical(batch_size: int | None) -> None:
    inputs, truth, train = points("circle")
    options: dict[str, Any] = {
        "loss": "mse",
        "inputs": inputs,
        "truth": truth,
        "train": train,
        "batch_size": batch_size,
        "penalty": PlaygroundPenalty,
    }
    shape = {"sizes": (2, 4, 1)}
    whole, first, second = (population("adam", shape, **options) for _ in range(3))
    whole.run(100)
    first.run(37)
    second.load_state_dict(first.state_dict())
    second.run(63)
    assert np.array_equal(whole.network.parameters, second.network.parameters)
    assert second.step == 100


def test_a_diverged_member_leaves_the_others_alone() -> None:
    inputs, truth, _ = points("circle")
    results = []
    for last in (0.1, 1e200):
        network = Network((2, 4, 1), "relu", "linear", members=2)
        network.initialize("normal", [np.random.default_rng(k) for k in range(2)])
        rule = optimizers.GradientDescent(network.parameters, np.array([[0.01], [last]]))
        rngs = [np.random.default_rng(k) for k in range(2)]
        together = Population(network, rule, "mse", inputs, truth, rngs=rngs)
        together.run(30)
        results.append((network.parameters[0].copy(), together.evaluate().train_loss))
    assert np.array_equal(results[0][0], results[1][0])
    assert np.isfinite(results[1][1]).tolist() == [True, False]


def test_playgrounds_penalty_works_for_a_population() -> None:
    inputs, truth, _ = points("circle")
    network = Network((2, 4, 1), "tanh", members=2)
    network.initialize("normal", [np.random.default_rng(k) for k in range(2)])
    penalty = PlaygroundPenalty(network, np.array([[0.0], [0.05]]))
    rule = optimizers.GradientDescent(network.parameters, np.array([[0.1], [0.1]]))
    rngs = [np.random.default_rng(k) for k in range(2)]
    Population(network, rule, "mse", inputs, truth, rngs=rngs, penalty=penalty).run(500)
    assert not penalty.dead[0].any()
    assert penalty.dead[1].any()


def test_what_makes_no_population_is_refused() -> None:
    inputs, truth, _ = points("circle")
    network = Network((2, 4, 1), members=2)
    rule = optimizers.GradientDescent(network.parameters, 0.1)
    with pytest.raises(ValueError, match="rngs"):
        Population(network, rule, "mse", inputs, truth, rngs=[np.random.default_rng(0)])


def test_a_member_can_leave() -> None:
    inputs, truth, _ = points("circle")
    together = population(
        "gd",
        {"sizes": (2, 4, 1), "hidden_activation": "tanh"},
        loss="mse",
        inputs=inputs,
        truth=truth,
    )
    together.run(10)
    outputs = together.network.predict(inputs)
    assert outputs.shape == (MEMBERS, len(inputs), 1)
    for k in range(MEMBERS):
        np.testing.assert_allclose(together.network.member(k).predict(inputs), outputs[k])

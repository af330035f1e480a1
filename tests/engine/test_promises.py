"""What the engine promises in a word or two, held to exact numbers: what is clipped, what a pass
over the points is, which loss ends a run and where, what the range test and the statistics say.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tui_nn.engine import losses
from tui_nn.engine.evaluation import Points
from tui_nn.engine.metrics import Accuracy
from tui_nn.engine.network import Network, Pass, columns
from tui_nn.engine.optimizers import GradientDescent, Lbfgs
from tui_nn.engine.population import Population
from tui_nn.engine.range_test import range_test
from tui_nn.engine.regularization import Penalty
from tui_nn.engine.schedules import Constant, ReduceOnPlateau, Schedule
from tui_nn.engine.stopping import Best
from tui_nn.engine.trainer import StopRules, Trainer
from tui_nn.engine.types import Array


def plane(inputs: Any, truth: Any, rate: float = 0.1, **options: Any) -> Trainer:
    """A network without hidden layers, a = x·w + b, all zeros at first; mse, plain descent."""
    inputs, truth = np.array(inputs, float), np.array(truth, float)
    network = Network((inputs.shape[1], 1), (), "linear")
    rule = GradientDescent(network.parameters, rate)
    return Trainer(network, rule, "mse", inputs, truth.reshape(-1, 1), **options)


@pytest.mark.parametrize(
    ("limit", "l2", "clipped"),
    [
        ({}, 0.5, np.array([6.5, 7.5, 2.0])),
        ({"clip_norm": 2.0}, 0.5, np.array([6.5, 7.5, 2.0]) * 2 / (np.sqrt(102.5) + 1e-6)),
        ({"clip_norm": 2.0}, None, np.array([6.0, 8.0, 2.0]) * 2 / (np.sqrt(104) + 1e-6)),
        ({"clip_value": 7.0}, 0.5, np.array([6.5, 7.0, 2.0])),
        ({"clip_value": 7.0}, None, np.array([6.0, 7.0, 2.0])),
    ],
)
def test_a_step_clips_the_gradient_with_the_penalty_in_it(
    limit: dict[str, float], l2: float | None, clipped: Array
) -> None:
    trainer, start = plane([[3, 4]], [-2], **limit), np.array([1.0, -1.0, 0.0])
    trainer.network.parameters[:] = start
    if l2 is not None:
        trainer.penalty = Penalty(trainer.network, l2=l2)
    # a = −1, an error of 1: the loss's gradient is 2·(3, 4, 1), the penalty's ½·(1, −1, 0).
    trainer.run(1)
    np.testing.assert_allclose(trainer.network.parameters, start - 0.1 * clipped, rtol=1e-14)


def test_a_pass_takes_each_point_once_and_each_pass_in_another_order() -> None:
    numbers = np.arange(23.0)
    trainer = plane(numbers[:, np.newaxis], numbers, batch_size=5, rng=np.random.default_rng(0))
    sizes: list[int] = []
    taken: list[float] = []
    for steps in (1, 6, 3):
        for points, inputs, truth in trainer.batches.take(steps):
            assert inputs.tolist() == [truth[0].tolist(), [1.0] * len(truth[0])]
            assert points.output.shape == truth.shape
            sizes.append(truth.shape[1])
            taken += truth[0].tolist()
    assert sizes == [5, 5, 5, 5, 3] * 2
    first, second = taken[:23], taken[23:]
    assert sorted(first) == sorted(second) == numbers.tolist()
    assert first != second
    assert numbers.tolist() not in (first, second)


def test_the_target_loss_ends_a_run_only_where_an_epoch_ends() -> None:
    looks: list[int] = []
    trainer = plane(
        [[1]],
        [1],
        steps_per_epoch=10,
        check_every=3,
        stop=StopRules(target_loss=0.05),
        report=lambda step, _: looks.append(step),
    )
    trainer.run(9)
    assert trainer.evaluate().train_loss < 0.05
    assert trainer.reason is None
    assert trainer.run(100) == 1
    assert trainer.reason == "target_loss"
    assert looks == [3, 6, 9, 10]


def test_a_loss_is_better_if_it_is_lower_by_more_than_min_delta() -> None:
    parameters = np.zeros(1)
    best = Best(parameters)
    seen = []
    for epoch, loss in enumerate([1.0, 0.875, 0.75, 0.6875, 0.5, 0.25], 1):
        parameters[:] = epoch
        best.observe(epoch, loss, parameters, 0.25)
        seen.append((best.loss, best.epoch, best.waited, best.parameters.item()))
    assert seen == [
        (1.0, 1, 0, 1.0),
        (1.0, 1, 1, 1.0),
        (1.0, 1, 2, 1.0),
        (0.6875, 4, 0, 4.0),
        (0.6875, 4, 1, 4.0),
        (0.25, 6, 0, 6.0),
    ]


def test_early_stopping_waits_for_more_than_min_delta() -> None:
    options = {"steps_per_epoch": 5, "rate": 0.01}
    trainer = plane([[1]], [1], stop=StopRules(patience=2, min_delta=1.0), **options)
    assert trainer.run(100) == 15
    assert trainer.reason == "early_stop"
    trainer = plane([[1]], [1], stop=StopRules(patience=2), **options)
    assert trainer.run(100) == 100


@pytest.mark.parametrize("tested", [True, False])
def test_early_stopping_and_the_plateau_look_at_the_test_loss(tested: bool) -> None:
    # The nearer the output comes to the truth of the first point, the farther from the second's.
    trainer = plane(
        [[1], [1]] if tested else [[1]],
        [1, -1] if tested else [1],
        rate=0.01,
        train=np.array([True, False]) if tested else None,
        steps_per_epoch=5,
        schedule=ReduceOnPlateau(plateau_factor=0.5, plateau_patience=0),
        stop=StopRules(patience=3),
    )
    trainer.run(5)
    first = trainer.network.parameters.copy()
    trainer.run(6)
    assert trainer.optimizer.learning_rate == (0.005 if tested else 0.01)
    trainer.run(89)
    assert (trainer.step, trainer.reason) == ((20, "early_stop") if tested else (100, None))
    assert np.array_equal(trainer.network.parameters, first) == tested


def test_a_lifted_limit_stays_lifted_when_a_run_is_saved_and_loaded() -> None:
    first, second = (plane([[1]], [1], stop=StopRules(max_steps=20)) for _ in range(2))
    first.run(100)
    assert (first.step, first.reason) == (20, "max_steps")
    first.resume()
    second.load_state_dict(first.state_dict())
    assert second.run(50) == 50
    assert (second.step, second.reason) == (70, None)


@pytest.mark.parametrize(("lowest", "highest"), [(0.51, 0.52), (0.45, 0.6)])
def test_the_range_test_smooths_and_ends_at_four_times_the_best(
    lowest: float, highest: float
) -> None:
    found = range_test(plane([[1]], [1]), lowest, highest, 200)
    count = len(found.losses)
    assert 10 < count < 200
    rates = np.geomspace(lowest, highest, 200)[:count]
    np.testing.assert_allclose(found.learning_rates, rates, rtol=1e-14)
    # Weight and bias each move by rate·2·error, so a step multiplies the error by 1 − 4·rate.
    np.testing.assert_allclose(found.losses, np.cumprod((1 - 4 * rates) ** 2), rtol=1e-9)
    shares = [0.8 ** np.arange(n)[::-1] for n in range(1, count + 1)]
    smoothed = [share @ found.losses[: len(share)] / share.sum() for share in shares]
    np.testing.assert_allclose(found.smoothed, smoothed, rtol=1e-12)
    over = found.smoothed > 4 * np.minimum.accumulate(found.smoothed)
    assert over.tolist() == [False] * (count - 1) + [True]


def test_a_loss_that_only_comes_back_from_where_a_step_threw_it_does_not_fall() -> None:
    falling = range_test(plane([[1]], [1]), 0.01, 0.4, 50)
    assert falling.suggestion is not None
    thrown = range_test(plane([[1]], [1]), 0.9, 1.0, 5)  # the first step already is too far
    assert thrown.losses.min() > 1
    assert thrown.suggestion is None


@pytest.mark.parametrize(("activation", "scale"), [("tanh", 1), ("sigmoid", 2)])
def test_units_are_dead_below_a_thousandth_of_the_slope_and_saturated_below_a_twentieth(
    activation: str, scale: float
) -> None:
    # The slopes of four units at two points, as shares of the largest there is.
    shares = np.array([[0.0009, 0.0009], [0.0011, 0.0009], [0.049, 0.051], [1, 0.06]])
    sums = scale * np.arctanh(np.sqrt(1 - shares))
    network = Network((1, 4, 1), activation, "linear")
    network.biases[0][:] = sums[:, 0]
    network.weights[0][:] = sums[:, 1] - sums[:, 0]
    rule = GradientDescent(network.parameters)
    hidden, output = Trainer(
        network, rule, "mse", np.array([[0.0], [1.0]]), np.zeros((2, 1))
    ).statistics()
    assert (hidden.dead, hidden.saturated) == (1 / 4, 5 / 8)
    assert (output.dead, output.saturated) == (0, 0)


class InterruptedAt(Schedule):
    """Stands for Ctrl+C in the middle of a slice."""

    def __init__(self, step: int) -> None:
        self.step = step

    def rate(self, base_learning_rate: Any, step: int) -> Any:
        if step == self.step:
            raise KeyboardInterrupt
        return base_learning_rate


@pytest.mark.parametrize("rule", [GradientDescent, Lbfgs])
def test_an_interrupted_run_counts_the_updates_that_were_made(rule: type[Any]) -> None:
    trainer, twin = (plane([[1], [2]], [1, 5], schedule=Constant()) for _ in range(2))
    for one in (trainer, twin):
        one.optimizer = rule(one.network.parameters, 0.01)
    trainer.schedule = InterruptedAt(7)
    with pytest.raises(KeyboardInterrupt):
        trainer.run(20)
    twin.run(7)
    assert trainer.step == twin.step == 7
    assert np.array_equal(trainer.network.parameters, twin.network.parameters)
    trainer.schedule = None
    trainer.run(13)
    assert trainer.step == 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps_per_epoch": 0}, "steps_per_epoch: 0: must be ≥ 1"),
        ({"check_every": 0}, "check_every: 0: must be ≥ 1"),
        ({"batch_size": 0}, "batch_size: 0: must be ≥ 1"),
        ({"clip_norm": -1.0}, "clip_norm: -1.0: must be > 0"),
        ({"clip_value": 0.0}, "clip_value: 0.0: must be > 0"),
        ({"metric": "f1"}, "metric: f1: choose from accuracy, r2"),
    ],
)
def test_a_trainer_refuses_what_is_none_in_one_line(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        plane([[1]], [1], **options)


def test_an_unknown_loss_is_refused_in_one_line() -> None:
    one, stack = Network((1, 1)), Network((1, 1), members=1)
    data, message = np.ones((1, 1)), "^loss: foo: choose from mse, mae, huber, .*hinge$"
    with pytest.raises(ValueError, match=message):
        Trainer(one, GradientDescent(one.parameters), "foo", data, data)
    rngs = [np.random.default_rng(0)]
    with pytest.raises(ValueError, match=message):
        Population(stack, GradientDescent(stack.parameters), "foo", data, data, rngs=rngs)
    with pytest.raises(ValueError, match="batch_size: 0: must be ≥ 1"):
        Population(
            stack, GradientDescent(stack.parameters), "mse", data, data, rngs=rngs, batch_size=0
        )


def test_a_network_refuses_what_is_none_in_one_line() -> None:
    for sizes in ((), (2,), (2, 0, 1), (0, 1), (2, -3, 1)):
        with pytest.raises(ValueError, match=r"^sizes: .*: must be two or more, each ≥ 1$"):
            Network(sizes)
    with pytest.raises(ValueError, match=r"^activation: foo: choose from sigmoid, .*linear$"):
        Network((2, 3, 1), "foo")
    with pytest.raises(ValueError, match=r"^initializer: foo: choose from normal, .*playground$"):
        Network((2, 1)).initialize("foo", np.random.default_rng(0))


def test_norms_leave_the_biases_out() -> None:
    trainer = plane([[1], [2]], [3, 5])
    trainer.network.parameters[:] = [3, 1]
    (layer,) = trainer.statistics()
    # Outputs 4 and 7, errors 1 and 2: the gradient is 1·1 + 2·2 of the weight, 1 + 2 of the bias.
    assert (layer.weight_norm, layer.gradient_norm) == (3, 5)
    assert (layer.activation_mean, layer.activation_std) == (5.5, 1.5)


KINKED = ("relu", "leaky_relu", "selu")
H, MARGIN = 1e-6, 1e-3  # far enough from a kink for no difference to reach it


def far_from_kinks(network: Network, rows: Array, truth: Array, loss: str) -> Array:
    """Which points (N,) have no sum near a kink of an activation, and no output near the loss's."""
    far: Array = np.ones(len(rows), bool)
    before, outputs = rows, network.layer_outputs(rows)
    for kind, weights, biases, after in zip(
        network.activations, network.weights, network.biases, outputs, strict=True
    ):
        if kind.name in KINKED:
            far &= (np.abs(before @ weights + biases) > MARGIN).all(axis=1)
        before = after
    error = np.abs(outputs[-1] - truth)
    kinks = {
        "hinge": 1 - (2 * truth - 1) * outputs[-1],
        "mae": error,
        "huber": error - 1,
    }
    far &= (np.abs(kinks[loss]) > MARGIN).all(axis=1)
    return far


@pytest.mark.parametrize("loss_name", ["hinge", "mae", "huber"])
@pytest.mark.parametrize("activation", KINKED)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_beside_their_kinks_gradients_are_central_differences(
    activation: str, loss_name: str, data: st.DataObject
) -> None:
    hidden = data.draw(st.lists(st.integers(2, 5), min_size=1, max_size=3), "hidden")
    ends = ["linear", "tanh"] if loss_name == "hinge" else ["linear", activation]
    output = data.draw(st.sampled_from(ends), "output")
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1), "seed"))
    network = Network((2, *hidden, 2), activation, output)
    network.parameters[:] = rng.normal(0, 0.7, network.parameters.shape)
    rows, truth = rng.normal(size=(8, 2)), rng.integers(0, 2, (8, 2)).astype(float)
    far = far_from_kinks(network, rows, truth, loss_name)
    assume(far.any())
    rows, truth = rows[far], truth[far]
    loss = losses.REGISTRY[loss_name]
    points = Pass(network, len(rows), loss)
    points.forward(columns(rows, network.parameters.dtype))
    points.backward(truth.T)
    analytic, numeric = network.gradients.copy(), np.empty_like(network.gradients)
    evaluated = Points(network, rows, truth, loss, Accuracy)
    for i, value in enumerate(network.parameters.copy()):
        beside = []
        for moved in (value + H, value - H):
            network.parameters[i] = moved
            beside.append(evaluated.evaluate()[0])
        network.parameters[i] = value
        numeric[i] = (beside[0] - beside[1]) / (2 * H)
    np.testing.assert_allclose(analytic, numeric, rtol=1e-6, atol=1e-8)

"""The contestants: each function returns a call that takes so many steps."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tui_nn.bench.measure import Run
from tui_nn.engine.network import Network
from tui_nn.engine.optimizers import REGISTRY as OPTIMIZERS
from tui_nn.engine.trainer import Trainer
from tui_nn.engine.types import Array


def engine(
    sizes: tuple[int, ...],
    inputs: Array,
    truth: Array,
    optimizer: str,
    rate: float,
    *,
    hidden: str = "sigmoid",
    output: str = "sigmoid",
    batch: int | None = None,
    dtype: str = "float64",
) -> Run:
    """The engine, without its looks at the loss."""
    network = initialized(sizes, hidden, output, dtype)
    rule = OPTIMIZERS[optimizer](network.parameters, rate)
    loss = "cross_entropy" if output == "softmax" else "mse"
    rng = np.random.default_rng(0)
    return Trainer(network, rule, loss, inputs, truth, batch_size=batch, rng=rng).advance


def initialized(sizes: tuple[int, ...], hidden: str, output: str, dtype: str) -> Network:
    """The engine's network before its first step."""
    network = Network(sizes, hidden, output, dtype)
    network.initialize("xavier_normal", np.random.default_rng(0))
    return network


class _Dense:
    """A layer with its own arrays, as textbooks and teaching libraries have it (cf. joelnet)."""

    def __init__(self, fan_in: int, fan_out: int, rng: np.random.Generator) -> None:
        self.parameters = {"w": rng.standard_normal((fan_in, fan_out)), "b": np.zeros(fan_out)}
        self.gradients: dict[str, Array] = {}

    def forward(self, inputs: Array) -> Array:
        self.inputs = inputs
        z: Array = inputs @ self.parameters["w"] + self.parameters["b"]
        return z

    def backward(self, gradient: Array) -> Array:
        self.gradients["b"] = np.sum(gradient, axis=0)
        self.gradients["w"] = self.inputs.T @ gradient
        before: Array = gradient @ self.parameters["w"].T
        return before


class _Sigmoid:
    parameters: ClassVar[dict[str, Array]] = {}
    gradients: ClassVar[dict[str, Array]] = {}

    def forward(self, inputs: Array) -> Array:
        self.inputs = inputs
        return sigmoid(inputs)

    def backward(self, gradient: Array) -> Array:
        a = sigmoid(self.inputs)
        before: Array = a * (1 - a) * gradient
        return before


def sigmoid(z: Array) -> Array:
    """The logistic function, as everybody writes it first."""
    a: Array = 1 / (1 + np.exp(-z))
    return a


def _rule(optimizer: str, rate: float) -> Callable[[Any, Array, Array, int], None]:
    """One parameter's update, the textbook's gradient descent or Adam."""
    moments: dict[Any, tuple[Array | float, Array | float]] = {}

    def descend(key: Any, p: Array, g: Array, step: int) -> None:
        p -= rate * g

    def adam(key: Any, p: Array, g: Array, step: int) -> None:
        m, v = moments.get(key, (0.0, 0.0))
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        moments[key] = m, v
        p -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)

    return {"gd": descend, "adam": adam}[optimizer]


def textbook(
    sizes: tuple[int, ...], inputs: Array, truth: Array, optimizer: str, rate: float
) -> Run:
    """Layers as objects, a new array for everything, and the loss of each step for the curve."""
    rng = np.random.default_rng(0)
    layers: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        layers += [_Dense(fan_in, fan_out, rng), _Sigmoid()]
    update, losses = _rule(optimizer, rate), [0.0]

    def run(steps: int) -> None:
        for step in range(1, steps + 1):
            outputs = inputs
            for layer in layers:
                outputs = layer.forward(outputs)
            losses[0] = np.mean((outputs - truth) ** 2)
            gradient = 2 * (outputs - truth) / len(truth)
            for layer in reversed(layers):
                gradient = layer.backward(gradient)
            for i, layer in enumerate(layers):
                for name, parameter in layer.parameters.items():
                    update((i, name), parameter, layer.gradients[name], step)

    return run


def lean(sizes: tuple[int, ...], inputs: Array, truth: Array, optimizer: str, rate: float) -> Run:
    """The same without objects, without the loss, and with slopes from the outputs: as few calls as
    one gets without planning any buffers."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in pairwise(sizes)]
    biases = [np.zeros(size) for size in sizes[1:]]
    update = _rule(optimizer, rate)

    def run(steps: int) -> None:
        for step in range(1, steps + 1):
            a = [inputs]
            for w, b in zip(weights, biases, strict=True):
                a.append(sigmoid(a[-1] @ w + b))
            delta = 2 * (a[-1] - truth) / len(truth) * a[-1] * (1 - a[-1])
            for i in reversed(range(len(weights))):
                weight_gradient, bias_gradient = a[i].T @ delta, delta.sum(axis=0)
                delta = delta @ weights[i].T * a[i] * (1 - a[i]) if i else delta
                update((i, "w"), weights[i], weight_gradient, step)
                update((i, "b"), biases[i], bias_gradient, step)

    return run


def pytorch(
    sizes: tuple[int, ...],
    inputs: Array,
    truth: Array,
    optimizer: str,
    rate: float,
    *,
    hidden: str = "sigmoid",
    output: str = "sigmoid",
    batch: int | None = None,
    dtype: str = "float64",
) -> Run:
    """PyTorch as its tutorials write it: eager, its optimizers' defaults."""
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind = getattr(torch, dtype)
    layers: dict[str, type] = {
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
    }
    parts: list[Any] = []
    for fan_in, fan_out in pairwise(sizes):
        parts += [torch.nn.Linear(fan_in, fan_out, dtype=kind), layers[hidden]()]
    parts[-1:] = [] if output == "softmax" else [layers[output]()]
    model = torch.nn.Sequential(*parts)
    rule = {"gd": torch.optim.SGD, "adam": torch.optim.Adam}[optimizer](model.parameters(), lr=rate)
    x, y = torch.tensor(inputs, dtype=kind), torch.tensor(truth, dtype=kind)
    loss: Any = torch.nn.MSELoss()
    if output == "softmax":
        loss, y = torch.nn.CrossEntropyLoss(), y.argmax(dim=1)
    order, position = torch.randperm(len(x)), 0

    def run(steps: int) -> None:
        nonlocal order, position
        for _ in range(steps):
            points, answers = x, y
            if batch is not None:
                if position >= len(x):
                    order, position = torch.randperm(len(x)), 0
                chosen = order[position : position + batch]
                points, answers, position = x[chosen], y[chosen], position + batch
            rule.zero_grad()
            loss(model(points), answers).backward()
            rule.step()

    return run


def scikit_learn(inputs: Array, truth: Array, optimizer: str, rate: float) -> Run:
    """scikit-learn's classifier; it minimises the log loss, which costs it no more."""
    model = import_module("sklearn.neural_network").MLPClassifier(
        (8, 8),
        activation="logistic",
        solver={"gd": "sgd", "adam": "adam"}[optimizer],
        momentum=0,
        alpha=0,
        learning_rate_init=rate,
        batch_size=len(inputs),
        random_state=0,
    )
    labels = truth[:, 0].astype(int)

    def run(steps: int) -> None:
        for _ in range(steps):
            model.partial_fit(inputs, labels, classes=[0, 1])

    return run


def playground(sizes: tuple[int, ...]) -> Run:
    """TensorFlow Playground's own loop, in Node's V8: tanh, batches of 10 of 500 points."""
    command = ["node", str(Path(__file__).with_name("playground.js"))]

    def run(steps: int) -> float:
        arguments = [str(steps), *map(str, sizes)]
        return float(subprocess.check_output([*command, *arguments], stdin=subprocess.DEVNULL))

    return run


def products(sizes: tuple[int, ...], batch: int) -> Run:
    """The matrix products of a step and nothing else, laid out as the engine's."""
    rng = np.random.default_rng(0)
    calls: list[tuple[Array, Array, Array]] = []

    def matrix(*shape: int) -> Array:
        return rng.random(shape, np.float32)

    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        layer, delta = matrix(fan_in + 1, fan_out), matrix(fan_out, batch)
        a = matrix(fan_in + 1, batch) if i else matrix(batch, fan_in + 1).T
        calls += [(layer.T, a, matrix(fan_out, batch)), (a, delta.T, np.empty_like(layer))]
        if i:
            calls.append((layer[:-1], delta, matrix(fan_in, batch)))

    def run(steps: int) -> None:
        for _ in range(steps):
            for left, right, out in calls:
                left.dot(right, out)

    return run

"""The contestants: each function returns a call that takes so many steps of a task."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Task:
    """What is trained, on what, and how.

    inputs, truth: (N, features) and (N, outputs). hidden, output: activations. batch: points a
    step, None for all.
    """

    sizes: tuple[int, ...]
    inputs: Array
    truth: Array
    optimizer: str
    rate: float
    hidden: str = "sigmoid"
    output: str = "sigmoid"
    batch: int | None = None
    dtype: str = "float64"

    def network(self) -> Network:
        """The engine's network before its first step."""
        network = Network(self.sizes, self.hidden, self.output, self.dtype)
        network.initialize("xavier_normal", np.random.default_rng(0))
        return network


def engine(task: Task) -> Run:
    """The engine, without its looks at the loss."""
    network = task.network()
    rule = OPTIMIZERS[task.optimizer](network.parameters, task.rate)
    loss = "cross_entropy" if task.output == "softmax" else "mse"
    rng = np.random.default_rng(0)
    points = task.inputs, task.truth
    return Trainer(network, rule, loss, *points, batch_size=task.batch, rng=rng).advance


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


def textbook(task: Task) -> Run:
    """Layers as objects, a new array for everything, and the loss of each step for the curve."""
    rng = np.random.default_rng(0)
    layers: list[Any] = []
    for fan_in, fan_out in pairwise(task.sizes):
        layers += [_Dense(fan_in, fan_out, rng), _Sigmoid()]
    update, losses = _rule(task.optimizer, task.rate), [0.0]
    inputs, truth = task.inputs, task.truth

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


def lean(task: Task) -> Run:
    """The same without objects, without the loss, and with slopes from the outputs: as few calls as
    one gets without planning any buffers."""
    rng = np.random.default_rng(0)
    weights = [rng.standard_normal(shape) for shape in pairwise(task.sizes)]
    biases = [np.zeros(size) for size in task.sizes[1:]]
    update = _rule(task.optimizer, task.rate)
    inputs, truth = task.inputs, task.truth

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


def pytorch(task: Task) -> Run:
    """PyTorch as its tutorials write it: eager, its optimizers' defaults."""
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind, batch = getattr(torch, task.dtype), task.batch
    layers: dict[str, type] = {
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
    }
    parts: list[Any] = []
    for fan_in, fan_out in pairwise(task.sizes):
        parts += [torch.nn.Linear(fan_in, fan_out, dtype=kind), layers[task.hidden]()]
    parts[-1:] = [] if task.output == "softmax" else [layers[task.output]()]
    model = torch.nn.Sequential(*parts)
    optimizer = {"gd": torch.optim.SGD, "adam": torch.optim.Adam}[task.optimizer]
    rule = optimizer(model.parameters(), lr=task.rate)
    x, y = torch.tensor(task.inputs, dtype=kind), torch.tensor(task.truth, dtype=kind)
    loss: Any = torch.nn.MSELoss()
    if task.output == "softmax":
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


def scikit_learn(task: Task) -> Run:
    """scikit-learn's classifier; it minimises the log loss, which costs it no more."""
    model = import_module("sklearn.neural_network").MLPClassifier(
        task.sizes[1:-1],
        activation="logistic",
        solver={"gd": "sgd", "adam": "adam"}[task.optimizer],
        momentum=0,
        alpha=0,
        learning_rate_init=task.rate,
        batch_size=len(task.inputs),
        random_state=0,
    )
    labels = task.truth[:, 0].astype(int)

    def run(steps: int) -> None:
        for _ in range(steps):
            model.partial_fit(task.inputs, labels, classes=[0, 1])

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

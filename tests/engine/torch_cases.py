"""The problems and the options on which our optimizers are compared with PyTorch's.

record_torch.py trains each case in PyTorch; test_optimizers.py trains it here and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

STEPS = 1000
LBFGS_ITERATIONS = 50

# name: (our rule, our options, the class in torch.optim, its options)
CASES: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {}


def case(name: str, rule: str, options: dict[str, Any], torch_rule: str, **renamed: Any) -> None:
    """Enter a case; `renamed` are the options that PyTorch calls something else."""
    ours_only = {"learning_rate", "beta1", "beta2", "eta_minus", "eta_plus", "step_min", "step_max"}
    same = {name: value for name, value in options.items() if name not in ours_only}
    CASES[name] = rule, options, torch_rule, {"lr": options["learning_rate"], **same, **renamed}


def cases(rule: str, torch_rule: str, learning_rate: float, variants: dict[str, Any]) -> None:
    """A rule with its defaults, with each of its variants, and climbing."""
    ascent = {"maximize": True, "learning_rate": 1e-4}
    for variant, changes in {"": {}, "maximize": ascent, **variants}.items():
        options = {"learning_rate": learning_rate, **changes}
        renamed = {}
        if "beta1" in options:
            renamed["betas"] = options["beta1"], options["beta2"]
        if "eta_minus" in options:
            renamed["etas"] = options["eta_minus"], options["eta_plus"]
            renamed["step_sizes"] = options["step_min"], options["step_max"]
        case(f"{rule}_{variant}".rstrip("_"), rule, options, torch_rule, **renamed)


DECAY = {"weight_decay": 1e-3}
BETAS = {"beta1": 0.8, "beta2": 0.99, "eps": 1e-6, "learning_rate": 1e-3}
SMALL_BETAS = {"beta1": 0.3, "beta2": 0.95, "learning_rate": 1e-4}
AMSGRAD = {"amsgrad": True}

cases(
    "gd",
    "SGD",
    0.3,
    {
        "momentum": {"momentum": 0.9, "learning_rate": 0.1},
        "dampening": {"momentum": 0.9, "dampening": 0.4},
        "nesterov": {"momentum": 0.9, "nesterov": True, "learning_rate": 0.1},
        "decay": DECAY,
        "all": {
            "momentum": 0.8,
            "dampening": 0.1,
            "maximize": True,
            "learning_rate": 1e-4,
            **DECAY,
        },
    },
)
adam = {
    "betas": BETAS,
    "small_betas": SMALL_BETAS,
    "decay": DECAY,
    "amsgrad": AMSGRAD,
    "all": {**BETAS, **DECAY, **AMSGRAD, "maximize": True, "learning_rate": 1e-4},
}
cases("adam", "Adam", 0.01, adam)
cases("adamw", "AdamW", 0.01, adam)
cases("adamax", "Adamax", 0.01, {"betas": {**BETAS, "learning_rate": 5e-4}, "decay": DECAY})
nadam = {
    "betas": BETAS,
    "decay": DECAY,
    "decoupled": {**DECAY, "decoupled_weight_decay": True},
}
cases("nadam", "NAdam", 0.005, {**nadam, "momentum_decay": {"momentum_decay": 0.05}})
cases("radam", "RAdam", 0.01, {**nadam, "small_betas": {"beta1": 0.3, "beta2": 0.6}})
cases(
    "adagrad",
    "Adagrad",
    0.05,
    {
        "decay": DECAY,
        "lr_decay": {"lr_decay": 0.01},
        "accumulator": {"initial_accumulator_value": 0.1, "eps": 1e-6},
    },
)
cases("adadelta", "Adadelta", 0.2, {"rho": {"rho": 0.95, "eps": 1e-5}, "decay": DECAY})
cases(
    "rmsprop",
    "RMSprop",
    0.0005,
    {
        "alpha": {"alpha": 0.9, "eps": 1e-4},
        "centered": {"centered": True},
        "momentum": {"momentum": 0.8, "learning_rate": 0.0002},
        "decay": DECAY,
        "all": {"centered": True, "momentum": 0.5, "learning_rate": 0.0002, **DECAY},
    },
)
narrow = {"eta_minus": 0.4, "eta_plus": 1.1, "step_min": 1e-5, "step_max": 0.02}
cases("rprop", "Rprop", 0.01, {"etas": narrow, "maximize": {**narrow, "maximize": True}})
case("lbfgs", "lbfgs", {"learning_rate": 0.05, "max_iter": 10}, "LBFGS")
case(
    "lbfgs_history",
    "lbfgs",
    {"learning_rate": 0.1, "max_iter": 10, "history_size": 4, "max_eval": 8},
    "LBFGS",
)
wolfe = {"learning_rate": 1.0, "max_iter": 10, "line_search_fn": "strong_wolfe"}
case("lbfgs_wolfe", "lbfgs", wolfe, "LBFGS")
case("lbfgs_wolfe_history", "lbfgs", {**wolfe, "history_size": 5}, "LBFGS")


class Problem:
    """A network of given sizes and its data; parameters lie as in `Network`: [W; b] by layers."""

    sizes: tuple[int, ...]

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.inputs, self.truth = self.data(rng)
        self.start = rng.normal(size=sum((a + 1) * b for a, b in pairwise(self.sizes)))

    def data(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        raise NotImplementedError

    def layers(self, flat: Any) -> list[Any]:
        """Views (fan_in + 1, fan_out) into a flat vector, NumPy's or PyTorch's."""
        views, begin = [], 0
        for fan_in, fan_out in pairwise(self.sizes):
            end = begin + (fan_in + 1) * fan_out
            views.append(flat[begin:end].reshape(fan_in + 1, fan_out))
            begin = end
        return views

    def closure(self, parameters: np.ndarray) -> Callable[[], tuple[float, np.ndarray]]:
        """Loss and gradients at the parameters, by hand."""
        gradients = np.zeros_like(parameters)
        layers, slots = self.layers(parameters), self.layers(gradients)

        def evaluate() -> tuple[float, np.ndarray]:
            activations = [self.inputs]
            for layer in layers[:-1]:
                activations.append(self.hidden(activations[-1] @ layer[:-1] + layer[-1]))
            loss, delta = self.output(activations[-1] @ layers[-1][:-1] + layers[-1][-1])
            for i in range(len(layers) - 1, -1, -1):
                slots[i][:-1] = activations[i].T @ delta
                slots[i][-1] = delta.sum(0)
                if i:
                    delta = (delta @ layers[i][:-1].T) * self.hidden_slope(activations[i])
            return loss, gradients

        return evaluate

    def hidden(self, z: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def hidden_slope(self, a: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def output(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        """The loss and its gradient by the last layer's sums."""
        raise NotImplementedError


class Linear(Problem):
    """The data set `linear`, 2-8-8-1, sigmoid everywhere, mean squared error."""

    sizes = (2, 8, 8, 1)

    def data(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        inputs = rng.uniform(0, 1, (100, 2))
        return inputs, np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)

    def hidden(self, z: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-z))

    def hidden_slope(self, a: np.ndarray) -> np.ndarray:
        return a * (1 - a)

    def output(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        prediction = self.hidden(z)
        error = prediction - self.truth
        return float(np.mean(error**2)), 2 / error.size * error * self.hidden_slope(prediction)


class Classes(Problem):
    """Three overlapping clouds, 2-4-3, tanh, softmax cross-entropy."""

    sizes = (2, 4, 3)

    def data(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        truth = np.arange(60) % 3
        centres = np.array([[0.0, 1.0], [-0.9, -0.5], [0.9, -0.5]])
        return centres[truth] + rng.normal(0, 1.0, (60, 2)), truth

    def hidden(self, z: np.ndarray) -> np.ndarray:
        return np.tanh(z)

    def hidden_slope(self, a: np.ndarray) -> np.ndarray:
        return 1 - a * a

    def output(self, z: np.ndarray) -> tuple[float, np.ndarray]:
        shifted = z - z.max(1, keepdims=True)
        log_shares = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
        points = np.arange(len(z))
        delta = np.exp(log_shares)
        delta[points, self.truth] -= 1
        return float(-log_shares[points, self.truth].mean()), delta / len(z)


PROBLEMS: dict[str, Problem] = {"linear": Linear(7), "classes": Classes(7)}


def train(optimizer: Any, evaluate: Callable[[], tuple[float, np.ndarray]], steps: int) -> None:
    """So many updates; lbfgs is given as many as make LBFGS_ITERATIONS iterations."""
    if optimizer.needs_closure:
        for _ in range(LBFGS_ITERATIONS // optimizer.max_iter):
            optimizer.update_with(evaluate)
    else:
        for _ in range(steps):
            optimizer.update(evaluate()[1])

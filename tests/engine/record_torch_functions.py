"""Record activations and losses, values and gradients, into torch_functions.npz beside this file.

At a thousand points, the extremes among them: what PyTorch says, and for the activations and binary
cross-entropy also the exact values, computed in 60 digits by mpmath, which comes with PyTorch.
Run it where torch is installed: python tests/engine/record_torch_functions.py
"""

from pathlib import Path
from typing import Any

import numpy as np

EXTREMES = [1e3, 745.0, 710.0, 709.0, 100.0, 88.0, 37.0, 1e-8, 1e-20, 1e-300, 2.3e-308, 1e-310]
EXTREMES = [0.0, *EXTREMES, 5e-324]
POINTS = np.concatenate(
    [np.linspace(-40, 40, 1000 - 2 * len(EXTREMES)), EXTREMES, [-x for x in EXTREMES]]
)
# A point's truth: every second one is of class 1; a third of the classes each.
LABELS = (np.arange(1000) % 2).astype(float)
TARGETS = np.random.default_rng(3).normal(size=1000)
CLASSES = np.random.default_rng(4).integers(0, 3, 1000)
LOGITS = np.stack([POINTS, *(np.random.default_rng(5 + i).permutation(POINTS) for i in range(2))])


def torch_values() -> dict[str, Any]:
    import torch
    import torch.nn.functional as f

    activations = {
        "linear": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": f.leaky_relu,
        "elu": f.elu,
        "selu": f.selu,
        "gelu": f.gelu,
        "gelu_tanh": lambda z: f.gelu(z, approximate="tanh"),
        "silu": f.silu,
        # By default it is z beyond 20, which is 1e-10 off.
        "softplus": lambda z: f.softplus(z, threshold=700),
        "sine": torch.sin,
    }
    values = {}
    for name, activation in activations.items():
        z = torch.tensor(POINTS, requires_grad=True)
        a = activation(z)
        a.sum().backward()
        values[f"activation/{name}"] = np.stack([a.detach().numpy(), z.grad.numpy()])

    labels, targets = torch.tensor(LABELS), torch.tensor(TARGETS)
    losses = {
        "mse": lambda z: (z - targets) ** 2,
        "mae": lambda z: f.l1_loss(z, targets, reduction="none"),
        "huber": lambda z: f.huber_loss(z, targets, reduction="none"),
        "binary_cross_entropy": lambda z: f.binary_cross_entropy_with_logits(
            z, labels, reduction="none"
        ),
        "hinge": lambda z: f.margin_ranking_loss(
            z, torch.zeros_like(z), 2 * labels - 1, margin=1, reduction="none"
        ),
    }
    for name, loss in losses.items():
        z = torch.tensor(POINTS, requires_grad=True)
        each = loss(z)
        each.mean().backward()
        values[f"loss/{name}"] = np.stack([each.detach().numpy(), z.grad.numpy()])
    z = torch.tensor(LOGITS.T.copy(), requires_grad=True)
    each = f.cross_entropy(z, torch.tensor(CLASSES), reduction="none")
    each.mean().backward()
    values["loss/cross_entropy"] = np.concatenate([[each.detach().numpy()], z.grad.numpy().T])
    return values


def exact_values() -> dict[str, Any]:
    from mpmath import cos, erfc, exp, expm1, log, log1p, mp, mpf, pi, sin, sqrt, tanh

    mp.dps = 60

    def sigmoid(z: Any) -> Any:
        return 1 / (1 + exp(-z))

    def gelu_tanh(z: Any) -> Any:
        return z * sigmoid(sqrt(8 / pi) * (z + mpf("0.044715") * z**3))

    def gelu_tanh_slope(z: Any) -> Any:
        s = sigmoid(sqrt(8 / pi) * (z + mpf("0.044715") * z**3))
        return s + z * s * (1 - s) * sqrt(8 / pi) * (1 + 3 * mpf("0.044715") * z**2)

    def normal(z: Any) -> Any:
        return erfc(-z / sqrt(mpf(2))) / 2

    alpha = mpf("1.6732632423543772848170429916717")
    scale = mpf("1.0507009873554804934193349852946")
    functions = {
        "linear": (lambda z: z, lambda z: mpf(1)),
        "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
        "tanh": (tanh, lambda z: 4 * sigmoid(2 * z) * sigmoid(-2 * z)),
        "relu": (lambda z: max(z, 0), lambda z: mpf(z > 0)),
        "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z: 1 if z > 0 else mpf(0.01)),
        "elu": (lambda z: z if z > 0 else expm1(z), lambda z: mpf(1) if z > 0 else exp(z)),
        "selu": (
            lambda z: scale * (z if z > 0 else alpha * expm1(z)),
            lambda z: scale * (mpf(1) if z > 0 else alpha * exp(z)),
        ),
        "gelu": (
            lambda z: z * normal(z),
            lambda z: normal(z) + z * exp(-(z**2) / 2) / sqrt(2 * pi),
        ),
        "gelu_tanh": (gelu_tanh, gelu_tanh_slope),
        "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * sigmoid(-z))),
        "softplus": (lambda z: log1p(exp(z)) if z < 50 else z + log(1 + exp(-z)), sigmoid),
        "sine": (sin, cos),
    }
    values = {
        f"exact/{name}": np.array([[float(f(mpf(z))) for z in POINTS.tolist()] for f in pair])
        for name, pair in functions.items()
    }
    wrong = np.where(LABELS == 1, -POINTS, POINTS)  # how far each logit is on the wrong side
    values["exact/binary_cross_entropy"] = np.array(
        [float(log1p(exp(mpf(z)))) for z in wrong.tolist()]
    )
    return values


if __name__ == "__main__":
    np.savez_compressed(
        Path(__file__).with_name("torch_functions.npz"), **torch_values(), **exact_values()
    )

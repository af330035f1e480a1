"""Record what PyTorch's optimizers make of 1,000 steps, into torch_values.npz beside this file.

Run it where torch is installed: python tests/engine/record_torch.py
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

CASES = {
    "gd": ("SGD", {"lr": 1.0}),
    "gd_momentum": ("SGD", {"lr": 0.1, "momentum": 0.9}),
    "gd_nesterov": ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "gd_decay": ("SGD", {"lr": 0.5, "weight_decay": 1e-3}),
    "gd_maximize": ("SGD", {"lr": 1e-3, "maximize": True, "momentum": 0.5}),
    "adam": ("Adam", {"lr": 0.01}),
    "adam_betas": ("Adam", {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-6}),
    "adam_decay": ("Adam", {"lr": 0.01, "weight_decay": 1e-3}),
    "adam_amsgrad": ("Adam", {"lr": 0.01, "amsgrad": True}),
    "adam_maximize": ("Adam", {"lr": 1e-4, "maximize": True}),
}
SIZES = (2, 8, 8, 1)


def main() -> None:
    rng = np.random.default_rng(7)
    inputs = rng.uniform(0, 1, (100, 2))
    truth = np.where(inputs[:, :1] > inputs[:, 1:], 0.0, 1.0)
    start = [rng.normal(size=(a + 1, b)) for a, b in pairwise(SIZES)]
    values = {"inputs": inputs, "truth": truth}
    values["start"] = np.concatenate([layer.ravel() for layer in start])
    x, y = torch.tensor(inputs), torch.tensor(truth)
    for activation in ("sigmoid", "tanh", "relu"):
        for name, (rule, options) in CASES.items():
            if activation != "sigmoid" and name not in ("gd_momentum", "adam"):
                continue
            layers = [torch.tensor(layer, requires_grad=True) for layer in start]
            optimizer = getattr(torch.optim, rule)(layers, foreach=False, **options)
            for _ in range(1000):
                optimizer.zero_grad()
                a = x
                for i, layer in enumerate(layers):
                    z = a @ layer[:-1] + layer[-1]
                    a = torch.sigmoid(z) if i == len(layers) - 1 else getattr(torch, activation)(z)
                torch.nn.functional.mse_loss(a, y).backward()
                optimizer.step()
            end = torch.cat([layer.detach().ravel() for layer in layers])
            values[f"{activation}/{name}"] = end.numpy()
    np.savez_compressed(Path(__file__).with_name("torch_values.npz"), **values)


if __name__ == "__main__":
    main()

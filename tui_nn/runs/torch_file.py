"""A network as a state dict of PyTorch, and the nn.Sequential that takes it."""

from __future__ import annotations

import io
from itertools import pairwise

from tui_nn.engine.network import Network
from tui_nn.engine.types import Array
from tui_nn.runs.extras import needed

MODULES = {
    "sigmoid": "nn.Sigmoid()",
    "tanh": "nn.Tanh()",
    "relu": "nn.ReLU()",
    "leaky_relu": "nn.LeakyReLU(0.01)",
    "elu": "nn.ELU()",
    "selu": "nn.SELU()",
    "gelu": "nn.GELU()",
    "gelu_tanh": 'nn.GELU("tanh")',
    "silu": "nn.SiLU()",
    "softplus": "nn.Softplus()",
    "sine": "Sine()",
    "softmax": "nn.Softmax(dim=1)",
}  # a linear one needs none
SINE = """class Sine(nn.Module):
    def forward(self, x):
        return x.sin()
"""


def as_state_dict(network: Network) -> bytes:
    """What torch.load(FILE, weights_only=True) gives to load_state_dict; of the network's own type.
    Raises MissingPackage."""
    torch = needed("torch", "torch")
    tensors = {name: torch.tensor(array) for name, array in _arrays(network).items()}
    buffer = io.BytesIO()
    torch.save(tensors, buffer)
    return buffer.getvalue()


def sequential(network: Network) -> str:
    """The Python expression of the modules; Sine is SINE, which PyTorch lacks."""
    double = ".double()" if network.parameters.dtype == "float64" else ""
    return f"nn.Sequential({', '.join(_modules(network))}){double}"


def _modules(network: Network) -> list[str]:
    found = []
    for (fan_in, fan_out), activation in zip(
        pairwise(network.sizes), network.activations, strict=True
    ):
        found.append(f"nn.Linear({fan_in}, {fan_out})")
        if activation.name in MODULES:
            found.append(MODULES[activation.name])
    return found


def _arrays(network: Network) -> dict[str, Array]:
    """Weights (fan_out, fan_in), as PyTorch has them, and biases."""
    places = [i for i, module in enumerate(_modules(network)) if "Linear" in module]
    arrays: dict[str, Array] = {}
    for i, weights, biases in zip(places, network.weights, network.biases, strict=True):
        arrays |= {f"{i}.weight": weights.T.copy(), f"{i}.bias": biases.copy()}
    return arrays

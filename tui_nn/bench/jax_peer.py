"""JAX as a contestant: the same networks, jitted a step at a time or as a whole loop."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from tui_nn.bench.measure import Run
from tui_nn.bench.peers import Task

# Parameters and gradients, as JAX's examples have them: weights and biases of each layer.
Layers = list[tuple[Any, Any]]


def jax_steps(task: Task, *, whole_loop: bool = False) -> Run:
    """From the engine's first weights; a run returns the parameters, (weights, biases) a layer.

    whole_loop: all steps of a run are one call of a compiled loop (full batches only).
    """
    jax = _jax()
    network, batch, dtype = task.network(), task.batch, task.dtype
    x, y = jax.numpy.array(task.inputs, dtype), jax.numpy.array(task.truth, dtype)
    loss = _loss(jax, task.hidden, task.output)
    start, update = _rule(jax, task.optimizer, task.rate)
    layers: Layers = jax.tree.map(
        lambda array: jax.numpy.array(array, dtype),
        list(zip(network.weights, network.biases, strict=True)),
    )

    def step(state: Any, x: Any, y: Any, chosen: Any = None) -> Any:
        layers, memory = state
        if chosen is not None:  # within the step: outside of it each choice is a slow call
            x, y = x[chosen], y[chosen]
        return update(layers, jax.grad(loss)(layers, x, y), memory)

    def loop(state: Any, x: Any, y: Any, steps: int) -> Any:
        return jax.lax.fori_loop(0, steps, lambda _, state: step(state, x, y), state)

    state = layers, start(layers)
    step_once, step_often = jax.jit(step), jax.jit(loop)
    rng = np.random.default_rng(0)
    order, position = rng.permutation(len(x)), 0

    def run(steps: int) -> Layers:
        nonlocal state, order, position
        if whole_loop:
            state = step_often(state, x, y, steps)
        else:
            for _ in range(steps):
                chosen = None
                if batch is not None:
                    if position >= len(x):
                        order, position = rng.permutation(len(x)), 0
                    chosen, position = order[position : position + batch], position + batch
                state = step_once(state, x, y, chosen)
        trained: Layers = jax.block_until_ready(state)[0]
        return trained

    return run


def _jax() -> Any:
    """JAX on one thread of the processor, with float64.

    Its thread pool and its matrix products ask the environment, once. A step that is not dispatched
    to another thread costs less of the processor's time.
    """
    os.environ.setdefault("NPROC", "1")
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
    jax: Any = import_module("jax")
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    jax.config.update("jax_enable_x64", True)
    return jax


def _loss(jax: Any, hidden: str, output: str) -> Callable[[Layers, Any, Any], Any]:
    """Mean squared error, or after a softmax the cross-entropy."""

    def loss(layers: Layers, a: Any, truth: Any) -> Any:
        *before, (w, b) = layers
        for weights, biases in before:
            a = getattr(jax.nn, hidden)(a @ weights + biases)
        z = a @ w + b
        if output == "softmax":
            return -(truth * jax.nn.log_softmax(z)).sum(axis=1).mean()
        return ((getattr(jax.nn, output)(z) - truth) ** 2).mean()

    return loss


def _rule(jax: Any, optimizer: str, rate: float) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A rule's memory at first, and its update of layers and memory, as in Optax."""
    jnp, tree = jax.numpy, jax.tree

    def descend(layers: Any, gradients: Any, memory: Any) -> Any:
        return tree.map(lambda p, g: p - rate * g, layers, gradients), memory

    def moments(layers: Any) -> Any:
        zeros = tree.map(jnp.zeros_like, layers)
        return zeros, zeros, jnp.zeros((), layers[0][0].dtype)

    def adam(layers: Any, gradients: Any, memory: Any) -> Any:
        m, v, t = memory
        t = t + 1
        m = tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradients)
        v = tree.map(lambda v, g: 0.999 * v + 0.001 * g**2, v, gradients)

        def moved(p: Any, m: Any, v: Any) -> Any:
            return p - rate * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)

        return tree.map(moved, layers, m, v), (m, v, t)

    return {"gd": (lambda layers: (), descend), "adam": (moments, adam)}[optimizer]

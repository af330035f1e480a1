"""A model as an ONNX graph, from the columns in their own units to what is said of a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from tui_nn.datasets import features
from tui_nn.runs.extras import needed
from tui_nn.runs.model import Model

OPSET, IR = 19, 9  # of 2023; since then texts can be compared
NUMBERS, CATEGORIES = "numbers", "categories"


def as_onnx(model: Model, name: str) -> bytes:
    """Inputs: `numbers` (N, columns), doubles, and `categories` (N, columns), texts, if there are
    such. The metadata has the columns' names, as JSON. Outputs: `predicted` (N,), texts or numbers,
    and of classes `probabilities` (N, classes), or `outputs` if they are none.

    A number may be missing (NaN, or infinite), and so may a category (""). They are filled if the
    run fills them; else `predicted` is "", and all numbers that are said of the row are NaN.
    All but the inputs is of the network's own type. Raises MissingPackage.
    """
    helper = needed("onnx.helper", "onnx")
    graph = _Graph(needed("onnx", "onnx"))
    outputs = _network(graph, _features(graph, model, _columns(graph, model)), model)
    gaps = "" if model.fills else _gaps(graph, model)
    said = _said(graph, model, outputs, gaps)
    whole = helper.make_model(
        helper.make_graph(
            graph.nodes, "tui-nn", _inputs(graph, model), said, initializer=graph.constants
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR,
        producer_name="tui-nn",
        doc_string=name,
    )
    numbers, categories = _of_kinds(model)
    helper.set_model_props(
        whole,
        {
            NUMBERS: json.dumps(numbers),
            CATEGORIES: json.dumps(categories),
            "target": model.target.name,
            "classes": json.dumps(model.classes),
        },
    )
    needed("onnx", "onnx").checker.check_model(whole)
    content: bytes = whole.SerializeToString()
    return content


class _Graph:
    """Nodes one by one; a call returns the name of what it gives."""

    def __init__(self, onnx: Any) -> None:
        self.onnx = onnx
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: Any, name: str = "") -> str:
        name = name or f"constant_{len(self.constants)}"
        array = np.asarray(value)
        if array.dtype.kind == "U":
            array = array.astype(object)
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def cast(self, value: str, dtype: np.dtype[Any]) -> str:
        to = self.onnx.helper.np_dtype_to_tensor_dtype(dtype)
        return self.add("Cast", value, to=to)


def _of_kinds(model: Model) -> tuple[list[str], list[str]]:
    """The names of the columns of numbers, and of words."""
    words = [one.name for one in model.inputs if one.kind == "category"]
    return [one.name for one in model.inputs if one.kind != "category"], words


def _inputs(graph: _Graph, model: Model) -> list[Any]:
    types, make = graph.onnx.TensorProto, graph.onnx.helper.make_tensor_value_info
    kinds = zip((NUMBERS, CATEGORIES), (types.DOUBLE, types.STRING), _of_kinds(model), strict=True)
    return [make(name, kind, ["N", len(names)]) for name, kind, names in kinds if names]


def _gaps(graph: _Graph, model: Model) -> str:
    """Which rows miss values: (N, 1) booleans."""
    parts = []
    numbers, words = _of_kinds(model)
    if numbers:
        parts.append(graph.add("IsNaN", graph.add("Sub", NUMBERS, NUMBERS)))  # infinite ones too
    if words:
        parts.append(graph.add("Equal", CATEGORIES, graph.constant([""])))
    joined = parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)
    counts = graph.cast(joined, np.dtype("int64"))
    return graph.cast(graph.add("ReduceMax", counts, graph.constant([1])), np.dtype("bool"))


def _columns(graph: _Graph, model: Model) -> str:
    """What `Preprocessing.encode` gives."""
    numbers = [one for one in model.inputs if one.kind != "category"]
    words = [one for one in model.inputs if one.kind == "category"]
    parts, places = [], []
    if numbers:
        values = NUMBERS
        if model.fills:
            finite = graph.add("Sub", values, values)  # no number for what is not finite
            gaps = graph.add("IsNaN", finite)
            fills = graph.constant([one.fill for one in numbers], "fill")
            values = graph.add("Where", gaps, fills, values)
        values = graph.add("Sub", values, graph.constant([one.mean for one in numbers], "mean"))
        scales = graph.constant([one.scale for one in numbers], "scale")
        parts.append(graph.add("Div", values, scales))
        places += [(one.name, 0) for one in numbers]
    for j, one in enumerate(words):
        cells = graph.add("Gather", CATEGORIES, graph.constant([j]), axis=1)
        there = graph.add("Equal", cells, graph.constant(one.categories))
        parts.append(graph.cast(there, np.dtype("float64")))
        places += [(one.name, i) for i in range(one.width)]
    joined = parts[0] if len(parts) == 1 else graph.add("Concat", *parts, axis=1)
    wanted = [(one.name, i) for one in model.inputs for i in range(one.width)]
    if wanted == places:
        return joined
    order = graph.constant([places.index(place) for place in wanted])
    return graph.add("Gather", joined, order, axis=1)


def _features(graph: _Graph, model: Model, points: str) -> str:
    """What `features.compute` gives."""
    if list(model.features) == [features.INPUTS]:
        return points

    def coordinate(i: int) -> str:
        return graph.add("Gather", points, graph.constant([i]), axis=1)

    def x() -> str:
        return coordinate(0)

    def y() -> str:
        return coordinate(1)

    parts: dict[str, Callable[[], str]] = {
        features.INPUTS: lambda: points,
        "x": x,
        "y": y,
        "x2": lambda: graph.add("Mul", x(), x()),
        "y2": lambda: graph.add("Mul", y(), y()),
        "xy": lambda: graph.add("Mul", x(), y()),
        "sin_x": lambda: graph.add("Sin", x()),
        "sin_y": lambda: graph.add("Sin", y()),
    }
    return graph.add("Concat", *(parts[name]() for name in model.features), axis=1)


def _network(graph: _Graph, values: str, model: Model) -> str:
    network = model.network
    dtype = network.parameters.dtype
    if dtype != "float64":
        values = graph.cast(values, dtype)
    activations = _Activations(graph, dtype)
    layers = zip(network.weights, network.biases, network.activations, strict=True)
    for i, (weights, biases, activation) in enumerate(layers):
        values = graph.add("MatMul", values, graph.constant(weights, f"W{i}"))
        values = graph.add("Add", values, graph.constant(biases, f"b{i}"))
        values = activations.apply(activation.name, values)
    return values


def _said(graph: _Graph, model: Model, outputs: str, gaps: str) -> list[Any]:
    """The outputs of the graph; gaps: the rows of which nothing can be said."""
    helper, types = graph.onnx.helper, graph.onnx.TensorProto
    dtype = model.network.parameters.dtype
    kind = helper.np_dtype_to_tensor_dtype(dtype)
    if gaps:
        outputs = graph.add("Where", gaps, graph.constant(dtype.type(np.nan)), outputs)
    if model.is_regression:
        scale, mean = model.target.scale, model.target.mean
        if (scale, mean) != (1, 0):
            outputs = graph.add("Mul", outputs, graph.constant(dtype.type(scale)))
            outputs = graph.add("Add", outputs, graph.constant(dtype.type(mean)))
        graph.add("Reshape", outputs, graph.constant([-1]), name="predicted")
        return [helper.make_tensor_value_info("predicted", kind, ["N"])]
    if model.task == "multiclass":
        places = graph.add("ArgMax", outputs, axis=1, keepdims=0)
    else:
        flat = graph.add("Reshape", outputs, graph.constant([-1]))
        boundary = graph.constant(dtype.type(model.boundary))
        above = graph.add("GreaterOrEqual", flat, boundary)
        places = graph.cast(above, np.dtype("int64"))
    names = model.classes
    if gaps:
        flat = graph.add("Reshape", gaps, graph.constant([-1]))
        places = graph.add("Where", flat, graph.constant(len(names)), places)
        names = (*names, "")
    graph.add("Gather", graph.constant(names, "classes"), places, name="predicted")
    name = "probabilities" if model.has_probabilities else "outputs"
    if len(model.share_names) > 1 and model.task == "binary":
        other = graph.add("Sub", graph.constant(dtype.type(1)), outputs)
        graph.add("Concat", other, outputs, name=name, axis=1)
    else:
        graph.add("Identity", outputs, name=name)
    return [
        helper.make_tensor_value_info("predicted", types.STRING, ["N"]),
        helper.make_tensor_value_info(name, kind, ["N", len(model.share_names)]),
    ]


class _Activations:
    """Each out of operators that runtimes have for doubles too: ONNX's own of these names they
    mostly have for single precision alone."""

    def __init__(self, graph: _Graph, dtype: np.dtype[Any]) -> None:
        self.add, self._graph, self._dtype = graph.add, graph, dtype

    def apply(self, name: str, z: str) -> str:
        known: dict[str, Callable[[str], str]] = {
            "linear": lambda z: z,
            "sigmoid": lambda z: self.add("Sigmoid", z),
            "tanh": lambda z: self.add("Tanh", z),
            "relu": lambda z: self.add("Relu", z),
            "leaky_relu": lambda z: self.add("Max", z, self.times(z, 0.01)),
            "elu": lambda z: self.add("Max", z, self.below(z)),
            "selu": self.selu,
            "gelu": self.gelu,
            "gelu_tanh": self.gelu_tanh,
            "silu": lambda z: self.add("Mul", z, self.add("Sigmoid", z)),
            "softplus": self.softplus,
            "sine": lambda z: self.add("Sin", z),
            "softmax": lambda z: self.add("Softmax", z, axis=1),
        }
        return known[name](z)

    def number(self, value: float) -> str:
        return self._graph.constant(self._dtype.type(value))

    def times(self, z: str, factor: float) -> str:
        return self.add("Mul", z, self.number(factor))

    def plus(self, z: str, value: float) -> str:
        return self.add("Add", z, self.number(value))

    def below(self, z: str) -> str:
        """e^min(z, 0) − 1."""
        return self.plus(self.add("Exp", self.add("Min", z, self.number(0))), -1)

    def selu(self, z: str) -> str:
        right = self.times(self.add("Relu", z), SELU_SCALE)
        return self.add("Add", right, self.times(self.below(z), SELU_SCALE * SELU_ALPHA))

    def softplus(self, z: str) -> str:
        """max(z, 0) + log(1 + e^−|z|)."""
        small = self.add("Exp", self.add("Neg", self.add("Abs", z)))
        return self.add("Add", self.add("Relu", z), self.add("Log", self.plus(small, 1)))

    def gelu_tanh(self, z: str) -> str:
        """z σ(c z + d z³)."""
        c = float(np.sqrt(8 / np.pi))
        square = self.add("Mul", z, z)
        twice_u = self.add("Mul", z, self.plus(self.times(square, 0.044715 * c), c))
        return self.add("Mul", z, self.add("Sigmoid", twice_u))

    def gelu(self, z: str) -> str:
        """z Φ(z), Φ(z) = ½ (1 + erf(z/√2)); runtimes have erf in single precision."""
        scaled = self.times(z, float(np.sqrt(0.5)))
        erf = self.add("Erf", self._graph.cast(scaled, np.dtype("float32")))
        half = self.times(self.plus(self._graph.cast(erf, self._dtype), 1), 0.5)
        return self.add("Mul", z, half)


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946

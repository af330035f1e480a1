"""Ground truth and predictions over the plane of two coordinates, or the curve over one."""

from __future__ import annotations

import numpy as np

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.render.judgement import classes, kinds, shares, standing_for, wrong
from tui_nn.render.scale import NUMBERS, Scale, scales
from tui_nn.render.svg.contours import region_path
from tui_nn.render.svg.element import decimal, drawing, element, label
from tui_nn.render.svg.plane import Plane, scale_ticks

BANDS = (
    10  # of values, each in a shade of its own; even, so that a boundary lies at an output of 0.5
)
LEADS = (0.0, 1 / 3, 2 / 3)  # of a class before the second: from where its shade is stronger
MARGINS = (50.0, 30.0, 12.0, 40.0)  # left, top, right, bottom
SIZE = 330.0
RESOLUTION = 96  # rows and columns that a surface should have

# Of each class, drawn around its point; the field's size is about 7 pixels.
HUES = 10  # of classes; of more they repeat
_SHAPES = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
    "m-3.2-3.2h6.4v6.4h-6.4z",
    "m0-4.4l4.2 7.4h-8.4z",
    "m0-4.6l4.6 4.6l-4.6 4.6l-4.6-4.6z",
    "m0 4.4l4.2-7.4h-8.4z",
    "m-1.4-4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z",
    "m4.4 0l-7.4 4.2v-8.4z",
    "m-4.4 0l7.4 4.2v-8.4z",
    "m-4.6-2h9.2v4h-9.2z",
    "m-2-4.6h4v9.2h-4z",
)
TOUCHING = 4.0  # points that are nearer to each other cover each other
_CROSS = "m-4-4l8 8m0-8l-8 8"


def svg_map(
    points: Dataset, outputs: Array, surface: Array | None = None, *, title: str, size: float = SIZE
) -> str:
    """Points on a surface, as SVG; of one coordinate, points and a curve.

    outputs: (N, outputs), the truth or the predictions; what is wrong is crossed. surface: (rows,
    columns, outputs) as `views.surface` gives it; of one coordinate one row; or None.
    """
    left, right, bottom, top = points.extent
    plane = _plane(size, (left, right), (bottom, top))
    if points.inputs.shape[1] == 1:
        inside = _curve(plane, surface)
        x, y = points.inputs[:, 0], _heights(points.targets)
        names = ("x", "value" if points.task == "regression" else "class")
    else:
        inside = "" if surface is None else _ground(points, np.nan_to_num(surface), plane)
        x, y = points.places.T
        names = points.axis_names
    marks = _points(plane, points, outputs, x, y)
    return _framed(plane, size, title, names, inside, marks, scales(points))


def svg_scatter(points: Dataset, outputs: Array, *, title: str, size: float = SIZE) -> str:
    """Of a regression: the truth to the right, the prediction up; good ones lie on the diagonal."""
    low, high = points.value_range
    room = 0.1 * ((high - low) or 1.0)
    plane = _plane(size, (low - room, high + room), (low - room, high + room))
    d = f"M{decimal(plane.left)} {decimal(plane.bottom)}L{decimal(plane.right)} {plane.top}"
    inside = element("path", class_="diagonal", d=d)
    marks = _points(plane, points, outputs, points.targets[:, 0], outputs[:, 0])
    return _framed(plane, size, title, ("true", "predicted"), inside, marks)


def _plane(size: float, x: tuple[float, float], y: tuple[float, float]) -> Plane:
    left, top, right, _ = MARGINS
    return Plane(left, top, size - left - right, size - left - right, x, y)


def _framed(
    plane: Plane,
    size: float,
    title: str,
    names: tuple[str, str],
    inside: str,
    marks: str,
    scales: tuple[Scale, Scale] = (NUMBERS, NUMBERS),
) -> str:
    ticks = (scale_ticks(plane.x, 5, scales[0]), scale_ticks(plane.y, 5, scales[1]))
    heading = label(title, plane.left, plane.top - 11, "heading")
    middle = plane.top + plane.height / 2
    turned = f"rotate(-90 11 {decimal(middle)})"
    named = label(names[1], 11.0, middle, "name", text_anchor="middle", transform=turned)
    named += label(names[0], plane.right, plane.bottom + 30, "name", text_anchor="end")
    height = plane.bottom + MARGINS[3]
    return drawing(size, height, title, heading, plane.frame(*ticks), inside, named, marks)


def _heights(outputs: Array) -> Array:
    return outputs[:, 0] if outputs.shape[1] == 1 else classes(outputs)


def _curve(plane: Plane, surface: Array | None) -> str:
    if surface is None or len(surface) != 1:
        return ""
    y = _heights(surface[0])
    x = plane.x[0] + (np.arange(len(y)) + 0.5) / len(y) * (plane.x[1] - plane.x[0])
    return element("path", class_="curve c0", d=plane.path(x, y))


def _ground(points: Dataset, surface: Array, plane: Plane) -> str:
    """The surface as regions, each painted over those of lower values."""
    place = (plane.left, plane.top, (plane.width, plane.height))
    whole = {"x": plane.left, "y": plane.top, "width": plane.width, "height": plane.height}
    if points.task == "multiclass":
        parts = [element("rect", class_="ground", **whole)]
        for i in range(surface.shape[-1]):
            lead = surface[..., i] - np.delete(surface, i, axis=-1).max(axis=-1)
            for strength, level in enumerate(LEADS):
                d = region_path(lead, level, *place)
                parts.append(element("path", class_=f"region k{i % HUES} a{strength}", d=d))
        return "".join(parts)
    field = shares(points, surface[..., 0])
    parts = [element("rect", class_=f"{points.task} v0", **whole)]
    for i in range(1, BANDS):
        d = region_path(field, i / BANDS, *place)
        parts.append(element("path", class_=f"{points.task} v{i}", d=d))
    if points.task == "binary":
        d = region_path(field, 0.5, *place)
        parts.append(element("path", class_="boundary", d=d))
    return "".join(parts)


def _points(plane: Plane, points: Dataset, outputs: Array, x: Array, y: Array) -> str:
    """A path for all points of a kind; the wrong ones once more, as crosses where
    most of those around are wrong."""
    across, up = plane.across(np.clip(x, *plane.x)), plane.up(y)
    kind, parts, shown = kinds(points), list[str](), np.isfinite(up)

    def path(chosen: Array, shape: str, style: str) -> None:
        places = zip(across[chosen & shown].tolist(), up[chosen & shown].tolist(), strict=True)
        d = "".join(f"M{px:.1f} {py:.1f}{shape}" for px, py in places)
        if d:
            parts.append(element("path", class_=style, d=d))

    for i in range(int(kind.max()) + 1):
        values = points.task == "regression"
        train, test = (_SHAPES[0], _SHAPES[1]) if values else 2 * (_SHAPES[i % len(_SHAPES)],)
        style = f"{points.task} {f'v{2 * i}' if values else f'k{i % HUES}'}"
        path((kind == i) & points.train, train, f"point {style}")
        path((kind == i) & ~points.train, test, f"point test {style}")
    path(_crossed(wrong(points, outputs), across, up), _CROSS, "wrong")
    return "".join(parts)


def _crossed(is_wrong: Array, across: Array, up: Array) -> Array:
    """(N,): which of the points have a cross; of those that cover each other, one if most are
    wrong."""
    column, row = (np.nan_to_num(at // TOUCHING).astype(int) for at in (across, up))
    shown = np.zeros(len(is_wrong), bool)
    shown[standing_for(row * 10_000 + column, is_wrong)[0]] = True
    return shown & is_wrong

"""SVG pictures: whole XML that shows the data, whatever the data are."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tui_nn.datasets import Dataset
from tui_nn.experiment import build_dataset
from tui_nn.render.svg import (
    Mark,
    Series,
    standalone,
    svg_curves,
    svg_heatmap,
    svg_histogram,
    svg_map,
    svg_scatter,
)
from tui_nn.render.svg.contours import region_path
from tui_nn.settings import Settings

EVIL = '</svg><script>alert(1)</script>&"\x1b[2J'


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(standalone(svg))


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if name in e.get("class", "").split()]


def numbers(d: str) -> list[float]:
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", d)]


def test_a_curve_goes_through_its_points() -> None:
    steps = np.array([0.0, 50.0, 100.0])
    root = parsed(svg_curves([Series("a", steps, np.array([0.0, 1.0, 0.0]))], title="t"))
    curve = next(
        e for e in of_class(root, "curve") if "M" in e.get("d", "") and e.find("*") is not None
    )
    x, y = np.array(numbers(curve.get("d", ""))).reshape(-1, 2).T
    assert x[1] - x[0] == pytest.approx(x[2] - x[1])
    assert y[0] == y[2] > y[1]  # down is more


def test_every_curve_has_its_name_within_the_picture() -> None:
    steps = np.array([0.0, 1.0])
    series = [Series(f"activation {i}", steps, steps) for i in range(20)]
    series.append(Series(500 * "long", steps, steps))
    root = parsed(svg_curves(series, title="t"))
    names = of_class(root, "legend")
    assert len(names) == 21
    places = [(float(name.get("x", "")), float(name.get("y", ""))) for name in names]
    assert len(set(places)) == 21
    assert min(map(min, places)) > 0


def test_of_a_long_curve_no_extreme_is_missing_and_little_is_drawn() -> None:
    values = np.full(1_000_000, 0.5)
    values[123_456], values[876_543] = 9.0, 0.001
    svg = svg_curves([Series("a", np.arange(1e6), values)], title="t", limits=(0, 10))
    assert len(svg) < 40_000
    (raw,) = of_class(parsed(svg), "raw")
    x, y = np.array(numbers(raw.get("d", ""))).reshape(-1, 2).T
    for low_is_high, step in ((np.argmin, 123_456), (np.argmax, 876_543)):
        assert (x[low_is_high(y)] - x[0]) / (x[-1] - x[0]) == pytest.approx(step / 1e6, abs=1e-3)


@pytest.mark.parametrize("log", [False, True])
def test_any_numbers_have_a_place(log: bool) -> None:
    values = np.array([1e-300, 5e-324, 1.0, -1e308, 1.7e308])
    root = parsed(svg_curves([Series("a", np.arange(5.0), values)], title="t", log=log))
    assert "nan" not in "".join(e.get("d", "") for e in root.iter())


def test_what_is_not_finite_interrupts_a_curve() -> None:
    values = np.array([1.0, 0.5, np.nan, np.inf, 0.2, 0.1])
    root = parsed(svg_curves([Series("a", np.arange(6.0), values)], title="t", log=True))
    (curve,) = [e for e in of_class(root, "curve") if e.find("*") is not None]
    assert curve.get("d", "").count("M") == 2
    for nothing in (np.full(3, np.nan), np.empty(0)):
        for log in (False, True):
            empty = Series("a", np.arange(float(len(nothing))), nothing)
            parsed(svg_curves([empty], title="t", log=log, target=0.1))


def test_what_others_wrote_is_text() -> None:
    series = Series(EVIL, np.arange(3.0), np.ones(3))
    svg = svg_curves([series], title=EVIL, marks=[Mark(1, EVIL)], y=EVIL)
    svg += svg_heatmap(np.eye(2), [EVIL, "b"], ["c", EVIL], title=EVIL)
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "alert(1)" in "".join(ET.fromstring(f"<p>{svg}</p>").itertext())


def many_inputs() -> Dataset:
    """Ten classes of points with twelve coordinates."""
    random = np.random.default_rng(0)
    inputs, classes = random.random((60, 12)), np.eye(10)[np.arange(60) % 10]
    return Dataset(
        "many", "multiclass", inputs, classes, random.random(60) < 0.7, (0, 1, 0, 1), axes=(3, 7)
    )


@pytest.mark.parametrize("dataset", ["xor", "rings", "multi-gauss", "sine", "many"])
def test_a_map_has_a_mark_for_every_point(dataset: str) -> None:
    if dataset == "many":
        points = many_inputs()
    else:
        points = build_dataset(Settings(dataset=dataset, train_fraction=0.7))
    outputs = points.targets.copy()
    outputs[0] = outputs[0][::-1] if points.task == "multiclass" else outputs[0] + 9
    surface = np.random.default_rng(0).random((16, 16, outputs.shape[1]))
    root = parsed(svg_map(points, outputs, surface, title="t"))
    drawn = "".join(e.get("d", "") for e in of_class(root, "point"))
    assert drawn.count("M") == len(points.inputs)
    (wrong,) = of_class(root, "wrong")
    assert wrong.get("d", "").count("M") == 1
    if points.task == "regression":
        parsed(svg_scatter(points, outputs, title="t"))
    parsed(svg_map(points, np.full_like(outputs, np.nan), surface * np.nan, title="t"))


@given(arrays(float, (5, 7), elements=st.floats(-1, 1, width=16)))
def test_a_region_is_where_the_field_is_high(field: np.ndarray) -> None:
    """Its area, by the shoelace formula, is that of finely interpolated cells nearby."""
    area = region_area(region_path(field, 0.25, 0, 0, (7, 5)))
    assert -1e-6 <= area <= 35 + 1e-6
    if (field >= 0.25).all():
        assert area == pytest.approx(35, abs=0.2)
    if (field < 0.25).all():
        assert area == 0


def test_a_region_has_the_area_of_its_disc() -> None:
    x, y = np.meshgrid((np.arange(80) + 0.5) / 80 - 0.5, (np.arange(80) + 0.5) / 80 - 0.5)
    disc = region_path(0.3 - np.hypot(x, y), 0.0, 0, 0, (100, 100))
    assert region_area(disc) == pytest.approx(np.pi * 30**2, rel=2e-3)
    ring = region_path(0.1 - np.abs(np.hypot(x, y) - 0.3), 0.0, 0, 0, (100, 100))
    assert region_area(ring) == pytest.approx(np.pi * (40**2 - 20**2), rel=2e-3)


def region_area(d: str) -> float:
    """Holes run the other way round, and count below 0."""
    total = 0.0
    for loop in d.split("M")[1:]:
        x, y = np.array(numbers(loop)).reshape(-1, 2).T
        total += (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
    return total


def test_a_heatmap_says_its_numbers_and_a_histogram_its_ends() -> None:
    values = np.array([[1.0, np.nan], [3.0, 4.0]])
    root = parsed(svg_heatmap(values, ["a", "b"], ["c", "d"], title="t", marked=values == 4))
    assert [e.text for e in of_class(root, "number")] == ["1", "3", "4"]
    assert len(of_class(root, "marked")) == 1
    bars = parsed(svg_histogram([0, 2, 4], -1.5, 2.5, title="t"))
    heights = [float(e.get("height", "")) for e in of_class(bars, "bar")]
    assert heights[0] == 0
    assert heights[2] == pytest.approx(2 * heights[1], abs=0.02)
    assert "2.5" in "".join(bars.itertext())

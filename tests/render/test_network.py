"""The network as a picture and in figures."""

import dataclasses
import re
from itertools import chain

import numpy as np
import pytest
from picturing import pictured, trained

from tui_nn.datasets.features import REGISTRY
from tui_nn.engine import activations
from tui_nn.render.bent_space import by_principal, lookup, most_varied
from tui_nn.render.cells import Cells
from tui_nn.render.levels import Levels, edge_levels, sample, spread, steady
from tui_nn.render.look import Look
from tui_nn.render.network import edge_at, input_label, network_cells, place
from tui_nn.render.network_pane import graph_size, pane_cells
from tui_nn.render.neuron import equation, figures, forward, table_cells
from tui_nn.render.plan import MARK, planned
from tui_nn.render.wiring import Pick, wiring
from tui_nn.session import Wanted
from tui_nn.session.training import Training

SHAPES = [
    {},
    {"hidden": (4, 2), "dataset": "circle", "activation": "tanh"},
    {"hidden": (8, 8, 8), "dataset": "rings", "features": tuple(REGISTRY)},
    {"hidden": ()},
    {"hidden": (64, 32), "activation": ("relu", "tanh"), "dropout": (0.1, 0.0)},
    {"hidden": (2,) * 16},
    {"dataset": "sine", "hidden": (3,)},
]
SIZES = [(36, 5), (60, 16), (80, 20), (120, 30), (200, 58)]


def text(cells: Cells) -> list[str]:
    return ["".join(cell.text for cell in line) for line in cells]


def graph(
    training: Training, width: int, height: int, pick: Pick | None = None, **look: bool
) -> Cells:
    snapshot, wires = pictured(training)
    assert snapshot.neurons is not None
    return network_cells(
        snapshot.neurons,
        snapshot.weights,
        training.dataset,
        wires,
        Levels(),
        width,
        height,
        pick,
        Look(**look),
    )


@pytest.mark.parametrize("settings", SHAPES)
def test_a_picture_has_its_size_whatever_the_network(settings: dict[str, object]) -> None:
    training = trained(20, **settings)
    snapshot, wires = pictured(training)
    picks = [None, Pick(0, 0), Pick(1, 0), Pick(1, wires.units(1) - 1), Pick(1, 0, 0)]
    for width, height in SIZES:
        for pick in picks:
            for look in (Look(), Look(dark=False, colour=False), Look(ascii=True)):
                cells = pane_cells(
                    snapshot, training.dataset, wires, Levels(), width, height, pick, "", look
                )
                assert [len(line) for line in cells] == [width] * height
                if look.ascii:
                    assert all(cell.text.isascii() for cell in chain(*cells))


def test_layers_and_inputs_have_their_names() -> None:
    drawn = text(graph(trained(20, dropout=(0.0, 0.2)), 120, 30))
    assert "inputs" in drawn[0]
    assert "8 sigmoid, drop 0.2" in drawn[0]
    assert drawn[0].rstrip().endswith("out sigmoid")
    words = " ".join(drawn)
    assert "sin x" in words
    assert "x²" in words


@pytest.mark.parametrize(
    ("label", "room", "said"),
    [
        ("petal", 6, "petal"),
        ("petal width", 6, "petal…"),
        ("Produktgruppe=kurz", 13, "Produkt…=kurz"),
        ("Produktgruppe=Rindfleisch", 13, "Pro…=Rindfle…"),
        ("x=a", 2, "x…"),
    ],
)
def test_a_name_is_cut_with_a_sign_and_a_category_keeps_its_own(
    label: str, room: int, said: str
) -> None:
    assert input_label(label, room, "…") == said


def test_inputs_have_the_room_there_is_for_their_names() -> None:
    names = ("sepal length (cm)", "Donaudampfschifffahrt")
    training = trained(20, dataset=f"f({', '.join('abc')}) = a + b > c", hidden=(4, 3))
    snapshot, wires = pictured(training)
    inputs = tuple(
        one._replace(label=name) for one, name in zip(wires.inputs, (*names, "c"), strict=True)
    )
    wires = dataclasses.replace(wires, inputs=inputs)
    for width, said in ((76, ("sepal length…", "Donaudampfsc…")), (116, names)):
        cells = network_cells(
            snapshot.neurons, snapshot.weights, training.dataset, wires, Levels(), width, 20
        )
        words = "\n".join(text(cells))
        assert all(one in words for one in said), words
    narrow = text(network_cells(snapshot.neurons, None, training.dataset, wires, Levels(), 50, 20))
    assert "sepal" in "\n".join(narrow)
    assert not re.search(r"sigmoi\b|sigmo\b|sigm\b", narrow[0])


@pytest.mark.parametrize("counts", [(2, 8, 8, 1), (7, 8, 8, 8, 1), (7, *(24,) * 4, 1), (2, 3, 1)])
@pytest.mark.parametrize("size", [(58, 30), (76, 34), (76, 10)])
def test_the_edges_have_as_much_room_as_the_units(
    counts: tuple[int, ...], size: tuple[int, int]
) -> None:
    plan = planned(counts, *size, None)
    last = plan.columns[-1]
    assert plan.gap >= max(7, plan.width)
    assert last.x + plan.width + MARK <= size[0]


@pytest.mark.parametrize("width", range(46, 60))
def test_the_titles_of_layers_do_not_touch(width: int) -> None:
    head = text(graph(trained(20, hidden=(64, 12)), width, 20))[0].split()
    assert head in (
        ["inputs", "64", "sigmoid", "12", "sigmoid", "sigmoid"],
        ["inputs", "64", "sigmoid", "12", "sigmoid", "out", "sigmoid"],
    )


def test_what_does_not_fit_is_counted_and_comes_when_it_is_picked() -> None:
    training = trained(20, hidden=(64, 3))
    assert "+ 51 more" in " ".join(text(graph(training, 80, 22)))
    counts = (2, 64, 3, 1)
    first = planned(counts, 80, 20, None).column(1)
    last = planned(counts, 80, 20, Pick(1, 63)).column(1)
    assert first is not None
    assert last is not None
    assert first.first == 0
    assert last.first + len(last.tops) == 64
    many = planned((2,) * 18, 60, 12, Pick(5, 0))
    assert {column.layer for column in many.columns} >= {4, 5, 6}
    assert many.column(0) is None


def test_positive_and_negative_differ_without_colour() -> None:
    training = trained(1, hidden=())
    weights = training.trainer.network.weights[0]
    weights[:] = [[5.0], [-5.0]]
    drawn = " ".join(text(graph(training, 60, 12, ascii=True))[1:])
    assert drawn.count("+") > 20
    assert drawn.count("-") > 20
    weights[:] = [[5.0], [5.0]]
    solid = "".join(text(graph(training, 60, 12, colour=False)))
    weights[:] = [[-5.0], [-5.0]]
    dashed = "".join(text(graph(training, 60, 12, colour=False)))
    dots = [sum((ord(c) - 0x2800).bit_count() for c in t if c >= "\u2800") for t in (solid, dashed)]
    assert dots[1] < 0.8 * dots[0]


def test_faint_edges_are_left_out_first_and_none_flickers() -> None:
    weights = np.array([[1.0, -0.8, 0.5], [0.3, -0.05, 0.01]])
    assert edge_levels(weights, 1.0, 6, None).tolist() == [[3, -3, 2], [1, 0, 0]]
    assert edge_levels(weights, 1.0, 2, None).tolist() == [[3, -3, 0], [0, 0, 0]]
    before = edge_levels(np.array([[0.71]]), 1.0, 1, None)
    assert edge_levels(np.array([[0.65]]), 1.0, 1, before).tolist() == [[3]]
    assert edge_levels(np.array([[0.5]]), 1.0, 1, before).tolist() == [[2]]


def test_shades_change_only_when_values_clearly_have() -> None:
    before = steady(np.array([0.0, 0.5]), None)
    assert steady(np.array([0.15, 0.35]), before).tolist() == before.tolist()
    assert steady(np.array([0.3, np.nan]), before).tolist() == [1, 0]
    assert sample(np.arange(16).reshape(4, 4), 2, 2).tolist() == [[5, 7], [13, 15]]


def test_the_same_network_is_the_same_picture() -> None:
    training = trained(50)
    again = zip(chain(*graph(training, 80, 20)), chain(*graph(training, 80, 20)), strict=True)
    assert all(a is b for a, b in again)


def test_a_unit_and_an_edge_are_found_where_they_are_drawn() -> None:
    training = trained(50, hidden=(4,))
    snapshot, wires = pictured(training)
    assert snapshot.neurons is not None
    levels = Levels()
    network_cells(snapshot.neurons, snapshot.weights, training.dataset, wires, levels, 80, 20)
    plan = place(wires, 80, 20, None)
    column = plan.column(1)
    assert column is not None
    assert plan.unit_at(column.x, column.tops[2] // 2) == (1, 2)
    assert plan.unit_at(column.x - 3, 0) is None
    middle = plan.middle(2, 0)
    assert middle is not None
    found = edge_at(levels, wires, plan, column.x + plan.width + plan.gap - 3, middle // 4)
    assert found is not None
    assert found[:2] == (2, 0)


def test_inputs_that_are_off_have_a_place_but_no_weight() -> None:
    training = trained(5, features=("y", "xy"), hidden=(2,))
    wires = wiring(training.settings, training.dataset)
    assert [(one.name, one.at) for one in wires.inputs if one.at is not None] == [
        ("y", 0),
        ("xy", 1),
    ]
    assert len(wires.inputs) == 7
    assert wires.source(1, 1) == "xy"
    assert wires.source(1, 2) == "bias"
    assert wires.unit(1, 1) == "h1₂"
    assert wires.unit(2, 0) == "out"


def test_a_snapshot_of_another_network_is_told_from_it() -> None:
    wires = pictured(trained(1))[1]
    assert not wires.fits(pictured(trained(1, hidden=(8, 7)))[0])
    assert not wires.fits(trained(1).snapshot(Wanted()))


def test_an_equation_keeps_its_largest_terms() -> None:
    training = trained(1, hidden=(2,), activation="tanh")
    wires = wiring(training.settings, training.dataset)
    weights = [np.array([[0.31, 1.0], [-1.2, 1.0], [0.05, 1.0]])]
    pick = Pick(1, 0)
    assert equation(weights, wires, pick, 60, Look()) == "h1₁ = tanh(0.31·x − 1.2·y + 0.05)"
    assert equation(weights, wires, pick, 32, Look()) == "h1₁ = tanh(… − 1.2·y + 0.05)".replace(
        "… − 1.2·y", "−1.2·y + …"
    )
    assert equation(weights, wires, pick, 60, Look(ascii=True)) == (
        "h1_1 = tanh(0.31*x - 1.2*y + 0.05)"
    )
    assert len(equation(weights, wires, pick, 12, Look())) <= 12


def test_figures_are_those_of_the_snapshot() -> None:
    training = trained(300)
    snapshot, wires = pictured(training)
    assert snapshot.weights is not None
    assert snapshot.updates is not None
    assert snapshot.neurons is not None
    shown = dict(figures(snapshot, wires, Pick(2, 3, 1), Look(ascii=True)))
    assert float(shown["weight"]) == pytest.approx(snapshot.weights[1][1, 3], rel=1e-3)
    assert float(shown["dw"]) == pytest.approx(snapshot.updates[1][1, 3], rel=1e-3)
    shown = dict(figures(snapshot, wires, Pick(2, 3), Look(ascii=True)))
    assert float(shown["mean"]) == pytest.approx(snapshot.neurons[2][3].mean(), rel=1e-3)
    assert shown["saturated"].endswith(" %")
    found = forward(snapshot, wires, Pick(2, 3))
    assert found is not None
    means = snapshot.neurons[1].mean(axis=(1, 2))
    z = means @ snapshot.weights[1][:-1, 3] + snapshot.weights[1][-1, 3]
    assert found[0] == pytest.approx(z)
    assert found[1] == pytest.approx(float(activations.apply("sigmoid", np.array([z]))[0][0, 0]))


def test_the_table_has_the_largest_update_first() -> None:
    snapshot, wires = pictured(trained(300))
    assert snapshot.updates is not None
    lines = text(table_cells(snapshot, wires, Pick(2, 3), 40, 20, Look()))
    order = np.argsort(-np.abs(snapshot.updates[1][:, 3]))
    assert [line.split()[0] for line in lines[1:]] == [wires.source(2, int(i)) for i in order]
    picked = text(table_cells(snapshot, wires, Pick(2, 3, 8), 40, 4, Look()))
    assert picked[-1].startswith("▸bias")


def test_the_box_shows_the_step_of_a_paused_run_only() -> None:
    training = trained(300)
    snapshot, wires = pictured(training)
    for status, there in (("paused", True), ("running", False)):
        now = dataclasses.replace(snapshot, status=status)
        drawn = pane_cells(now, training.dataset, wires, Levels(), 120, 30, Pick(2, 3))
        assert ("from" in " ".join(text(drawn))) == there
    assert graph_size(120, 30, None) == (120, 29)
    assert graph_size(60, 16, Pick(1, 0)) == (60, 14)


def test_points_lie_in_bent_space_where_the_grid_says() -> None:
    training = trained(1, dataset="circle")
    snapshot, _ = pictured(training, 120)
    assert snapshot.neurons is not None
    at = [lookup(unit, training.dataset) for unit in snapshot.neurons[0]]
    assert np.abs(np.array(at).T - training.dataset.inputs).max() < 0.06
    outputs = training.trainer.network.layer_outputs(training.dataset.network_inputs())[0]
    assert np.abs(lookup(snapshot.neurons[1][2], training.dataset) - outputs[:, 2]).max() < 0.02


def test_principal_directions_keep_their_sign() -> None:
    rng = np.random.default_rng(0)
    layer = rng.normal(size=(5, 12, 12)) * np.array([1, 4, 2, 9, 1])[:, None, None]
    assert most_varied(layer) == (1, 3)
    bend, axes = by_principal(layer, None)
    assert bend.u.var() > bend.v.var()
    flipped, _ = by_principal(layer, -axes)
    assert np.allclose(flipped.u, -bend.u)
    assert most_varied(layer[:1]) == (0, 0)
    assert by_principal(layer[:1], None)[0].v.max() == 0


def test_an_input_that_is_held_is_neither_low_nor_high() -> None:
    rises, held = np.tile(np.linspace(0, 1, 4), (3, 1)), np.full((3, 4), -5.3)
    shares = spread(np.array([rises, held]))
    assert shares[0, 0].tolist() == pytest.approx([-1, -1 / 3, 1 / 3, 1])
    assert (shares[1] == 0).all()

"""The network pane: what keys and mouse pick, and what they ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from picturing import trained, viewed
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from tui_nn.render.look import Look
from tui_nn.render.network import HEADER, place
from tui_nn.render.wiring import Pick, wiring
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui import reshape
from tui_nn.ui.widgets import network_graph
from tui_nn.ui.widgets.network_graph import NetworkGraph


class Alone(App[None]):
    """The pane, and what it posts."""

    CSS = "NetworkGraph { height: 1fr; border: round $foreground 30%; }"

    def __init__(self, training: Training, look: Look) -> None:
        super().__init__()
        self.training, self.look = training, look
        self.graph = NetworkGraph()
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.graph

    def feed(self) -> None:
        self.graph.show(viewed(self.training, self.look, **self.graph.wanted()))

    def on_network_graph_weight_edited(self, message: NetworkGraph.WeightEdited) -> None:
        self.posted.append(message)

    def on_network_graph_setting_changed(self, message: NetworkGraph.SettingChanged) -> None:
        self.posted.append(message)

    @property
    def drawn(self) -> str:
        return "\n".join("".join(cell.text for cell in line) for line in self.graph._cells)

    async def drive(self, pilot: Pilot[None], *keys: str) -> None:
        await pilot.pause()
        self.graph.focus()
        self.feed()
        await pilot.press(*keys)
        self.feed()
        await pilot.pause()


@asynccontextmanager
async def pane(
    *keys: str, size: tuple[int, int] = (122, 32), **settings: Any
) -> AsyncIterator[tuple[Alone, Pilot[None]]]:
    app = Alone(trained(**{"steps": 60, **settings}), Look())
    async with app.run_test(size=size) as pilot:
        await app.drive(pilot, *keys)
        yield app, pilot


async def test_arrows_go_from_unit_to_unit_and_into_the_edges() -> None:
    async with pane() as (app, pilot):
        graph = app.graph
        assert graph.pick is None
        assert "negative" in app.drawn
        seen = []
        for key in ("down", "down", "left", "right", "right", "right", "right", "enter", "up"):
            await pilot.press(key)
            seen.append(graph.pick)
        assert seen[:2] == [Pick(1, 0), Pick(1, 1)]
        assert seen[2] is not None
        assert seen[2].layer == 0
        assert [pick.layer for pick in seen[2:7] if pick] == [0, 1, 2, 3, 3]
        assert seen[7:] == [Pick(3, 0, 0), Pick(3, 0, 8)]
        assert "bias → out" in app.drawn
        await pilot.press("escape")
        assert graph.pick == Pick(3, 0)
        assert "out = sigmoid(" in app.drawn
        await pilot.press("escape")
        assert graph.pick is None


async def test_a_click_picks_and_another_goes_on() -> None:
    async with pane(hidden=(4,)) as (app, pilot):
        plan = place(wiring(app.training.settings, app.training.dataset), 120, 29, None)
        column = plan.column(1)
        assert column is not None
        await pilot.click(NetworkGraph, (column.x + 2, column.tops[2] // 2 + HEADER + 1))
        assert app.graph.pick == Pick(1, 2)
        plan = app.graph._plan(wiring(app.training.settings, app.training.dataset))
        column = plan.column(1)
        assert column is not None
        await pilot.click(NetworkGraph, (column.x + 2, column.tops[2] // 2 + HEADER + 1))
        assert app.graph.pick == Pick(1, 2, 0)


async def test_a_weight_is_set_by_hand() -> None:
    async with pane("right", "enter", "down", "enter") as (app, pilot):
        field = app.graph.field
        assert field.open
        assert field.has_focus
        weight = app.training.trainer.network.weights[0][1, 0]
        assert float(field.value) == pytest.approx(weight, rel=1e-5)
        for wrong in ("nan", "inf", "1e999", "x"):
            field.value = wrong
            await pilot.press("enter")
            assert field.has_class("invalid")
            assert f"{wrong}: a weight is a finite number" in app.drawn
        assert app.posted == []
        field.value = "-1.5"
        await pilot.press("enter")
        assert vars_of(app.posted[0]) == (0, 1, 0, -1.5, "y → h1₁")
        assert not field.open
        assert app.graph.has_focus
        await pilot.press("enter", "9", "escape")
        assert not field.open
        await pilot.press("enter", "tab")
        assert not field.open
        assert len(app.posted) == 1


def vars_of(message: Message) -> tuple[object, ...]:
    assert isinstance(message, NetworkGraph.WeightEdited)
    return message.layer, message.row, message.unit, message.value, message.called


async def test_the_bias_is_the_row_after_the_inputs() -> None:
    async with pane("right", "enter", "up", "enter", "2", "enter") as (app, _):
        assert vars_of(app.posted[0]) == (0, 2, 0, 2.0, "bias → h1₁")


SHAPES: list[tuple[list[str], str, str]] = [
    (["right", "i"], "hidden", "5,2"),
    (["right", "k"], "hidden", "3,2"),
    (["right", "I"], "hidden", "4,4,2"),
    (["right", "right", "I"], "hidden", "4,2,2"),
    (["I"], "hidden", "4,2,2"),
    (["right", "left", "I"], "hidden", "4,4,2"),
    (["right", "K"], "hidden", "2"),
    (["right", "left", "home", "x"], "features", "y"),
    (["right", "left", "end", "enter"], "features", "x,y,sin_y"),
    (["right", "w"], "activation", "tanh,sigmoid"),
    (["right", "right", "t"], "dropout", "0,0.1"),
]


@pytest.mark.parametrize(("keys", "name", "value"), SHAPES)
async def test_keys_ask_for_another_shape(keys: list[str], name: str, value: str) -> None:
    async with pane(*keys, hidden=(4, 2)) as (app, _):
        (asked,) = app.posted
        assert isinstance(asked, NetworkGraph.SettingChanged)
        assert (asked.name, asked.value, asked.also) == (name, value, {})
        Settings(hidden=(4, 2)).changed(**{name: value})


async def test_what_each_layer_has_of_its_own_goes_with_it() -> None:
    own = {"hidden": (4, 2), "activation": ("tanh", "relu"), "dropout": (0.1, 0.0)}
    async with pane("right", "I", "K", **own) as (app, _):
        for asked in app.posted:
            assert isinstance(asked, NetworkGraph.SettingChanged)
            Settings(**own).changed(**{asked.name: asked.value, **asked.also})
        assert app.posted[0].also == {"activation": "tanh,tanh,relu", "dropout": "0.1,0.1,0"}  # type: ignore[attr-defined]
        assert app.posted[1].also == {"activation": "relu", "dropout": "0"}  # type: ignore[attr-defined]


async def test_what_is_not_possible_is_said_in_a_line() -> None:
    async with pane("i", hidden=(1,), features=("x",)) as (app, pilot):
        for keys, said in (
            ("", "pick a hidden layer first"),
            ("right k", "a layer has 1 to 1024 units"),
            ("left home x", "this is the last one"),
        ):
            await pilot.press(*keys.split())
            assert said in app.drawn
        assert app.posted == []
        await pilot.press("down")
        assert "last one" not in app.drawn


async def test_of_a_picked_input_it_says_what_can_be_done(tmp_path: Path) -> None:
    async with pane("right", "left", "home", size=(62, 18)) as (app, _):
        assert "x: an input, x switches it off" in app.drawn
    file = tmp_path / "own.csv"
    file.write_text("a,b,c,y\n" + "".join(f"{i},{-i},{i % 3},{i % 2}\n" for i in range(12)))
    async with pane("right", "left", "home", dataset=str(file)) as (app, pilot):
        assert "a: an input" in app.drawn
        for key in ("enter", "x"):
            await pilot.press("down", key)
            assert "Columns and Drop in the settings choose what is learnt from" in app.drawn
    async with pane("right", "left", "enter", dataset="digits") as (app, _):
        assert "this data set's inputs can't be switched off" in app.drawn


def test_limits_of_layers_and_units() -> None:
    training = trained(1, hidden=(1024,) + (1,) * 15)
    wires = wiring(training.settings, training.dataset)
    with pytest.raises(ValueError, match="at most 16"):
        reshape.add_layer(wires, None)
    with pytest.raises(ValueError, match="1024"):
        reshape.units(wires, Pick(1, 0), 1)
    assert reshape.dropout(wires, Pick(2, 0))["dropout"].startswith("0,0.1,0")
    none = trained(1, hidden=())
    assert reshape.add_layer(wiring(none.settings, none.dataset), None) == {"hidden": "4"}


async def test_bent_space_is_looked_at_from_other_sides() -> None:
    async with pane("v", dataset="circle") as (app, pilot):
        assert app.graph.wanted()["neurons"] == (41, 41)
        assert "hidden layer 2" in app.drawn
        assert {"○", "●"} <= set(app.drawn)
        before = app.drawn
        for key in ("up", "pagedown", "g", "left", "left"):
            await pilot.press(key)
            assert app.drawn != before
            before = app.drawn
        assert "the inputs" in app.drawn
        await pilot.press("escape")
        assert app.graph.bent is None
        assert app.graph.wanted()["neurons"] == (24, 24)


async def test_a_view_of_another_network_takes_its_place_when_it_comes() -> None:
    async with pane("right", "down", "down", "down", "down") as (app, _):
        shown = app.drawn
        wanted = app.graph.wanted()
        app.graph.show(viewed(app.training))  # without what was wanted
        assert app.drawn == shown
        app.graph.show(viewed(trained(5, hidden=(3,), dataset="rings"), **wanted))
        assert "3 out softmax" in app.drawn
        assert app.graph.pick is None


async def test_a_run_that_stands_still_is_not_drawn_again() -> None:
    async with pane("right") as (app, _):
        before = [list(line) for line in app.graph._cells]
        app.feed()
        after = app.graph._cells
        assert all(
            a is b
            for old, new in zip(before, after, strict=True)
            for a, b in zip(old, new, strict=True)
        )


async def test_a_run_is_drawn_again_soon_after_a_pick(monkeypatch: pytest.MonkeyPatch) -> None:
    async with pane() as (app, pilot):
        clock = SimpleNamespace(monotonic=lambda: 100.0)
        monkeypatch.setattr(network_graph, "time", clock)
        await pilot.press("right")  # nearly every cell is another
        app.training.trainer.run(200)
        running = dataclasses.replace(
            viewed(app.training, **app.graph.wanted()).snapshot, status="running"
        )
        view = dataclasses.replace(viewed(app.training), snapshot=running)
        before = app.drawn
        app.graph.show(view)
        assert app.drawn == before
        clock.monotonic = lambda: 101.01
        app.graph.show(view)
        assert app.drawn != before


async def test_a_pane_that_is_too_small_or_hidden_wants_nothing() -> None:
    async with pane(size=(30, 8)) as (app, _):
        assert app.graph.wanted() == {}
        assert "needs 36x6" in app.drawn
    async with pane() as (app, pilot):
        app.graph.display = False
        await pilot.pause()
        assert app.graph.wanted() == {}


Compare = Callable[..., bool]
PICTURES: dict[str, tuple[tuple[int, int], list[str], dict[str, Any]]] = {
    "smallest": ((40, 8), ["right"], {"hidden": (4, 2)}),
    "small": ((62, 18), [], {}),
    "middle": ((82, 22), ["right", "down"], {"dataset": "circle", "activation": "tanh"}),
    "large": ((122, 32), ["right", "right", "enter"], {"dataset": "spiral", "activation": "tanh"}),
    "classes": ((122, 32), [], {"dataset": "rings", "hidden": (8, 8, 8)}),
    "many": ((82, 22), ["right"], {"hidden": (64, 12)}),
    "bent": ((82, 22), ["v"], {"dataset": "circle", "activation": "tanh", "steps": 500}),
    "wrong": ((62, 18), ["right", "enter", "enter", "x", "enter"], {}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures(snap_compare: Compare, name: str) -> None:
    size, keys, settings = PICTURES[name]
    app = Alone(trained(**{"steps": 300, "learning_rate": 0.3, **settings}), Look())
    assert snap_compare(app, terminal_size=size, run_before=lambda pilot: app.drive(pilot, *keys))


def test_a_light_picture(snap_compare: Compare) -> None:
    app = Alone(trained(300), Look(dark=False))
    app.theme = "textual-light"
    assert snap_compare(app, terminal_size=(82, 22), run_before=app.drive)

"""The pane of the layers in an app of its own, on real runs without a process."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollDown
from textual.pilot import Pilot
from views import Run

from tui_nn.render.look import Look
from tui_nn.session.layer_record import LayerRecord
from tui_nn.ui.widgets.layer_health import LayerHealth

Compare = Callable[..., bool]


class Alone(App[None]):
    CSS = "LayerHealth { width: 100%; height: 100%; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = LayerHealth()

    def compose(self) -> ComposeResult:
        yield self.pane

    def lines(self) -> list[str]:
        return [self.pane.render_line(y).text for y in range(self.pane.size.height)]


async def test_it_wants_the_layers_while_it_is_shown() -> None:
    app = Alone()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        assert app.pane.wanted() == {"layers": True}
        app.pane.display = False
        await pilot.pause()
        assert app.pane.wanted() == {}


async def test_it_draws_what_it_is_shown_and_says_what_is_wrong() -> None:
    app, run = Alone(), Run(learning_rate=300)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        for _ in range(10):
            app.pane.show(run.view(50))
        assert "✗ sigmoid units saturated" in app.lines()[0]
        assert any("2 sigmoid, 8 units" in line for line in app.lines())
        assert app.pane.record.steps.tolist() == list(range(50, 501, 50))


async def test_a_look_back_is_at_the_layers_of_then() -> None:
    app, run = Alone(), Run()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        for _ in range(3):
            app.pane.show(run.view(50))
        early = Run().view(20)
        app.pane.show(dataclasses.replace(early, layers=run.layers, moment=20))
        assert app.pane.record.steps.tolist() == [50, 100, 150]
        assert app.pane.record.latest == early.snapshot.layers
        app.pane.show(run.view(50))
        assert app.pane.record.steps.tolist() == [50, 100, 150, 200]


async def test_a_look_back_before_the_layers_were_ever_seen() -> None:
    """As in a dashboard that has just attached to a run."""
    app, early = Alone(), Run().view(20)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        app.pane.show(dataclasses.replace(early, layers=LayerRecord(), moment=20))
        assert app.pane.record.latest == early.snapshot.layers
        assert any("2 sigmoid, 8 units" in line for line in app.lines())


async def test_many_layers_scroll_by_keys_and_wheel() -> None:
    app, run = Alone(), Run(hidden=(4,) * 15)
    async with app.run_test(size=(60, 9)) as pilot:
        await pilot.pause()
        app.pane.show(run.view(50))
        app.pane.focus()
        await pilot.press("down", "down")
        assert app.lines()[-1].startswith("8 sigmoid")
        await pilot.press("end")
        assert app.lines()[-1].startswith("16 sigmoid")
        await pilot.press("home")
        app.pane.post_message(MouseScrollDown(app.pane, 1, 1, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.lines()[-1].startswith("7 sigmoid")


def shown(app: Alone, run: Run, theme: str) -> Callable[[Pilot[None]], Any]:
    async def show(pilot: Pilot[None]) -> None:
        app.theme = theme
        await pilot.pause()
        for _ in range(20):
            app.pane.show(run.view(50))

    return show


@pytest.mark.parametrize("size", [(40, 8), (100, 50), (160, 14)])
def test_picture(snap_compare: Compare, size: tuple[int, int]) -> None:
    app = Alone()
    assert snap_compare(app, terminal_size=size, run_before=shown(app, Run(), "textual-dark"))


def test_picture_of_a_deep_network_in_a_light_theme(snap_compare: Compare) -> None:
    app = Alone()
    run = Run(Look(dark=False), hidden=(8,) * 8, init="xavier_uniform")
    assert snap_compare(app, terminal_size=(100, 24), run_before=shown(app, run, "textual-light"))

"""The chart's pane, driven by keys and mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from tui_nn.render.look import Look
from tui_nn.render.window import Window
from tui_nn.session import Wanted
from tui_nn.session.training import Training
from tui_nn.settings import Settings
from tui_nn.ui.view import Pin, View
from tui_nn.ui.widgets.loss_chart import LossChart

SPIRAL = {"dataset": "spiral", "activation": "tanh", "noise": 0.05, "train_fraction": 0.6}
EVENTS = [(0, "started"), (400, "learning rate 0.1"), (700, "optimizer gd")]


@cache
def view(steps: int = 1000, **settings: Any) -> View:
    run = Training(Settings(**{**SPIRAL, "target_loss": None, **settings}), None, False)
    run.step(steps)
    while run.active:
        run.advance()
    snapshot = run.snapshot(Wanted())
    return View(snapshot, run.settings, run.take_history(), EVENTS, points=run.dataset)


class Pane(App[None]):
    def __init__(self, shown: View) -> None:
        super().__init__()
        self.shown = shown
        self.moves: list[int | None] = []
        self.theme = "textual-dark" if shown.look.dark else "textual-light"

    def compose(self) -> ComposeResult:
        yield LossChart()

    def on_mount(self) -> None:
        chart = self.query_one(LossChart)
        chart.styles.border = ("round", "gray")
        chart.show(self.shown)
        chart.focus()

    def on_loss_chart_cursor_moved(self, event: LossChart.CursorMoved) -> None:
        self.moves.append(event.step)


@asynccontextmanager
async def pane(
    shown: View, size: tuple[int, int] = (80, 18)
) -> AsyncIterator[tuple[LossChart, Pilot[None], Pane]]:
    app = Pane(shown)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app.query_one(LossChart), pilot, app


def text(chart: LossChart) -> str:
    return "\n".join("".join(cell.text for cell in line) for line in chart._cells)


async def test_keys_zoom_and_pan_and_z_is_the_whole_run() -> None:
    async with pane(view()) as (chart, pilot, _):
        await pilot.press("up")
        assert chart.window == Window(500)
        await pilot.press("i", "h")
        assert chart.window == Window(250, 687.5)
        assert "250 steps" in chart.title
        await pilot.press("j")
        assert chart.window == Window(250)
        await pilot.press("k")
        assert chart.window == Window(500)
        await pilot.press("z")
        assert chart.window == Window()


async def test_a_zoomed_chart_stays_with_the_newest_points() -> None:
    whole = view()
    async with pane(replace(whole, history=whole.history[:20])) as (chart, pilot, _):
        await pilot.press("up")
        assert "1k" not in text(chart)
        chart.show(whole)
        assert "1k" in text(chart)


async def test_the_cursor_moves_by_keys_and_says_so() -> None:
    async with pane(view()) as (chart, pilot, app):
        assert "best" in text(chart)
        await pilot.press("left")
        await pilot.pause()
        assert app.moves == [975]
        losses = view().history[-2]
        assert f"at 975 ─ train {losses[1]:.5f} ─ test {losses[3]:.5f}" in text(chart)
        await pilot.press("home", "left", "right")
        await pilot.pause()
        assert app.moves[1:] == [0, 0, 25]
        await pilot.press("end")
        await pilot.pause()
        assert app.moves[-1] is None
        assert chart.cursor is None
        assert "best" in text(chart)


async def test_the_cursor_stands_at_the_moment_that_is_looked_back_at() -> None:
    async with pane(view()) as (chart, pilot, app):
        chart.show(replace(view(), moment=400))
        await pilot.pause()
        assert chart.cursor == 400
        assert app.moves == []
        assert "learning rate 0.1" in text(chart)
        await pilot.press("right")
        chart.show(replace(view(), moment=400))  # nothing nearer is kept: the cursor goes its way
        assert chart.cursor == 425
        chart.show(view())
        assert chart.cursor is None


async def test_the_cursor_does_not_stay_at_a_step_of_another_run() -> None:
    async with pane(view()) as (chart, pilot, _):
        await pilot.press("left", "left")
        assert chart.cursor == 950
        chart.show(view(100, seed=1))
        assert chart.cursor is None
        assert "best" in text(chart)


async def test_the_mouse_zooms_reads_and_drags() -> None:
    async with pane(view()) as (chart, pilot, app):
        await pilot.hover(LossChart, offset=(40, 8))
        assert chart.cursor is None
        assert "at 475" in text(chart)
        await pilot.click(LossChart, offset=(40, 8))
        await pilot.pause()
        assert app.moves == [475]
        await pilot.press("end")
        chart.action_zoom(0.25)
        await pilot.mouse_down(LossChart, offset=(40, 8))
        await pilot.hover(LossChart, offset=(60, 8))
        await pilot.mouse_up(LossChart, offset=(60, 8))
        assert chart.window.start is not None
        assert chart.window.start < 750
        await pilot.pause()
        assert app.moves == [475, None]


@pytest.mark.parametrize("shown", ["loss", "both"])
async def test_a_click_meets_the_step_that_is_drawn_there(shown: str) -> None:
    whole = view()
    dear = whole.history * [1, 1e6, 1, 1e6, 1]
    async with pane(replace(whole, history=dear), (60, 30)) as (chart, pilot, app):
        chart.log_axis, chart.shown = False, shown
        await pilot.press("end")
        for y in (12, 24):
            right = max(x for x, cell in enumerate(chart._cells[y]) if cell.text in "┤│")
            left = min(x for x, cell in enumerate(chart._cells[y]) if cell.text in "┤│")
            assert left > 5
            await pilot.click(LossChart, offset=(left + 2, y + 1))
            assert app.moves[-1] == 0
            await pilot.click(LossChart, offset=(right, y + 1))
            assert app.moves[-1] == 1000


async def test_the_wheel_zooms_at_the_pointer() -> None:
    async with pane(view()) as (chart, pilot, _):
        await pilot._post_mouse_events([MouseScrollUp], LossChart, (40, 8))
        start, end = chart.window.limits(1000)
        assert (475 - start) / (end - start) == pytest.approx(0.475)


async def test_smoothing_guides_accuracy_and_axis() -> None:
    async with pane(view(), (120, 40)) as (chart, pilot, _):
        plain = text(chart)
        for strength in ("0.6", "0.9", "0.97"):
            await pilot.press("f")
            assert f"smoothed {strength}" in chart.title
            assert text(chart) != plain
        await pilot.press("f")
        assert text(chart) == plain
        await pilot.press("g")
        assert text(chart).count("┼") > plain.count("┼") + 10
        await pilot.press("g", "v")
        assert "Accuracy" in chart.title
        assert "best" not in text(chart)
        await pilot.press("v")
        assert text(chart).count("train") == 2
        await pilot.press("v")
        assert text(chart) == plain
        assert "1e-1" in text(chart)
        assert "log" in chart.title
        chart.log_axis = False
        assert "1e-1" not in text(chart)
        assert "linear" in chart.title


async def test_of_values_the_metric_is_r2() -> None:
    async with pane(view(100, dataset="plane", output_activation="linear")) as (chart, pilot, _):
        await pilot.press("v")
        assert chart.title == "R²"


async def test_a_new_run_is_shown_whole_where_the_old_window_has_no_points() -> None:
    async with pane(view()) as (chart, pilot, _):
        await pilot.press("up", "h")
        assert chart.window.start is not None
        chart.show(view(100, seed=1))
        assert chart.window == Window()


async def test_of_a_running_run_the_best_is_that_of_the_curve_as_drawn() -> None:
    whole = view()
    running = replace(whole, snapshot=replace(whole.snapshot, status="running"))
    async with pane(replace(running, history=whole.history[:20])) as (chart, _, _):
        for rows in range(20, 30):
            drawn = whole.history[:rows]
            chart.show(replace(running, history=drawn))
            best = drawn[drawn[:, 1].argmin()]
            assert f"best {best[1]:.5f} at {best[0]:.0f} " in text(chart).split("\n")[0]


async def test_the_smallest_size_and_one_below() -> None:
    for size, said in (((40, 8), "train"), ((20, 8), "loss 0."), ((5, 3), "los"), ((1, 1), "")):
        async with pane(view(), size) as (chart, pilot, _):
            assert said in text(chart)
            await pilot.press(*"fgvvvikhjz", "left", "right", "home", "end")


async def test_a_pin_of_the_same_name_is_another_one() -> None:
    first, other = with_pin(Look()), view(800, learning_rate=0.03)
    async with pane(first) as (chart, _, _):
        before = text(chart)
        chart.show(replace(first, pins=[Pin("lr 0.3", other.history, other.snapshot)]))
        assert text(chart) != before
        chart.show(first)
        assert text(chart) == before


@pytest.mark.parametrize("width", [80, 120])
async def test_every_pin_is_named(width: int) -> None:
    other = view(800, learning_rate=0.3)
    names = "first, with learning rate 0.3", "second, with learning rate 0.3 and tanh"
    pins = [Pin(name, other.history, other.snapshot) for name in names]
    async with pane(replace(view(), pins=pins), (width, 18)) as (chart, _, _app):
        assert "first" in text(chart)
        assert "secon" in text(chart)


async def test_where_pins_have_no_room_the_latest_are_named() -> None:
    other, now = view(800), view()
    seeds = [now.settings.changed(seed=i) for i in range(11, 17)]
    pins = [Pin("", other.history, other.snapshot, None, settings) for settings in seeds]
    for width, named, more in ((180, 6, ""), (110, 4, "+2"), (76, 1, "+5"), (64, 0, "6 pinned")):
        async with pane(replace(now, pins=pins), (width, 18)) as (chart, _, _app):
            legend = text(chart).splitlines()[0]
            assert [i for i in range(11, 17) if f"seed {i}" in legend] == [*range(17 - named, 17)]
            assert more in legend


async def test_escape_leaves_the_cursor() -> None:
    async with pane(view()) as (chart, pilot, app):
        assert "esc" not in chart.title
        await pilot.press("left")
        assert "at 9" in text(chart)
        assert "esc leaves the cursor" in chart.title
        await pilot.press("escape")
        assert chart.cursor is None
        assert "train" in text(chart)
        assert "esc" not in chart.title
        assert app.moves[-1] is None


async def test_nothing_to_show_yet() -> None:
    empty = replace(view(), history=np.empty((0, 5)), events=[])
    async with pane(empty) as (_, pilot, app):
        await pilot.press(*"fgvikhjz", "left", "right", "home", "end")
        await pilot.hover(LossChart, offset=(40, 8))
        assert app.moves == [None, None]


Compare = Callable[..., bool]


def with_pin(look: Look) -> View:
    other = view(800, learning_rate=0.3)
    return replace(view(), look=look, pins=[Pin("lr 0.3", other.history, other.snapshot)])


@pytest.mark.parametrize("size", [(40, 8), (60, 16), (118, 38)])
def test_pictures(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(Pane(with_pin(Look())), terminal_size=size, press=["left", "g"])


def test_picture_of_both_in_light(snap_compare: Compare) -> None:
    keys = ["v", "v", "f", "f"]
    assert snap_compare(Pane(with_pin(Look(dark=False))), terminal_size=(118, 38), press=keys)


def test_picture_without_colour(snap_compare: Compare) -> None:
    assert snap_compare(Pane(with_pin(Look(colour=False))), terminal_size=(80, 18))

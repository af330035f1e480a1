"""Panes in a window: shown, hidden, maximised, stretched, dragged and filtered."""

import gc
import json
from itertools import pairwise
from pathlib import Path
from weakref import WeakSet

import pytest
from driving import Driver, dashboard
from textual.app import App, ComposeResult
from textual.content import Content
from textual.events import MouseDown, MouseUp
from textual.geometry import Region
from textual.widgets import Input, Label, RichLog, Static
from textual.widgets._footer import FooterKey

from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard
from tui_nn.ui.layout import PANES, Layout
from tui_nn.ui.screens.prompt import Prompt
from tui_nn.ui.widgets.cell_view import CellView
from tui_nn.ui.widgets.pane_grid import PaneGrid
from tui_nn.ui.widgets.points_table import PointsTable
from tui_nn.ui.widgets.prediction_maps import PredictionMaps


def shown(driver: Driver) -> set[str]:
    return {name for name, pane in driver.main.panes.items() if pane.display}


def region(driver: Driver, pane: str) -> Region:
    return driver.main.panes[pane].region


def inside(driver: Driver, pane: str) -> bool:
    focused = driver.main.focused
    return focused is not None and driver.main.panes[pane] in focused.ancestors_with_self


async def test_number_keys_show_go_to_and_hide() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        assert shown(driver) == set(PANES) - {"points"}
        await driver.pilot.press("5")
        assert shown(driver) == set(PANES)
        assert inside(driver, "points")
        await driver.pilot.press("1")
        assert inside(driver, "loss")
        assert shown(driver) == set(PANES)
        await driver.pilot.press("1")
        assert shown(driver) == set(PANES) - {"loss"}
        assert driver.main.focused is None
        await driver.pilot.press("0")
        assert shown(driver) == set(PANES) - {"points"}


async def test_a_medium_window_shows_the_network_and_names_what_it_does_not_show() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        network = driver.main.panes["network"]

        def title(name: str) -> str:
            return Content.from_markup(driver.main.panes[name].border_title or "").plain

        assert shown(driver) == {"loss", "maps", "network", "log"}
        said = title("network")
        assert said == "3 Network ─ 4 Layers 5 Points 6 Settings"
        at = network.region.x + 3 + said.index("Settings"), network.region.y
        await driver.pilot.click(offset=at)
        assert shown(driver) == {"loss", "maps", "settings", "log"}
        assert inside(driver, "settings")
        assert title("loss").endswith(" ─ 3 Network 4 Layers 5 Points")
        await driver.pilot.press("6")  # what gave way to the form comes back
        assert shown(driver) == {"loss", "maps", "network", "log"}


async def test_all_but_one_pane_can_be_hidden_and_the_run_goes_on() -> None:
    async with dashboard((120, 40), target_loss=None) as driver:
        await driver.field("seed")
        for key in "127":
            driver.main.panes[list(PANES)[int(key) - 1]].focus()
            await driver.pilot.press(key)
        assert shown(driver) == {"network"}
        assert driver.main.latest is not None
        await driver.until_step(driver.main.latest.step + 20)


async def test_a_pane_is_maximised_and_others_come_instead_of_it() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        before = shown(driver)
        await driver.pilot.press("2", "m")
        assert shown(driver) == {"maps"}
        assert region(driver, "maps").width == 120
        await driver.pilot.press("1")
        assert shown(driver) == {"loss"}
        await driver.pilot.press("m")
        assert shown(driver) == before
        await driver.pilot.press("m", "escape")
        assert shown(driver) == before


async def test_panes_grow_and_shrink_and_are_as_at_first() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        first = {name: region(driver, name) for name in PANES}
        await driver.pilot.press("2", "ctrl+up", "ctrl+up")
        assert region(driver, "maps").height > first["maps"].height
        assert region(driver, "loss").height < first["loss"].height
        await driver.pilot.press("ctrl+right", "ctrl+right")
        assert region(driver, "maps").width > first["maps"].width
        assert region(driver, "network").width < first["network"].width
        await driver.pilot.press("ctrl+left", "ctrl+left", "ctrl+down", "ctrl+down")
        assert {name: region(driver, name) for name in PANES} == first
        await driver.pilot.press("3", "ctrl+down", "ctrl+left", "0")
        assert {name: region(driver, name) for name in PANES} == first


async def drag(driver: Driver, start: tuple[int, int], end: tuple[int, int]) -> None:
    await driver.pilot.mouse_down(offset=start)
    await driver.pilot.hover(offset=end)
    await driver.pilot.mouse_up(offset=end)
    await driver.pilot.pause()


async def test_borders_are_dragged() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        loss, maps = region(driver, "loss"), region(driver, "maps")
        await drag(driver, (maps.x + 9, maps.y), (maps.x + 9, maps.y + 6))
        assert region(driver, "maps").y == maps.y + 6
        assert region(driver, "maps").bottom == maps.bottom
        network = region(driver, "network")
        await drag(driver, (network.x, network.y + 5), (network.x + 20, network.y + 5))
        assert abs(region(driver, "network").x - (network.x + 20)) <= 1
        assert region(driver, "network").right == network.right
        assert region(driver, "loss").width > loss.width


async def test_in_a_medium_window_both_sides_of_every_border_are_dragged() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        for side in (0, -1):  # a border is two cells, of which each can be grasped
            await driver.pilot.press("0", "6")  # as at first, and the form
            maps = region(driver, "maps")
            await drag(driver, (9, maps.y + side), (9, maps.y + side + 4))
            assert region(driver, "maps").y == maps.y + 4
            for x in (-10, 15, -200):
                form = region(driver, "settings")
                start = form.x + side
                await drag(driver, (start, 9), (max(0, start + x), 9))
                moved = region(driver, "settings")
                assert moved.x == form.x + x if x > -200 else 20 < moved.x < form.x
                assert moved.right == form.right == 120


async def test_a_border_stops_where_a_pane_would_be_gone() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        maps, network = region(driver, "maps"), region(driver, "network")
        await drag(driver, (maps.x + 9, maps.y), (maps.x + 9, 59))
        await drag(driver, (network.x, network.y + 5), (0, network.y + 5))
        for name in shown(driver):
            assert region(driver, name).width >= 19
            assert region(driver, name).height >= 3


async def test_small_panes_can_be_dragged_too() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        driver.main.shares.heights |= {"maps": 0.05, "points": 0.05}
        await driver.pilot.press("5")
        for y in (5, 30):
            points = region(driver, "points")
            await drag(driver, (points.x + 9, points.y), (points.x + 9, y))
            assert all(share > 0 for share in driver.main.shares.heights.values())


async def test_the_layout_is_remembered_from_start_to_start(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    for size, expected in ((120, 40), True), ((120, 40), False):
        async with TrainingSession(Settings(), pace=None, playing=False) as session:
            app = Dashboard(session, play=False, layout=path)
            async with app.run_test(size=size) as pilot:
                driver = Driver(app, pilot)
                await driver.field("seed")
                assert ("log" in shown(driver)) == expected
                assert (app.look.palette == "standard") == expected
                if expected:
                    await pilot.press("C", "7", "7")
                    assert "log" not in json.loads(path.read_text())["shown"]["medium"]
                    assert driver.main.view is not None
                    assert driver.main.view.look.palette == "colour-blind"
                await driver.settled()


def shown_text(pane: CellView) -> str:
    return "".join(pane.render_line(y).text for y in range(pane.content_size.height))


async def filter_by(driver: Driver, text: str) -> None:
    await driver.pilot.press("slash")
    await driver.until(lambda: isinstance(driver.app.screen, Prompt))
    driver.app.screen.query_one(Input).value = text
    await driver.pilot.press("enter")
    assert driver.app.screen is driver.main


async def test_the_form_is_filtered() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        await filter_by(driver, "LEARNING")
        fields = {f.setting for f in driver.main.form.query("Field") if f.display}
        assert "learning_rate" in fields
        assert "seed" not in fields
        titles = [str(g.id) for g in driver.main.form.query(".group") if g.display]
        assert "Optimizer" in titles
        assert "Data" not in titles
        await driver.pilot.press("comma")
        assert driver.main.focused is not None
        assert driver.main.focused.id in fields
        await driver.pilot.press("escape")
        await driver.pilot.press("slash", "escape")
        assert "seed" in {f.setting for f in driver.main.form.query("Field") if f.display}


async def test_a_digit_goes_to_the_form_and_hides_it_and_types_nothing_into_its_fields() -> None:
    async with dashboard(playing=False) as driver:
        await driver.field("noise")
        await driver.pilot.press("comma", "escape")
        await filter_by(driver, "noise")  # whose field is one to type into
        assert driver.main.grid.is_inside("settings")
        await driver.pilot.press("6")
        assert "settings" not in driver.main.shares.visible
        await driver.pilot.press("6", "tab")
        assert driver.main.focused is (field := await driver.field("noise"))
        await driver.pilot.press("escape", "escape", "comma", "tab", "6")  # a field takes it
        assert field.value == "6"


async def test_escape_in_a_filtered_form_ends_the_filter_which_is_said() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        form = driver.main.form
        await driver.field("seed")
        await driver.pilot.press("escape")
        await filter_by(driver, "rate")
        assert "filtered: rate" in str(form.border_subtitle)
        await driver.pilot.press("comma", "escape")
        assert "filtered" not in str(form.border_subtitle)
        assert "seed" in {f.setting for f in form.query("Field") if f.display}
        assert driver.main.focused is not None
        await driver.pilot.press("escape")
        assert driver.main.focused is None


async def test_a_filter_ends_on_the_field_that_was_found_which_stays_in_sight() -> None:
    async with dashboard((200, 46), playing=False) as driver:
        form, found = driver.main.form, await driver.field("max_steps")
        await filter_by(driver, "max steps")
        await driver.pilot.press("escape")
        assert not form.is_filtered
        await driver.until(lambda: driver.main.focused is found)
        await driver.until(lambda: form.content_region.contains_region(found.region))
        await driver.pilot.press("escape")
        assert driver.main.focused is None


async def test_a_filter_of_the_form_goes_to_what_has_the_name_before_what_is_about_it() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        found = await driver.field("learning_rate")
        await driver.pilot.press("comma", "escape", "slash")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.pilot.press(*"learn", "enter")
        assert driver.main.query_one("#dataset").region  # its help has the word
        await driver.pilot.press("escape")
        await driver.until(lambda: driver.main.focused is found)
        await driver.pilot.press("escape")
        await filter_by(driver, "learn")
        await driver.pilot.press("tab")
        await driver.until(lambda: driver.main.focused is found)
        await driver.pilot.press("escape", "escape")
        await filter_by(driver, "points to learn")
        await driver.pilot.press("escape")
        await driver.until(lambda: driver.main.focused and driver.main.focused.id == "dataset")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_log_stands_at_its_newest_lines_however_high_it_is(size: tuple[int, int]) -> None:
    async with dashboard(size, playing=False) as driver:
        await driver.field("seed")
        log = driver.main.query_one(RichLog)
        for i in range(80):
            driver.main.feedback.note(f"event {i}")
        for key in "7mm":
            await driver.pilot.press(key)
            await driver.pilot.pause()
            await driver.until(lambda: log.scroll_y == log.max_scroll_y > 0)


async def test_the_smallest_window_has_room_for_the_chart() -> None:
    async with dashboard((60, 20)) as driver:
        await driver.until_step(1)
        for key in "237":
            await driver.pilot.press(key)
            await driver.until(lambda: "train" in shown_text(driver.main.chart))
            assert region(driver, driver.main.shares.visible[-1]).bottom == 19


async def test_a_click_on_a_tab_goes_into_the_pane() -> None:
    async with dashboard((80, 24)) as driver:
        await driver.field("seed")
        for name, title in list(PANES.items())[::-1]:
            lower = driver.main.panes[driver.main.shares.visible[-1]]
            tabs = Content.from_markup(lower.border_title or "").plain
            x, y = lower.region.x + 3 + tabs.index(title), lower.region.y
            for event in (MouseDown, MouseUp):  # as they come from a terminal, in one read
                driver.app.post_message(event(None, x, y, 0, 0, 1, False, False, False, x, y))
            await driver.until(lambda name=name: name in shown(driver))
            await driver.pilot.pause(0.1)
            assert inside(driver, name)


async def test_the_points_are_filtered() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        await driver.pilot.press("5")
        table = driver.main.query_one(PointsTable)
        await driver.until(lambda: len(table.order) == 21)
        await filter_by(driver, "truth = 1")
        assert len(table.order) == 10
        maps = driver.main.query_one(PredictionMaps)
        assert "[" not in shown_text(maps)
        await driver.pilot.press("down", "down")
        await driver.until(lambda: shown_text(maps).count("[") == 2)  # in both maps
        await driver.pilot.press("escape")  # ends the filter first
        assert len(table.order) == 21
        await driver.pilot.press("escape")
        await driver.until(lambda: "[" not in shown_text(maps))


async def test_a_wrong_filter_of_the_points_is_refused_and_escape_leaves_the_old_one() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        await driver.pilot.press("5")
        table = driver.main.query_one(PointsTable)
        await driver.until(lambda: len(table.order) == 21)
        await filter_by(driver, "truth = 1")
        await driver.pilot.press("slash")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        line = driver.app.screen.query_one(Input)
        assert line.value == "truth = 1"
        line.value = "eror > 3"
        await driver.pilot.press("enter")
        assert isinstance(driver.app.screen, Prompt)
        said = str(driver.app.screen.query_one(Label).render())
        assert said.startswith("eror: one of point, x, y, truth, class")
        assert said.endswith("did you mean error?")
        line.value = "nothing"
        await driver.until(lambda: not len(table.order))
        await driver.pilot.press("escape")
        assert len(table.order) == 10
        assert "/truth = 1, esc clears it" in shown_text(table)
        await driver.pilot.press("slash")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        await driver.pilot.press("backspace", "enter")
        assert len(table.order) == 21


async def test_the_log_is_filtered() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        await driver.pilot.press("right_square_bracket", "o")
        await driver.until(lambda: "optimizer" in str(driver.main.logbook.events))
        await driver.pilot.press("7")
        log = driver.main.query_one(RichLog)
        await driver.until(lambda: len(log.lines) >= 3)
        await filter_by(driver, "Learning")
        assert [line.text.split()[1] for line in log.lines] == ["learning_rate"]
        await filter_by(driver, "")
        assert len(log.lines) >= 3


async def test_a_drag_of_a_border_does_not_pan_the_chart_afterwards() -> None:
    async with dashboard((200, 60), playing=False) as driver:
        await driver.field("seed")
        await driver.session.step(400)
        driver.main.watcher.wake()
        await driver.until_step(400)
        await driver.pilot.press("1", "up", "up", "h", "escape")
        network, window = region(driver, "network"), driver.main.chart.window
        await drag(driver, (network.x - 1, 8), (network.x - 20, 8))
        await driver.pilot.hover(offset=(20, 10))
        await driver.pilot.hover(offset=(40, 10))
        assert driver.main.chart.window == window


async def test_the_title_changes_in_the_same_picture_as_the_chart() -> None:
    async with dashboard() as driver:
        await driver.until_step(1)
        driver.main.chart.log_axis = False
        assert "linear axis" in str(driver.main.chart.border_title)


@pytest.mark.parametrize("shares", [(1.0, 1.1, 0.35), (1.25, 0.88, 0.5469), (1.7, 0.3, 0.2)])
async def test_panes_fill_their_column_to_its_last_row(shares: tuple[float, ...]) -> None:
    heights = dict(zip(("loss", "maps", "log"), shares, strict=True))
    layout = Layout()
    layout.heights |= heights
    grid = PaneGrid({name: Static() for name in PANES}, layout)

    class Grid(App[None]):
        def compose(self) -> ComposeResult:
            yield grid

    async with Grid().run_test(size=(120, 37)) as pilot:
        grid.show_layout()
        for height in range(37, 57):
            await pilot.resize_terminal(120, height)
            while grid.size.height != height:
                await pilot.pause(0.01)
            assert grid.panes["log"].region.bottom == height


async def test_no_key_is_cut_off_at_the_end_of_the_line() -> None:
    async with dashboard((80, 44), playing=False) as driver:
        await driver.field("seed")  # an end in the midst of the form's beginning is no test of keys
        line = driver.main.footer

        def said() -> set[str]:
            return {key.description for key in line.query(FooterKey)}

        for width, last in ((80, "help"), (120, "palette"), (200, "settings")):
            await driver.pilot.resize_terminal(width, 44)
            await driver.until(lambda width=width: line._width == width)
            for pane, first in {"loss": "cursor", "network": "pick", "points": "sort"}.items():
                driver.main.grid.go_to(pane)
                await driver.until(lambda first=first: first in said())
                await driver.pilot.pause()
                assert {"help", last} <= said()
                keys = list(line.query(FooterKey))
                ends = sorted((key.region.x, key.region.right) for key in keys)
                assert all(end <= begin for (_, end), (begin, _) in pairwise(ends))
                assert ends[-1][1] <= width


async def test_keys_that_stay_are_not_made_anew() -> None:
    async with dashboard((120, 40), playing=False) as driver:
        await driver.field("seed")
        await driver.pilot.press("comma", "tab")
        keys = list(driver.main.footer.query(FooterKey))
        await driver.pilot.press("tab", "tab")
        assert keys == list(driver.main.footer.query(FooterKey)) != []


async def test_bent_space_has_its_own_keys() -> None:
    async with dashboard((80, 24)) as driver:

        def said() -> list[str]:
            return [key.description for key in driver.main.footer.query(FooterKey)]

        await driver.field("seed")
        await driver.pilot.press("3", "v")
        bent = ["layer", "unit across", "unit up", "principal", "graph"]
        await driver.until(lambda: said()[:5] == bent)
        await driver.pilot.press("v")
        await driver.until(lambda: "pick" in said() and not {"layer", "graph"} & set(said()))


async def test_keys_that_are_no_longer_shown_are_forgotten() -> None:
    async with dashboard() as driver:
        await driver.until(lambda: driver.main.footer.query(FooterKey))
        gone = WeakSet(driver.main.footer.query(FooterKey))
        for width in (80, 120, 100):
            await driver.pilot.resize_terminal(width, 40)
            await driver.until(lambda width=width: driver.main.footer._width == width)
            await driver.pilot.pause(0.1)
        gc.collect()
        assert not gone


async def test_the_plane_that_is_chosen_is_that_of_all_panes() -> None:
    async with dashboard((120, 40), dataset="f(a, b, c) = a > b + c") as driver:
        main = driver.main
        await driver.until_step(1)
        await driver.pilot.press("3", "2", "right")
        await driver.until(lambda: main.view and main.view.points.axes == (2, 1))
        await driver.pilot.press("g")
        await driver.until(lambda: main.view and main.view.points.principal is not None)
        assert main.view is not None
        snapshot, again = main.view.snapshot, main.view.points
        assert snapshot.surface is not None
        assert snapshot.neurons is not None
        assert main.planes.points(driver.session.shown, snapshot.plane) is again
        main.maps.kind = "importance"
        await driver.until(lambda: main.view and main.view.snapshot.importance)
        await driver.pilot.press("d")  # two inputs again
        await driver.until(lambda: main.maps.axes == ())

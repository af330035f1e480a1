"""The layout: what is shown in which window, in which shares, and what is remembered of it."""

import json
from pathlib import Path

import pytest

from tui_nn.ui.layout import DEFAULTS, FORM, HEIGHTS, PANES, Layout, size_class


def sized(size: str, path: Path | None = None) -> Layout:
    layout = Layout(path)
    layout.size = size
    return layout


@pytest.mark.parametrize(
    ("window", "size"),
    [
        ((80, 24), "small"),
        ((99, 60), "small"),
        ((200, 35), "small"),
        ((100, 36), "medium"),
        ((120, 40), "medium"),
        ((159, 60), "medium"),
        ((200, 41), "medium"),
        ((160, 42), "large"),
        ((200, 60), "large"),
    ],
)
def test_the_class_of_a_window(window: tuple[int, int], size: str) -> None:
    assert size_class(*window) == size


def test_a_small_window_has_the_loss_and_one_other_pane() -> None:
    layout = sized("small")
    for pane in PANES:
        layout.show(pane)
        assert layout.visible == (["loss"] if pane == "loss" else ["loss", pane])


def test_a_medium_window_has_room_for_the_form_or_for_the_network() -> None:
    layout = sized("medium")
    layout.show("network")
    assert "settings" not in layout.visible
    layout.show("layers")
    assert {"network", "layers"} <= set(layout.visible)
    layout.show("settings")
    assert not {"network", "layers"} & set(layout.visible)
    assert {"loss", "maps", "log"} <= set(layout.visible)
    layout.hide("settings")
    assert {"network", "layers"} <= set(layout.visible)


def test_a_large_window_has_room_for_all() -> None:
    layout = sized("large")
    for pane in PANES:
        layout.show(pane)
    assert set(layout.visible) == set(PANES)
    assert len(layout.visible) == len(PANES)


def test_the_last_pane_stays() -> None:
    layout = sized("large")
    for pane in PANES:
        layout.hide(pane)
    assert len(layout.visible) == 1


def test_each_class_of_window_has_its_own_panes() -> None:
    layout = sized("large")
    layout.hide("maps")
    layout.size = "medium"
    assert "maps" in layout.visible


def test_a_pane_that_has_all_of_the_window() -> None:
    layout = sized("medium")
    layout.solo = "maps"
    assert layout.visible == ["maps"]
    layout.show("points")
    assert layout.visible == ["points"]
    layout.solo = ""
    assert {"maps", "points"} <= set(layout.visible)
    layout.solo = "maps"
    layout.hide("maps")
    assert "maps" not in layout.visible
    assert len(layout.visible) > 1


def test_shares_grow_and_shrink_within_limits() -> None:
    layout = sized("large")
    layout.stretch("maps", 1, across=False)
    assert layout.heights["maps"] > HEIGHTS["maps"]
    layout.stretch("maps", -1, across=False)
    assert layout.heights["maps"] == pytest.approx(HEIGHTS["maps"])
    layout.stretch("network", -1, across=True)
    assert layout.widths[1] < layout.widths[0]
    layout.stretch("settings", 1, across=True)
    assert layout.form > FORM
    layout.stretch("settings", 1, across=False)
    for _ in range(5000):
        layout.stretch("settings", -1, across=True)
        layout.stretch("maps", 1, across=False)
        layout.stretch("log", -1, across=False)
    assert 20 < layout.form < FORM
    assert 0 < layout.heights["log"] < layout.heights["maps"] < 1000


def test_reset_is_as_at_first() -> None:
    layout = sized("large")
    layout.solo = "maps"
    layout.hide("loss")
    layout.stretch("maps", 1, across=False)
    layout.reset()
    assert layout.visible == list(DEFAULTS["large"])
    assert layout.heights == HEIGHTS


def test_it_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "new" / "layout.json"
    layout = sized("large", path)
    layout.hide("maps")
    layout.show("points")
    layout.stretch("loss", 1, across=False)
    layout.stretch("network", 1, across=True)
    layout.stretch("settings", 1, across=True)
    layout.next_palette()
    layout.save()
    again = sized("large", path)
    assert set(again.visible) == set(layout.visible)
    assert (again.heights, again.widths) == (layout.heights, layout.widths)
    assert again.form == layout.form
    assert again.palette == layout.palette == "colour-blind"
    assert [p.name for p in path.parent.iterdir()] == ["layout.json"]


def test_without_a_place_nothing_is_remembered_and_a_full_disk_is_no_error() -> None:
    Layout(None).save()
    Layout(Path("/proc/nowhere/layout.json")).save()


GOOD = {"shown": DEFAULTS, "heights": HEIGHTS, "widths": [1, 1]}


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "{",
        "[]",
        "null",
        "\x00\xff",
        "[" * 5000,
        json.dumps({**GOOD, "shown": {}}),
        json.dumps({**GOOD, "shown": {**DEFAULTS, "large": [[]]}}),
        json.dumps({**GOOD, "shown": {**DEFAULTS, "large": ["maps"]}, "heights": None}),
        json.dumps({**GOOD, "heights": {**HEIGHTS, "maps": "wide"}}),
        json.dumps({**GOOD, "widths": {"left": 1}}),
    ],
)
def test_a_file_that_cannot_be_read_is_as_none(kept: str, tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text(kept, encoding="latin-1")
    layout = sized("large", path)
    assert layout.visible == list(DEFAULTS["large"])
    assert layout.heights == HEIGHTS


def test_what_a_file_has_that_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    wild = {**HEIGHTS, "loss": float("inf"), "maps": float("nan"), "log": -3}
    shown = {"small": list(PANES), "medium": ["gone"], "large": ["maps", "maps", "gone"]}
    kept = {"shown": shown, "heights": wild, "widths": [1e308], "palette": "gone"}
    path.write_text(json.dumps(kept))
    layout = sized("large", path)
    assert layout.palette == "standard"
    assert layout.visible == ["maps"]
    assert all(0 < share < 1000 for share in (*layout.heights.values(), *layout.widths))
    assert len(layout.widths) == 2
    layout.size = "medium"
    assert layout.visible == list(DEFAULTS["medium"])
    layout.size = "small"
    assert len(layout.visible) <= 2

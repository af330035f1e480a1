"""The status line sends what has changed of it."""

from driving import dashboard
from textual.content import Content
from textual.geometry import Region

from tui_nn.ui.widgets.status_line import changes


async def test_the_pace_of_an_ended_run_changes_in_sight() -> None:
    async with dashboard((80, 24), pace=None, max_steps=5) as driver:
        await driver.until_status("finished")
        line = driver.main.status
        for key, pace in (("minus", "10000/s"), ("minus", "5000/s"), ("plus", "10000/s")):
            await driver.pilot.press(key)
            await driver.until(lambda pace=pace: f"at pace {pace}" in str(line.content))


def test_of_figures_the_ones_that_change() -> None:
    before = Content.from_markup("[b]running[/] step 100 loss 0.25\npace 500")
    after = Content.from_markup("[b]running[/] step 125 loss 0.24\npace 500")
    assert changes(before, after, 40) == [Region(14, 0, 12, 1)]
    assert changes(before, before, 40) == []


def test_a_style_is_a_change_too() -> None:
    before, after = Content.from_markup("[b]end"), Content.from_markup("[i]end")
    assert changes(before, after, 10) == [Region(0, 0, 3, 1)]


def test_a_line_that_gets_shorter_or_is_cut_off() -> None:
    assert changes(Content("abcdef"), Content("abc"), 10) == [Region(3, 0, 3, 1)]
    assert changes(Content("abcd"), Content("abcde"), 4) == [Region(3, 0, 1, 1)]
    assert changes(Content("abcdx"), Content("abcdy"), 4) == []

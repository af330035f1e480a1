"""Poor terminals: of sixteen colours, of none, of ASCII; nothing is told by colour alone."""

import re
from pathlib import Path

import pyte
import pytest
from driving import Driver
from test_terminal import Terminal, terminal

from tui_nn.render.glyphs import ASCII, UNICODE
from tui_nn.session import TrainingSession
from tui_nn.settings import Settings
from tui_nn.ui.app import Dashboard


def finished(tui: Terminal) -> str:
    """The screen when the run has ended."""
    tui.until(b"finished")
    tui.read(1)
    screen = pyte.Screen(120, 40)
    pyte.ByteStream(screen).feed(tui.output)
    return "\n".join(screen.display)


def in_a_terminal(
    environment: dict[str, str], patch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[bytes, str]:
    """What a run sent to a terminal, and the screen at its end."""
    patch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("COLORTERM", "NO_COLOR"):
        patch.delenv(name, raising=False)
    for name, value in environment.items():
        patch.setenv(name, value)
    with terminal("--pace", "max", term=environment["TERM"]) as tui:
        seen = finished(tui)
        return tui.output, seen


def assert_all_is_told(seen: str) -> None:
    for glyph in UNICODE.binary[0]:
        assert seen.count(glyph) > 10  # both classes, as truth and as predictions
    assert "target loss reached" in seen
    assert "acc 100.0 %" in seen


def test_sixteen_colours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sent, seen = in_a_terminal({"TERM": "xterm"}, monkeypatch, tmp_path)
    assert not re.search(rb"\x1b\[[\d;]*[34]8;", sent)
    assert_all_is_told(seen)


def test_no_colours_are_shades_of_grey(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}
    sent, seen = in_a_terminal(environment, monkeypatch, tmp_path)
    shades = set(re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", sent))
    assert all(red == green == blue for red, green, blue in shades)
    assert_all_is_told(seen)


async def test_ascii_is_ascii(tmp_path: Path) -> None:
    odd: dict[str, str] = {}
    settings = Settings(dataset="circle", activation="tanh", train_fraction=0.7)
    async with TrainingSession(settings, pace=None, playing=False) as session:
        app = Dashboard(session, tmp_path / "run", ascii=True, play=False)
        async with app.run_test(size=(200, 60)) as pilot:
            driver = Driver(app, pilot)
            await driver.field("seed")
            await session.step(300)
            app.main.watcher.wake()
            await driver.until_step(300)
            await pilot.press("5", "less_than_sign")
            await driver.until(lambda: app.main.slider.display)
            await pilot.pause()
            for y, line in enumerate(app.screen._compositor.render_strips()):
                for x, char in enumerate(line.text):
                    if ord(char) > 127:
                        widget = type(app.screen.get_widget_at(x, y)[0]).__name__
                        odd[widget] = odd.get(widget, "") + char
            text = "\n".join(s.text for s in app.screen._compositor.render_strips())
    assert all(text.count(glyph) > 10 for glyph in ASCII.binary[0])
    said = {name: " ".join(sorted(set(odd[name]))) for name in sorted(odd)}
    assert str(said) == "{}"

"""`F` and a file, or a function, that is typed."""

from pathlib import Path

import pytest
from driving import dashboard
from textual.widgets import Input, Label

from tui_nn.ui.data_names import data_choice, data_name
from tui_nn.ui.screens.prompt import Prompt

FLOWERS = "x,y,class\n0,0,rose\n1,1,lily\n0,1,rose\n1,0,lily\n"


def test_what_is_typed_is_a_file_or_a_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("flowers.csv", "flowers", "f(x) = 2.csv"):
        (tmp_path / name).write_text(FLOWERS)
    assert data_name(" flowers.csv ") == "flowers.csv"
    assert data_name("flowers") == "./flowers"
    assert data_name("~/flowers") == str(tmp_path / "flowers")
    assert data_name("f(x) = 2.csv") == "f(x) = 2.csv"
    assert data_name("f(x, y) = x/2 > 0.1*y") == "f(x, y) = x/2 > 0.1*y"
    assert data_name("spiral") == "spiral"
    for name, said in (
        ("", "a file's name"),
        ("-", "a file's name"),
        ("~", "is a folder"),
        ("no.csv", "no.csv: there is no such file"),
        ("spirall", "no such file"),
        ("a\x1b[31m.csv", "a�"),
        ("a\0b.csv", "no such file"),
        ("/dev/urandom", "is no file"),
        ("f(x, y) = x*", "not an expression"),
        ("f(x, y) = z > 0", "z: is none of x, y"),
    ):
        with pytest.raises(ValueError, match=said) as error:
            data_name(name)
        assert str(error.value).isprintable()


def test_options_say_how_a_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("flowers.csv", "a --b.csv"):
        (tmp_path / name).write_text(FLOWERS)
    assert data_choice("a --b.csv") == {"dataset": "a --b.csv"}
    assert data_choice("flowers.csv --missing=mean --drop 'x,y'") == {
        **{"dataset": "flowers.csv", "missing": "mean", "drop": "x,y"}
    }
    for text, said in (
        ("flowers.csv --lr 1", "--lr: one of --target"),
        ("flowers.csv --target", "--target: needs a value"),
        ("flowers.csv --missing none", "one of error, drop"),
        ("flower.csv --missing drop", "no such file"),
        ("flowers.csv --target 'x", "quotation"),
    ):
        with pytest.raises(ValueError, match=said):
            data_choice(text)


async def test_a_file_is_opened_from_the_dashboard(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS)
    async with dashboard(size=(80, 24), playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("F")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        driver.app.screen.query_one(Input).value = f"{path} --target y"
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.session.settings.dataset == str(path))
        await driver.until(lambda: "4 rows, 2 inputs" in str(driver.main.logbook.events))
        assert driver.session.settings.target == "y"
        path.write_text("x,y,class\n1,,rose\n2,1,rose\n")
        driver.main.action_steer("cycle", ("dataset", 1))
        driver.main.action_steer("change", ("dataset", str(path)))
        await driver.notified("missing or infinite")


async def test_what_is_wrong_with_a_file_is_said_under_the_line(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("name,y,class\n,1,lily\n" + "".join(f"flower {i},,rose\n" for i in range(200)))
    async with dashboard(size=(80, 24), playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("F")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        prompt = driver.app.screen
        line, said = prompt.query_one(Input), prompt.query_one(Label)
        line.value = str(path)
        await driver.pilot.press("enter")
        await driver.until(lambda: "missing or infinite" in str(said.render()))
        assert driver.app.screen is prompt
        assert not driver.app._notifications
        assert driver.session.settings.dataset == "xor"
        await driver.until(lambda: said.size.height > 2)  # all of it can be read
        line.value = f"{path} --drop name --missing zero --target class"
        await driver.until(lambda: str(said.render()) == "")
        path.write_text(FLOWERS.replace("x", "name"))
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.session.settings.dataset == str(path))
        await driver.until(lambda: driver.app.screen is driver.main)
        await driver.pilot.press("F")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        assert driver.app.screen.query_one(Input).value == line.value


async def test_a_line_that_was_left_is_answered_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("x,y\n1,\n")
    async with dashboard(size=(80, 24), playing=False) as driver:
        await driver.until_status("paused")
        await driver.pilot.press("F")
        await driver.until(lambda: isinstance(driver.app.screen, Prompt))
        driver.app.screen.query_one(Input).value = str(path)
        driver.app.simulate_key("enter")
        driver.app.simulate_key("escape")
        await driver.until(lambda: driver.app.screen is driver.main)
        await driver.notified("missing or infinite")

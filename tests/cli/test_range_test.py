"""`tui-nn range-test`: the chart, the suggestion, and what has no range test."""

import json
import os
import shlex
import subprocess
import sys
from typing import Any

import pytest

from tui_nn.cli.commands import run
from tui_nn.engine.range_test import range_test
from tui_nn.experiment import build_trainer
from tui_nn.settings import Settings

EXPLODES = ["--activation", "relu", "--output-activation", "linear"]


def lines(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert run(["range-test", *arguments]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return output.out.splitlines()


def test_json_is_the_engines_sweep(capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--optimizer", "adam", "--lowest", "1e-4", "--highest", "2", "--steps", "50"]
    (line,) = lines(capsys, *flags, "--json")
    found = range_test(build_trainer(Settings(optimizer="adam")), 1e-4, 2, 50)
    assert json.loads(line) == {
        "rates": found.learning_rates.tolist(),
        "losses": found.losses.tolist(),
        "smoothed": found.smoothed.tolist(),
        "suggestion": found.suggestion,
    }
    assert found.suggestion is not None


def test_the_command_that_it_prints_trains_with_the_suggestion(
    capsys: pytest.CaptureFixture[str],
) -> None:
    flags = ["--dataset", "linear", "--optimizer", "adam", "--lr", "7"]
    (line,) = lines(capsys, *flags, "--json")
    *_, last = lines(capsys, *flags)
    said, command = last.split(": ")
    name, train, *suggested = shlex.split(command)
    assert (name, train) == ("tui-nn", "train")
    assert run([train, *suggested, "--print-config"]) == 0
    rate = float(said.removeprefix("Learning rate "))
    assert rate == pytest.approx(json.loads(line)["suggestion"], rel=0.05)
    config = capsys.readouterr().out
    for setting in ('dataset = "linear"', 'optimizer = "adam"', f"learning_rate = {rate}"):
        assert setting in config.splitlines()


@pytest.mark.parametrize("columns", [1, 20, 80, 200])
@pytest.mark.parametrize("flags", [[], EXPLODES, ["--lowest", "0.51", "--highest", "0.52"]])
def test_the_chart_fits_and_has_its_mark(
    columns: int,
    flags: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    *page, _ = lines(capsys, *flags)
    chart = "\n".join(page[:14])
    assert max(map(len, page)) <= max(columns, 16)
    assert chart.count("◆") == (1 if columns > 1 else 0)  # cut off with most of the chart
    if columns >= 80:
        assert "smoothed   ◆ suggestion" in page[15]
        assert "·" in chart
        assert page[14].split()[0] == ("0.51" if "--lowest" in flags else "1e-5")


@pytest.mark.parametrize(
    "flags",
    [
        ["--maximize"],
        [*EXPLODES, "--lowest", "1e8", "--highest", "1e9"],
        [*EXPLODES, "--hidden", ",".join(["64"] * 16), "--lowest", "1e8", "--highest", "1e9"],
    ],
)
def test_where_nothing_falls_it_says_so(
    flags: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    *_, last = lines(capsys, *flags)
    assert last.startswith("The loss falls at no learning rate from 1e")
    (line,) = lines(capsys, *flags, "--json")
    assert json.loads(line)["suggestion"] is None
    assert not {"NaN", "Infinity"} & set(line.replace(",", " ").split())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--optimizer rprop", "--optimizer rprop: has no range test: it heeds the learning rate"),
        ("--optimizer lbfgs", "--optimizer lbfgs: has no range test: its learning rate is a"),
        ("--lowest 0", "--lowest 0: a number above 0, at most 1e9"),
        ("--highest x", "--highest x: a number above 0, at most 1e9"),
        ("--highest auto", "--highest auto: a number above 0, at most 1e9\n"),
        ("--lowest 1 --highest 0.1", "--lowest 1: must be below --highest, 0.1"),
        ("--steps 1", "--steps 1: a whole number from 2 to 100,000"),
        ("--steps 2.5", "--steps 2.5: a whole number from 2 to 100,000"),
        ("--hidden x", "--hidden x: units of each layer"),
        ("--pace 5", "--pace: no such option here; the dashboard has it"),
        ("more", "more: range-test takes options only"),
    ],
)
def test_wrong_usage_is_one_line(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["range-test", *line.split()]) == 2
    output = capsys.readouterr()
    assert output.err.startswith(f"tui-nn: {said}")
    assert output.err.count("\n") == 1
    assert output.out == ""


def test_piped_it_has_no_colours_and_without_utf8_it_is_ascii() -> None:
    def piped(**environ: str) -> Any:
        command = [sys.executable, "-m", "tui_nn", "range-test"]
        environment = os.environ | {"COLUMNS": "60"} | environ
        done = subprocess.run(command, capture_output=True, env=environment, timeout=60)
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    page = piped(PYTHONUTF8="1").decode()
    assert "\x1b" not in page
    assert "◆" in page
    page = piped(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert page.isascii()
    assert b"?" not in page
    assert b"@ suggestion" in page

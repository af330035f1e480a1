"""`tui-nn bench` measures in rounds as short as you like."""

import json

import pytest

from tui_nn import bench
from tui_nn.cli.commands import run

SHORT = ["--rounds", "2", "--seconds", "0.001"]


def test_it_prints_ratios_with_their_spread_and_what_they_mean(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for peer in bench.INSTALLED:  # with them it is the same, and takes longer
        monkeypatch.setitem(bench.INSTALLED, peer, lambda: None)
    assert run(["bench", "--only", "xor, gd", *SHORT]) == 0
    output = capsys.readouterr()
    assert output.err == ""
    lines = output.out.splitlines()
    assert lines[0].strip() == "2-8-8-1 xor, gd"
    assert max(map(len, lines)) <= 80
    for word in ("textbook NumPy", "×", "the median of 2 rounds of 0.001 s", "without planned"):
        assert word in " ".join(output.out.split())


def test_json_has_a_line_for_each_contestant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--only", "population of 64, xor", "--json", *SHORT]) == 0
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [result["contestant"] for result in results] == ["tui-nn", "one at a time"] * 2
    assert all(result["low"] <= result["steps_per_second"] <= result["high"] for result in results)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--only nothing", "--only nothing: in no name"),
        ("--rounds 0", "--rounds 0: a whole number from 1 to 1,000"),
        ("--rounds 1.9", "--rounds 1.9: a whole number from 1 to 1,000"),
        ("--seconds x", "--seconds x: a number from 0.001 to 60"),
    ],
)
def test_wrong_usage_is_one_line(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", *line.split()]) == 2
    assert capsys.readouterr().err.startswith(f"tui-nn: {said}")


@pytest.mark.parametrize("work", bench.works(), ids=lambda work: work.name)
def test_every_contestant_takes_steps(work: bench.Work) -> None:
    for make in work.contestants.values():
        make()(1)

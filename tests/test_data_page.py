"""What docs/data.md shows works as it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tui_nn.cli.commands import run
from tui_nn.datasets import expressions
from tui_nn.settings import Settings, flag_of

PAGE = (Path(__file__).parent.parent / "docs" / "data.md").read_text()
BLOCKS = [block.replace("\n    ", "\n").strip() for block in re.findall(r"(?:\n    .+)+", PAGE)]
LINES = [line for block in BLOCKS for line in block.splitlines() if "tui-nn train" in line]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flowers.csv").write_text(
        next(block for block in BLOCKS if block.startswith("petal,")) + "\n"
    )
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("line", [line for line in LINES if "|" not in line])
def test_each_command_trains(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split(line)[1:]) == 0
    assert "step limit reached" in capsys.readouterr().out


def test_what_is_understood_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shlex.split(LINES[0])[1:]) == 0
    said = capsys.readouterr().err.replace("tui-nn: ", "")
    assert next(block for block in BLOCKS if "(the last column)" in block) in said


def test_standard_input_is_read_by_whoever_started_the_program() -> None:
    (line,) = (line for line in LINES if "|" in line)
    program = f"{sys.executable} -m tui_nn"
    done = subprocess.run(
        ["sh", "-c", line.replace("tui-nn", program)],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    assert (done.returncode, "step limit reached" in done.stdout) == (0, True), done.stderr
    assert "-: 6 rows, 3 inputs" in done.stderr


def test_every_option_and_function_is_named() -> None:
    for name in ("target", "columns", "drop", "task", "missing", "test_file", "data_hash"):
        assert name in Settings.model_fields
        assert f"`{flag_of(name)}" in PAGE
    functions = PAGE.partition("## Functions")[2].replace("\n", " ")
    for name in (*expressions.FUNCTIONS, *expressions.CONSTANTS):
        assert re.search(rf"\b{name}\b", functions)

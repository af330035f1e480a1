"""What docs/data.md shows works as it stands there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tui_nn.cli.commands import run
from tui_nn.datasets import expressions
from tui_nn.settings import Settings, flag_of

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "data.md").read_text()
BLOCKS = [block.replace("\n    ", "\n").strip() for block in re.findall(r"(?:\n    .+)+", PAGE)]
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if "tui-nn " in line]
# Those that stand for themselves; runs with a name are made for what comes after them.
LINES = [line for line in COMMANDS if "tui-nn train" in line and "--name" not in line]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, first in (("flowers.csv", "petal,"), ("new.csv", "id,")):
        table = next(block for block in BLOCKS if block.startswith(first))
        assert (DOCS / name).read_text() == f"{table}\n"
        shutil.copy(DOCS / name, tmp_path)
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


def test_what_was_learnt_is_said_of_other_rows_and_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_NN_STORE", str(tmp_path / "runs.sqlite3"))
    (tmp_path / "points.csv").write_text("v,u\n1,-2\n")
    output = {}
    for line in COMMANDS:
        if re.match("tui-nn (predict|export|train .* --name)", line):
            assert run(shlex.split(line)[1:]) == 0, line
            output[line] = capsys.readouterr().out
    shown = next(block for block in BLOCKS if block.startswith("id,colour,stem,petal,predicted"))
    assert cells(output["tui-nn predict flowers new.csv"]) == cells(shown)
    assert ",predicted," in output["tui-nn predict product points.csv"]
    alone = [sys.executable, "-I", "model.py", "new.csv"]
    assert " ".join(["python", *alone[2:]]) in PAGE
    done = subprocess.run(alone, capture_output=True, text=True)
    assert cells(done.stdout) == cells(shown)
    snippet = next(block for block in BLOCKS if block.startswith("import onnxruntime"))
    scope: dict[str, Any] = {}
    exec(snippet.replace("\nsession.run", "\nfound = session.run"), scope)
    assert [*scope["found"][0], *scope["found"][1][0]] == cells(shown)[1][4:]


def cells(text: str) -> list[list[Any]]:
    """Those of a table; numbers that they nearly are."""
    rows = [line.split(",") for line in text.splitlines()]
    return [[pytest.approx(float(c), abs=1e-6) if "." in c else c for c in row] for row in rows]


def test_every_option_and_function_is_named() -> None:
    for name in ("target", "columns", "drop", "task", "missing", "test_file", "data_hash"):
        assert name in Settings.model_fields
        assert f"`{flag_of(name)}" in PAGE
    functions = PAGE.partition("## Functions")[2].replace("\n", " ")
    for name in (*expressions.FUNCTIONS, *expressions.CONSTANTS):
        assert re.search(rf"\b{name}\b", functions)

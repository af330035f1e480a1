"""Own data from the command line: what is wrong with it is one line; a run knows its file again."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tui_nn.cli.commands import run

ROWS = "x,y,kind\n" + "".join(f"{i},{i % 7},{'ab'[i % 7 > 3]}\n" for i in range(60))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(ROWS)
    return path


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["train", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    return line


def test_what_is_wrong_names_the_option(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = failure(capsys, "--dataset", str(path.with_name("none.csv")))
    assert gone.startswith("tui-nn: --dataset ")
    assert gone.endswith("none.csv: no such file or directory")
    assert failure(capsys, "--dataset", str(path), "--target", "z") == (
        "tui-nn: --target z: no such column; there are x, y, kind"
    )
    for word, hint in (("spirall", "spiral"), (str(path.with_name("owns.csv")), "own.csv")):
        assert failure(capsys, "--dataset", word).endswith(f"; did you mean {hint}?")
    said = failure(capsys, "--dataset", "irsi")
    assert "one of xor," in said
    assert "a file as ./irsi" in said


def test_names_of_columns_are_no_markup_and_command_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = tmp_path / "evil.csv"
    evil.write_text(ROWS.replace("kind", "[/c]\x1b[31m"))
    store, target = ["--store", str(tmp_path / "runs.sqlite3")], ["--target", "[/c]\x1b[31m"]
    data = ["--dataset", str(evil), *target]
    log = tmp_path / "log.txt"
    assert run(["train", *data, "--max-steps", "10", "--log", str(log), *store]) == 0
    assert run(["runs", "show", "latest", *store]) == 0
    assert run(["range-test", *data]) == 0
    shown = capsys.readouterr().out
    assert "[/c]" in shown
    for text in (shown, log.read_text()):
        assert all(c.isprintable() for c in text.replace("\n", ""))


def test_a_run_goes_on_with_the_same_file_only(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path / "runs.sqlite3")]
    assert run(["train", "--dataset", str(path), "--max-steps", "100", "--json", *store]) == 0
    settings = json.loads(capsys.readouterr().out.splitlines()[-1])["settings"]
    assert (settings["target"], settings["task"]) == ("kind", "binary")
    again = ["runs", "resume", "latest", "--max-steps", "200", *store]
    path.write_text(ROWS + "1,1,a\n")
    assert run(again) == 2
    assert "has changed" in capsys.readouterr().err
    out = tmp_path / "run.zip"
    assert run(["runs", "export", "latest", "--out", str(out), *store]) == 0  # without maps
    assert out.stat().st_size > 1000
    path.write_text(ROWS)
    assert run(again) == 0


def test_the_dashboard_says_it_before_it_takes_the_screen(tmp_path: Path) -> None:
    parent, child = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "--dataset", str(tmp_path / "none.csv")],
        stdin=child,
        stdout=child,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(child)
    os.close(parent)
    assert done.returncode == 2
    assert done.stderr.endswith("none.csv: no such file or directory\n")


def test_a_folder_without_a_slash_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rows").mkdir()
    Path("table").write_text(ROWS)
    assert failure(capsys, "--dataset", "rows") == "tui-nn: --dataset rows: is a directory"
    assert "a file as ./table, or f(x)" in failure(capsys, "--dataset", "table")


def test_a_run_that_overfits_says_so_in_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 3))
    rows = np.column_stack([x, x[:, 0] + rng.normal(size=40)])
    np.savetxt(tmp_path / "over.csv", rows, delimiter=",", header="a,b,c,y", comments="")
    options = ["--train-fraction", "0.5", "--optimizer", "adam", "--max-steps", "2000"]
    assert run(["train", "--dataset", str(tmp_path / "over.csv"), *options]) == 0
    said = capsys.readouterr().err
    assert "tui-nn: overfitting: the test loss rises (" in said
    assert "--patience N ends a run and goes back to its best" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (["own.csv"], "one class only: a, so there is nothing to tell apart"),
        (["f(x, y) = x > 100"], "all points are of class 0: there is nothing to tell apart"),
        (["drawn", "--points", "0,0,0;1,1,0"], "all points are of class 0: there is nothing"),
        (["xor"], ""),
        (["f(x) = 2"], ""),
    ],
)
def test_one_class_alone_is_said(
    path: Path,
    data: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(path.parent)
    path.write_text("x,z,y\n1,2,a\n2,3,a\n3,3,a\n")
    assert run(["train", "--dataset", *data, "--max-steps", "5"]) == 0
    (*lines,) = filter(None, capsys.readouterr().err.splitlines())
    assert said in "".join(lines) if said else not lines

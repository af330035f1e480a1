"""`tui-nn compare` as its users see it: what it prints, writes, keeps and refuses."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tui_nn.cli.commands import run
from tui_nn.cli.compare_progress import CellsProgress
from tui_nn.compare import Plan, Variation
from tui_nn.render.tables import time_left
from tui_nn.runs import records
from tui_nn.runs.store import Store
from tui_nn.settings import Settings

PROGRAM = [sys.executable, "-m", "tui_nn", "compare"]
SHORT = ["compare", "--workers", "1", "--max-steps", "60", "--steps-per-epoch", "20"]
LONG = ["--workers", "2", "--vary", "lr=0.001,0.002,0.003", "--repeats", "2", "--json"]
LONG += ["--target-loss", "none"]


def test_a_comparison_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    vary = ["--vary", "lr=0.1,1", "--vary", "momentum=0,0.5", "--repeats", "2"]
    assert run([*SHORT, *vary, "--target-loss", "0.27"]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert "\x1b" not in output
    assert max(map(len, output.splitlines())) <= 80
    assert "xor: learning rate and momentum; 8 runs, each until loss 0.27 or 60 steps" in output
    assert "medians over 2 seeds" in output
    assert "target 0.27" in output
    assert "learning rate     momentum" in output  # the heat map
    assert "○ class 0" in output  # the maps
    assert output.count("◆") == 1


def test_every_run_and_row_as_json_and_csv(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "runs.csv"
    options = ["--vary", "hidden=2;3,3", "--repeats", "3", "--json", "--csv", str(path)]
    assert run([*SHORT, *options]) == 0
    *cells, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert sorted(cell["cell"] for cell in cells) == list(range(6))
    assert {cell["reason"] for cell in cells} == {"max_steps"}
    assert (end["event"], end["reason"], end["done"]) == ("end", "finished", 6)
    assert [row["values"] for row in end["rows"]] == [{"hidden": [2]}, {"hidden": [3, 3]}]
    with path.open() as file:
        lines = list(csv.DictReader(file))
    by_number = {cell["cell"]: cell for cell in cells}
    for line in lines:
        cell = by_number[int(line["cell"])]
        assert float(line["train_loss"]) == cell["train_loss"]
        assert line["hidden"] == ",".join(map(str, cell["values"]["hidden"]))
        assert line["test_loss"] == ""


def test_a_report_is_whole_and_its_texts_are_no_markup(tmp_path: Path) -> None:
    out = tmp_path / "report"
    options = ["--vary", "lr=0.3,1", "--vary", "momentum=0,0.5", "--repeats", "1"]
    assert run([*SHORT, *options, "--out", str(out)]) == 0
    names = {path.name for path in out.iterdir()}
    assert names >= {"report.html", "report.txt", "runs.csv", "curves.svg", "heatmap.svg"}
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 1 + 1 + 4
    assert "http://" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize("width", [30, 45])
def test_in_a_narrow_terminal_the_values_come_first(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert run([*SHORT, "--vary", "lr=0.125,1", "--vary", "optimizer=gd,adam"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any("0.125" in line and "adam" in line and "0/5" in line for line in lines)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "compare: what varies?"),
        (["--vary", "lr=1,-1"], "--vary learning_rate -1: a number above 0"),
        (["--vary", "lerning_rate=1"], "did you mean learning_rate?"),
        (["--vary", "lr=lin:1..2:200", "--vary", "seed=lin:1..100:100"], "runs: that is many"),
        (["--vary", "lr=1", "--repeats", "0"], "--repeats 0: a whole number from 1"),
        (["--vary", "lr=1", "--random", "2", "--optuna", "2"], "one of them"),
        (["rates", "--vary", "lr=1"], "did you mean --resume?"),
        (["--resume"], "--store none"),
        (["--vary", "lr=1,2", "--seed", "4294967295"], "nn: --seed 4294967295: leaves no room"),
        (["--vary", "lr=1", "--csv", "/nowhere/x.csv"], "--csv /nowhere/x.csv"),
    ],
)
def test_what_is_refused(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SHORT, *options]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert said in errors
    assert errors.count("\n") == 1


def test_what_goes_on_has_its_settings_and_the_option_to_blame_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ["--store", str(tmp_path / "runs.sqlite3")]
    vary = ["--vary", "lr=0.1,1", "--repeats", "1", "--name", "a b"]
    assert run([*SHORT, *vary, *store]) == 0
    for given in (["--repeats", "3"], ["--no-nesterov"], ["--vary", "lr=1"], ["--random", "2"]):
        assert run(["compare", "--resume", *store, *given]) == 2
        assert capsys.readouterr().err.startswith(f"tui-nn: {given[0]}: a comparison that goes on")
    assert run([*SHORT, *vary, *store]) == 1
    assert "--resume 'a b' continues it" in capsys.readouterr().err


def test_what_is_refused_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for vary in (["--vary", "lr=-1,1"], ["--vary", "momentum=0.1,1", "--vary", "momentum=0,1"]):
        assert run([*SHORT, *vary, "--out", str(out)]) == 2
    named = ["--vary", "lr=0.1,1", "--repeats", "1", "--store", str(tmp_path / "s"), "--name", "a"]
    assert run([*SHORT, *named]) == 0
    assert run([*SHORT, *named, "--out", str(out)]) == 1
    assert not out.exists()
    out.mkdir()
    assert run([*SHORT, *named, "--out", str(out)]) == 1
    assert out.exists()


def test_without_optuna_its_option_is_to_blame(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert run([*SHORT, "--vary", "lr=log:0.1..1", "--optuna", "2"]) == 2
    said = "tui-nn: --optuna needs the optuna package: pip install 'tui-nn[optuna]'\n"
    assert capsys.readouterr().err == said


def test_many_runs_are_asked_about(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdin, "readline", lambda: "n\n")
    vary = ["--vary", "lr=lin:1..2:200", "--vary", "seed=lin:1..100:100"]
    assert run([*SHORT, *vary]) == 2
    asked, refused = capsys.readouterr().err.split(" go on? [y/N] ")
    assert asked == "20,000 runs:"
    assert "20,000 runs: not begun" in refused


def test_while_many_runs_are_checked_it_says_so() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    plan = Plan(Settings(), (Variation.parse("lr=0.1,1"),), 600)
    found = list(CellsProgress(console, plan.size).watched(plan.cells()))
    assert found == list(plan.cells())
    assert isinstance(console.file, io.StringIO)
    assert "checking 1,200 runs" in console.file.getvalue()


def test_nothing_is_left_in_the_store_by_what_was_refused(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite3"
    vary = ["--vary", "optimizer=gd,lbfgs", "--vary", "batch_size=full,5"]
    assert run([*SHORT, *vary, "--store", str(store)]) == 2
    with Store(store) as there:
        assert there.query("SELECT * FROM groups") == []


def begun(store: Path, *options: str) -> subprocess.Popen[str]:
    """A comparison that would take for ever, of which something is in the store."""
    program = subprocess.Popen(
        [*PROGRAM, *LONG, "--max-steps", "1000000000", "--store", str(store), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while time.monotonic() < end and program.poll() is None:
        if store.exists():
            with Store(store) as there:
                if there.query("SELECT 1 FROM checkpoints LIMIT 1"):
                    return program
        time.sleep(0.05)
    program.kill()
    raise AssertionError(program.communicate())


def kept(store: Path) -> list[Any]:
    with Store(store) as there:
        return records.records(there)


def test_ctrl_c_keeps_and_shows_what_there_is_and_says_how_to_go_on(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite3"
    program = begun(store, "--name", "rates")
    program.send_signal(signal.SIGINT)
    output, errors = program.communicate(timeout=60)
    assert program.returncode == 130
    end = json.loads(output.splitlines()[-1])
    assert (end["reason"], end["name"], end["done"]) == ("interrupted", "rates", 0)
    assert errors == "tui-nn: 6 runs left: tui-nn compare --resume rates\n"
    assert {run.reason for run in kept(store)} == {"interrupted"}


def test_killed_it_leaves_no_workers_and_goes_on_from_its_checkpoints(tmp_path: Path) -> None:
    store = tmp_path / "runs.sqlite3"
    program = begun(store)
    workers = children(program.pid)
    program.kill()
    program.communicate()
    end = time.monotonic() + 20
    while any(map(alive, workers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(alive, workers))
    before = {run.id: run.step for run in kept(store)}
    assert before
    with Store(store) as there, there.transaction():  # so that it comes to an end this time
        there.query("UPDATE groups SET plan = replace(plan, '1000000000', '500')")
        there.query("UPDATE runs SET settings = replace(settings, '1000000000', '500')")
    ended = subprocess.run(
        [*PROGRAM, "--resume", "--json", "--workers", "1", "--store", str(store)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout.splitlines()[-1])["done"] == 6
    after = kept(store)
    assert len(after) == 6
    assert before.keys() <= {run.id for run in after}


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in found for child in path.read_text().split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((0.5, 0.5, 0.5), ""),
        ((10, 0.001, 0.9), ""),
        ((10, 0.5, 0.5), "about 10 s left"),
        ((60, 0.1, 0.9), "about 9 min left"),
        ((3600, 0.1, 0.9), "about 9.0 h left"),
    ],
)
def test_the_estimate_of_the_time_left(arguments: tuple[float, ...], said: str) -> None:
    assert time_left(*arguments) == said


def test_a_comparison_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "height.csv"
    path.write_text("a,b,sort\n" + "".join(f"{i},{i % 3},{'xy'[i > 9]}\n" for i in range(20)))
    given = ["--dataset", str(path), "--target", "sort"]
    assert run([*SHORT, *given, "--vary", "lr=0.1,1", "--repeats", "2"]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    assert "height.csv: learning rate; 4 runs" in output
    assert run([*SHORT, *given, "--vary", "lr=0.1,1", "--repeats", "2", "--json"]) == 0
    *cells, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert [cell["reason"] for cell in cells] == 4 * ["max_steps"]
    assert end["settings"]["task"] == "binary"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--dataset", "none.csv", "--vary", "lr=1,2"], "--dataset none.csv: "),
        (["--dataset", "-", "--vary", "lr=1,2"], "--dataset -: compare needs a file"),
        (["--dataset", "a.csv", "--vary", "target=a,b"], "--vary target: what is read"),
        (["--vary", "dataset=xor,a.csv"], "--vary dataset: what is read"),
    ],
)
def test_files_that_cannot_be_compared(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*SHORT, *options]) == 2
    errors = capsys.readouterr().err
    assert said in errors
    assert errors.count("\n") == 1

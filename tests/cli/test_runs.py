"""`tui-nn runs` on a store of real runs; most of it in this process."""

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from recorded import EVIL, compared, enter, said
from rich.cells import cell_len

from tui_nn.cli.commands import run as command
from tui_nn.cli.run_tables import print_list
from tui_nn.runs import records
from tui_nn.runs.store import Store


def test_list_filters_and_sorts(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = enter(path, 300, dataset="xor", name="long one")
    second = enter(path, 50, dataset="circle")
    text = said(capsys, "list")
    for words in (["xor"], ["dataset=xor", "loss<9"], [first.id[:6]]):
        listed = said(capsys, "list", *words, "--limit", "1", "--json")
        assert [json.loads(line)["id"] for line in listed.splitlines()] == [first.id]
    assert text.index(second.id[:8]) < text.index(first.id[:8])
    assert "long one" in text
    assert second.id[:8] not in said(capsys, "list", "--dataset", "xor", "--since", "2d")
    objects = [json.loads(line) for line in said(capsys, "list", "--json").splitlines()]
    assert [run["id"] for run in objects] == [second.id, first.id]
    assert objects[1]["settings"]["dataset"] == "xor"
    best = said(capsys, "list", "--json", "--best", "train_loss", "--limit", "1")
    losses = {run.id: run.train_loss for run in (first, second)}
    assert json.loads(best)["id"] == min(losses, key=lambda run: losses[run] or math.inf)


def test_what_others_wrote_can_not_command_the_terminal(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = enter(path, name=EVIL)
    for arguments in (["list"], ["show", "latest"], ["diff", run.id, run.id]):
        text = said(capsys, *arguments)
        assert all(c.isprintable() for c in text.replace("\n", ""))
        if arguments[0] != "diff":
            assert "[red]x" in text
    assert "\\u001b" in said(capsys, "show", "latest", "--json")
    log = said(capsys, "export", "latest", "--format", "log").strip()
    assert all(c.isprintable() for c in Path(log).read_text().replace("\n", ""))


def test_show_has_chart_events_and_settings(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = enter(path, name="first", seed=7)
    text = said(capsys, "show", run.id[:5])
    for word in (run.id, "first", "train loss", "started", "interrupted", "Learning rate"):
        assert word in text
    shown = json.loads(said(capsys, "show", "latest", "--json"))
    assert shown["settings"]["seed"] == 7
    assert shown["events"][0]["text"] == "started first"


def test_a_list_of_all_has_a_line_a_run_within_the_width(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(path, name="名前" * 20)
    for width in (20, 60, 80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        heading, line = said(capsys, "list", "--limit", "all").splitlines()
        assert heading.startswith("run")
        assert cell_len(line) <= width
        assert cell_len(heading) <= width


def test_a_list_that_is_cut_says_so(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        enter(path, 20)
    assert "--limit" not in said(capsys, "list", "--limit", "3")
    for words in ([], ["xor"]):
        last = said(capsys, "list", *words, "--limit", "2").splitlines()[-1]
        assert last == "2 of 3; --limit all shows them all"
    assert len(said(capsys, "list", "--limit", "2", "--json").splitlines()) == 2


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_the_figure_that_a_list_is_sorted_by_is_in_it(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: str
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    enter(path, 50, train_fraction=0.5, name="with a name", optimizer="adam")
    enter(path, 80, train_fraction=0.5, seed=3)
    columns = {"train_loss": "loss", "train_accuracy": "score", "test_loss": "test loss"}
    for figure, column in (columns | {"test_accuracy": "test score"}).items():
        heading, *lines = said(capsys, "list", "--best", figure).splitlines()
        assert f"  {column}  " in f"{heading}  "
        assert all(cell_len(one) <= int(width) for one in lines)


def test_a_comparison_is_one_line_until_it_is_unfolded(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = enter(path, 20, name="mine")
    seeds = [enter(path, 20, seed=seed) for seed in range(25)]
    compared(path, "my rates", seeds)
    heading, group, run = said(capsys, "list").splitlines()
    best = min(run.train_loss or 1.0 for run in seeds)
    assert group.split()[:2] == ["25", "runs"]
    assert f"comparison --group 'my rates': best loss {best:.5f}" in group
    assert run.startswith(own.id[:8])
    assert "seed" not in heading  # the only run that is shown has nothing to differ from
    for arguments in (["--unfold"], ["--best", "train_loss"], ["xor"]):
        assert len(said(capsys, "list", *arguments, "--limit", "all").splitlines()) == 1 + 26
    assert len(said(capsys, "list", "--json", "--limit", "all").splitlines()) == 26
    assert len(said(capsys, "list", "--group", "my rates", "--limit", "all").splitlines()) == 26
    assert seeds[0].id[:8] in said(capsys, "list", "--group", "my rates", "--limit", "all")
    heading, *lines = said(capsys, "list", 'group="my rates"', "--limit", "all").splitlines()
    assert "seed" in heading
    assert len(lines) == 25


def test_a_comparison_may_be_removed_while_it_is_listed(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(path, "rates", [enter(path, 20, seed=seed) for seed in range(2)])
    with Store(path) as store:
        runs = records.records(store, folded=True)
        records.remove(store, records.records(store))
        print_list(store, runs, 1, None, folded=True)
    assert "comparison --group rates: best loss -" in capsys.readouterr().out


def test_names_and_notes_are_given_later(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = enter(path, name="old")
    assert "new" in said(capsys, "rename", run.id, "new")
    assert json.loads(said(capsys, "note", "latest", "a reason", "--json"))["note"] == "a reason"
    with Store(path) as store:
        called = records.find(store, run.id)
    assert (called.name, called.note) == ("new", "a reason")


def test_removing_asks(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = enter(path), enter(path)
    assert "needs --yes" in said(capsys, "rm", first.id, code=2)
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdin, "readline", lambda: "\n")
    assert f"Remove {first.id}? [y/N]" in said(capsys, "rm", first.id[:6], first.id, code=1)
    monkeypatch.setattr(sys.stdin, "readline", lambda: "y\n")
    assert said(capsys, "rm", first.id) == f"removed {first.id}\n"
    assert json.loads(said(capsys, "rm", "latest", "--yes", "--json")) == {"removed": [second.id]}


def test_diff_names_what_differs_and_nothing_else(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = enter(path), enter(path, optimizer="adam", learning_rate=0.01)
    text = said(capsys, "diff", first.id, second.id)
    assert "Optimizer" in text
    assert "Data set" not in text
    found = json.loads(said(capsys, "diff", first.id, second.id, "--json"))
    assert found["settings"] == {"optimizer": ["gd", "adam"], "learning_rate": [1.0, 0.01]}
    assert found["figures"]["step"] == [first.step, second.step]
    auto = enter(path, optimizer="adam")  # which is 0.01
    found = json.loads(said(capsys, "diff", second.id, auto.id, "--json"))
    assert found["settings"] == {}


def test_rm_removes_what_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = enter(path), enter(path)
    said(capsys, "rm", first.id[:6], "zzz", code=1)  # all of them or none
    assert said(capsys, "rm", "--yes", first.id[:6], first.id) == f"removed {first.id}\n"
    (left,) = said(capsys, "list", "--json").splitlines()
    assert json.loads(left)["id"] == second.id


@pytest.mark.parametrize(
    ("arguments", "code", "wording"),
    [
        (["lst"], 2, "lst: no such command; did you mean list?"),
        (["list", "--since", "3x"], 2, "--since 3x: a number and a unit, as 90m, 12h, 2d or 1w"),
        (["list", "--limit", "0"], 2, "--limit 0: a whole number from 1, or all"),
        (["list", "--best", "tran_loss"], 2, "did you mean train_loss?"),
        (["list", "--store", "none"], 2, "--store none: there is nothing to look back at"),
        (["list", "--store", "x.sqlite3"], 1, "store x.sqlite3: there is none yet"),
        (["show", "zzz"], 1, 'zzz: no such run; "tui-nn runs list" shows them'),
        (["export", "latest", "--out", "a.foo"], 2, "--out a.foo: one of report, txt"),
        (["rm"], 2, "rm: needs the id of a run"),
        (["resume", "latest", "--hidden", "3"], 2, "--hidden 3: can't change in a run that goes"),
        (["resume", "latest", "--preset", "adam"], 2, "--preset: a run that goes on has its"),
    ],
)
def test_what_is_wrong_is_said(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    wording: str,
) -> None:
    enter(path)
    assert wording in said(capsys, *arguments, code=code)


def test_killed_and_resumed_it_equals_one_that_never_stopped(path: Path) -> None:
    flags = ["--dataset", "circle", "--optimizer", "adam", "--lr", "0.01", "--batch-size", "7"]
    flags += ["--dropout", "0.1", "--target-loss", "none", "--schedule", "reduce_on_plateau"]
    train = [sys.executable, "-m", "tui_nn", "train", *flags, "--max-steps", "40000", "--json"]
    killed = subprocess.Popen(train, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 30
    with Store(path) as store:
        while not store.query("SELECT * FROM checkpoints") and time.monotonic() < end:
            time.sleep(0.01)
    killed.kill()
    killed.wait()
    resume = [sys.executable, "-m", "tui_nn", "runs", "resume", "latest", "--json"]
    for arguments in (resume, train):
        subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True, timeout=60)
    with Store(path) as store:
        never, resumed, interrupted = records.records(store)
        assert (resumed.parent, resumed.parent_step) == (
            interrupted.id,
            records.checkpoint(store, interrupted)["trainer"]["step"],
        )
        assert interrupted.reason == "interrupted"
        assert 0 < (resumed.parent_step or 0) < 40_000
        one, other = (records.checkpoint(store, run)["trainer"] for run in (never, resumed))
        histories = [records.points(store, run) for run in (never, resumed)]
    assert np.array_equal(one["parameters"], other["parameters"])
    assert (one["generator"], one["step"]) == (other["generator"], other["step"])
    # A point more may be where it was resumed, between two that are due.
    common = np.isin(histories[1][:, 0], histories[0][:, 0])
    assert np.array_equal(histories[0], histories[1][common], equal_nan=True)


def test_a_limit_that_is_behind_the_run_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = enter(path, 300, target_loss=None, steps_per_epoch=100)
    for option, value in (("--max-steps", "300"), ("--max-epochs", "2"), ("--target-loss", "9")):
        refused = said(capsys, "resume", before.id, option, value, "--json", code=2)
        assert refused == f"tui-nn: {option} {value}: reached already, the run is at step 300\n"
    ended = ["--max-steps", "100", "--target-loss", "none", "--steps-per-epoch", "100", "--json"]
    assert command(["train", *ended]) == 0
    for change in (["--max-steps", "50"], ["--target-loss", "9", "--max-steps", "none"]):
        refused = said(capsys, "resume", "latest", *change, "--json", code=2)
        assert "already, the run is at step 100" in refused
    assert "step limit reached" in said(capsys, "resume", "latest", "--lr", "0.5", code=1)


def test_a_finished_run_goes_on_with_another_limit(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--max-steps", "100", "--target-loss", "none", "--json", "--name", "short"]
    assert command(["train", *flags]) == 0
    refused = said(capsys, "resume", "latest", code=1)
    assert "step limit reached; give another limit to go on, as --max-steps none" in refused
    text = said(capsys, "resume", "latest", "--max-steps", "150", "--lr", "0.5", "--json")
    end = json.loads(text.splitlines()[-1])
    assert (end["step"], end["reason"]) == (150, "max_steps")
    assert (end["settings"]["learning_rate"], end["settings"]["max_steps"]) == (0.5, 150)
    with Store(path) as store:
        run = records.find(store, "latest")
        assert records.events(store, run)[0][2] == "resumed"
    assert (run.name, run.parent_step) == ("short", 100)

"""`tui-nn train` as a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui_nn", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)  # type: ignore[call-overload,no-any-return]


def test_json_is_ndjson_and_ends_with_the_result() -> None:
    done = run("train", "--json", "--dataset", "xor", "--seed", "1")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert {event["event"] for event in events[:-1]} <= {"progress"}
    end = events[-1]
    assert (end["event"], end["reason"], end["train_accuracy"]) == ("end", "target_loss", 1.0)
    assert end["settings"]["seed"] == 1
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lr", "-1"], "--learning-rate: '-1': must be a number > 0"),
        (["--optimizer", "adm"], "did you mean adam?"),
        (["--hidden", "8,x"], "as in 8,8"),
        (["--nope"], "Unknown option"),
        (["--config", "missing.toml"], "No such file"),
        (["--log", "nowhere/log"], "there is no folder nowhere"),
        (["--init-weights", "missing.npz"], "No such file"),
        (["--preset", "x"], "choose from classic"),
    ],
)
def test_wrong_usage_is_one_or_two_lines(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("train", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert done.stdout == ""


def test_divergence_is_a_result() -> None:
    arguments = ["--lr", "1e6", "--activation", "relu", "--output-activation", "linear"]
    done = run("train", "--json", *arguments)
    assert done.returncode == 1
    assert json.loads(done.stdout.splitlines()[-1])["reason"] == "diverged"


def test_printed_config_reproduces_the_run(tmp_path: Path) -> None:
    arguments = ["--hidden", "4,3", "--optimizer", "adam", "--lr", "0.05", "--max-steps", "50"]
    config = run("train", *arguments, "--print-config").stdout
    (tmp_path / "run.toml").write_text(config)
    ends = [
        json.loads(run("train", "--json", *given, cwd=tmp_path).stdout.splitlines()[-1])
        for given in (arguments, ["--config", "run.toml"])
    ]
    assert ends[0]["settings"] == ends[1]["settings"]
    assert ends[0]["train_loss"] == ends[1]["train_loss"]


def test_weights_are_saved_and_taken_up(tmp_path: Path) -> None:
    run("train", "--max-steps", "1", "--save-weights", "a.npz", cwd=tmp_path)
    with np.load(tmp_path / "a.npz") as arrays:
        assert {n: arrays[n].shape for n in arrays.files} == {
            "W0": (2, 8), "b0": (8,), "W1": (8, 8), "b1": (8,), "W2": (8, 1), "b2": (1,),
        }  # fmt: skip
    wrong = run("train", "--hidden", "4", "--init-weights", "a.npz", cwd=tmp_path)
    assert wrong.returncode == 2
    assert "W0 is (2, 8), the network needs (2, 4)" in wrong.stderr


def test_an_interrupted_run_saves_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tui_nn", "train", "--target-loss", "none", "--json"]
    with subprocess.Popen(
        [*command, "--log", "run.html"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        lines = process.stdout.read().splitlines()
        assert process.wait(20) == 130
    assert json.loads(lines[-1])["reason"] == "interrupted"
    assert "Settings" in (tmp_path / "run.html").read_text()


def test_a_locale_without_utf8_gets_no_traceback() -> None:
    done = run("train", env={"PATH": "", "LC_ALL": "C", "PYTHONUTF8": "0",
                             "PYTHONIOENCODING": "ascii"})  # fmt: skip
    assert done.returncode == 0
    assert "Traceback" not in done.stderr

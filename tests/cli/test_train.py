"""`tui-nn train` as a process of its own. Each start costs half a second: they say much at once."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

COMMAND = [sys.executable, "-m", "tui_nn", "train"]
METRICS = [
    "step", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds",
]  # fmt: skip


def train(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=60, **options
    )


def plain(**changes: str) -> dict[str, str]:
    """The environment of a terminal without colour, UTF-8 and a width of its own."""
    names = ("PATH", "HOME", "PYTHONPATH")  # the code that is tested may be found by the last one
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"COLUMNS": "80"} | {"PYTHONUTF8": "1", "TUI_NN_STORE": "none"} | changes


def test_json_is_documented_lines_and_nothing_else() -> None:
    done = train("--json", "--seed", "1", "--train-fraction", "0.9", "--target-loss", "0.01")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    end = events.pop()
    assert (done.returncode, done.stderr) == (0, "")
    assert events[0]["step"] == 0
    for event in events:
        assert list(event) == ["event", *METRICS]
        assert event["event"] == "progress"
    assert list(end) == ["event", "reason", *METRICS, "steps_per_second", "settings"]
    assert (end["event"], end["reason"], end["train_accuracy"]) == ("end", "target_loss", 1.0)
    assert end["step"] == end["epoch"] * 500
    assert math.isclose(end["steps_per_second"], end["step"] / end["seconds"])
    assert (end["settings"]["seed"], end["settings"]["hidden"]) == (1, [8, 8])


def test_divergence_is_a_result_and_json_has_no_infinity() -> None:
    arguments = ["--lr", "1e6", "--activation", "relu", "--output-activation", "linear"]
    done = train("--json", *arguments)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (1, "")
    for word in ("NaN", "Infinity"):
        assert word not in done.stdout
    assert json.loads(lines[-1])["reason"] == "diverged"


def test_weights_log_and_config_carry_a_run_on(tmp_path: Path) -> None:
    flags = ["--hidden", "4", "--optimizer", "gd", "--seed", "3"]
    first = train(*flags, "--max-steps", "40", "--save-weights", "a.npz", "--log", "run",
                  "--json", cwd=tmp_path)  # fmt: skip
    assert sorted(os.listdir(tmp_path)) == ["a.npz", "run.html", "run.svg", "run.txt"]
    assert "log saved: run.txt, run.html, run.svg" in first.stderr
    with np.load(tmp_path / "a.npz") as arrays:
        shapes = {name: arrays[name].shape for name in arrays.files}
    assert shapes == {"W0": (2, 4), "b0": (4,), "W1": (4, 1), "b1": (1,)}

    # Plain gradient descent has no state: 40 and 40 steps are 80.
    rest = train(*flags, "--max-steps", "40", "--init-weights", "a.npz", "--json", cwd=tmp_path)
    whole = train(*flags, "--max-steps", "80", "--json", cwd=tmp_path)
    ends = [json.loads(done.stdout.splitlines()[-1]) for done in (first, rest, whole)]
    assert ends[1]["train_loss"] == ends[2]["train_loss"] != ends[0]["train_loss"]


def test_interrupted_it_saves_first(tmp_path: Path) -> None:
    endless = [*COMMAND, "--target-loss", "none", "--json", "--save-weights", "a.npz"]
    runs = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        folder = tmp_path / number.name
        folder.mkdir()
        process = subprocess.Popen(
            [*endless, "--log", "run.html"], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        runs.append((number, folder, process))
    for number, folder, process in runs:
        assert process.stdout is not None
        assert process.stdout.readline().startswith('{"event": "progress"')
        os.killpg(process.pid, number)  # the whole group, as a terminal and `timeout` do
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130
        assert json.loads(out.splitlines()[-1])["reason"] == "interrupted"
        assert err == "log saved: run.html\n"
        assert sorted(os.listdir(folder)) == ["a.npz", "run.html"]


COMPARE = [*COMMAND[:-1], "compare", "--workers", "1", "--vary", "max_steps=10,1000000000"]


@pytest.mark.parametrize("command", [COMMAND, COMPARE])
def test_a_signal_that_who_started_it_ignores_is_ignored(command: list[str]) -> None:
    """As nohup and a shell's background jobs do."""
    shell = 'trap "" HUP INT; exec "$@"'
    endless = [*command, "--target-loss", "none", "--json"]
    with subprocess.Popen(["sh", "-c", shell, "sh", *endless], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for number in (signal.SIGHUP, signal.SIGINT):
            process.send_signal(number)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1)
        process.terminate()
        assert b'"interrupted"' in process.communicate(timeout=30)[0]


def test_a_reader_that_leaves_ends_the_run_and_its_weights_are_saved(tmp_path: Path) -> None:
    endless = [*COMMAND, "--target-loss", "none", "--json", "--save-weights", "a.npz"]
    with subprocess.Popen(
        endless, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(30) == 1
        assert process.stderr.read() == ""
    assert os.listdir(tmp_path) == ["a.npz"]
    full = train("--max-steps", "9", "--save-weights", "/dev/full", stdin=subprocess.DEVNULL)
    assert full.returncode == 1
    assert full.stderr == "tui-nn: --save-weights /dev/full: No space left on device\n"


def test_a_worker_that_dies_is_an_end_too(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--target-loss", "none", "--json", "--log", "run.txt"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.2)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGKILL)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert json.loads(out.splitlines()[-1])["reason"] == "failed"
    assert "SIGKILL" in err.splitlines()[-1]
    assert "SIGKILL" in (tmp_path / "run.txt").read_text()


def test_piped_it_has_glyphs_but_no_colours_at_every_width() -> None:
    for columns in (20, 80, 200):
        done = train("--max-steps", "300", env=plain(COLUMNS=str(columns)))
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert max(map(len, done.stdout.splitlines())) <= columns
        if columns > 40:
            for part in ("●", "○", "✗ misclassified", "Ground truth", "Prediction", "ended"):
                assert part in done.stdout


def test_a_locale_without_utf8_gets_a_readable_picture() -> None:
    ascii_only = plain(LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    for environment in (ascii_only, plain(PYTHONIOENCODING="latin-1")):
        done = train("--max-steps", "300", env=environment, encoding="latin-1")
        assert (done.returncode, done.stderr) == (0, "")
        chart_and_maps = done.stdout.partition("ended")[0]
        assert chart_and_maps.isascii()
        assert "?" not in chart_and_maps
        assert "o class 0" in chart_and_maps


def test_a_loss_that_explodes_is_said_once() -> None:
    done = train("--dataset", "plane", "--lr", "1", "--max-steps", "20000")
    assert done.returncode == 0
    assert done.stderr.count("tui-nn: the loss explodes") == 1

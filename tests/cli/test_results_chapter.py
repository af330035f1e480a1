"""`tui-nn report` as its users see it: one chapter, the same each time, and what it refuses."""

import json
import os
import signal
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tui_nn.cli.commands import run
from tui_nn.cli.report_progress import ChapterProgress

SHORT = ["report", "--repeats", "1", "--max-steps", "50", "--workers", "1"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_whole_chapter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SHORT, "--out", str(tmp_path / "new" / "folder")]) == 0
    output, errors = capsys.readouterr()
    assert errors.startswith("tui-nn: saved after ")
    assert max(map(len, output.splitlines())) <= 80
    made = files(tmp_path / "new" / "folder")
    page, text = made["report.html"].decode(), made["report.txt"].decode()
    assert "http://" not in page.replace("http://www.w3.org", "")
    for title in ("Result", "Learning rate", "Hidden units", "No activation", "Optimizer"):
        assert f"<h2>{title}</h2>" in page
        assert title in text
        assert title in output
    for dataset in ("linear", "xor"):
        assert f"result-{dataset}-truth.svg" in made
        assert f"optimizer-{dataset}-curves.svg" in made
    for name, content in made.items():
        if name.endswith(".svg"):
            ET.fromstring(content)
    assert "Contrary to the expectation, only 0 of 1 runs" in text  # 50 steps can't be enough
    assert text.count("Prediction:") == 2


def test_the_same_seed_makes_the_same_files_whoever_works(tmp_path: Path) -> None:
    made = []
    for name, workers in (("one", "1"), ("two", "2")):
        options = [
            "--only",
            "no-activation-xor",
            "--workers",
            workers,
            "--out",
            str(tmp_path / name),
        ]
        assert run(["report", "--max-steps", "3000", *options]) == 0
        made.append(files(tmp_path / name))
    assert made[0] == made[1]


def test_an_object_for_each_experiment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*SHORT, "--out", str(tmp_path), "--json", "--only", "optimizer"]) == 0
    *experiments, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["dataset"] for one in experiments] == ["linear", "xor"]
    assert [len(one["rows"]) for one in experiments] == [6, 6]
    assert {finding["expected"] for one in experiments for finding in one["findings"]} <= {
        *(True, False, None)
    }
    assert end == {"event": "end", "reason": "finished", "left": 0}


def test_interrupted_it_keeps_what_there_is_and_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter(range(1000))

    def show(progress: ChapterProgress) -> None:
        done = progress.chapter.studies[0].left == 0
        if done and next(looks) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(ChapterProgress, "show", show)
    options = ["--only", "xor", "--repeats", "3", "--workers", "1", "--out", str(tmp_path)]
    assert run(["report", *options]) == 130
    missing = "Interrupted: "
    assert missing in capsys.readouterr().out
    made = files(tmp_path)
    assert missing in made["report.html"].decode()
    assert "Unfinished" in made["report.txt"].decode()
    assert "result-xor-curves.svg" in made
    assert "optimizer-xor-curves.svg" not in made


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--repeats", "0"], "--repeats 0: a whole number from 1"),
        (["--seed", "-1"], "--seed -1: a whole number from 0"),
        (["--seed", str(2**32 - 1)], f"--seed {2**32 - 1}: leaves no room for 8 repeats"),
        (["--only", "momentum"], "--only momentum: a part of a name: result, learning-rate"),
        (["--out", "/proc/nowhere"], "--out /proc/nowhere: "),
        (["--workers", "many"], "--workers many: a whole number"),
        (["xor"], "xor: report takes options only"),
    ],
)
def test_what_is_refused(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", *options]) == 2
    output, errors = capsys.readouterr()
    assert output == ""
    assert said in errors
    assert errors.count("\n") == 1

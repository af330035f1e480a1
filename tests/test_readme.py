"""What the README shows works as it stands there: in Python, and on data that comes along."""

import re
import shlex
from pathlib import Path

import pytest

from tui_nn.cli.commands import run

README = Path(__file__).parent.parent / "README.md"


def test_the_example_trains_xor_and_plots(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    exec(compile(example, str(README), "exec"), {})
    result, *plot = capsys.readouterr().out.splitlines()
    assert "train_accuracy=1.0" in result
    assert len(plot) > 10


def test_the_data_comes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TUI_NN_STORE", str(tmp_path / "runs.sqlite3"))
    monkeypatch.chdir(README.parent)
    lines = re.findall(r"^    tui-nn (.*)$", README.read_text(), re.M)
    files = [line for line in lines if re.search(r"\w\.csv\b", line.partition(">")[0])]
    assert len(files) >= 3
    for line in files:
        words = shlex.split(line.partition(">")[0])
        if words[0].startswith("--"):  # the dashboard
            words = ["train", *words, "--max-steps", "20"]
        assert run(words) == 0, line
    assert " % of 150 rows\n" in capsys.readouterr().err

"""What the README shows in Python works as it stands there."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def test_the_example_trains_xor_and_plots(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    exec(compile(example, str(README), "exec"), {})
    result, *plot = capsys.readouterr().out.splitlines()
    assert "train_accuracy=1.0" in result
    assert len(plot) > 10

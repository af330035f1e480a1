"""The page of the maths shows the code as it is, and its example runs."""

import re
from pathlib import Path

import numpy as np
import pytest

from tui_nn.engine import activations, losses, optimizers

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "maths.md").read_text(encoding="utf-8")


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert example
    exec(example[1], {})
    said = capsys.readouterr().out
    assert "steps;" in said
    assert np.isfinite(float(said.split()[0]))


def test_everything_is_on_it() -> None:
    for registry in (activations.OUTPUTS, losses.REGISTRY, optimizers.REGISTRY):
        for name in registry:
            assert f"`{name}`" in PAGE, name


def test_its_lines_are_the_codes() -> None:
    source = (ROOT / "tui_nn" / "engine" / "network.py").read_text(encoding="utf-8")
    shown = [line.split("#")[0].strip() for line in re.findall(r"^    (.*)$", PAGE, re.M)]
    for line in shown:
        if line.startswith(("for ", "layer.", "self.", "multiply", "inputs = ")):
            assert line in source, line
